/** A scanned code judged against this site's directory, without a line: at a receiver's desk and on the hub's public page. */
import { type Finding, finding } from '@yba/fhir'
import { readSlipCode, type Slip, verifySlip } from '@yba/signing'
import { localDay } from '@yba/vietnam'
import type { Site } from '../../site.ts'
import { facility, ownerNow, slipKeys } from '../directory/index.ts'
import { SLIP_EXPIRED, SLIP_ISSUER_NOW, SLIP_ISSUER_SUSPENDED } from './slip-outcomes.ts'

export interface JudgedSlip {
  genuine: boolean
  /** Why it is not, or not known to be. */
  fault?: Finding
  /** What the code says; proven only when genuine. */
  slip?: Slip
  issuer?: { code: string; name: string; now?: { code: string; name: string } }
  expired: boolean
  notes: Finding[]
}

/** Reads and verifies. Never throws for what was scanned. */
export async function judgeSlip(site: Site, text: string): Promise<JudgedSlip> {
  const read = readSlipCode(text)
  if ('finding' in read) return { genuine: false, fault: read.finding, expired: false, notes: [] }
  const verdict = verifySlip(read.token, await slipKeys(site.store))
  const slip = verdict.ok ? verdict.slip : verdict.claimed
  const fault = verdict.ok ? {} : { fault: verdict.finding }
  if (!slip) return { genuine: false, ...fault, expired: false, notes: [] }
  const now = site.clock.now()
  const from = await facility(site.store, slip.issuer)
  const owner = await ownerNow(site.store, slip.issuer, slip.validFrom, now)
  const heir = owner === slip.issuer ? undefined : await facility(site.store, owner)
  const expired = slip.validUntil < localDay(now)
  const notes = [
    ...(expired ? [finding(SLIP_EXPIRED, { day: slip.validUntil.split('-').reverse().join('/') })] : []),
    ...(from?.suspended ? [finding(SLIP_ISSUER_SUSPENDED)] : []),
    ...(heir ? [finding(SLIP_ISSUER_NOW, { code: slip.issuer, name: heir.name, now: heir.code })] : []),
  ]
  const issuer = { code: slip.issuer, name: from?.name ?? slip.issuer, ...(heir ? { now: { code: heir.code, name: heir.name } } : {}) }
  return { genuine: verdict.ok, ...fault, slip, issuer, expired, notes }
}

/**
 * What a file of this facility's HIS means for a referral: the arrival, the death, the outcome. Followed in the transaction
 * that takes the file, and again when a slip comes or moves; the same again changes nothing.
 */
import type { Finding } from '@yba/fhir'
import type { Site } from '../../../site.ts'
import type { Transaction } from '../../../store/types.ts'
import { slipNumber } from '../child.ts'
import { findingView } from '../finding-view.ts'
import { type FileSaid, fileOf, keepFile, settleFile } from '../tables/files.ts'
import { type Arrived, arriveAt, arriveBeforeSlip } from './arrive.ts'
import { dieByFile, type Judged, judgeOutcome } from './outcome.ts'
import { visitOf } from './visit.ts'

export interface Followed {
  findings: Finding[]
  /** The slip the patient came with. */
  cameWith?: { issuer: { code: string; name: string }; number: string }
}

/** Days for which a stay without a slip is remembered: with words about where the patient came from, and without. */
const REMEMBERED_DAYS = { slip: 30, none: 3 }
const DAY_MS = 86_400_000

/** Follows a file that was just taken. */
export async function followFile(site: Site, tx: Transaction, said: FileSaid): Promise<Followed> {
  const { visit, judged, findings } = await look(site, tx, said, (await fileOf(tx, said.record))?.task ?? null)
  const standing = standingOf(visit, judged, findings)
  if (visit || mayStillCome(said, site.clock.now())) await keepFile(tx, said, standing, tx.now)
  if (standing.due) tx.emit({ kind: 'referral.file-due', thread: said.patient, payload: { record: said.record } })
  return { findings, ...(visit?.here ? { cameWith: { issuer: visit.task.issuer, number: slipNumber(visit.task.number) } } : {}) }
}

/** Looks again at a stay that waited. Gives what is to be sealed now. */
export async function followAgain(site: Site, tx: Transaction, said: FileSaid, task: string | null): Promise<Judged & { visit?: Arrived }> {
  const { visit, judged, findings } = await look(site, tx, said, task)
  if (judged.next !== 'seal') await settleFile(tx, said, standingOf(visit, judged, findings), tx.now)
  return { ...judged, ...(visit ? { visit } : {}) }
}

interface Look {
  visit: Arrived | null
  judged: Judged
  findings: Finding[]
}

async function look(site: Site, tx: Transaction, said: FileSaid, task: string | null): Promise<Look> {
  // Before the slip itself may come in: who looks first holds the lock.
  if (said.slip) await tx.lockKey(`thread:${said.slip.issuer}:${said.slip.number}`)
  const found = await visitOf(site, tx, said, task)
  const nothing: Judged = { next: 'wait', findings: [] }
  if (Array.isArray(found)) return { visit: null, judged: nothing, findings: found }
  const came = found ? await arriveAt(site, tx, found, said) : await arriveBeforeSlip(site, tx, said)
  if (!came) return { visit: null, judged: nothing, findings: [] }
  const { visit, findings } = await dieByFile(tx, came, said)
  const judged = await judgeOutcome(site, tx, visit, said)
  return { visit, judged, findings: [...came.findings, ...findings, ...judged.findings] }
}

const standingOf = (visit: Arrived | null, judged: Judged, findings: readonly Finding[]) => ({
  task: visit?.here ? visit.stored.id : null,
  waiting: judged.next === 'wait',
  due: judged.next === 'seal',
  findings: findings.map(findingView),
  ...(visit?.did ? { did: visit.did } : {}),
})

/** Whether a slip for this stay may still be on its way. */
function mayStillCome(said: FileSaid, now: Date): boolean {
  if (!said.slip && !said.person.citizenId) return false
  const days = said.slip ? REMEMBERED_DAYS.slip : REMEMBERED_DAYS.none
  return now.getTime() - Date.parse(said.at) < days * DAY_MS
}

/** Before this a stay without a slip is forgotten. */
export const forgottenBefore = (now: Date): Date => new Date(now.getTime() - REMEMBERED_DAYS.slip * DAY_MS)

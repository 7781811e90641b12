/**
 * A node takes the hub's directory home: at once, then every minute; the last good one serves while the hub is away.
 * Nothing is taken that the hub did not sign, and nothing older than what is kept.
 */
import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type Finding, finding, findingText, OutcomeError, refuse } from '@yba/fhir'
import { compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose'
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { DirectorySnapshot } from '../exchange/contract.ts'
import type { DirectoryRegister } from './contract.ts'
import { DIRECTORY_OLD, DIRECTORY_OLDER, DIRECTORY_UNSIGNED } from './outcomes.ts'
import { DIRECTORY_TYPE } from './snapshot.ts'
import { registerKept, replaceRegister } from './tables/register.ts'
import { type Kept, kept, putFacilities, putKept, replaceAliases } from './tables.ts'

const EVERY_MS = 60_000
const DAY_MS = 86_400_000
/** How long a snapshot serves without a word: older ones go on serving, and somebody is told. */
export const LONGEST_AGE_DAYS = 7

/** The calls this needs of the line to the hub. */
export interface DirectoryLine {
  json<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T>
  bytes(path: string): Promise<Buffer>
}

/** Whom it tells that a person must look; undefined ends it. */
export type DirectoryTrouble = (kind: 'directory-refused' | 'directory-old', trouble: Finding | undefined) => Promise<void>

const unsigned = (detail: string) => refuse(DIRECTORY_UNSIGNED, { detail })

/** Who signed it, by the keys laid down when the node joined or named by the last good snapshot. Throws `directory-signature-invalid`. */
async function verified(site: Site, jws: string, last: Kept | undefined): Promise<DirectorySnapshot> {
  let kid: string | undefined
  try {
    const header = decodeProtectedHeader(jws)
    if (header.alg !== 'ES384' || header.typ !== DIRECTORY_TYPE) throw unsigned('header')
    kid = header.kid
  } catch (error) {
    throw error instanceof OutcomeError ? error : unsigned('form')
  }
  const known = [...site.keys.directoryTrust, ...(last?.directory_keys ?? [])].find((k) => k.kid === kid)
  if (!known) throw unsigned('key')
  const key = await importJWK(known as JWK, 'ES384')
  const { payload } = await compactVerify(jws, key, { algorithms: ['ES384'] }).catch(() => {
    throw unsigned('signature')
  })
  return JSON.parse(Buffer.from(payload).toString('utf8')) as DirectorySnapshot
}

/** Takes a snapshot that came. Throws `directory-signature-invalid`, `directory-older`; the one kept then stays. */
export async function keepDirectory(site: Site, jws: string): Promise<DirectorySnapshot> {
  return site.store.as(systemCaller('directory', site.settings.facility.code)).transact(async (tx) => {
    await tx.lockKey('directory')
    const last = await kept(tx)
    const snapshot = await verified(site, jws, last)
    const issued = new Date(snapshot.issuedAt)
    if (last && issued < last.issued_at) {
      throw refuse(DIRECTORY_OLDER, { came: snapshot.issuedAt, kept: last.issued_at.toISOString() })
    }
    const rows = snapshot.facilities.map((f) => ({
      code: f.code,
      name: f.name,
      managing_body: f.managingBody,
      active: f.active,
      suspended: f.suspended,
      slip_keys: f.slipKeys,
      client_keys: f.clientKeys,
      valid_from: f.validFrom ?? null,
      valid_until: f.validUntil ?? null,
      level: f.level ?? '',
      demo_code: f.demoCode === true,
    }))
    const now = site.clock.now()
    await putFacilities(tx, rows, now)
    await replaceAliases(tx, snapshot.aliases, now)
    const { publicUrl: public_url, directoryKeys: directory_keys } = snapshot
    await putKept(tx, { jws, issued_at: issued, fetched_at: now, public_url, directory_keys })
    return snapshot
  })
}

/** The register, when it is not the one kept: the signed directory names its digest, so nothing else is taken for it. */
async function keepRegister(site: Site, hub: DirectoryLine, snapshot: DirectorySnapshot): Promise<void> {
  const wanted = snapshot.register?.sha256
  if (!wanted || (await registerKept(site.store)) === wanted) return
  const bytes = await hub.bytes('/fhir/$directory-register')
  // It may have changed between the two questions; the next round asks again.
  if (createHash('sha256').update(bytes).digest('hex') !== wanted) return
  const register = JSON.parse(bytes.toString('utf8')) as DirectoryRegister
  await site.store.as(systemCaller('directory', site.settings.facility.code)).transact(async (tx) => {
    await tx.lockKey('directory')
    await replaceRegister(tx, register, wanted)
  })
}

/** Fetches once and keeps what came; a slip key of this site that the hub does not know is told. Throws what the line throws. */
export async function fetchDirectory(site: Site, hub: DirectoryLine): Promise<void> {
  const snapshot = await keepDirectory(site, (await hub.bytes('/fhir/$directory')).toString('utf8'))
  await keepRegister(site, hub, snapshot)
  const own = snapshot.facilities.find((f) => f.code === site.settings.facility.code)
  const key = site.keys.slipPublic
  if (!own || !key || own.slipKeys.some((k) => k.kid === key.kid)) return
  await hub.json('POST', '/fhir/Organization/$slip-key', key)
  await keepDirectory(site, (await hub.bytes('/fhir/$directory')).toString('utf8'))
}

export interface DirectoryAge {
  /** Null: no snapshot of the hub has come yet. */
  issuedAt: string | null
  days: number
  old: boolean
}

/** How old the directory of this site is. The hub's own is of now. */
export async function directoryAge(site: Site): Promise<DirectoryAge> {
  if (site.role === 'hub') return { issuedAt: site.clock.now().toISOString(), days: 0, old: false }
  const last = await kept(site.store)
  if (!last) return { issuedAt: null, days: 0, old: false }
  const days = Math.max(0, Math.floor((site.clock.now().getTime() - last.issued_at.getTime()) / DAY_MS))
  return { issuedAt: last.issued_at.toISOString(), days, old: days >= LONGEST_AGE_DAYS }
}

/** When the directory kept here has served its time; undefined at the hub and before the first one came. */
export async function directoryEnds(site: Site): Promise<Date | undefined> {
  const last = site.role === 'hub' ? undefined : await kept(site.store)
  return last && new Date(last.issued_at.getTime() + LONGEST_AGE_DAYS * DAY_MS)
}

/** One round: fetches, and says what is wrong and what is well again. Never throws for what the line or the hub does. */
export async function directoryRound(site: Site, hub: DirectoryLine, tell: DirectoryTrouble): Promise<void> {
  try {
    await fetchDirectory(site, hub)
    await tell('directory-refused', undefined)
  } catch (error) {
    const first = error instanceof OutcomeError ? error.findings[0] : undefined
    const refused = first && [DIRECTORY_OLDER.code, DIRECTORY_UNSIGNED.code].includes(first.definition.code)
    if (refused) await tell('directory-refused', first)
    const code = first?.definition.code ?? (error as { code?: string }).code ?? 'exception'
    if (!site.stopping.aborted && code !== 'hub-unreachable')
      site.log.warn({ code, en: first && findingText(first).en }, 'directory not fetched')
  }
  const age = await directoryAge(site)
  await tell('directory-old', age.old ? finding(DIRECTORY_OLD, { days: age.days }) : undefined)
}

/** Follows the directory until stopped. */
export function followDirectory(site: Site, hub: DirectoryLine, tell: DirectoryTrouble): { stop(): Promise<void> } {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  const running = (async () => {
    while (!signal.aborted) {
      await directoryRound(site, hub, tell).catch((error: unknown) => {
        // The database is away or the site closes: the next round finds out.
        if (!signal.aborted) site.log.warn({ name: (error as Error).name }, 'directory round failed')
      })
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined)
    }
  })()
  return {
    stop: async () => {
      stop.abort()
      await running
    },
  }
}

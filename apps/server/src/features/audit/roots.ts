/**
 * Roots of days. Whoever holds all rights over a database and its folder can rewrite rows, seal them anew and write a new
 * list of seals; what others hold of the days before stays (DESIGN 5.6). A node gives its roots to the hub and takes the
 * hub's; days without a line are given later, in order.
 */
import { createHash, createPublicKey } from 'node:crypto'
import { defineOutcome, refuse } from '@yba/fhir'
import { CompactSign, compactVerify } from 'jose'
import { nodeClients } from '../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import { clearAlert, type HubClient, raiseAlert } from '../exchange/index.ts'
import type { DayMarks, DayRoot, DepositAnswer, HeldRoot } from './contract.ts'
import { heldRoot, keepMarks, keepRoot, marksFrom, newestRoots, noteDeposit, noteWitness, rootsOf, undeposited } from './tables.ts'

const DAY_MS = 86_400_000
const ZONE_MS = 7 * 3_600_000
const TYPE = 'yba-audit-root'
/** Days of its own chain the hub tells again with every deposit. */
const TOLD_DAYS = 60

const ROOT_UNREADABLE = defineOutcome({
  code: 'audit-root-unreadable',
  http: 400,
  severity: 'error',
  issue: 'invalid',
  vi: 'Gốc nhật ký trong ngày không đọc được hoặc chữ ký không đúng.',
  en: 'The root of the day cannot be read, or its signature does not fit.',
  cure: { vi: 'Kiểm tra khóa của cơ sở đã đăng ký với trục.', en: 'Check the key the facility registered with the hub.' },
})

const ROOT_DIFFERS = defineOutcome({
  code: 'audit-root-differs',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Trục đã giữ một gốc nhật ký khác của ngày {day}.',
  en: 'The hub holds another root of {day}.',
  cure: { vi: 'Chạy kiểm tra nhật ký (yba audit verify) và báo kiểm soát viên.', en: 'Run yba audit verify and tell the auditor.' },
})

/** Day in Vietnam of an instant. */
export const dayOf = (at: Date): string => new Date(at.getTime() + ZONE_MS).toISOString().slice(0, 10)
const nextDay = (day: string): string => new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10)

/** Days that are over and have no root get one. Gives how many. */
export async function makeRoots(site: Site): Promise<number> {
  const key = site.keys.client ?? site.keys.directory
  if (!key) return 0
  const origin = site.settings.facility.code
  const known = await rootsOf(site.store, origin)
  const last = known.at(-1)
  const heads = await site.store.audit.heads(last?.root.to ?? 0)
  const today = dayOf(site.clock.now())
  let day = last ? nextDay(last.day) : heads[0] && dayOf(heads[0].at)
  let before: Pick<DayRoot, 'to' | 'hash'> = last?.root ?? { to: 0, hash: '' }
  let made = 0
  for (; day !== undefined && day < today; day = nextDay(day)) {
    const mine = heads.filter((h) => h.n > before.to && dayOf(h.at) <= (day ?? ''))
    const end = mine.at(-1) ? { to: mine.at(-1)?.n ?? 0, hash: mine.at(-1)?.hash ?? '' } : { to: before.to, hash: before.hash }
    const rows = mine.reduce((sum, h) => sum + h.count, 0)
    const marked = await markDay(site, day, before.to + 1, end.to, rows)
    const root: DayRoot = { origin, day, ...end, rows, from: before.to + 1, seals: mine.map((h) => h.hash.slice(0, 16)), ...marked }
    const bytes = new TextEncoder().encode(JSON.stringify(root))
    const jws = await new CompactSign(bytes).setProtectedHeader({ alg: 'ES384', kid: key.kid, typ: TYPE }).sign(key.privateKey)
    await keepRoot(site.store, root, jws, site.clock.now())
    before = end
    made += 1
  }
  return made
}

/** More rows a day than any hospital writes; their marks would be too much to give away. */
const MOST_MARKED = 400_000

/** Lays the marks of a day's rows ready to be given away; the root names their digest. */
async function markDay(site: Site, day: string, from: number, to: number, rows: number): Promise<Pick<DayRoot, 'marks' | 'start'>> {
  if (rows === 0 || rows > MOST_MARKED) return {}
  const { start, marks } = await site.store.audit.marksOfSeals(from, to)
  const since = dayOf(new Date(site.clock.now().getTime() - TOLD_DAYS * DAY_MS))
  await keepMarks(site.store, site.settings.facility.code, { day, start, marks }, since)
  return { marks: createHash('sha256').update(marks).digest('hex'), start }
}

/** The root of a JWS by one of the keys. Throws `audit-root-unreadable`. */
async function readRoot(jws: unknown, keys: readonly Record<string, unknown>[], origin?: string): Promise<DayRoot> {
  for (const jwk of keys) {
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
    const read = await compactVerify(String(jws), publicKey, { algorithms: ['ES384'] }).catch(() => null)
    if (!read || read.protectedHeader.typ !== TYPE) continue
    const root = JSON.parse(new TextDecoder().decode(read.payload)) as DayRoot
    const sound = /^\d{4}-\d{2}-\d{2}$/.test(root.day) && Number.isSafeInteger(root.to) && /^([0-9a-f]{64})?$/.test(root.hash)
    if (sound && Array.isArray(root.seals) && (origin === undefined || root.origin === origin)) return root
  }
  throw refuse(ROOT_UNREADABLE)
}

/** POST /fhir/AuditEvent/$deposit-root {root?, hub: [{day, hash}]} at the hub. Throws `audit-root-unreadable`, `audit-root-differs`. */
export async function depositRoot({ site, caller, json }: OperationContext): Promise<OperationAnswer> {
  const given = (json ?? {}) as { root?: unknown; hub?: unknown; marks?: unknown; marksFrom?: unknown }
  const now = site.clock.now()
  const isHeld = (h: unknown): h is { day: string; hash: string } =>
    typeof h === 'object' &&
    h !== null &&
    /^\d{4}-\d{2}-\d{2}$/.test(String((h as HeldRoot).day)) &&
    /^[0-9a-f]{0,64}$/.test(String((h as HeldRoot).hash))
  const held = (Array.isArray(given.hub) ? given.hub : []).slice(0, 400).filter(isHeld)
  if (held.length > 0) await noteWitness(site.store, caller.facility, held, now)
  if (given.root !== undefined) {
    const keys = (await nodeClients(site.store.sql))
      .filter((c) => c.facility === caller.facility)
      .flatMap((c) => c.keys as Record<string, unknown>[])
    const root = await readRoot(given.root, keys, caller.facility)
    if ((await keepRoot(site.store, root, String(given.root), now)) !== root.hash) {
      await differs(site, caller.facility, root.day)
      throw refuse(ROOT_DIFFERS, { day: root.day })
    }
    await takeMarks(site, caller.facility, root, given.marks)
  }
  const since = dayOf(new Date(now.getTime() - TOLD_DAYS * DAY_MS))
  const own = await rootsOf(site.store, site.settings.facility.code, since)
  const asked = /^\d{4}-\d{2}-\d{2}$/.test(String(given.marksFrom))
    ? await marksFrom(site.store, caller.facility, String(given.marksFrom))
    : []
  const answer: DepositAnswer = {
    held: (await rootsOf(site.store, caller.facility)).map(heldRoot),
    hub: own.map((r) => r.jws),
    ...(asked.length > 0
      ? { marks: asked.map(({ day, start, marks }) => ({ day, start: Number(start), marks: marks.toString('base64') })) }
      : {}),
  }
  return { json: answer }
}

/** Only what the signed root names. A node of an earlier version sends none. */
async function takeMarks(site: Site, facility: string, root: DayRoot, given: unknown): Promise<void> {
  const { start, marks } = (given ?? {}) as Partial<DayMarks>
  if (root.marks === undefined || typeof marks !== 'string' || !Number.isSafeInteger(start)) return
  const bytes = Buffer.from(marks, 'base64')
  // The root is kept all the same, and with it every later day: marks that were changed at the node must not stop them.
  // A root of an earlier version does not name the place.
  const elsewhere = root.start !== undefined && root.start !== start
  if (elsewhere || createHash('sha256').update(bytes).digest('hex') !== root.marks) {
    await differs(site, facility, root.day)
    return
  }
  const since = dayOf(new Date(site.clock.now().getTime() - TOLD_DAYS * DAY_MS))
  await keepMarks(site.store, facility, { day: root.day, start: Number(start), marks: bytes }, since)
}

function differs(site: Site, subject: string, day: string): Promise<boolean> {
  return raiseAlert(
    site.store,
    {
      kind: 'audit-root-differs',
      subject,
      severity: 'error',
      role: site.role === 'hub' ? 'hub-operator' : 'auditor',
      vi: `Nhật ký của ${subject} ngày ${day} không còn như đã niêm phong.`,
      en: `The audit of ${subject} of ${day} is not as it was sealed.`,
      cure: {
        vi: 'Chạy yba audit verify ở nơi đó và giữ nguyên máy để điều tra.',
        en: 'Run yba audit verify there and keep the machine as it is.',
      },
      details: { day },
    },
    site.clock.now(),
  )
}

async function ownMarks(site: Site, day: string): Promise<{ marks?: DayMarks }> {
  const [own] = await marksFrom(site.store, site.settings.facility.code, day)
  return own?.day === day ? { marks: { day, start: Number(own.start), marks: own.marks.toString('base64') } } : {}
}

/** What the hub holds of each row of this node from a day on. Throws `hub-unreachable`. */
export async function heldMarks(hub: HubClient, from: string): Promise<DayMarks[]> {
  return (await hub.json<DepositAnswer>('POST', '/fhir/AuditEvent/$deposit-root', { hub: [], marksFrom: from })).marks ?? []
}

/** Gives the hub what it has not, oldest first, and keeps what it says of itself. Throws `hub-unreachable`. */
export async function exchangeRoots(site: Site, hub: HubClient): Promise<HeldRoot[]> {
  const origin = site.settings.facility.code
  const hubs = await rootsOf(site.store, 'hub')
  const told = hubs.slice(-TOLD_DAYS).map((r) => ({ day: r.day, hash: r.root.hash }))
  const open = await undeposited(site.store, origin)
  let answer: DepositAnswer | undefined
  for (const one of open.length > 0 ? open : [undefined]) {
    try {
      answer = await hub.json<DepositAnswer>('POST', '/fhir/AuditEvent/$deposit-root', {
        ...(one ? { root: one.jws, ...(await ownMarks(site, one.day)) } : {}),
        hub: told,
      })
    } catch (error) {
      if ((error as { code?: string }).code !== ROOT_DIFFERS.code) throw error
      await differs(site, origin, one?.day ?? '')
    }
    if (one) await noteDeposit(site.store, one.day, site.clock.now())
  }
  // Refused to the last: what the hub holds is asked for all the same.
  answer ??= await hub.json<DepositAnswer>('POST', '/fhir/AuditEvent/$deposit-root', { hub: told })
  for (const jws of answer.hub) {
    const root = await readRoot(jws, site.keys.directoryTrust as Record<string, unknown>[])
    const kept = await keepRoot(site.store, { ...root, origin: 'hub' }, jws, site.clock.now())
    if (kept !== root.hash) await differs(site, 'hub', root.day)
  }
  return answer.held
}

/** At the hub: whose roots are late by more than a day. */
export async function watchRoots(site: Site): Promise<void> {
  const now = site.clock.now()
  const newest = new Map((await newestRoots(site.store)).map((r) => [r.origin, r.day]))
  const due = dayOf(new Date(now.getTime() - 2 * DAY_MS))
  for (const facility of new Set((await nodeClients(site.store.sql)).map((c) => c.facility))) {
    const day = newest.get(facility)
    // Who has never given one has joined today, or runs an older version.
    if (day === undefined || day >= due) {
      await clearAlert(site.store, 'audit-root-late', facility, now)
      continue
    }
    await raiseAlert(
      site.store,
      {
        kind: 'audit-root-late',
        subject: facility,
        severity: 'warning',
        role: 'hub-operator',
        vi: `Gốc nhật ký của cơ sở ${facility} chưa về từ sau ngày ${day}.`,
        en: `No root of the audit of facility ${facility} has come since ${day}.`,
        cure: { vi: 'Kiểm tra đường truyền và đồng hồ của cơ sở.', en: "Check the facility's line and clock." },
        details: { day },
      },
      now,
    )
  }
}

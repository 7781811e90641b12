/**
 * The hub judges the behaviour of nodes by names: each refusal that an honest node never meets has a weight, an hour of
 * them has a limit, and who passes it is suspended by itself, until the operator has heard the node. Emergencies pass a
 * suspension. What somebody does with a stolen token or a repeated request is counted and never held against the node
 * it was stolen from: else a thief could shut a hospital out.
 */
import { randomUUID } from 'node:crypto'
import { defineOutcome, finding, OutcomeError } from '@yba/fhir'
import { systemCaller } from '../../access/index.ts'
import type { NodeGuard } from '../../feature.ts'
import { limitsOf } from '../../settings.ts'
import type { Site } from '../../site.ts'
import { raiseAlert } from './alerts.ts'
import type { Standing } from './conduct/contract.ts'
import { suspensionView } from './conduct-view.ts'
import {
  clocks,
  countMisdeed,
  currentSuspension,
  forgetConduct,
  type MisdeedSum,
  misdeedsSince,
  noteAsked,
  openSuspension,
  putClock,
} from './tables/conduct.ts'
import { refusedFor } from './tables/quarantine.ts'

export const NODE_SUSPENDED = defineOutcome({
  code: 'node-suspended',
  http: 403,
  severity: 'error',
  issue: 'suppressed',
  vi: 'Kết nối của cơ sở với trục tạm bị đình chỉ từ {since} ({cause}). Phiếu cấp cứu vẫn đi.',
  en: "The facility's connection to the hub is suspended since {since} ({cause}). Emergencies still pass.",
  cure: {
    vi: 'Không có gì mất: mọi phiếu chờ trong hàng đợi. Quản trị viên gửi khiếu nại tại trang Liên thông của cơ sở (hoặc POST /fhir/$appeal).',
    en: 'Nothing is lost: all messages wait. The administrator appeals on the exchange page of the facility (or by POST /fhir/$appeal).',
  },
})

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * Weight of a refusal. Not here = no misdeed: a race that was lost, a clock that is off, a message of an honest
 * programmer. Zero: counted and shown, never a reason.
 */
const WEIGHTS: Record<string, number> = {
  'signature-invalid': 4,
  'digest-mismatch': 4,
  'content-digest-mismatch': 4,
  'idempotency-key-reused': 4,
  'duplicate-identifier-different-content': 0,
  'thread-unknown': 2,
  'urgent-lane-misused': 4,
  'not-permitted': 2,
  'json-too-deep': 4,
  'json-too-many-values': 4,
  'json-duplicate-key': 1,
  'json-forbidden-key': 4,
  'encoding-refused': 4,
  'pdf-unreadable': 4,
  'body-too-large': 2,
  'body-unreadable': 0,
  'parcel-incomplete': 0,
  'time-unreal': 0,
  'transition-not-allowed': 0,
  'request-too-slow': 0,
  'answer-not-read': 0,
  'proof-replayed': 0,
  'invalid-proof': 0,
}

const THROTTLED = new Set(['too-many-requests', 'too-many-at-once'])
/** A flood: so many throttled requests weigh as much as one step of it. */
const FLOOD_STEP = 100
const FLOOD_WEIGHT = 2
export const HARVEST = { least: 60, times: 10 }
const CACHE_MS = 1_000
const CLOCK_NOTE_MS = 5_000

/** Guards one hub: counts, judges by the hour, suspends. */
export function nodeGuard(site: Site): NodeGuard {
  const db = site.store
  const cached = new Map<string, { at: number; refusal: OutcomeError | null }>()
  const throttled = new Map<string, number>()
  const clock = new Map<string, number>()
  const strangers = new Map<string, { times: number }>()
  const unwritten = (error: unknown) => site.log.warn({ err: error }, 'misdeeds not written')

  async function count(facility: string, kind: string, weight: number, request: string, times = 1): Promise<void> {
    await countMisdeed(db, { facility, kind, weight, request, times }, site.clock.now())
    if (weight > 0 && (await judge(site, facility))) cached.delete(facility)
  }

  return {
    async suspension(facility) {
      const now = Date.now()
      const known = cached.get(facility)
      if (known && now - known.at < CACHE_MS && now >= known.at) return known.refusal
      const refusal = await suspensionRefusal(site, facility)
      cached.set(facility, { at: now, refusal })
      return refusal
    },
    async refused(caller, code, route) {
      const { id: facility, requestId } = caller
      if (THROTTLED.has(code)) {
        const n = (throttled.get(facility) ?? 0) + 1
        throttled.set(facility, n % FLOOD_STEP)
        // Written once in a hundred: a flood must not become a flood of rows.
        if (n % FLOOD_STEP === 0) await count(facility, 'flood', FLOOD_WEIGHT, requestId)
        return
      }
      const weight = WEIGHTS[code]
      if (weight === undefined) return
      await site.store.audit.record(caller, { action: 'refused', outcome: code, detail: route })
      await count(facility, code, weight, requestId)
    },
    async impersonated(facility, code, request) {
      const key = `${facility} ${code}`
      const waiting = strangers.get(key)
      if (waiting) {
        waiting.times += 1
        return
      }
      // Strangers may come by the thousand: what they do is written once a second.
      const first = { times: 0 }
      strangers.set(key, first)
      setTimeout(() => {
        strangers.delete(key)
        if (first.times > 0 && !site.stopping.aborted) count(facility, code, 0, request, first.times).catch(unwritten)
      }, 1000).unref()
      await count(facility, code, 0, request)
      await raiseAlert(db, stolen(facility), site.clock.now())
    },
    async clock(facility, skewMs) {
      const now = site.clock.now()
      const last = clock.get(facility)
      if (last !== undefined && Math.abs(last - skewMs) < CLOCK_NOTE_MS) return
      clock.set(facility, skewMs)
      await putClock(db, facility, skewMs, now)
    },
  }
}

const stolen = (facility: string) => ({
  kind: 'node-impersonated',
  subject: facility,
  severity: 'error' as const,
  role: 'hub-operator' as const,
  vi: `Có yêu cầu dùng mã truy cập của cơ sở ${facility} mà không có khóa, hoặc gửi lại yêu cầu đã dùng: có thể bị lộ trên đường truyền.`,
  en: `Somebody used a token of facility ${facility} without its key, or repeated one of its requests: it may leak on its way.`,
  cure: {
    vi: 'Gọi cho cơ sở, kiểm tra đường truyền và thiết bị trung gian; đổi khóa nếu nghi ngờ. Cơ sở không bị trừ điểm.',
    en: 'Call the facility, look at its line and what stands in it; renew its key in doubt. Nothing is held against the facility.',
  },
})

/** The refusal a suspended node gets, or null. */
async function suspensionRefusal(site: Site, facility: string): Promise<OutcomeError | null> {
  const row = await currentSuspension(site.store, facility)
  if (!row) return null
  const values = { since: row.since.toISOString(), cause: row.cause }
  return new OutcomeError([finding(NODE_SUSPENDED, values)], { suspension: await suspensionView(site.store, row) })
}

/** Suspends the node when its hour weighs too much; gives whether it did. */
async function judge(site: Site, facility: string): Promise<boolean> {
  const now = site.clock.now()
  const evidence = await misdeedsSince(site.store, facility, new Date(now.getTime() - HOUR_MS))
  const score = evidence.reduce((sum, m) => sum + m.score, 0)
  if (score < limitsOf(site.settings).misdeeds) return false
  return suspend(site, {
    facility,
    automatic: true,
    cause: evidence[0]?.kind ?? '',
    evidence,
    byId: 'system:conduct',
    byName: '',
    reason: '',
  })
}

export interface Verdict {
  facility: string
  automatic: boolean
  cause: string
  evidence: readonly MisdeedSum[]
  byId: string
  byName: string
  reason: string
}

/** Suspends a node and tells the operator; false when it is suspended already. */
export async function suspend(site: Site, verdict: Verdict): Promise<boolean> {
  const now = site.clock.now()
  const { facility } = verdict
  return site.store.as(systemCaller('conduct', site.settings.facility.code)).transact(async (tx) => {
    if (!(await openSuspension(tx, { id: randomUUID(), ...verdict }, now))) return false
    const alert = {
      kind: 'node-suspended',
      subject: facility,
      severity: 'error' as const,
      role: 'hub-operator' as const,
      vi: `Cơ sở ${facility} bị đình chỉ kết nối ${verdict.automatic ? 'tự động vì lỗi lặp lại' : 'theo quyết định của người vận hành'}. Phiếu cấp cứu vẫn đi.`,
      en: `Facility ${facility} is suspended ${verdict.automatic ? 'by itself for repeated faults' : 'by the operator’s decision'}. Emergencies still pass.`,
      cure: {
        vi: 'Xem bằng chứng ở bảng Ứng xử của cơ sở, gọi cho cơ sở, rồi gỡ hoặc giữ đình chỉ kèm lý do.',
        en: 'Look at the evidence in the conduct panel, call the facility, then lift or confirm with a reason.',
      },
    }
    await raiseAlert(tx, alert, now)
    tx.emit({ kind: 'exchange.conduct', thread: `Conduct/${facility}` })
    return true
  })
}

/**
 * F22: a node asks for an old paper of its own (bytes it has had for a week). Honest nodes hardly do; one whose key is in
 * wrong hands does it by the hundred. Far over its busiest hour of 14 days, and over sixty in an hour, suspends it.
 */
export async function oldPaperAsked(site: Site, facility: string, item: string, requestId: string): Promise<void> {
  const now = site.clock.now()
  const { lately, usual } = await noteAsked(site.store, facility, item, new Date(now.getTime() - HOUR_MS), now)
  if (lately <= Math.max(HARVEST.least, usual * HARVEST.times)) return
  await countMisdeed(site.store, { facility, kind: 'harvest', weight: limitsOf(site.settings).misdeeds, request: requestId, times: 1 }, now)
  await judge(site, facility)
}

/** What a node may know of its own standing. */
export async function standingOf(site: Site, facility: string): Promise<Standing> {
  const now = site.clock.now()
  const row = await currentSuspension(site.store, facility)
  const clock = (await clocks(site.store)).find((c) => c.facility === facility)
  return {
    suspended: row ? await suspensionView(site.store, row) : null,
    misdeeds: await misdeedsSince(site.store, facility, new Date(now.getTime() - DAY_MS)),
    skewMs: clock ? Number(clock.skew_ms) : null,
    refused: (await refusedFor(site.store, facility)).map((q) => ({
      number: q.number,
      code: q.code,
      at: (q.settled_at ?? q.at).toISOString(),
      reason: q.reason ?? '',
    })),
  }
}

const SWEEP_MS = HOUR_MS

/** Forgets after a while: asked papers after 14 days, misdeeds after 400. */
export function startForgetting(site: Site): { stop(): Promise<void> } {
  const forget = () => {
    const ago = (days: number) => new Date(site.clock.now().getTime() - days * DAY_MS)
    forgetConduct(site.store, ago(14), ago(400)).catch((error: unknown) => site.log.warn({ err: error }, 'conduct not swept'))
  }
  const timer = setInterval(forget, SWEEP_MS)
  timer.unref()
  return { stop: async () => clearInterval(timer) }
}

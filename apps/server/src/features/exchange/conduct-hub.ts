/** The hub's operations about the behaviour of nodes: the node's own standing and appeal, the operator's list and decisions. */
import { randomUUID } from 'node:crypto'
import { defineOutcome, refuse } from '@yba/fhir'
import { onBehalf } from '../../access/index.ts'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import { facilities } from '../directory/index.ts'
import { clearAlert, raiseAlert } from './alerts.ts'
import type { ConductAnswer, ConductRow, Standing } from './conduct/contract.ts'
import { standingOf, suspend } from './conduct.ts'
import { suspensionViews } from './conduct-view.ts'
import {
  clocks,
  confirmedAppeals,
  currentSuspension,
  decideAppeal,
  liftSuspension,
  misdeedsOfAll,
  putAppeal,
  suspensionStory,
} from './tables/conduct.ts'

export const REASON_NEEDED = defineOutcome({
  code: 'conduct-reason-needed',
  http: 422,
  severity: 'error',
  issue: 'required',
  vi: 'Cần ghi lý do (từ {least} đến {most} ký tự).',
  en: 'A reason is needed ({least} to {most} characters).',
  cure: {
    vi: 'Ghi điều đã xảy ra và đã kiểm tra; bên kia sẽ đọc.',
    en: 'Say what happened and what was checked; the other side will read it.',
  },
})

const NOT_SUSPENDED = defineOutcome({
  code: 'node-not-suspended',
  http: 409,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Cơ sở {facility} không bị đình chỉ.',
  en: 'Facility {facility} is not suspended.',
  cure: { vi: 'Tải lại trang.', en: 'Load the page again.' },
})

const ALREADY_SUSPENDED = defineOutcome({
  code: 'node-already-suspended',
  http: 409,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Cơ sở {facility} đã bị đình chỉ.',
  en: 'Facility {facility} is suspended already.',
  cure: { vi: 'Tải lại trang.', en: 'Load the page again.' },
})

const APPEAL_WAITS = defineOutcome({
  code: 'appeal-waits',
  http: 409,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Một khiếu nại đang chờ trục trả lời, hoặc đã gửi đủ số lần trong ngày.',
  en: 'An appeal waits for the hub’s answer, or the day’s appeals are used up.',
  cure: { vi: 'Đợi trả lời, hoặc gọi điện cho đơn vị vận hành trục.', en: 'Wait for the answer, or call the operator of the hub.' },
})

const FACILITY_UNKNOWN = defineOutcome({
  code: 'facility-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Danh bạ không có cơ sở {facility}.',
  en: 'The directory does not know facility {facility}.',
  cure: { vi: 'Kiểm tra mã cơ sở.', en: 'Check the facility code.' },
})

const LEAST = 10
const MOST = 2000
const DAY_MS = 86_400_000
const APPEALS_A_DAY = 5

const member = (json: unknown, name: string): string => {
  const value = typeof json === 'object' && json !== null ? (json as Record<string, unknown>)[name] : undefined
  return typeof value === 'string' ? value.normalize('NFC').trim() : ''
}

/** Throws `conduct-reason-needed`. */
export function reasonOf(json: unknown, name: string): string {
  const text = member(json, name)
  const letters = [...text].length
  if (letters < LEAST || letters > MOST) throw refuse(REASON_NEEDED, { least: LEAST, most: MOST })
  return text
}

/** GET /fhir/$standing: how the hub sees the calling node. */
async function standing({ site, caller }: OperationContext): Promise<OperationAnswer> {
  return { json: (await standingOf(site, caller.facility)) satisfies Standing }
}

/** POST /fhir/$appeal {text, by}: the node's administrator speaks. Throws `node-not-suspended`, `appeal-waits`, `conduct-reason-needed`. */
async function appeal({ site, caller, json }: OperationContext): Promise<OperationAnswer> {
  const text = reasonOf(json, 'text')
  const by = member(json, 'by').slice(0, 120) || caller.facility
  const { facility } = caller
  await site.store.as(onBehalf(caller)).transact(async (tx) => {
    const row = await currentSuspension(tx, facility)
    if (!row) throw refuse(NOT_SUSPENDED, { facility })
    const many = (await confirmedAppeals(tx, row.id, new Date(tx.now.getTime() - DAY_MS))) >= APPEALS_A_DAY
    if (many || !(await putAppeal(tx, { id: randomUUID(), suspension: row.id, by, text }, tx.now))) throw refuse(APPEAL_WAITS)
    await raiseAlert(tx, appealed(facility), tx.now)
    tx.emit({ kind: 'exchange.conduct', thread: `Conduct/${facility}` })
  })
  await site.store.audit.record(caller, { action: 'operation', outcome: 'success', detail: 'appeal' })
  return { json: await standingOf(site, facility) }
}

const appealed = (facility: string) => ({
  kind: 'node-appeal',
  subject: facility,
  severity: 'warning' as const,
  role: 'hub-operator' as const,
  vi: `Cơ sở ${facility} khiếu nại việc đình chỉ.`,
  en: `Facility ${facility} appeals against its suspension.`,
  cure: {
    vi: 'Đọc khiếu nại ở bảng Ứng xử, gỡ hoặc giữ đình chỉ kèm lý do.',
    en: 'Read it in the conduct panel; lift or confirm with a reason.',
  },
})

/** GET /fhir/Organization/$conduct: every facility with what counts against it, newest suspensions first. */
async function conduct({ site }: OperationContext): Promise<OperationAnswer> {
  const db = site.store
  const since = new Date(site.clock.now().getTime() - DAY_MS)
  const [list, misdeeds, skews, story] = await Promise.all([
    facilities(db),
    misdeedsOfAll(db, since),
    clocks(db),
    suspensionStory(db, null),
  ])
  const views = await suspensionViews(db, story)
  const rows = list.map((f): ConductRow => {
    const own = views.filter((v) => v.facility === f.code)
    const clock = skews.find((c) => c.facility === f.code)
    return {
      facility: f.code,
      name: f.name,
      suspended: own.find((v) => v.liftedAt === null) ?? null,
      misdeeds: misdeeds.filter((m) => m.facility === f.code).map(({ kind, count, score, lastAt }) => ({ kind, count, score, lastAt })),
      skewMs: clock ? Number(clock.skew_ms) : null,
      story: own,
    }
  })
  return { json: { rows } satisfies ConductAnswer }
}

/** POST /fhir/Organization/$suspend {facility, reason}: by hand. */
async function suspendByHand(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, json } = context
  const facility = member(json, 'facility')
  const reason = reasonOf(json, 'reason')
  if (!(await facilities(site.store)).some((f) => f.code === facility)) throw refuse(FACILITY_UNKNOWN, { facility: facility.slice(0, 20) })
  const done = await suspend(site, {
    facility,
    automatic: false,
    cause: 'manual',
    evidence: [],
    byId: caller.id,
    byName: caller.display,
    reason,
  })
  if (!done) throw refuse(ALREADY_SUSPENDED, { facility })
  await site.store.audit.record(caller, { action: 'operation', outcome: 'success', detail: `suspend ${facility}` })
  return conduct(context)
}

/** Lifts a suspension, or confirms it over an appeal; the node reads the reason. Throws `node-not-suspended`, `conduct-reason-needed`. */
function decide(decision: 'lifted' | 'confirmed') {
  return async (context: OperationContext): Promise<OperationAnswer> => {
    const { site, caller, json } = context
    const facility = member(json, 'facility')
    const reason = reasonOf(json, 'reason')
    await site.store.as(onBehalf(caller)).transact(async (tx) => {
      const row = await currentSuspension(tx, facility)
      if (!row) throw refuse(NOT_SUSPENDED, { facility: facility.slice(0, 20) })
      const answered = await decideAppeal(tx, row.id, decision, caller.display, reason, tx.now)
      if (decision === 'confirmed' && !answered) throw refuse(NOT_SUSPENDED, { facility })
      await clearAlert(tx, 'node-appeal', facility, tx.now)
      if (decision === 'lifted') {
        await liftSuspension(tx, row.id, caller.display, reason, tx.now)
        await clearAlert(tx, 'node-suspended', facility, tx.now)
      }
      tx.emit({ kind: 'exchange.conduct', thread: `Conduct/${facility}` })
    })
    await site.store.audit.record(caller, { action: 'operation', outcome: 'success', detail: `${decision} ${facility}` })
    return conduct(context)
  }
}

const SMALL = 16_384
const organization = { level: 'type', type: 'Organization', permission: 'hub.console' } as const

export const conductHubOperations: readonly Operation[] = [
  { name: '$standing', level: 'system', method: 'GET', permission: 'exchange.feed', body: 'none', whileSuspended: true, handle: standing },
  {
    name: '$appeal',
    level: 'system',
    method: 'POST',
    permission: 'exchange.submit',
    body: 'json',
    bodyLimit: SMALL,
    whileSuspended: true,
    handle: appeal,
  },
  { name: '$conduct', ...organization, method: 'GET', body: 'none', handle: conduct },
  { name: '$suspend', ...organization, method: 'POST', body: 'json', bodyLimit: SMALL, handle: suspendByHand },
  { name: '$lift-suspension', ...organization, method: 'POST', body: 'json', bodyLimit: SMALL, handle: decide('lifted') },
  { name: '$confirm-suspension', ...organization, method: 'POST', body: 'json', bodyLimit: SMALL, handle: decide('confirmed') },
]

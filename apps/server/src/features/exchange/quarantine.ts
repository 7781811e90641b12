/**
 * F16: what a node sent and the hub could not take is kept as it came, bounded per node, until a person has settled it:
 * tried again as it stands (a directory, a trusted authority or our own fault may have been mended meanwhile), refused
 * for good with a reason its sender reads, or handed to another role. Nobody changes its bytes.
 */
import { randomUUID } from 'node:crypto'
import { defineOutcome, type Finding, findingText, OutcomeError, parseStrictJson, refuse } from '@yba/fhir'
import { nodeCaller, onBehalf } from '../../access/index.ts'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import { facilities } from '../directory/index.ts'
import { clearAlert, raiseAlert } from './alerts.ts'
import type { QuarantineAct, QuarantineAnswer, QuarantineRow } from './conduct/contract.ts'
import { reasonOf } from './conduct-hub.ts'
import {
  forwardQuarantined,
  keepQuarantined,
  noteTried,
  type Quarantined,
  quarantined,
  quarantinedCase,
  settleQuarantined,
} from './tables/quarantine.ts'

const LARGEST = 4 * 1024 * 1024
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const NUMBER = /^[^\p{C}]{1,100}$/u

/** Refusals that say something about the content; races and rights need no copy. */
const KEPT = new Set(['parcel-incomplete', 'digest-mismatch', 'signature-invalid', 'duplicate-identifier-different-content'])

/** Who may be handed a case at the hub. */
const ROLES = ['hub-operator', 'administrator'] as const

const NOT_KEPT = defineOutcome({
  code: 'quarantine-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không còn giữ bản này.',
  en: 'This copy is not kept any more.',
  cure: {
    vi: 'Tải lại danh sách; mỗi cơ sở giữ hai mươi bản mới nhất.',
    en: 'Load the list again; of each facility the newest twenty are kept.',
  },
})

const SETTLED = defineOutcome({
  code: 'quarantine-settled',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: '{by} đã xử lý bản này.',
  en: '{by} has settled this copy.',
  cure: { vi: 'Tải lại danh sách.', en: 'Load the list again.' },
})

const OF_OTHERS = defineOutcome({
  code: 'quarantine-of-others',
  http: 403,
  severity: 'error',
  issue: 'forbidden',
  vi: 'Bản này đang giao cho vai trò khác.',
  en: 'This copy is assigned to another role.',
  cure: { vi: 'Nhờ người vận hành trục chuyển cho vai trò của bạn.', en: 'Ask the hub’s operator to hand it to your role.' },
})

const ACT_UNKNOWN = defineOutcome({
  code: 'quarantine-act-unknown',
  http: 400,
  severity: 'error',
  issue: 'value',
  vi: 'Không rõ việc cần làm với bản này.',
  en: 'It is not clear what to do with this copy.',
  cure: { vi: 'Chọn nhận lại, từ chối hoặc chuyển cho vai trò khác.', en: 'Choose to take it in, to refuse it, or to hand it on.' },
})

/** The slip a message says it is about; '' when it does not say it in a form that can be shown. */
function numberOf(json: unknown): string {
  const number = (json as { thread?: { number?: unknown } } | null | undefined)?.thread?.number
  return typeof number === 'string' && NUMBER.test(number) ? number : ''
}

const wordsOf = (found: Finding) => {
  const { code, vi, en, cure } = findingText(found)
  return { code, vi, en, cure }
}

/** Keeps the bytes of a refused message, when the refusal is about its content. */
export async function quarantine(context: OperationContext, name: string, found: Finding): Promise<void> {
  const { site, caller, bytes } = context
  if (!KEPT.has(found.definition.code) || bytes.length === 0 || bytes.length > LARGEST) return
  const place = found.path ?? String(found.values.what ?? found.values.role ?? '')
  const key = String(context.headers['idempotency-key'] ?? '').slice(0, 100)
  const copy = { id: randomUUID(), facility: caller.facility, route: name, code: found.definition.code, place: place.slice(0, 200) }
  await keepQuarantined(site.store, { ...copy, number: numberOf(context.json), words: wordsOf(found), key, bytes }, site.clock.now())
}

function view(q: Quarantined, names: ReadonlyMap<string, string>): QuarantineRow {
  return {
    id: q.id,
    facility: q.facility,
    name: names.get(q.facility) ?? q.facility,
    at: q.at.toISOString(),
    route: q.route,
    code: q.code,
    place: q.place,
    size: q.size,
    number: q.number,
    words: q.words,
    role: q.role as QuarantineRow['role'],
    state: q.state,
    tried: q.tried,
    ...(q.settled_at ? { settled: { at: q.settled_at.toISOString(), by: q.settled_by ?? '' } } : {}),
    ...(q.reason ? { reason: q.reason } : {}),
  }
}

async function list({ site }: OperationContext): Promise<OperationAnswer> {
  const [rows, known] = await Promise.all([quarantined(site.store), facilities(site.store)])
  const names = new Map(known.map((f) => [f.code, f.name]))
  return { json: { rows: rows.map((q) => view(q, names)) } satisfies QuarantineAnswer }
}

/** GET /fhir/Organization/$quarantine: what is kept, without its content; with `id` the bytes, which leaves an audit row. */
async function look(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, query } = context
  const id = query.get('id')
  if (id === null) return list(context)
  // Who is handed a case sees what it is about; the content is for the operator alone.
  if (!caller.permissions.has('hub.console')) throw refuse(NOT_KEPT)
  const found = UUID.test(id) ? await quarantinedCase(site.store, id) : null
  if (!found) throw refuse(NOT_KEPT)
  await site.store.audit.record(caller, { action: 'read', outcome: 'success', detail: `quarantine ${id}` })
  return { bytes: found.bytes, contentType: 'application/octet-stream' }
}

/** Takes a message in as if its node had sent it now; the handlers of the hub's own operations, by name. */
export type Handlers = Readonly<Record<string, (context: OperationContext) => Promise<OperationAnswer>>>

/** The hub's answer to the very bytes, or the findings of its refusal. */
async function again(context: OperationContext, q: Quarantined & { bytes: Buffer; key: string }, handlers: Handlers): Promise<Finding[]> {
  const handle = handlers[q.route]
  if (!handle) throw refuse(ACT_UNKNOWN)
  const caller = nodeCaller(q.facility, context.caller.requestId)
  try {
    await handle({
      ...context,
      caller,
      store: context.site.store.as(caller),
      json: parseStrictJson(q.bytes.toString('utf8')),
      bytes: q.bytes,
      headers: { 'idempotency-key': q.key || q.id },
    })
    return []
  } catch (error) {
    if (!(error instanceof OutcomeError) || error.http >= 500) throw error
    return error.findings
  }
}

async function open(context: OperationContext, id: unknown) {
  const found = typeof id === 'string' && UUID.test(id) ? await quarantinedCase(context.site.store, id) : null
  if (!found) throw refuse(NOT_KEPT)
  if (found.state !== 'open') throw refuse(SETTLED, { by: found.settled_by ?? '' })
  // The hub's operator answers for all of them; others for what they were handed.
  if (found.role !== context.caller.role && !context.caller.permissions.has('hub.console')) throw refuse(OF_OTHERS)
  return found
}

const forwarded = (q: Quarantined, role: (typeof ROLES)[number]) => ({
  kind: 'quarantine-forwarded',
  subject: q.id,
  severity: 'warning' as const,
  role,
  vi: `Một tin của cơ sở ${q.facility} mà trục chưa nhận được (${q.code}) được chuyển cho vai trò này.`,
  en: `A message of facility ${q.facility} that the hub could not take (${q.code}) was handed to this role.`,
  cure: { vi: 'Xem mục Tin bị giữ lại trên trang Liên thông.', en: 'Look at the messages held back on the exchange page.' },
})

/** POST /fhir/Organization/$quarantine-settle {id, act, reason, role?}. Throws what the message is refused with when it is tried again. */
function settle(handlers: Handlers) {
  return async (context: OperationContext): Promise<OperationAnswer> => {
    const { site, caller } = context
    const asked = (context.json ?? {}) as Partial<QuarantineAct>
    const q = await open(context, asked.id)
    const done = async (state: 'taken' | 'refused', reason: string) => {
      await site.store.as(onBehalf(caller)).transact(async (tx) => {
        const now = await quarantinedCase(tx, q.id, true)
        if (now?.state !== 'open') throw refuse(SETTLED, { by: now?.settled_by ?? '' })
        await settleQuarantined(tx, q.id, { state, by: caller.display, reason }, tx.now)
        await clearAlert(tx, 'quarantine-forwarded', q.id, tx.now)
        tx.emit({ kind: 'exchange.conduct', thread: `Conduct/${q.facility}` })
      })
    }
    if (asked.act === 'take-in') {
      const refusal = await again(context, q, handlers)
      const [first] = refusal
      await site.store.audit.record(caller, {
        action: 'operation',
        outcome: first?.definition.code ?? 'success',
        detail: `quarantine take-in ${q.id}`,
      })
      if (first) {
        await noteTried(site.store, q.id, wordsOf(first))
        throw new OutcomeError(refusal)
      }
      await done('taken', '')
    } else if (asked.act === 'refuse') {
      await done('refused', reasonOf(context.json, 'reason'))
      await site.store.audit.record(caller, { action: 'operation', outcome: 'success', detail: `quarantine refuse ${q.id}` })
    } else if (asked.act === 'forward') {
      const role = ROLES.find((r) => r === asked.role)
      if (!role || role === q.role) throw refuse(ACT_UNKNOWN)
      const reason = reasonOf(context.json, 'reason')
      await site.store.as(onBehalf(caller)).transact(async (tx) => {
        const now = await quarantinedCase(tx, q.id, true)
        if (now?.state !== 'open') throw refuse(SETTLED, { by: now?.settled_by ?? '' })
        await forwardQuarantined(tx, q.id, role, reason)
        await raiseAlert(tx, forwarded(q, role), tx.now)
      })
      await site.store.audit.record(caller, { action: 'operation', outcome: 'success', detail: `quarantine forward ${q.id} ${role}` })
    } else throw refuse(ACT_UNKNOWN)
    return list(context)
  }
}

const organization = { level: 'type', type: 'Organization' } as const

export const quarantineOperations = (handlers: Handlers): Operation[] => [
  { name: '$quarantine', ...organization, method: 'GET', permission: 'exchange.page', body: 'none', handle: look },
  {
    name: '$quarantine-settle',
    ...organization,
    method: 'POST',
    permission: 'exchange.act',
    body: 'json',
    bodyLimit: 16_384,
    handle: settle(handlers),
  },
]

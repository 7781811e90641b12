/** The console of the hub: how each node is doing, what is stuck and why, the figures of the month, reading again. */
import { OutcomeError, refuse } from '@yba/fhir'
import { onBehalf } from '../../access/index.ts'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import { facilities, facilityName } from '../directory/index.ts'
import { contacts as heard, lastBackup, offers, putOffer, putReplay, refusalsAtHub, suspendedNow } from '../exchange/index.ts'
import type { HubFigures, NodeReport, NodeRow, StuckRow } from '../exchange/page/contract.ts'
import { concerns } from './feed-out.ts'
import { BAD_REQUEST, REASON_REQUIRED } from './outcomes.ts'
import { deliveryLag, referralFunnel, type StuckThread, stuckThreads } from './tables/figures.ts'
import { taskFacts, taskIdentifierSystem } from './task.ts'

const LOOKED_AT = 1000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const SILENT_MS = HOUR
const NOT_DELIVERED_MS = 15 * MINUTE
const NOT_ANSWERED_MS = 24 * HOUR
const NO_OUTCOME_MS = 30 * 24 * HOUR

/** Entries of the log a node has not taken yet and that concern it; what concerns others is no backlog of its own. */
async function waitingFor(site: Site, facility: string, cursor: string): Promise<number | null> {
  try {
    const page = await site.store.log.read(cursor, LOOKED_AT)
    return page.entries.filter((e) => concerns(e, [facility])).length
  } catch (error) {
    // The node has not been heard of since the hub was restored: nobody knows what it has.
    if (error instanceof OutcomeError && error.code === 'cursor-unknown') return null
    throw error
  }
}

/** Every facility of the directory as the hub knows it. */
export async function nodeRows(site: Site): Promise<NodeRow[]> {
  const now = site.clock.now().getTime()
  const contacts = new Map((await heard(site)).map((c) => [c.facility, c]))
  const offered = new Map((await offers(site.store)).map((o) => [o.facility, o]))
  const suspended = await suspendedNow(site.store)
  return Promise.all(
    (await facilities(site.store)).map(async (f) => {
      const contact = contacts.get(f.code)
      const offer = offered.get(f.code)
      const silent = contact && now - contact.seen_at.getTime() >= SILENT_MS
      return {
        facility: f.code,
        name: f.name,
        suspended: suspended.has(f.code),
        lastSeen: contact?.seen_at.toISOString() ?? null,
        silentSince: silent ? contact.seen_at.toISOString() : null,
        cursor: contact?.cursor ?? null,
        cursorLag: contact ? await waitingFor(site, f.code, contact.cursor ?? '') : null,
        accepted: contact?.accepted ?? 0,
        refused: contact?.refused ?? 0,
        version: contact?.version ?? null,
        skewMs: contact?.skew_ms ?? null,
        report:
          contact?.report && contact.reported_at ? { ...(contact.report as NodeReport), at: contact.reported_at.toISOString() } : null,
        offered: offer ? { after: offer.after, at: offer.at.toISOString(), by: offer.by_name } : null,
      }
    }),
  )
}

/** GET /fhir/$nodes: who was heard of when. */
export async function nodes({ site }: OperationContext): Promise<OperationAnswer> {
  return { json: { rows: await nodeRows(site) } }
}

const WHY: Record<string, StuckRow['why']> = {
  sent: 'not-delivered',
  delivered: 'not-answered',
  'cancel-requested': 'not-answered',
  'info-needed': 'not-answered',
}

/** Names only the two parties: who the patient is stands on the thread's own page, under its own rights. */
async function stuckRow(context: OperationContext, s: StuckThread, silent: Map<string, string | null>): Promise<StuckRow | null> {
  const { site, caller } = context
  const stored = await site.store
    .as(onBehalf(caller))
    .transact((tx) => tx.findByIdentifier('Task', taskIdentifierSystem(s.issuer), s.number))
  if (!stored) return null
  const task = taskFacts(stored.resource())
  const since = silent.get(task.to.code)
  return {
    id: stored.id,
    number: s.number,
    from: task.issuer,
    to: task.to,
    state: s.state,
    since: s.since,
    why: WHY[s.state] ?? 'no-outcome',
    ...(since ? { silentSince: since } : {}),
  }
}

/** Start of the current month in Vietnam. */
function monthStart(now: Date): Date {
  const local = new Date(now.getTime() + 7 * HOUR).toISOString()
  return new Date(`${local.slice(0, 7)}-01T00:00:00+07:00`)
}

/** GET /fhir/$hub-figures */
export async function hubFigures(context: OperationContext): Promise<OperationAnswer> {
  const { site } = context
  const now = site.clock.now()
  const ago = (ms: number): Date => new Date(now.getTime() - ms)
  const from = monthStart(now)
  const [lag, funnel, stuck, refusals, rows] = await Promise.all([
    deliveryLag(site.store, ago(24 * HOUR)),
    referralFunnel(site.store, from, now),
    stuckThreads(site.store, { sent: ago(NOT_DELIVERED_MS), delivered: ago(NOT_ANSWERED_MS), outcome: ago(NO_OUTCOME_MS) }),
    refusalsAtHub(site.store, 50),
    nodeRows(site),
  ])
  const silent = new Map(rows.map((r) => [r.facility, r.silentSince]))
  const stuckRows = (await Promise.all(stuck.map((s) => stuckRow(context, s, silent)))).filter((s) => s !== null)
  const figures: HubFigures = {
    now: now.toISOString(),
    backupAt: await lastBackup(site),
    lag: { count: lag.count, p50: lag.p50, p99: lag.p99 },
    funnel: {
      month: new Date(from.getTime() + 7 * HOUR).toISOString().slice(0, 7),
      sent: funnel.sent,
      delivered: funnel.delivered,
      accepted: funnel.accepted,
      arrived: funnel.arrived,
      answered: funnel.answered,
      completed: funnel.completed,
      toDelivered: funnel.to_delivered,
      toAccepted: funnel.to_accepted,
      toArrived: funnel.to_arrived,
      toAnswered: funnel.to_answered,
    },
    stuck: stuckRows,
    refusals: refusals.map((r) => ({
      facility: r.message.slice(0, 5),
      number: r.message.slice(6),
      why: { code: r.code, ...r.words },
      first: r.first_at.toISOString(),
      last: r.last_at.toISOString(),
      times: r.times,
    })),
  }
  return { json: figures }
}

async function countAfter(site: Site, facility: string, after: string): Promise<number> {
  let count = 0
  for (let cursor = after; ; ) {
    const page = await site.store.log.read(cursor, LOOKED_AT)
    count += page.entries.filter((e) => concerns(e, [facility])).length
    if (page.entries.length < LOOKED_AT) return count
    cursor = page.cursor
  }
}

/**
 * POST /fhir/$offer-again {facility, after, reason, preview?}: at its next question the node is told everything after the
 * cursor ('' = from the start) once more. Applying is idempotent, so nothing doubles. Throws `cursor-unknown`.
 */
export async function offerAgain({ site, caller, json }: OperationContext): Promise<OperationAnswer> {
  const request = (json ?? {}) as { facility?: unknown; after?: unknown; reason?: unknown; preview?: unknown }
  const facility = String(request.facility ?? '')
  if (!(await facilityName(site.store, facility))) throw refuse(BAD_REQUEST, { what: 'facility' })
  const after = typeof request.after === 'string' ? request.after.trim() : ''
  const total = await countAfter(site, facility, after)
  if (request.preview) return { json: { total } }
  const reason = typeof request.reason === 'string' ? request.reason.trim().slice(0, 500) : ''
  if (!reason) throw refuse(REASON_REQUIRED)
  const id = await site.store.as(onBehalf(caller)).transact(async (tx) => {
    const job = { kind: 'offer', what: { facility, after }, reason, by_id: caller.id, by_name: caller.display, total } as const
    const replay = await putReplay(tx, job, tx.now)
    await putOffer(tx, { facility, after, replay, by_name: caller.display }, tx.now)
    // The node that waits for news is answered at once.
    tx.emit({ kind: 'exchange.offer', thread: 'Exchange/offer', payload: { facility } })
    return replay
  })
  const detail = `${facility} after "${after}" (${total}): ${reason}`
  await site.store.audit.record(caller, { action: 'exchange-offer', outcome: 'success', detail })
  return { status: 201, json: { id, total } }
}

export const consoleOperations: readonly Operation[] = [
  { name: '$nodes', level: 'system', method: 'GET', permission: 'exchange.page', body: 'none', handle: nodes },
  { name: '$hub-figures', level: 'system', method: 'GET', permission: 'exchange.page', body: 'none', handle: hubFigures },
  { name: '$offer-again', level: 'system', method: 'POST', permission: 'hub.console', body: 'json', bodyLimit: 16_384, handle: offerAgain },
]

/**
 * Replay: messages go out again under their own keys, threads are fetched and applied again. Nothing doubles, because
 * the hub answers a known key from memory and applying is idempotent. A replay is a job in the database with its reason.
 */
import { refuse } from '@yba/fhir'
import { onBehalf } from '../../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../../feature.ts'
import type { Site } from '../../../site.ts'
import type { FeedAnswer } from '../contract.ts'
import type { HubClient } from '../hub-client.ts'
import { inKeysBetween, outIdsBetween, putReplay, type ReplayRow, replayFates, replays } from '../tables/page.ts'
import type { ReplayPreview, ReplayRequest, ReplayView, SkipReason } from './contract.ts'
import { keyParts } from './messages.ts'
import { REPLAY_UNREADABLE } from './outcomes.ts'
import { reasonOf } from './settle.ts'

export const MOST = 10_000
const CURSOR = /^(\d{1,9}\.\d{1,18})?$/

export const replayView = (r: ReplayRow): ReplayView => ({
  id: r.id,
  kind: r.kind,
  by: r.by_name,
  at: r.at.toISOString(),
  reason: r.reason,
  total: r.total,
  done: r.done,
  failed: r.failed,
  skipped: r.finished_at && r.what.keys && !r.note ? Math.max(0, r.total - r.done - r.failed) : 0,
  ...(r.what.left?.length ? { left: r.what.left } : {}),
  state: r.finished_at ? 'done' : 'running',
  ...(r.note ? { note: r.note } : {}),
  ...(r.finished_at ? { finishedAt: r.finished_at.toISOString() } : {}),
})

function instant(value: string | undefined): Date {
  const at = new Date(value ?? '')
  if (Number.isNaN(at.getTime())) throw refuse(REPLAY_UNREADABLE, { what: 'from, to' })
  return at
}

/** What a request means: the messages, or the cursor from which the hub's feed is read again. */
async function resolve(site: Site, request: ReplayRequest, role: string): Promise<ReplayRow['what']> {
  if (request.direction !== 'out' && request.direction !== 'in') throw refuse(REPLAY_UNREADABLE, { what: 'direction' })
  const out = request.direction === 'out'
  if (request.after !== undefined) {
    if (out || !CURSOR.test(request.after)) throw refuse(REPLAY_UNREADABLE, { what: 'after' })
    return { after: request.after }
  }
  if (Array.isArray(request.keys)) {
    const parts = request.keys.slice(0, MOST + 1).map((k) => keyParts(String(k)))
    const keys = parts.map((k) => (k.direction === 'out' ? k.id : `${k.issuer}|${k.number}`))
    if (parts.some((k) => k.direction !== request.direction)) throw refuse(REPLAY_UNREADABLE, { what: 'keys' })
    return { keys: [...new Set(keys)], role }
  }
  const [from, to] = [instant(request.from), instant(request.to)]
  return { keys: await (out ? outIdsBetween(site.store, from, to, MOST + 1) : inKeysBetween(site.store, from, to, MOST + 1)), role }
}

/** How many events the hub would tell after a cursor; asking moves nothing. */
async function countAfter(hub: HubClient, after: string): Promise<number> {
  let count = 0
  for (let cursor = after; ; ) {
    const page = await hub.json<FeedAnswer>('GET', `/fhir/$events?after=${encodeURIComponent(cursor)}&wait=0&peek=1`)
    count += page.events.length
    if (page.events.length === 0) return count
    cursor = page.cursor
  }
}

/** Only what goes out may be left alone; taking in again changes nothing that is there. */
async function previewOf(site: Site, direction: 'out' | 'in', what: ReplayRow['what'], total: number): Promise<ReplayPreview> {
  if (direction === 'in' || !what.keys) return { total, goes: total, skipped: [] }
  const fates = await replayFates(site.store, what.keys, what.role ?? '')
  const counted = Map.groupBy(what.keys, (id) => fates.get(id) ?? 'unknown')
  const reasons: SkipReason[] = ['settled', 'overtaken', 'other-role', 'unknown']
  const skipped = reasons.flatMap((why) => (counted.has(why) ? [{ why, n: counted.get(why)?.length ?? 0 }] : []))
  return { total, goes: counted.get('goes')?.length ?? 0, skipped }
}

/** POST /fhir/$exchange-replay: how many it would be, or the job itself. */
export const replay =
  (line: (site: Site) => HubClient) =>
  async ({ site, caller, json }: OperationContext): Promise<OperationAnswer> => {
    const request = (json ?? {}) as ReplayRequest
    const what = await resolve(site, request, caller.role)
    const total = what.keys ? what.keys.length : await countAfter(line(site), what.after ?? '')
    if (total > MOST && what.keys) throw refuse(REPLAY_UNREADABLE, { what: `> ${MOST}` })
    if (request.preview) return { json: await previewOf(site, request.direction, what, total) }
    const reason = reasonOf(json)
    if (total === 0) throw refuse(REPLAY_UNREADABLE, { what: '0' })
    // Said beside the job as well: who looks at it tomorrow did not see the question.
    const left = (await previewOf(site, request.direction, what, total)).skipped
    const kind = request.direction === 'out' ? 'send' : 'take'
    const id = await site.store.as(onBehalf(caller)).transact(async (tx) => {
      tx.emit({ kind: 'exchange.changed', thread: 'Exchange/replay' })
      return putReplay(tx, { kind, what: { ...what, left }, reason, by_id: caller.id, by_name: caller.display, total }, tx.now)
    })
    const detail = `${kind} ${total} #${id}: ${reason}`
    await site.store.audit.record(caller, { action: 'exchange-replay', outcome: 'success', detail })
    return { status: 201, json: { id, total } }
  }

/** GET /fhir/$exchange-replays */
export async function replayList({ site }: OperationContext): Promise<OperationAnswer> {
  return { json: { rows: (await replays(site.store, 20)).map(replayView) } }
}

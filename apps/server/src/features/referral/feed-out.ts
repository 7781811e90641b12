/** The hub's numbered feed: each node hears of its own threads, in the log's order, by long-poll. */
import { setTimeout as delay } from 'node:timers/promises'
import { refuse } from '@yba/fhir'
import { onBehalf } from '../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { LogEntry } from '../../store/types.ts'
import { ownCodes } from '../directory/index.ts'
import type { FeedAnswer } from '../exchange/contract.ts'
import { endOffer, noteContact, type OfferRow, offers, readReport } from '../exchange/index.ts'
import { NOT_YOUR_THREAD } from './hub-outcomes.ts'
import { threadState } from './hub-thread.ts'
import { taskFacts, taskIdentifierSystem } from './task.ts'

const BATCH = 500
const LONGEST_WAIT_SECONDS = 55
/** How long the news of a routine thread gathers behind the first. */
const GATHER_MS = 100

/**
 * GET /fhir/$events?after=cursor&wait=25&lane=stat. Throws `cursor-unknown` after a restore of the hub. `peek=1` reads without being
 * the node's own question: its cursor as the hub knows it stays. `took` ends an offer of the operator to read again.
 */
export async function events(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, query, signal } = context
  const peek = query.get('peek') === '1'
  const wait = Math.min(LONGEST_WAIT_SECONDS, Math.max(0, Number(query.get('wait') ?? '0') || 0))
  const deadline = Date.now() + wait * 1000
  let cursor = query.get('after') ?? ''
  const stat = query.get('lane') === 'stat'
  // How far a node is behind, and what is offered to it again, is the matter of the lane that tells everything.
  const main = !peek && !stat
  let offer = main ? await heard(context, cursor) : null
  if (stat) noteContact(site, caller.facility, {})
  for (;;) {
    // An offer may come while the node waits.
    if (main) offer ??= await offerFor(site, caller.facility)
    if (offer) return { json: { ...(await pageFrom(context, offer.after)), offer: offer.replay } satisfies FeedAnswer }
    const page = await site.store.log.read(cursor, BATCH)
    cursor = page.cursor
    const told = page.entries.filter((e) => e.kind === 'referral.thread' && (!stat || e.payload.stat === true))
    // Asked again each time: a merger may be recorded while the node waits.
    const codes = told.length > 0 ? await ownCodes(site.store, caller.facility, site.clock.now()) : []
    const mine = told.filter((e) => concerns(e, codes))
    if (mine.length > 0) return { json: await answer(context, mine, cursor) }
    if (page.entries.length === BATCH) continue
    const left = deadline - Date.now()
    if (left <= 0 || signal.aborted || site.stopping.aborted) return { json: { events: [], cursor } satisfies FeedAnswer }
    const ends = AbortSignal.any([signal, site.stopping])
    await site.store.log.wait(cursor, left, ends)
    // In a busy hour every waiting node would read for every step of every other; an emergency has its own lane.
    if (!stat) await delay(GATHER_MS, undefined, { signal: ends }).catch(() => undefined)
  }
}

/** The node was heard of: where it stands and how it is doing. Gives what its hub's operator wants it to read again. */
async function heard({ site, caller, query, headers }: OperationContext, cursor: string): Promise<OfferRow | null> {
  const now = site.clock.now()
  const report = readReport(headers['x-yba-node'], now)
  noteContact(site, caller.facility, { cursor, ...(report ? { report: { ...report, at: now } } : {}) })
  const took = query.get('took')
  if (took) await endOffer(site.store, caller.facility, took, now)
  return offerFor(site, caller.facility)
}

const offerFor = async (site: Site, facility: string): Promise<OfferRow | null> =>
  (await offers(site.store)).find((o) => o.facility === facility) ?? null

/** The first page after a cursor that holds something for this node, or the end of the log. */
async function pageFrom(context: OperationContext, after: string): Promise<FeedAnswer> {
  const { site, caller } = context
  const codes = await ownCodes(site.store, caller.facility, site.clock.now())
  for (let cursor = after; ; ) {
    const page = await context.site.store.log.read(cursor, BATCH)
    cursor = page.cursor
    const mine = page.entries.filter((e) => concerns(e, codes))
    if (mine.length > 0) return answer(context, mine, cursor)
    if (page.entries.length < BATCH) return { events: [], cursor }
  }
}

/** GET /fhir/$thread?issuer=&number=: one thread as the feed would tell it, for its two parties. Throws `thread-unknown`. */
export async function oneThread(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, query } = context
  const [issuer, number] = [query.get('issuer') ?? '', query.get('number') ?? '']
  const thread = await site.store.as(onBehalf(caller)).transact(async (tx) => {
    const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(issuer), number)
    const task = stored && taskFacts(stored.resource())
    const codes = await ownCodes(tx, caller.facility, site.clock.now())
    return task && codes.some((code) => code === task.issuer.code || code === task.to.code) ? threadState(tx, task) : null
  })
  if (!thread) throw refuse(NOT_YOUR_THREAD)
  return { json: { cursor: '', at: thread.history.at(-1)?.recordedAt ?? site.clock.now().toISOString(), thread } }
}

/** Whether an entry is a step of a thread of which one of these codes is a party. */
export function concerns(entry: LogEntry, codes: readonly string[]): boolean {
  const { from, to } = entry.payload
  return entry.kind === 'referral.thread' && codes.some((code) => code === from || code === to)
}

/** Of several entries about one thread only the newest state is told; its story holds all steps. */
async function answer(context: OperationContext, entries: LogEntry[], cursor: string): Promise<FeedAnswer> {
  const newest = new Map<string, LogEntry>()
  for (const entry of entries) {
    const task = String(entry.payload.task)
    // Set anew at the end: the order told is the order of the numbers, or a node's cursor would jump over another thread.
    newest.delete(task)
    newest.set(task, entry)
  }
  const events = await context.site.store.as(onBehalf(context.caller)).transact(async (tx) => {
    const tasks = await tx.readMany([...newest.keys()].map((id) => `Task/${id}`))
    // Their statements travel together on the one connection.
    const told = [...newest].map(async ([task, entry]) => {
      const stored = tasks.get(`Task/${task}`)
      return stored && { cursor: entry.cursor, at: entry.at.toISOString(), thread: await threadState(tx, taskFacts(stored.resource())) }
    })
    return (await Promise.all(told)).filter((event) => event !== undefined)
  })
  return { events, cursor }
}

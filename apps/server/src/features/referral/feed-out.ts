/** The hub's numbered feed: each node hears of its own threads, in the log's order, by long-poll. */
import { onBehalf } from '../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { LogEntry } from '../../store/types.ts'
import type { FeedAnswer } from '../exchange/contract.ts'
import { noteContact } from '../exchange/index.ts'
import { threadState } from './hub-thread.ts'
import { taskFacts } from './task.ts'

const BATCH = 500
const LONGEST_WAIT_SECONDS = 55

/** GET /fhir/$events?after=cursor&wait=25&lane=stat. Throws `cursor-unknown` after a restore of the hub. */
export async function events(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, query, signal } = context
  const wait = Math.min(LONGEST_WAIT_SECONDS, Math.max(0, Number(query.get('wait') ?? '0') || 0))
  const deadline = Date.now() + wait * 1000
  let cursor = query.get('after') ?? ''
  const stat = query.get('lane') === 'stat'
  // How far a node is behind is said by the lane that tells everything.
  await noteContact(site.store, caller.facility, site.clock.now(), stat ? {} : { cursor })
  for (;;) {
    const page = await site.store.log.read(cursor, BATCH)
    cursor = page.cursor
    const mine = page.entries.filter((e) => concerns(e, caller.facility) && (!stat || e.payload.stat === true))
    if (mine.length > 0) return { json: await answer(context, mine, cursor) }
    if (page.entries.length === BATCH) continue
    const left = deadline - Date.now()
    if (left <= 0 || signal.aborted || site.stopping.aborted) return { json: { events: [], cursor } satisfies FeedAnswer }
    await site.store.log.wait(cursor, left, AbortSignal.any([signal, site.stopping]))
  }
}

/** Whether an entry is a step of a thread this facility is a party of. */
export function concerns(entry: LogEntry, facility: string): boolean {
  return entry.kind === 'referral.thread' && (entry.payload.from === facility || entry.payload.to === facility)
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
  const out: FeedAnswer['events'] = []
  await context.site.store.as(onBehalf(context.caller)).transact(async (tx) => {
    out.length = 0
    for (const [task, entry] of newest) {
      const stored = await tx.read('Task', task)
      if (stored)
        out.push({ cursor: entry.cursor, at: entry.at.toISOString(), thread: await threadState(tx, taskFacts(stored.resource())) })
    }
  })
  return { events: out, cursor }
}

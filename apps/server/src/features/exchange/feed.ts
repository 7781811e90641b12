/** The node's ear: long-polls the hub's numbered feed; the cursor moves only after the local commit of what it brought. */
import { setTimeout as delay } from 'node:timers/promises'
import { faultPoint } from '../../faults.ts'
import type { Site } from '../../site.ts'
import type { FeedAnswer, ThreadState } from './contract.ts'
import { failedTaking, takenIn } from './dead-letters.ts'
import { type HubClient, HubRefusal, unreachableBecause } from './hub-client.ts'
import { noteLine } from './line.ts'
import { noteTaken } from './tables/tries.ts'
import { feedCursor, moveCursor, park, parkedThreads, unpark } from './tables.ts'
import { whyOf } from './why.ts'

const WAIT_SECONDS = 25
const PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 10_000
const LONGEST_PARKED_MS = 300_000

/** Applies one thread's state at this site; must be idempotent and commit before it returns. */
export type ApplyThread = (state: ThreadState) => Promise<void>

/** Listens until stopped. */
export function startFeed(site: Site, hub: HubClient, apply: ApplyThread): { stop(): Promise<void> } {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  const running = listen(site, hub, apply, signal).catch((error: unknown) => {
    if (!signal.aborted) site.log.error({ err: error }, 'feed ended')
  })
  return {
    stop: async () => {
      stop.abort()
      await running
    },
  }
}

async function listen(site: Site, hub: HubClient, apply: ApplyThread, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      const parked = await retryParked(site, apply, signal)
      // After a break the first question is whether anybody is there: its answer must not wait for news.
      const wait = failures > 0 ? 0 : parked
      const after = await feedCursor(site.store, 'hub')
      const path = `/fhir/$events?after=${encodeURIComponent(after)}&wait=${wait}`
      const answer = await hub.json<FeedAnswer>('GET', path, undefined, { signal, timeoutMs: (WAIT_SECONDS + 10) * 1000 })
      await noteLine(site, null)
      await applyAll(site, answer, apply, signal)
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof HubRefusal && error.code === 'cursor-unknown') {
        // The hub began a new epoch (restored from a backup): read everything again, applying is idempotent.
        await moveCursor(site.store, 'hub', '', site.clock.now())
        continue
      }
      failures += 1
      const { code } = whyOf(error)
      if (code === 'exception') site.log.error({ err: error }, 'feed')
      await noteLine(site, unreachableBecause(error) ?? code)
      await delay(Math.min(LONGEST_PAUSE_MS, PAUSE_MS * failures), undefined, { signal }).catch(() => undefined)
    }
  }
}

async function applyAll(site: Site, answer: FeedAnswer, apply: ApplyThread, signal: AbortSignal): Promise<void> {
  for (const event of answer.events) {
    faultPoint(site, 'feed.before-apply')
    await applyOrPark(site, event, apply, 0, signal)
    await moveCursor(site.store, 'hub', event.cursor, site.clock.now())
    faultPoint(site, 'feed.after-apply')
  }
  if (answer.cursor) await moveCursor(site.store, 'hub', answer.cursor, site.clock.now())
}

/**
 * One thread that cannot be applied (a paper the hub cannot give, a record that clashes) must not keep the others
 * waiting: it is put aside in the database, then the cursor may pass it. Throws only when the site stops, or when it
 * cannot even be put aside.
 */
async function applyOrPark(site: Site, event: FeedEvent, apply: ApplyThread, attempts: number, signal: AbortSignal): Promise<void> {
  try {
    await takeIn(site, event, apply)
  } catch (error) {
    if (signal.aborted) throw error
    const why = whyOf(error)
    site.log.error({ err: error, thread: event.thread.thread, attempts }, 'a thread is put aside')
    const pause = Math.min(LONGEST_PARKED_MS, PAUSE_MS * 2 ** Math.min(attempts, 10))
    await park(site.store, event.thread, new Date(site.clock.now().getTime() + pause), why.code)
    await failedTaking(site, event.thread.thread, why, unreachableBecause(error) === undefined)
  }
}

/** One event of the feed, or what lies aside of it. */
export type FeedEvent = FeedAnswer['events'][number]

/** Applies one event and notes that it is in; throws what applying throws. */
export async function takeIn(site: Site, event: FeedEvent, apply: ApplyThread): Promise<void> {
  const { thread: state } = event
  await apply(state)
  await unpark(site.store, state.thread)
  const last = state.history.at(-1)
  const here = site.settings.facility.code
  const taken = {
    ...state.thread,
    version: state.version,
    event: last?.event ?? '',
    state: state.state,
    facility: last?.facility ?? '',
    other: state.from === here ? state.to : state.from,
    cursor: event.cursor,
  }
  await noteTaken(site.store, taken, new Date(event.at), site.clock.now())
  await takenIn(site, state.thread)
}

/** What lies aside has lost its place in the feed; the hub's last word in it says when it was told. */
export const parkedEvent = (state: ThreadState): FeedEvent => ({
  cursor: '',
  at: state.history.at(-1)?.recordedAt ?? new Date(0).toISOString(),
  thread: state,
})

/** Tries again what is due; gives how many seconds the feed may then wait for news. */
async function retryParked(site: Site, apply: ApplyThread, signal: AbortSignal): Promise<number> {
  const now = site.clock.now()
  for (const { body, attempts, next_at } of await parkedThreads(site.store)) {
    if (next_at <= now) await applyOrPark(site, parkedEvent(body), apply, attempts, signal)
  }
  const [next] = await parkedThreads(site.store)
  if (!next) return WAIT_SECONDS
  return Math.max(1, Math.min(WAIT_SECONDS, Math.ceil((next.next_at.getTime() - site.clock.now().getTime()) / 1000)))
}

/**
 * The node's ear: long-polls the hub's numbered feed; a cursor moves only after the local commit of what came before it.
 * Stat threads have a lane and a cursor of their own: a node that was away for days hears of an emergency first. The
 * main lane tells of them again, and applying is idempotent.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { faultPoint } from '../../faults.ts'
import type { Site } from '../../site.ts'
import type { FeedAnswer, ThreadState } from './contract.ts'
import { failedTaking } from './dead-letters.ts'
import { HubBusy, HubRefusal, isSuspended, unreachableBecause } from './hub-answers.ts'
import type { HubClient } from './hub-client.ts'
import { noteLine } from './line.ts'
import { nodeReport } from './report.ts'
import { noteTaken } from './tables/tries.ts'
import { feedCursor, moveCursor, park, parkedThreads } from './tables.ts'
import { whyOf } from './why.ts'

const WAIT_SECONDS = 25
const PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 10_000
const LONGEST_PARKED_MS = 300_000

/** Threads taken in at once: fetching papers is waiting, mostly. */
const WIDTH = 4

/** Threads whose papers are fetched together, while those before them are taken in. */
const AHEAD = 12

/** Where a lane's cursor stands in the table, and what it asks the hub for. */
const LANES = {
  all: { source: 'hub', query: '' },
  stat: { source: 'hub/stat', query: '&lane=stat' },
} as const

type Lane = (typeof LANES)[keyof typeof LANES]

/** Applies one thread's state at this site; must be idempotent and commit before it returns. */
export type ApplyThread = (state: ThreadState) => Promise<void>

/** Fetches what these threads will need. Best effort: a thread that lacks something then asks for it by itself. */
export type FetchAhead = (states: readonly ThreadState[]) => Promise<void>

/** What a node does with what it hears. */
export interface Taking {
  apply: ApplyThread
  ahead?: FetchAhead
}

/** Agreeing with the hub again, when one of the two was put back from a backup. Runs between two looks at the feed. */
export interface Resync {
  /** Compares and mends where it must; nothing to do most of the time. Gives in how many seconds it wants to look again, if it does. */
  look(): Promise<number | undefined>
  /** The hub does not know this node's cursor. */
  hubRestored(): Promise<void>
}

/** Listens until stopped. */
export function startFeed(site: Site, hub: HubClient, taking: Taking, resync?: Resync): { stop(): Promise<void> } {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  const running = Object.values(LANES).map((lane) =>
    listen(site, hub, taking, lane, lane === LANES.all ? resync : undefined, signal).catch((error: unknown) => {
      if (!signal.aborted) site.log.error({ err: error }, 'feed ended')
    }),
  )
  return {
    stop: async () => {
      stop.abort()
      await Promise.all(running)
    },
  }
}

async function listen(
  site: Site,
  hub: HubClient,
  taking: Taking,
  lane: Lane,
  resync: Resync | undefined,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0
  const cut: CutOff = new Map()
  let took = ''
  while (!signal.aborted) {
    try {
      // What lies aside is tried by one lane.
      const patience = lane === LANES.all ? await retryParked(site, taking.apply, cut, signal) : WAIT_SECONDS
      if (!hub.gate.up) await hub.gate.turn(signal)
      if (signal.aborted) return
      const again = (hub.gate.up ? await resync?.look() : undefined) ?? patience
      const after = await feedCursor(site.store, lane.source)
      const headers: Record<string, string> = lane === LANES.all ? { 'x-yba-node': JSON.stringify(await nodeReport(site)) } : {}
      // A question that tries the line wants its answer now: while it waited, nobody else of this node might dial. So this
      // is asked last of all; the line may have fallen during what is awaited above.
      const wait = hub.gate.up ? Math.min(patience, again) : 0
      const path = `/fhir/$events?after=${encodeURIComponent(after)}&wait=${wait}${lane.query}${took}`
      const options = { signal, headers, timeoutMs: (wait + 15) * 1000, urgent: lane === LANES.stat }
      const answer = await hub.json<FeedAnswer>('GET', path, undefined, options)
      took = ''
      await noteLine(site, null)
      await applyAll(site, answer, taking, lane, cut, signal)
      if (answer.offer) took = `&took=${encodeURIComponent(answer.offer)}`
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof HubRefusal && error.code === 'cursor-unknown') {
        try {
          await (resync ? resync.hubRestored() : moveCursor(site.store, lane.source, '', site.clock.now()))
          continue
        } catch (again) {
          // The hub went away in the middle: nothing is settled, so it is done again.
          if (signal.aborted) return
          site.log.warn({ code: (again as { code?: string }).code ?? 'exception' }, 'comparing with the hub was broken off')
        }
      }
      const because = unreachableBecause(error)
      if (because && because !== 'waiting') await noteLine(site, because)
      // The line has its own pauses.
      if (because && !isSuspended(error)) continue
      failures += 1
      const { code } = whyOf(error)
      if (code === 'exception') site.log.error({ err: error }, 'feed')
      if (!(error instanceof HubBusy)) await noteLine(site, code)
      const pause = error instanceof HubBusy ? error.pauseMs : Math.min(LONGEST_PAUSE_MS, PAUSE_MS * failures)
      await delay(pause, undefined, { signal }).catch(() => undefined)
    }
  }
}

/** Several threads at once, each once per answer; the cursor stands before the first that is not committed. */
async function applyAll(site: Site, answer: FeedAnswer, taking: Taking, lane: Lane, cut: CutOff, signal: AbortSignal): Promise<void> {
  const { events } = answer
  const done = new Set<number>()
  let next = 0
  let stands = 0
  const cursor = cursorMover(site, lane)
  // An emergency asks for its papers itself, in the lane of its own that the hub keeps open.
  const fetched = lane === LANES.all ? fetcher(site, events, taking.ahead) : async () => undefined
  const worker = async (): Promise<void> => {
    while (next < events.length) {
      const place = next++
      const event = events[place]
      if (!event) return
      faultPoint(site, 'feed.before-apply')
      await fetched(place)
      await applyOrPark(site, event, taking.apply, 0, cut, signal)
      done.add(place)
      let to = stands
      while (done.has(to)) to += 1
      const reached = to > stands ? events[to - 1]?.cursor : undefined
      stands = to
      // Of the last event the answer's own cursor speaks.
      if (reached && stands < events.length) await cursor.to(reached)
      faultPoint(site, 'feed.after-apply')
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: Math.min(WIDTH, events.length) }, worker))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  if (answer.cursor) await cursor.to(answer.cursor)
}

/** Papers of the events in groups, the next group's while one is taken in: at most two groups are under way. */
function fetcher(site: Site, events: readonly FeedEvent[], ahead: FetchAhead | undefined): (place: number) => Promise<void> {
  const groups: Promise<void>[] = []
  async function group(n: number): Promise<void> {
    const states = events.slice(n * AHEAD, (n + 1) * AHEAD).map((event) => event.thread)
    try {
      if (states.length > 0) await ahead?.(states)
    } catch (error) {
      // Each thread asks for its own papers and meets the same by itself, with its own consequences.
      site.log.debug({ code: whyOf(error).code }, 'papers could not be fetched ahead')
    }
  }
  return async (place) => {
    const n = Math.floor(place / AHEAD)
    groups[n] ??= group(n)
    await groups[n]
    groups[n + 1] ??= group(n + 1)
  }
}

/** Writes a lane's place, one after the other, or an earlier place could be written over a later one; of several that wait the last. */
function cursorMover(site: Site, lane: Lane): { to(cursor: string): Promise<void> } {
  let wanted = ''
  let running: Promise<void> | undefined
  async function write(): Promise<void> {
    try {
      for (let written = ''; written !== wanted; ) {
        const now = wanted
        await moveCursor(site.store, lane.source, now, site.clock.now())
        written = now
      }
    } finally {
      running = undefined
    }
  }
  return {
    to(cursor) {
      wanted = cursor
      running ??= write()
      return running
    },
  }
}

/** How often the line was cut under a thread. */
type CutOff = Map<string, number>

const CUTS_THAT_PARK = 3

/**
 * One thread that cannot be applied (a paper the hub cannot give, a record that clashes) must not keep the others
 * waiting: it is put aside in the database, then the cursor may pass it. Throws when the site stops, when it cannot even
 * be put aside, and when the line went: that is no fault of the thread, unless it happens over this one again and again.
 */
async function applyOrPark(
  site: Site,
  event: FeedEvent,
  apply: ApplyThread,
  attempts: number,
  cut: CutOff,
  signal: AbortSignal,
): Promise<void> {
  const name = `${event.thread.thread.issuer}|${event.thread.thread.number}`
  try {
    await takeIn(site, event, apply)
    cut.delete(name)
  } catch (error) {
    if (signal.aborted) throw error
    const because = unreachableBecause(error)
    const cuts = (cut.get(name) ?? 0) + (because === 'waiting' ? 0 : 1)
    if ((because && cuts < CUTS_THAT_PARK) || error instanceof HubBusy) {
      cut.set(name, cuts)
      throw error
    }
    cut.delete(name)
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
    reached: state.history.some((h) => h.event === 'deliver' || h.facility === state.to),
  }
  await noteTaken(site.store, taken, new Date(event.at), site.clock.now())
}

/** What lies aside has lost its place in the feed; the hub's last word in it says when it was told. */
export const parkedEvent = (state: ThreadState): FeedEvent => ({
  cursor: '',
  at: state.history.at(-1)?.recordedAt ?? new Date(0).toISOString(),
  thread: state,
})

/** Tries again what is due; gives how many seconds the feed may then wait for news. */
async function retryParked(site: Site, apply: ApplyThread, cut: CutOff, signal: AbortSignal): Promise<number> {
  const now = site.clock.now()
  const parked = await parkedThreads(site.store)
  if (parked.length === 0) return WAIT_SECONDS
  for (const { body, attempts, next_at } of parked) {
    if (next_at <= now) await applyOrPark(site, parkedEvent(body), apply, attempts, cut, signal)
  }
  const [next] = await parkedThreads(site.store)
  if (!next) return WAIT_SECONDS
  return Math.max(1, Math.min(WAIT_SECONDS, Math.ceil((next.next_at.getTime() - site.clock.now().getTime()) / 1000)))
}

/**
 * The node's sender: in order within a thread, several threads at once, stat before everything else; unlimited retries
 * while the hub is unreachable (one probe, not a storm); the hub's "no" ends the message and becomes visible to people.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { faultPoint } from '../../faults.ts'
import type { Site } from '../../site.ts'
import { type Bell, makeBell } from './bell.ts'
import type { CarriedDocument, Parcel, StepsAnswer, StepsMessage, ThreadState, TransitionMessage } from './contract.ts'
import { delivered, failedTry, refusedByHub } from './dead-letters.ts'
import { HUB_UNREACHABLE, HubBusy, HubRefusal, isSuspended, unreachableBecause } from './hub-answers.ts'
import type { HubClient } from './hub-client.ts'
import { noteLine } from './line.ts'
import { sideBySide } from './side-by-side.ts'
import { resyncState } from './tables/resync.ts'
import { dueMessages, type OutboxRow, postpone, type StoredParcel } from './tables.ts'
import { type Why, whyOf } from './why.ts'

/** Threads under way at once; a parcel may have 25 MB, so this bounds memory as well. */
const WIDTH = 6
/** Kept free for stat messages when routine ones fill the line. */
const STAT_WIDTH = 2
const IDLE_MS = 2_000
const HELD_MS = 15_000
/** Steps of different threads that travel in one request, and how many such requests are under way at once. */
const TOGETHER = 25
const GROUPS = 2
/** Answers applied here at once. */
const SIDE_BY_SIDE = 4
/** A message that fails by itself: its own doubling pause, so that it is soon out of the way of the others. */
const OWN_FIRST_MS = 1_000
const OWN_LONGEST_MS = 900_000

/** What the site does with the hub's answer to one message, before the message is settled. */
export type OnAnswer = (state: ThreadState) => Promise<void>

/** What the site does with the hub's no, before the message is settled: a crash in between only says the same again. */
export type OnRefusal = (row: OutboxRow, why: Why, answer: unknown) => Promise<void>

interface Hooks {
  onAnswer: OnAnswer
  onRefusal: OnRefusal
}

async function body(site: Site, row: OutboxRow): Promise<unknown> {
  if (row.kind === 'transition') return row.body
  const parcel = row.body as StoredParcel
  const documents: Parcel['documents'] = []
  for (const document of parcel.documents) documents.push(await withBytes(site, document))
  return { ...parcel, documents }
}

async function withBytes(site: Site, document: CarriedDocument): Promise<Parcel['documents'][number]> {
  const bytes = await site.store.blobs.get(document.digest)
  const pdf = document.pdf ? { pdfBase64: (await site.store.blobs.get(document.pdf)).toString('base64') } : {}
  return { ...document, bytesBase64: bytes.toString('base64'), ...pdf }
}

const underWay = new WeakMap<Site, Set<string>>()
const NONE: ReadonlySet<string> = new Set()

/** The messages that are being sent at this moment. */
export const beingSent = (site: Site): ReadonlySet<string> => underWay.get(site) ?? NONE

/** Sends one message under its key; throws what the line or the site throws. Says nothing in the table. */
export async function deliver(site: Site, hub: HubClient, row: OutboxRow, onAnswer: OnAnswer): Promise<void> {
  const path = row.kind === 'parcel' ? '/fhir/$submit' : '/fhir/Task/$transition'
  faultPoint(site, 'outbox.before-send')
  const state = await hub.json<ThreadState>('POST', path, await body(site, row), {
    idempotencyKey: row.id,
    urgent: row.priority === 'stat',
    headers: await marks(site, row),
  })
  faultPoint(site, 'outbox.after-send')
  await onAnswer(state)
}

/** Steps of different threads in one request, each under its key; gives those that are to be proposed alone. Throws what the line throws. */
async function deliverTogether(site: Site, hub: HubClient, rows: readonly OutboxRow[], hooks: Hooks): Promise<OutboxRow[]> {
  const [first] = rows
  if (!first) return []
  faultPoint(site, 'outbox.before-send')
  const steps = rows.map((row) => ({ key: row.id, message: row.body as TransitionMessage }))
  const { answers } = await hub.json<StepsAnswer>('POST', '/fhir/Task/$transitions', { steps } satisfies StepsMessage, {
    headers: await marks(site, first),
  })
  faultPoint(site, 'outbox.after-send')
  const said = new Map(answers.map((answer) => [answer.key, answer]))
  const how = await sideBySide(rows, SIDE_BY_SIDE, async (row) => {
    const answer = said.get(row.id)
    if (!answer || 'alone' in answer) return { row, is: 'alone' }
    return { row, is: (await answered(site, row, answer.state, hooks)) ? 'taken' : 'failed' }
  })
  const those = (is: string): OutboxRow[] => how.filter((one) => one.is === is).map((one) => one.row)
  await delivered(site, those('taken'))
  return those('alone')
}

/** What the site does with the answer to one of several; false when it could not, and the message is to be sent again. */
async function answered(site: Site, row: OutboxRow, state: ThreadState, hooks: Hooks): Promise<boolean> {
  try {
    await hooks.onAnswer(state)
    return true
  } catch (error) {
    await settleFailure(site, row, error, hooks.onRefusal)
    return false
  }
}

async function send(site: Site, hub: HubClient, row: OutboxRow, onAnswer: OnAnswer): Promise<void> {
  await deliver(site, hub, row, onAnswer)
  await delivered(site, [row])
  await noteLine(site, null)
}

/**
 * The epoch of the hub this node has agreed with (a hub that was put back since answers `resync-first`), and for a message
 * that is offered again the place its entry had.
 */
async function marks(site: Site, row: OutboxRow): Promise<Record<string, string>> {
  const epoch = row.hub_epoch === undefined ? (await resyncState(site.store))?.hub_epoch : row.hub_epoch
  return {
    ...(typeof epoch === 'number' ? { 'x-yba-hub-epoch': String(epoch) } : {}),
    ...(row.reoffer ? { 'x-yba-reoffer': `${row.reoffer.position};${row.reoffer.recordedAt};${row.reoffer.number}` } : {}),
  }
}

/** How often the other party of a thread may let us wait for what came before. */
const REOFFER_TRIES = 600

/** After a restore of the hub: first both compare, then each step waits for the one before. Gives the pause, or undefined. */
function comesLater(row: OutboxRow, error: unknown): number | undefined {
  if (!(error instanceof HubRefusal)) return undefined
  if (error.code === 'resync-first') return 1000
  if (error.code !== 'reoffer-early' || row.attempts >= REOFFER_TRIES) return undefined
  return Math.min(60_000, 250 * 2 ** Math.min(row.attempts, 8))
}

/** Sends until stopped. It listens to the site's log: whatever is queued is told there. */
export function startOutbox(
  site: Site,
  hub: HubClient,
  onAnswer: OnAnswer,
  onRefusal: OnRefusal = async () => undefined,
): { stop(): Promise<void> } {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  const bell = makeBell()
  const ended = (error: unknown) => {
    if (!signal.aborted) site.log.error({ err: error }, 'outbox ended')
  }
  signal.addEventListener('abort', bell.ring, { once: true })
  const running = [drain(site, hub, { onAnswer, onRefusal }, bell, signal).catch(ended), listen(site, bell, signal).catch(ended)]
  return {
    stop: async () => {
      stop.abort()
      await Promise.all(running)
    },
  }
}

/** The log says when something may have been queued. */
async function listen(site: Site, bell: Bell, signal: AbortSignal): Promise<void> {
  let cursor = await site.store.log.end()
  while (!signal.aborted) {
    await site.store.log.wait(cursor, 5 * IDLE_MS, signal)
    cursor = await site.store.log.end()
    bell.ring()
    // Many entries of one moment are one piece of news.
    await delay(30, undefined, { signal }).catch(() => undefined)
  }
}

/** What is sent in one request: one message, or steps of several threads. */
interface Flight {
  rows: readonly OutboxRow[]
  /** Routine steps, which travel together with others. */
  steps: boolean
}

/** A routine step that only the line has kept waiting may travel with others; whatever failed by itself goes alone. */
const mayJoin = (row: OutboxRow): boolean =>
  row.kind === 'transition' && row.priority !== 'stat' && !row.reoffer && (row.attempts === 0 || row.last_error === HUB_UNREACHABLE.code)

async function drain(site: Site, hub: HubClient, hooks: Hooks, bell: Bell, signal: AbortSignal): Promise<void> {
  const flights = new Map<Flight, Promise<void>>()
  // The hub did not take these together with others.
  const alone = new Set<string>()
  const sent = new Set<string>()
  underWay.set(site, sent)
  let routineAfter = 0
  function launch(flight: Flight): void {
    for (const row of flight.rows) sent.add(row.id)
    const one = flight.rows[0]
    const done = one && flight.rows.length === 1 ? attempt(site, hub, one, hooks) : attemptTogether(site, hub, flight.rows, hooks, alone)
    const ended = done.then((busyMs) => {
      if (busyMs > 0 && one?.priority !== 'stat') routineAfter = performance.now() + busyMs
      flights.delete(flight)
      for (const row of flight.rows) sent.delete(row.id)
      if (one && flight.rows.length === 1) alone.delete(one.id)
      bell.ring()
    })
    flights.set(flight, ended)
  }
  while (!signal.aborted) {
    if (!hub.gate.up) await hub.gate.turn(signal)
    const width = hub.gate.up ? WIDTH : 1
    const statOnly = flights.size >= width || performance.now() < routineAfter
    const room = (statOnly && hub.gate.up ? WIDTH + STAT_WIDTH : width) - flights.size
    const but = { underWay: [...sent], statOnly }
    const rows = room > 0 && !signal.aborted ? await dueMessages(site.store, site.clock.now(), TOGETHER + WIDTH, but) : []
    const groups = [...flights.keys()].filter((flight) => flight.steps).length
    for (const flight of flightsOf(rows, alone, GROUPS - groups).slice(0, Math.max(0, room))) launch(flight)
    // What is postponed, or pushed back by the hub, becomes due without a word.
    await bell.heard(pauseUntil(routineAfter))
  }
  await Promise.all(flights.values())
}

/** In the order of the messages: each by itself, but routine steps together where the first of them stands. */
function flightsOf(rows: readonly OutboxRow[], alone: ReadonlySet<string>, groups: number): Flight[] {
  const joins = (row: OutboxRow): boolean => mayJoin(row) && !alone.has(row.id)
  const steps = rows.filter(joins).slice(0, TOGETHER)
  return rows.flatMap((row): Flight[] => {
    if (!joins(row)) return [{ rows: [row], steps: false }]
    return row === steps[0] && groups > 0 ? [{ rows: steps, steps: true }] : []
  })
}

/** Until the routine lane is open again, or for a while. */
function pauseUntil(at: number): number {
  const left = at - performance.now()
  return left > 0 ? Math.min(IDLE_MS, left + 5) : IDLE_MS
}

/** Sends one message; gives how long the hub asks the routine ones to wait. Never throws. */
async function attempt(site: Site, hub: HubClient, row: OutboxRow, hooks: Hooks): Promise<number> {
  try {
    await send(site, hub, row, hooks.onAnswer)
  } catch (error) {
    if (error instanceof HubBusy) return error.pauseMs
    const later = comesLater(row, error)
    if (later !== undefined) {
      await postpone(site.store, row.id, new Date(site.clock.now().getTime() + later), (error as HubRefusal).code).catch(() => undefined)
      return 0
    }
    // Held back by the hub's operator: emergencies pass, the rest asks now and then.
    const held = isSuspended(error) ? HELD_MS : 0
    await settleFailure(site, row, error, hooks.onRefusal).catch((err: unknown) => {
      if (!site.stopping.aborted) site.log.error({ err, message: row.id }, 'a failed try could not be written down')
    })
    return held
  }
  return 0
}

/** Sends several steps in one request; gives how long the hub asks the routine ones to wait. Never throws. */
async function attemptTogether(site: Site, hub: HubClient, rows: readonly OutboxRow[], hooks: Hooks, alone: Set<string>): Promise<number> {
  try {
    for (const row of await deliverTogether(site, hub, rows, hooks)) alone.add(row.id)
    await noteLine(site, null)
  } catch (error) {
    if (error instanceof HubBusy) return error.pauseMs
    const [first] = rows
    const write = (err: unknown) => {
      if (!site.stopping.aborted) site.log.error({ err }, 'a failed try could not be written down')
    }
    // The line fails for all: one of them is written down as tried. What else fails is found by asking for each alone.
    if (first && unreachableBecause(error)) await settleFailure(site, first, error, hooks.onRefusal).catch(write)
    else for (const row of rows) alone.add(row.id)
    if (isSuspended(error)) return HELD_MS
  }
  return 0
}

/** The hub's "no" ends the message. Anything else is no verdict: the message stays. */
async function settleFailure(site: Site, row: OutboxRow, error: unknown, onRefusal: OnRefusal): Promise<void> {
  const why = whyOf(error)
  if (error instanceof HubRefusal) {
    site.log.warn({ message: row.id, kind: row.kind, code: error.code, status: error.status }, 'the hub refused a message')
    await onRefusal(row, why, error.body)
    await refusedByHub(site, row, why)
    await noteLine(site, null)
    return
  }
  const because = unreachableBecause(error)
  // Somebody else tries the line; this message has not been tried.
  if (because === 'waiting') return
  if (because) await noteLine(site, because)
  else site.log.error({ err: error, message: row.id, code: why.code }, 'sending failed')
  // The line has its own pauses; what fails over this message alone makes only it wait.
  const pause = because ? 0 : Math.min(OWN_LONGEST_MS, OWN_FIRST_MS * 2 ** Math.min(row.attempts, 20))
  await postpone(site.store, row.id, new Date(site.clock.now().getTime() + pause), because ? HUB_UNREACHABLE.code : why.code)
  await failedTry(site, row, why, !because)
}

/**
 * The node's sender: one message at a time per thread, in order; unlimited retries while the hub is unreachable (one
 * probe, not a storm); the hub's "no" ends the message and becomes visible to people.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { faultPoint } from '../../faults.ts'
import type { Site } from '../../site.ts'
import type { CarriedDocument, Parcel, ThreadState } from './contract.ts'
import { delivered, failedTry, refusedByHub } from './dead-letters.ts'
import { type HubClient, HubFault, HubRefusal, unreachableBecause } from './hub-client.ts'
import { noteLine } from './line.ts'
import { dueMessages, makeDue, type OutboxRow, postpone, type StoredParcel, settle } from './tables.ts'
import { whyOf } from './why.ts'

const BATCH = 20
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000
const IDLE_MS = 2_000
/** A message that fails by itself: its own doubling pause, so that it is soon out of the way of the others. */
const OWN_FIRST_MS = 1_000
const OWN_LONGEST_MS = 900_000

/** What the site does with the hub's answer to one message, before the message is settled. */
export type OnAnswer = (state: ThreadState) => Promise<void>

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

const underWay = new WeakMap<Site, string>()

/** The message that is being sent at this moment, if any. */
export const beingSent = (site: Site): string | undefined => underWay.get(site)

/** Sends one message under its key; throws what the line or the site throws. Says nothing in the table. */
export async function deliver(site: Site, hub: HubClient, row: OutboxRow, onAnswer: OnAnswer): Promise<void> {
  const path = row.kind === 'parcel' ? '/fhir/$submit' : '/fhir/Task/$transition'
  faultPoint(site, 'outbox.before-send')
  const state = await hub.json<ThreadState>('POST', path, await body(site, row), { idempotencyKey: row.id })
  faultPoint(site, 'outbox.after-send')
  await onAnswer(state)
}

async function send(site: Site, hub: HubClient, row: OutboxRow, onAnswer: OnAnswer): Promise<void> {
  underWay.set(site, row.id)
  await deliver(site, hub, row, onAnswer).finally(() => underWay.delete(site))
  await settle(site.store, row.id, 'acked', site.clock.now(), null)
  await delivered(site, row)
  await noteLine(site, null)
}

/** Sends until stopped. `wake` is called by nobody: the loop listens to the site's log. */
export function startOutbox(site: Site, hub: HubClient, onAnswer: OnAnswer): { stop(): Promise<void> } {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  const running = drain(site, hub, onAnswer, signal).catch((error: unknown) => {
    if (!signal.aborted) site.log.error({ err: error }, 'outbox ended')
  })
  return {
    stop: async () => {
      stop.abort()
      await running
    },
  }
}

async function drain(site: Site, hub: HubClient, onAnswer: OnAnswer, signal: AbortSignal): Promise<void> {
  let failures = 0
  let cursor = await site.store.log.end()
  while (!signal.aborted) {
    const seen = await site.store.log.end()
    const rows = await dueMessages(site.store, site.clock.now(), failures > 0 ? 1 : BATCH)
    let pause = 0
    for (const row of rows) {
      pause = await attempt(site, hub, row, onAnswer, failures)
      if (pause > 0) {
        failures += 1
        break
      }
      if (failures > 0) await makeDue(site.store, site.clock.now())
      failures = 0
    }
    if (rows.length > 0 && failures === 0) continue
    // The probe is due again when the pause is over; in an outage only new messages can be due before.
    if (failures > 0) await delay(pause || FIRST_PAUSE_MS, undefined, { signal }).catch(() => undefined)
    else await site.store.log.wait(cursor, IDLE_MS, signal)
    cursor = seen
  }
}

/** Sends one message; gives how long to pause, 0 when the message is settled. */
async function attempt(site: Site, hub: HubClient, row: OutboxRow, onAnswer: OnAnswer, failures: number): Promise<number> {
  try {
    await send(site, hub, row, onAnswer)
    return 0
  } catch (error) {
    if (error instanceof HubRefusal) {
      site.log.warn({ message: row.id, kind: row.kind, code: error.code, status: error.status }, 'the hub refused a message')
      await refusedByHub(site, row, whyOf(error))
      await noteLine(site, null)
      return 0
    }
    return failed(site, row, error, failures)
  }
}

/** No verdict: the message stays. Without the hub all wait; what fails over this message alone makes only it wait. */
async function failed(site: Site, row: OutboxRow, error: unknown, failures: number): Promise<number> {
  const because = unreachableBecause(error)
  const why = whyOf(error)
  if (because) await noteLine(site, because)
  else site.log.error({ err: error, message: row.id, code: why.code }, 'sending failed')
  const own = Math.min(OWN_LONGEST_MS, OWN_FIRST_MS * 2 ** Math.min(row.attempts, 20))
  const pause = because ? pauseAfter(failures + 1) : own
  await postpone(site.store, row.id, new Date(site.clock.now().getTime() + pause), because ? 'hub-unreachable' : why.code)
  await failedTry(site, row, why, !because)
  if (because) return pause
  // The hub may fail over everything: it gets a breath as well. What fails here at home needs none.
  return error instanceof HubFault ? pauseAfter(failures + 1) : 0
}

/** Full jitter over a doubling window. */
function pauseAfter(failures: number): number {
  const window = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10))
  return Math.max(100, Math.random() * window)
}

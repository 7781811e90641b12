/**
 * The node's sender: one message at a time per thread, in order; unlimited retries while the hub is unreachable (one
 * probe, not a storm); the hub's "no" ends the message and becomes visible to people.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { faultPoint } from '../../faults.ts'
import type { Site } from '../../site.ts'
import type { CarriedDocument, Parcel, ThreadState } from './contract.ts'
import { type HubClient, HubRefusal } from './hub-client.ts'
import { dueMessages, makeDue, type OutboxRow, postpone, type StoredParcel, settle } from './tables.ts'

const BATCH = 20
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000
const IDLE_MS = 2_000

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

async function send(site: Site, hub: HubClient, row: OutboxRow, onAnswer: OnAnswer): Promise<void> {
  const path = row.kind === 'parcel' ? '/fhir/$submit' : '/fhir/Task/$transition'
  faultPoint(site, 'outbox.before-send')
  const state = await hub.json<ThreadState>('POST', path, await body(site, row), { idempotencyKey: row.id })
  faultPoint(site, 'outbox.after-send')
  await onAnswer(state)
  await settle(site.store, row.id, 'acked', site.clock.now(), null)
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
      await settle(site.store, row.id, 'refused', site.clock.now(), error.code)
      return 0
    }
    const code = (error as { code?: string }).code ?? 'exception'
    if (code === 'exception') site.log.error({ err: error, message: row.id }, 'sending failed')
    const pause = pauseAfter(failures + 1)
    await postpone(site.store, row.id, new Date(site.clock.now().getTime() + pause), code)
    return pause
  }
}

/** Full jitter over a doubling window. */
function pauseAfter(failures: number): number {
  const window = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10))
  return Math.max(100, Math.random() * window)
}

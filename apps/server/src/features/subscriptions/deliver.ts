/** Sends what is due: in order, one at a time to each receiver, ever more rarely to one that fails, and aloud when it is given up. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Site } from '../../site.ts'
import { startLoop } from '../../worker-loop.ts'
import { notification, ownerOf } from './notification.ts'
import { send } from './send.ts'
import { stand } from './standing.ts'
import { type StateRow, subscriptions } from './tables.ts'

const AT_ONCE = 4
const MOST_EVENTS = 20
const LOOK_MS = 500
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 300_000
const TIMEOUT_MS = 10_000
/** Some two hours with the pauses; afterwards the receiver asks $events, and sets the status back to requested. */
const MOST_FAILURES = 30

export interface Pace {
  firstPauseMs: number
  timeoutMs: number
  mostFailures: number
}

const PACE: Pace = { firstPauseMs: FIRST_PAUSE_MS, timeoutMs: TIMEOUT_MS, mostFailures: MOST_FAILURES }

async function deliver(site: Site, state: StateRow, pace: Pace, signal: AbortSignal): Promise<void> {
  const { id, wanted } = state
  const from = Number(state.delivered)
  if (!(await ownerOf(site, state))) return stand(site, id, 'error', 'subscriber-gone')
  const shakes = state.state === 'requested'
  const events = shakes ? [] : await subscriptions.events(site.store, id, from, Number(state.events), MOST_EVENTS)
  const body = await notification(site, state, shakes ? 'handshake' : 'event-notification', events)
  const allowed = site.settings.subscriptionReceivers ?? []
  const call = { endpoint: wanted.endpoint ?? '', headers: wanted.headers, body, timeoutMs: pace.timeoutMs, allowed, signal }
  const fault = await send(call)
  signal.throwIfAborted()
  if (fault === 'endpoint-inside') return stand(site, id, 'error', fault)
  if (fault && state.failures + 1 >= pace.mostFailures) return stand(site, id, 'error', fault)
  if (fault) {
    const pause = Math.min(LONGEST_PAUSE_MS, pace.firstPauseMs * 2 ** Math.min(state.failures, 20))
    return void (await subscriptions.failed(site.store, id, fault, pause))
  }
  if (shakes) return stand(site, id, 'active', null)
  await subscriptions.delivered(site.store, id, Number(events.at(-1)?.number ?? from))
}

/** Starts the senders; several, so that a receiver that hangs keeps nobody waiting but a few. */
export function startDelivery(site: Site, pace: Pace = PACE): { stop(): Promise<void> } {
  const loops = Array.from({ length: AT_ONCE }, () =>
    startLoop(site, 'a subscription cannot be served', async (signal) => {
      const state = await subscriptions.due(site.store)
      if (state) return deliver(site, state, pace, signal)
      await delay(LOOK_MS, undefined, { signal, ref: false })
    }),
  )
  return { stop: async () => void (await Promise.all(loops.map((loop) => loop.stop()))) }
}

/** The node's ear: long-polls the hub's numbered feed; the cursor moves only after the local commit of what it brought. */
import { setTimeout as delay } from 'node:timers/promises'
import { faultPoint } from '../../faults.ts'
import type { Site } from '../../site.ts'
import type { FeedAnswer, ThreadState } from './contract.ts'
import { type HubClient, HubRefusal } from './hub-client.ts'
import { feedCursor, moveCursor } from './tables.ts'

const WAIT_SECONDS = 25
const PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 10_000

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
      const after = await feedCursor(site.store, 'hub')
      const path = `/fhir/$events?after=${encodeURIComponent(after)}&wait=${WAIT_SECONDS}`
      const answer = await hub.json<FeedAnswer>('GET', path, undefined, { signal, timeoutMs: (WAIT_SECONDS + 10) * 1000 })
      await applyAll(site, answer, apply)
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof HubRefusal && error.code === 'cursor-unknown') {
        // The hub began a new epoch (restored from a backup): read everything again, applying is idempotent.
        await moveCursor(site.store, 'hub', '', site.clock.now())
        continue
      }
      failures += 1
      const code = (error as { code?: string }).code ?? 'exception'
      if (code === 'exception') site.log.error({ err: error }, 'feed')
      await delay(Math.min(LONGEST_PAUSE_MS, PAUSE_MS * failures), undefined, { signal }).catch(() => undefined)
    }
  }
}

async function applyAll(site: Site, answer: FeedAnswer, apply: ApplyThread): Promise<void> {
  for (const event of answer.events) {
    faultPoint(site, 'feed.before-apply')
    await apply(event.thread)
    await moveCursor(site.store, 'hub', event.cursor, site.clock.now())
    faultPoint(site, 'feed.after-apply')
  }
  if (answer.cursor) await moveCursor(site.store, 'hub', answer.cursor, site.clock.now())
}

/** The loop of a site's background workers. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Site } from './site.ts'

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000

/**
 * Runs `turn` again and again until stopped or the site stops. A turn that throws ends no worker, for a database may be
 * away for a while: it is logged as `name` and tried again, less and less often.
 */
export function startLoop(
  site: Pick<Site, 'log' | 'stopping'>,
  name: string,
  turn: (signal: AbortSignal) => Promise<void>,
): { stop(): Promise<void> } {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  const running = (async () => {
    for (let failed = 0; !signal.aborted; ) {
      try {
        await turn(signal)
        failed = 0
      } catch (error) {
        if (signal.aborted) return
        site.log.error({ err: error }, name)
        await delay(Math.min(FIRST_PAUSE_MS * 2 ** failed++, LONGEST_PAUSE_MS), undefined, { signal }).catch(() => undefined)
      }
    }
  })()
  return {
    stop: async () => {
      stop.abort()
      await running
    },
  }
}

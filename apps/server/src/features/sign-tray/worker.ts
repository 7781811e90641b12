/** The site's signing worker: takes up what waits for a signer, after a restart too. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Site } from '../../site.ts'
import { type AfterSigned, signNext } from './sign.ts'
import { nextDue } from './tables.ts'

const IDLE_MS = 5_000
const LONGEST_PAUSE_MS = 60_000
/** Entries of the log behind which somebody asked for a signature. */
const ASKED = ['referral.signing', 'document.signed']

/** Runs until stopped; one request at a time (PAdES revisions of one PDF follow one another anyway). */
export function startSigningWorker(site: Site, after: AfterSigned): { stop(): Promise<void> } {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  const turn = async (): Promise<void> => {
    const cursor = await site.store.log.end()
    if ((await signNext(site, after)) !== 'none') return
    const due = await nextDue(site.store)
    const ms = due ? Math.max(50, Math.min(IDLE_MS, due.getTime() - site.clock.now().getTime())) : IDLE_MS
    await site.store.log.heard(cursor, ASKED, ms, signal)
  }
  const running = (async () => {
    // A database that is away for a while ends no worker: it looks again, less and less often.
    for (let failed = 0; !signal.aborted; ) {
      try {
        await turn()
        failed = 0
      } catch (error) {
        if (signal.aborted) return
        site.log.error({ err: error }, 'signing worker')
        await delay(Math.min(1_000 * 2 ** failed++, LONGEST_PAUSE_MS), undefined, { signal }).catch(() => undefined)
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

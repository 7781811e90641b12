/** The worker of a site behind its HIS's files: stays that are due, outcomes to be taken back. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Site } from '../../../site.ts'
import { forgetFiles, nextDueFile } from '../tables/files.ts'
import { forgottenBefore } from './follow.ts'
import { followNext } from './seal.ts'
import { withdrawNext } from './withdraw.ts'

const IDLE_MS = 5_000
const LONGEST_PAUSE_MS = 60_000
const HOUR_MS = 3_600_000

/** Runs until stopped; woken by files and slips. */
export function startFollowing(site: Site): { stop(): Promise<void> } {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  let forgotten = 0
  const turn = async (): Promise<void> => {
    const cursor = await site.store.log.end()
    if ((await withdrawNext(site)) || (await followNext(site))) return
    const now = site.clock.now()
    if (now.getTime() - forgotten > HOUR_MS) {
      await forgetFiles(site.store, forgottenBefore(now))
      forgotten = now.getTime()
    }
    const due = await nextDueFile(site.store)
    const ms = due ? Math.max(50, Math.min(IDLE_MS, due.getTime() - site.clock.now().getTime())) : IDLE_MS
    await site.store.log.heard(cursor, ['referral.file-due'], ms, signal)
  }
  const running = (async () => {
    // A database that is away for a while ends no worker: it looks again, less and less often.
    for (let failed = 0; !signal.aborted; ) {
      try {
        await turn()
        failed = 0
      } catch (error) {
        if (signal.aborted) return
        site.log.error({ err: error }, 'following of files')
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

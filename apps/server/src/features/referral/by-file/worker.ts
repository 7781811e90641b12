/** The worker of a site behind its HIS's files: stays that are due, outcomes to be taken back. */
import type { Site } from '../../../site.ts'
import { startLoop } from '../../../worker-loop.ts'
import { forgetFiles, nextDueFile } from '../tables/files.ts'
import { forgottenBefore } from './follow.ts'
import { followNext } from './seal.ts'
import { withdrawNext } from './withdraw.ts'

const IDLE_MS = 5_000
const HOUR_MS = 3_600_000

/** Runs until stopped; woken by files and slips. */
export function startFollowing(site: Site): { stop(): Promise<void> } {
  let forgotten = 0
  return startLoop(site, 'following of files', async (signal) => {
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
  })
}

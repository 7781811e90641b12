/** The site's signing worker: takes up what waits for a signer, after a restart too. */
import type { Site } from '../../site.ts'
import { startLoop } from '../../worker-loop.ts'
import { type AfterSigned, signNext } from './sign.ts'
import { nextDue } from './tables.ts'

const IDLE_MS = 5_000
/** Entries of the log behind which somebody asked for a signature. */
const ASKED = ['referral.signing', 'document.signed']

/** Runs until stopped; one request at a time (PAdES revisions of one PDF follow one another anyway). */
export function startSigningWorker(site: Site, after: AfterSigned): { stop(): Promise<void> } {
  return startLoop(site, 'signing worker', async (signal) => {
    const cursor = await site.store.log.end()
    if ((await signNext(site, after)) !== 'none') return
    const due = await nextDue(site.store)
    const ms = due ? Math.max(50, Math.min(IDLE_MS, due.getTime() - site.clock.now().getTime())) : IDLE_MS
    await site.store.log.heard(cursor, ASKED, ms, signal)
  })
}

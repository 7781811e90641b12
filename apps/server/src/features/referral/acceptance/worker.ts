/** Follows the site's log: slips that come or move, and verdicts that slips wait for. */
import type { Site } from '../../../site.ts'
import { awaiting } from '../tables/acceptance.ts'
import { decideSlip } from './decide.ts'

/** So often a slip may stop the ones behind it by a fault of ours. */
const TRIES = 3

/** Decides until stopped. What failed is tried again, then left to people: a slip nobody decided about is the desk's. */
export function startAcceptance(site: Site): { stop(): Promise<void> } {
  const failed = new Map<string, number>()
  const decide = async (task: string): Promise<void> => {
    try {
      await decideSlip(site, task)
      failed.delete(task)
    } catch (error) {
      const tries = (failed.get(task) ?? 0) + 1
      failed.set(task, tries)
      if (tries < TRIES) throw error
      failed.delete(task)
      site.log.error({ err: error, task }, 'the acceptance policy could not decide about a slip')
    }
  }
  return site.store.log.consume('referral-acceptance', async (entries) => {
    const changed = entries.filter((e) => e.kind === 'referral.changed')
    const due = changed.filter((e) => e.payload.due === true)
    const verdicts = entries.filter((e) => e.kind === 'document.verdict')
    const named = (some: typeof entries, what: 'task' | 'document') => some.map((e) => String(e.payload[what]))
    const awaited = await awaiting(site.store, named(changed, 'task'), named(verdicts, 'document'))
    const tasks = new Set([...named(due, 'task'), ...awaited])
    for (const task of tasks) await decide(task)
  })
}

/** The hub's own side of the figures: each slip as one row, followed by the log, so that the table never reads the stories. */
import { onBehalf, systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { LogEntry } from '../../store/types.ts'
import { slipFigures } from '../referral/index.ts'
import { putSlips } from './tables.ts'

/** The table is looked at by days: slips of a second are counted together. */
const REST_MS = 1_000

/** Follows the threads until stopped; what is told twice changes nothing. */
export function followSlips(site: Site): { stop(): Promise<void> } {
  const store = site.store.as(onBehalf(systemCaller('reporting', site.settings.facility.code)))
  const count = async (entries: LogEntry[]): Promise<void> => {
    const tasks = new Set(entries.filter((e) => e.kind === 'referral.thread').map((e) => String(e.payload.task)))
    if (tasks.size === 0) return
    await store.transact(async (tx) => {
      const { slips, others } = await slipFigures(tx, [...tasks])
      const counted = slips.filter((s) => s.sentAt !== null && !s.withdrawn)
      const gone = slips.filter((s) => s.sentAt === null || s.withdrawn).map((s) => s.task)
      await putSlips(
        tx,
        counted.map((s) => ({ task: s.task, issuer: s.issuer, day: s.day, answered: s.answered })),
        [...gone, ...others],
      )
    })
  }
  return site.store.log.consume('reporting-slips', count, { rest: REST_MS })
}

/** The first edition of each week and month, made by itself. */
import { setTimeout as delay } from 'node:timers/promises'
import { localDay } from '@yba/vietnam'
import type { Site } from '../../site.ts'
import { startLoop } from '../../worker-loop.ts'
import { addDays, lastOver, periodOf } from './days.ts'
import { gather } from './department.ts'
import { freeze } from './snapshots.ts'
import { newestPeriod } from './tables/snapshots.ts'

const EVERY_MS = 600_000
/** What the nodes tell of the last evening has come by then. */
const HOURS_AFTER = 6
/** Periods that are made up for after an outage of the hub. */
const MOST_MISSED = 12

/** Freezes every period that is over by some hours and has no edition. Gives the ids made. */
export async function freezeDue(site: Site): Promise<string[]> {
  const made: string[] = []
  // Six in the morning of the day after: until then the day that counts is still the one before.
  const today = localDay(new Date(site.clock.now().getTime() - HOURS_AFTER * 3_600_000))
  for (const kind of ['week', 'month'] as const) {
    const last = lastOver(kind, today)
    const newest = await newestPeriod(site.store, kind)
    if (newest !== undefined && newest >= last.from) continue
    // The first one is of a period of which something is known: before the hub there was nothing to freeze.
    if (newest === undefined && (await gather(site, { kind, ...last })).days.length === 0) continue
    let from = newest === undefined ? last.from : addDays(periodOf(kind, newest).until, 1)
    for (let n = 0; from <= last.from && n < MOST_MISSED; n++) {
      made.push(await freeze(site, { kind, from, reason: '', by: null }, (period) => gather(site, period)))
      from = addDays(periodOf(kind, from).until, 1)
    }
  }
  return made
}

/** Looks until stopped. */
export function startFreezing(site: Site): { stop(): Promise<void> } {
  return startLoop(site, 'freezing of the figures', async (signal) => {
    await freezeDue(site)
    await delay(EVERY_MS, undefined, { signal }).catch(() => undefined)
  })
}

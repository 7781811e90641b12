/**
 * Since when a site and its database answer without a break, kept in the database so that a restart does not begin the
 * story anew: every pass of the watch says "still here", and a gap longer than a restart begins another one.
 */
import type { Site } from '../../site.ts'
import { noteRunning, type RunningRow, readRunning } from './tables/running.ts'

const began = new WeakSet<Site>()
const last = new WeakMap<Site, RunningRow>()

/** The site is here and so is its database. */
export async function stillRunning(site: Site): Promise<void> {
  const fresh = !began.has(site)
  last.set(site, await noteRunning(site.store, fresh, site.clock.now()))
  began.add(site)
}

/** Since when it has been so; null before the first pass after an installation. */
export async function runningSince(site: Site): Promise<RunningRow | null> {
  const row = await readRunning(site.store)
  if (row) last.set(site, row)
  return row
}

/** What was known last, for when the database cannot be asked. */
export const lastKnown = (site: Site): RunningRow | undefined => last.get(site)

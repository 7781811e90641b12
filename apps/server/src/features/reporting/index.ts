/** Door of reporting: what facilities tell of their days, and the health department's table at the hub. */
import type { Feature } from '../../feature.ts'
import { followSlips } from './follow-slips.ts'
import { startFreezing } from './freezing.ts'
import { startTelling } from './node.ts'
import { hubOperations } from './operations.ts'
import { hubMigrations, nodeMigrations } from './tables.ts'

/** A facility counts and tells. */
export const reportingFacility: Feature = {
  name: 'reporting',
  operations: [],
  migrations: nodeMigrations,
  start: async (site) => (site.settings.hubUrl && site.keys.client ? startTelling(site) : { stop: async () => undefined }),
}

/** The hub gathers, shows and freezes. */
export const reportingHub: Feature = {
  name: 'reporting',
  operations: hubOperations,
  migrations: hubMigrations,
  async start(site) {
    const workers = [followSlips(site), startFreezing(site)]
    return { stop: async () => void (await Promise.all(workers.map((w) => w.stop()))) }
  },
}

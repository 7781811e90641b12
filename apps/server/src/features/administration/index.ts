/** Door of administration: users, sessions, how the site is doing. */
import type { Feature } from '../../feature.ts'
import { startKeyWatch } from './key-watch.ts'
import { noteStart, statusOperation } from './status.ts'
import { userOperations } from './users.ts'

export { type KeyEnd, keyEnds } from './key-ends.ts'
export { type SiteStatus, siteStatus } from './status.ts'

export const administration: Feature = {
  name: 'administration',
  operations: [...userOperations, statusOperation],
  start: async (site) => {
    noteStart(site)
    // A bare site has neither alerts nor keys that run out.
    return site.role === 'bare' ? { stop: async () => undefined } : startKeyWatch(site)
  },
}

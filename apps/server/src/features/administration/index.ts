/** Door of administration: users, sessions, how the site is doing. */
import type { Feature } from '../../feature.ts'
import { noteStart, statusOperation } from './status.ts'
import { userOperations } from './users.ts'

export { type SiteStatus, siteStatus } from './status.ts'

export const administration: Feature = {
  name: 'administration',
  operations: [...userOperations, statusOperation],
  start: async (site) => {
    noteStart(site)
    return { stop: async () => undefined }
  },
}

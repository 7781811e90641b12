/** Door of the subscriptions: who wants to know of a change is told, or finds it waiting. */
import type { Feature } from '../../feature.ts'
import { startDelivery } from './deliver.ts'
import { followLog } from './follow.ts'
import { operations } from './operations.ts'
import { migrations } from './tables.ts'

export const subscriptionFeature: Feature = {
  name: 'subscriptions',
  operations,
  migrations,
  async start(site) {
    const parts = [followLog(site), startDelivery(site)]
    return { stop: async () => void (await Promise.all(parts.map((part) => part.stop()))) }
  },
}

/** Door of joining: how a facility comes to the exchange. */
import type { Feature } from '../../feature.ts'
import { join } from './acts.ts'
import { list } from './list.ts'
import { joinTest } from './path-test.ts'
import { migrations } from './tables.ts'

export { fingerprintOf, signKeyRequest } from './key-request.ts'
export { JOINING_CARD } from './outcomes.ts'
export { testPath } from './self-test.ts'

const organization = { level: 'type', type: 'Organization' } as const

/** At the hub; a node's part is the commands `yba join request` and `yba join test`. */
export const joining: Feature = {
  name: 'joining',
  migrations,
  operations: [
    {
      name: '$joinings',
      ...organization,
      method: 'GET',
      permission: 'hub.console',
      body: 'none',
      handle: async ({ site }) => ({ json: await list(site) }),
    },
    { name: '$join', ...organization, method: 'POST', permission: 'hub.console', body: 'json', bodyLimit: 32_768, handle: join },
    {
      name: '$join-test',
      ...organization,
      method: 'POST',
      permission: 'exchange.feed',
      body: 'json',
      bodyLimit: 512 * 1024,
      handle: joinTest,
    },
  ],
}

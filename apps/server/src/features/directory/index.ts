/** Door of the directory: who takes part in the exchange. */
import type { Feature, Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { DirectorySnapshot } from '../exchange/contract.ts'
import { facilities, migrations } from './tables.ts'

export { followDirectory } from './follow.ts'
export { type Facility, facilities, facilityName, putFacilities } from './tables.ts'

/** The directory as nodes take it home. */
export async function directorySnapshot(site: Site): Promise<DirectorySnapshot> {
  const list = await facilities(site.store)
  return {
    issuedAt: site.clock.now().toISOString(),
    facilities: list.map((f) => ({
      code: f.code,
      name: f.name,
      managingBody: f.managing_body,
      active: f.active,
      slipKeys: f.slip_keys,
      clientKeys: f.client_keys,
    })),
    trust: site.keys.trust.map((t) => t.toString('base64')),
  }
}

/** GET /fhir/Organization/$facilities: choices for "Kính gửi", without keys. */
async function list(context: OperationContext): Promise<OperationAnswer> {
  const rows = (await facilities(context.site.store)).filter((f) => f.active).map((f) => ({ code: f.code, name: f.name }))
  return { json: { rows } }
}

const operations: readonly Operation[] = [
  { name: '$facilities', level: 'type', type: 'Organization', method: 'GET', permission: 'directory.read', body: 'none', handle: list },
]

export const directory: Feature = { name: 'directory', operations, migrations }

/** `$meta` (FHIR R4, resource-operation-meta): profiles, tags and security labels of one resource. */
import type { Operation } from '../../../feature.ts'

export const meta: Operation = {
  name: 'meta',
  level: 'instance',
  type: '*',
  method: 'GET',
  permission: 'fhir.read',
  body: 'none',
  async handle({ store, type, id }) {
    const stored = await store.read(type, id)
    return { json: { resourceType: 'Parameters', parameter: [{ name: 'return', valueMeta: stored.resource().meta ?? {} }] } }
  },
}

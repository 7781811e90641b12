/** Names for licences: a claim knows who acted by number only. */

import { SYSTEM } from '@yba/fhir'
import type { PlannedResource } from './plan.ts'

/**
 * Gives the people a site knows their names, wherever a reference says no more than the licence. Papers (Composition)
 * stay as their hospital wrote them.
 */
export function withNames(resources: PlannedResource[], nameOf: (licence: string) => string | undefined): PlannedResource[] {
  return resources.map((r) =>
    r.resource.resourceType === 'Composition' ? r : { ...r, resource: named(r.resource, nameOf) as PlannedResource['resource'] },
  )
}

function named(value: unknown, nameOf: (licence: string) => string | undefined): unknown {
  if (Array.isArray(value)) return value.map((v) => named(v, nameOf))
  if (value === null || typeof value !== 'object') return value
  const out: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) out[key] = named(member, nameOf)
  const identifier = out.identifier as { system?: string; value?: string } | undefined
  if (identifier?.system === SYSTEM.licence && out.display === identifier.value) out.display = nameOf(identifier.value ?? '') ?? out.display
  return out
}

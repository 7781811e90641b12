/** What a resource must be to be kept: valid R4, and what the profiles of ours that it declares ask. */
import { CANONICAL, OutcomeError, validate } from '@yba/fhir'
import { useOurProfiles } from '@yba/vietnam'
import type { FhirResource } from '../types.ts'

const OURS = `${CANONICAL}/StructureDefinition/`

const declares = ({ meta }: { meta?: { profile?: unknown } }): boolean => {
  const profiles = meta?.profile
  return Array.isArray(profiles) && profiles.some((one) => typeof one === 'string' && one.startsWith(OURS))
}

/** Whether a resource, or one that it bundles, declares a profile of ours. */
function declaresOurs(resource: FhirResource): boolean {
  if (declares(resource)) return true
  const entries: unknown[] = resource.resourceType === 'Bundle' && Array.isArray(resource.entry) ? resource.entry : []
  return entries.some((entry) => {
    const inner = (entry as { resource?: object } | null)?.resource
    return typeof inner === 'object' && inner !== null && declares(inner)
  })
}

/**
 * Throws the findings of a resource that is not valid, or misses a profile of ours that it declares. Profiles of others
 * are kept and not judged.
 */
export function mustBeValid(resource: FhirResource): void {
  const ours = declaresOurs(resource)
  if (ours) useOurProfiles()
  const found = validate(resource, ours ? { profiles: 'declared' } : {})
  const errors = found.filter(({ definition }) => definition.severity === 'error' || definition.severity === 'fatal')
  if (errors.length > 0) throw new OutcomeError(errors)
}

/** Resources from the bodies of requests. */
import { parseFhirText, refuse } from '@yba/fhir'
import type { FhirResource } from '../../store/types.ts'
import { bodyMissing, bodyUnreadable, resourceMismatch } from '../outcomes.ts'

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isResource(value: unknown): value is FhirResource {
  return isObject(value) && typeof value.resourceType === 'string'
}

/** A resource of the asked type, strictly parsed. Throws `body-missing`, `body-unreadable`, `resource-mismatch` and the named refusals of JSON. */
export function resourceFrom(text: string, type: string, id?: string): FhirResource {
  if (text.trim() === '') throw refuse(bodyMissing)
  const json = parseFhirText(text)
  if (!isResource(json)) throw refuse(bodyUnreadable)
  if (json.resourceType !== type || (id !== undefined && json.id !== id)) throw refuse(resourceMismatch)
  return json
}

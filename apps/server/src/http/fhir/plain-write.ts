/** Plain FHIR writes: every one of them passes the ownership gate before it reaches the store. */
import { OutcomeError, parseFhirText, refuse } from '@yba/fhir'
import { gate } from '../../access/ownership.ts'
import type { FhirResource, Store, Write, WriteResult } from '../../store/types.ts'
import { bodyMissing, bodyUnreadable, preconditionUnreadable, resourceMismatch } from '../outcomes.ts'

/**
 * Writes all or nothing through a handle opened as `plain`: the store asks the gate again beside the stored version.
 * Types that only commands write are refused here, before anything is read or validated.
 */
export async function plainWrites(store: Store, writes: Write[]): Promise<WriteResult[]> {
  for (const write of writes) {
    const found = gate(write, store.caller)
    if (found) throw new OutcomeError([found])
  }
  return store.transact((tx) => tx.write(writes))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A resource of the asked type. Throws `body-missing`, `body-unreadable`, `resource-mismatch`. */
export function resourceFrom(text: string, type: string, id?: string): FhirResource {
  const json = anyResource(text)
  if (json.resourceType !== type || (id !== undefined && json.id !== id)) throw refuse(resourceMismatch)
  return json
}

export function isResource(value: unknown): value is FhirResource {
  return isObject(value) && typeof value.resourceType === 'string'
}

/** Strictly parsed. Throws `body-missing`, `body-unreadable` and the named refusals of JSON. */
export function anyResource(text: string): FhirResource {
  if (text.trim() === '') throw refuse(bodyMissing)
  const json = parseFhirText(text)
  if (!isResource(json)) throw refuse(bodyUnreadable)
  return json
}

/** Version number of an If-Match header, undefined without one. Throws `if-match-unreadable`. */
export function ifMatch(header: string | undefined): { ifMatch?: number } {
  if (header === undefined) return {}
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(header.trim())?.[1]
  if (version === undefined) throw refuse(preconditionUnreadable)
  return { ifMatch: Number(version) }
}

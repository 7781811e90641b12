/** Plain FHIR writes: every one of them passes the ownership gate before it reaches the store. */
import { OutcomeError, refuse } from '@yba/fhir'
import { gate } from '../../access/ownership.ts'
import type { FhirResource, Store, Transaction, Write, WriteResult } from '../../store/types.ts'
import { jsonOf } from '../body.ts'
import { bodyMissing, bodyUnreadable, preconditionUnreadable, resourceMismatch } from '../outcomes.ts'

/** Throws the gate's finding. Updates and deletes are judged by what is stored, too. */
async function passGate(store: Store, tx: Transaction, write: Write): Promise<void> {
  const stored =
    write.kind === 'create'
      ? null
      : await tx.read(write.kind === 'delete' ? write.type : write.resource.resourceType, write.kind === 'delete' ? write.id : write.id)
  const found = gate(write, store.caller, stored?.resource())
  if (found) throw new OutcomeError([found])
}

/** Writes all or nothing. Types that only commands write are refused before anything is read. */
export async function plainWrites(store: Store, writes: Write[]): Promise<WriteResult[]> {
  for (const write of writes) {
    const found = gate(write, store.caller)
    if (found) throw new OutcomeError([found])
  }
  return store.transact(async (tx) => {
    for (const write of writes) await passGate(store, tx, write)
    return tx.write(writes)
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A resource of the asked type. Throws `body-missing`, `body-unreadable`, `resource-mismatch`. */
export function resourceFrom(text: string, type: string, id?: string): FhirResource {
  const json = jsonOf(text)
  if (json === undefined) throw refuse(bodyMissing)
  if (!isResource(json)) throw refuse(bodyUnreadable)
  if (json.resourceType !== type || (id !== undefined && json.id !== id)) throw refuse(resourceMismatch)
  return json
}

export function isResource(value: unknown): value is FhirResource {
  return isObject(value) && typeof value.resourceType === 'string'
}

/** Version number of an If-Match header, undefined without one. Throws `if-match-unreadable`. */
export function ifMatch(header: string | undefined): { ifMatch?: number } {
  if (header === undefined) return {}
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(header.trim())?.[1]
  if (version === undefined) throw refuse(preconditionUnreadable)
  return { ifMatch: Number(version) }
}

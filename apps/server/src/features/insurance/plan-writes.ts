/** From a claim plan to writes: every fact of the record gets an id of its own that the next sending finds again. */
import { createHash } from 'node:crypto'
import type { ClaimPlan } from '@yba/vietnam'
import type { Identifier, Patient } from 'fhir/r4.d.ts'
import type { FhirResource, Stored, Write } from '../../store/types.ts'

/** UUID (version 8) of a planned resource: same facility and key, same id, whenever and however it is sent again. */
export function plannedId(facility: string, key: string): string {
  const hex = createHash('sha256').update(`claim|${facility}|${key}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Persons and cards are the same whatever became of a stay. */
export const keyOf = (key: string, generation: number): string =>
  generation === 0 || /^(Patient|Coverage)\//.test(key) ? key : `${key}~${generation}`

export interface PlannedWrites {
  patient: string
  encounter: string
  writes: Write[]
  references: string[]
}

/**
 * Builds the writes of a plan for the patient the record belongs to (null = not known here yet).
 * @param how thin: a check-in says less of a person than is known; it adds numbers and takes nothing away.
 *   generation: how often records of the stay were taken back; what they wrote stays as it is, beside the new lines
 */
export function planWrites(
  plan: ClaimPlan,
  facility: string,
  known: Stored | null,
  how: { thin?: boolean; generation?: number } = {},
): PlannedWrites {
  const ids = new Map<string, string>()
  for (const { key, resource } of plan.resources) {
    const id = resource.resourceType === 'Patient' && known ? known.id : plannedId(facility, keyOf(key, how.generation ?? 0))
    ids.set(key, `${resource.resourceType}/${id}`)
  }
  const writes = plan.resources.map(({ key, resource }): Write => {
    const linked = link(resource, ids) as FhirResource
    const merged =
      resource.resourceType === 'Patient' && known ? (how.thin ? withNewIdentifiers : withKnownIdentifiers)(linked, known) : linked
    return { kind: 'update', upsert: true, ifChanged: true, id: (ids.get(key) ?? '').split('/')[1] ?? '', resource: merged }
  })
  const first = (type: string) => [...ids.values()].find((r) => r.startsWith(`${type}/`)) ?? ''
  return { patient: first('Patient'), encounter: first('Encounter'), writes, references: [...ids.values()] }
}

/** Replaces `#key:<key>` by the reference the key stands for; everything else is the same object. */
function link(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return value.startsWith('#key:') ? (ids.get(value.slice(5)) ?? value) : value
  if (Array.isArray(value)) return value.map((v) => link(v, ids))
  if (value === null || typeof value !== 'object') return value
  const out: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) out[name] = link(member, ids)
  return out
}

const same = (a: Identifier, b: Identifier) => a.system === b.system && a.value === b.value
const identifiersOf = (resource: FhirResource): Identifier[] => (resource as unknown as Patient).identifier ?? []
/** Those of `some` that `others` do not hold. */
const without = (some: Identifier[], others: Identifier[]) => some.filter((one) => !others.some((other) => same(one, other)))

/** What the HIS does not know of a person (a number from another facility's slip) is kept. */
function withKnownIdentifiers(incoming: FhirResource, known: Stored): FhirResource {
  const fresh = identifiersOf(incoming)
  const kept = without(identifiersOf(known.resource()), fresh)
  return kept.length === 0 ? incoming : ({ ...incoming, identifier: [...fresh, ...kept] } as FhirResource)
}

/** The person as known, with the numbers that are new. */
function withNewIdentifiers(incoming: FhirResource, known: Stored): FhirResource {
  const person = known.resource()
  const [there, fresh] = [identifiersOf(person), identifiersOf(incoming)]
  return { ...person, identifier: [...there, ...without(fresh, there)] } as FhirResource
}

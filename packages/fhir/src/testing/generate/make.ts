/**
 * Objects of any R4 type, straight from the element tables: required elements always, others by chance, less of them
 * the deeper. What the invariants say is not known here: `mend.ts` sees to that.
 */
import { type ElementRow, elementsOf, valueSetTable } from '../../definitions.ts'
import { isResourceType } from '../../types-numbers.ts'
import type { Json } from '../../validate/context.ts'
import { PRIMITIVES } from '../../validate/primitives.ts'
import type { Chance } from './chance.ts'
import { primitiveOf } from './primitives.ts'

/** The id of the resource of each type that generated references point to. A round trip stores them first. */
export const POOL_ID = 'yba-pool'

/** A reference to the pool. */
export const pooled = (type: string): { reference: string } => ({ reference: `${type}/${POOL_ID}` })

export interface Making {
  resourceType: string
  depth: number
  chance: Chance
}

/** How likely an optional element is, by depth. */
const LIKELY = [1 / 3, 1 / 6, 1 / 12, 0]

/** Every type has these; they would crowd out what is its own. */
const COMMON: Record<string, number> = { id: 1 / 8, extension: 1 / 12, modifierExtension: 1 / 40 }

/** Where any resource may stand: small ones of different kinds. */
const ANY_RESOURCE = ['Patient', 'Observation', 'Basic', 'Organization', 'Medication']

const EVERY_TARGET = ['Patient', 'Organization', 'Practitioner', 'Basic']

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The JSON key of an element, with its type when it is a choice. */
export const keyOf = (row: ElementRow, type: string): string => (row.x ? row.n + upper(type) : row.n)

function likelihood(row: ElementRow, m: Making, isResource: boolean): number {
  if (row.min > 0) return 1
  const likely = LIKELY[m.depth] ?? 0
  return isResource && row.n === 'id' ? likely : likely * (COMMON[row.n] ?? 1)
}

/** An object of a data type, backbone or resource type. */
export function objectOf(type: string, m: Making): Json {
  const isResource = isResourceType(type)
  const out: Json = isResource ? { resourceType: type } : {}
  for (const row of elementsOf(type, m.resourceType) ?? []) {
    // Contained resources need a use, and a place for the use: contain.ts.
    if (row.n !== 'contained' && m.chance.is(likelihood(row, m, isResource))) put(out, row, m)
  }
  return out
}

/** Writes the element of this row; of a choice one type, of a list one item or a few. */
export function put(out: Json, row: ElementRow, m: Making, type: string = m.chance.pick(row.t)): void {
  const key = keyOf(row, type)
  const count = row.max === 1 ? 1 : row.max === 0 ? m.chance.pick([1, 1, 2, 3]) : Math.min(row.max, 2)
  const below = { ...m, depth: m.depth + 1 }
  if (PRIMITIVES[type]) putPrimitive(out, row, type, key, count, below)
  else if (row.max === 1) out[key] = complexOf(row, type, below)
  else out[key] = Array.from({ length: count }, () => complexOf(row, type, below))
}

/** Types whose value may be missing with only extensions there; no invariant of R4 reads an element of them as optional text. */
const MAY_LACK_VALUE = new Set(['dateTime', 'date', 'markdown'])

function putPrimitive(out: Json, row: ElementRow, type: string, key: string, count: number, m: Making): void {
  const value = (): unknown => (row.b && type === 'code' ? codingOf(row.b, m.chance).code : primitiveOf(type, row.n, m.chance))
  const extended = key !== 'id' && type !== 'xhtml' && m.depth < 3 && m.chance.is(1 / 8)
  if (row.max === 1) {
    const lacks = extended && row.min === 0 && MAY_LACK_VALUE.has(type) && m.chance.is(1 / 3)
    if (!lacks) out[key] = value()
    if (extended) out[`_${key}`] = shadow(m.chance)
    return
  }
  const values = Array.from({ length: count }, value)
  out[key] = values
  if (!extended) return
  const holed = count > 1 && type === 'string' ? m.chance.int(0, count - 1) : -1
  out[key] = values.map((v, i) => (i === holed ? null : v))
  out[`_${key}`] = values.map((_, i) => (i === holed || (holed < 0 && i === 0) ? shadow(m.chance) : null))
}

const shadow = (chance: Chance): Json => ({
  ...(chance.is(0.2) ? { id: 'p1' } : {}),
  extension: [{ url: 'https://example.org/fhir/why', valueString: String(primitiveOf('string', '', chance)) }],
})

function complexOf(row: ElementRow, type: string, m: Making): Json {
  if (type === 'Resource') {
    const inner = m.chance.pick(ANY_RESOURCE)
    return objectOf(inner, { resourceType: inner, depth: LIKELY.length, chance: m.chance })
  }
  if (type === 'Reference') return referenceOf(row.ref, m)
  if (row.b) {
    const coding = codingOf(row.b, m.chance)
    if (type === 'Coding') return coding
    if (type === 'CodeableConcept') return { coding: [coding] }
  }
  const out = objectOf(type, m)
  // Quantities narrowed to SimpleQuantity are not told apart in the tables.
  if (type === 'Quantity' && row.n !== 'value') delete out.comparator
  return out
}

function codingOf(valueSet: string, chance: Chance): { system: string; code: string } {
  const [system, codes] = chance.pick(Object.entries(valueSetTable()[valueSet] ?? {}).filter(([, list]) => list.length > 0))
  return { system, code: chance.pick(codes) }
}

/** A reference to the pool, or one of the forms that need no target here. */
export function referenceOf(targets: readonly string[] | undefined, m: Making): Json {
  const type = m.chance.pick(targets ?? EVERY_TARGET)
  const out: Json = pooled(type)
  const form = m.chance.int(0, 11)
  if (form === 0) out.reference = `https://example.org/fhir/${type}/a-1`
  else if (form === 1) out.reference = `http://example.org/${type}/a-1/_history/3`
  else if (form === 2) {
    delete out.reference
    out.type = type
    out.identifier = { system: 'https://example.org/sid/a', value: primitiveOf('string', '', m.chance) }
  }
  if (m.chance.is(1 / 6)) out.display = primitiveOf('string', '', m.chance)
  return out
}

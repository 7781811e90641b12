/** Breaks a valid resource in one place, so that a test can ask whether the place is named. */
import type { ElementRow } from '../../definitions.ts'
import { bindingOf } from '../../validate/bindings.ts'
import type { Json } from '../../validate/context.ts'
import { PRIMITIVES } from '../../validate/primitives.ts'
import { type Chance, chanceOf } from './chance.ts'
import { keyOf, POOL_ID } from './make.ts'
import { primitiveOf, wrongPrimitive } from './primitives.ts'
import { copyOf, type ElementSite, elementSites, type ObjectSite, rootSite, sitesFrom } from './sites.ts'

export interface Mutation {
  /** What was done to it. */
  kind: string
  /** The path that a finding must name. */
  path: string
  broken: Json
}

/** Breaks one element (or object) in place; gives the path to be named, undefined where it does not apply. */
type Break<Site> = (site: Site, chance: Chance) => string | undefined

const isPrimitive = (site: ElementSite): boolean => PRIMITIVES[site.type] !== undefined

/** Puts a value in the place of an element, of a list in the place of one item that has a value. */
function replaceOne(site: ElementSite, chance: Chance, value: unknown): string | undefined {
  const there = site.owner.value[site.key]
  if (!Array.isArray(there)) {
    site.owner.value[site.key] = value
    return site.path
  }
  const places = [...there.keys()].filter((i) => there[i] !== null)
  if (places.length === 0) return undefined
  const at = chance.pick(places)
  there[at] = value
  return `${site.path}[${at}]`
}

const shape: Break<ElementSite> = (site) => {
  const there = site.owner.value[site.key]
  site.owner.value[site.key] = Array.isArray(there) ? (there.find((one) => one !== null) ?? 'x') : [there]
  return site.path
}

const empty: Break<ElementSite> = (site, chance) => {
  const there = site.owner.value[site.key]
  const shadow = `_${site.key}`
  // In a list with extensions beside it, null stands for a value that is missing.
  if (Array.isArray(there) && (site.owner.value[shadow] !== undefined || chance.is(0.5))) {
    site.owner.value[site.key] = []
    delete site.owner.value[shadow]
    return site.path
  }
  return replaceOne(site, chance, typeof there === 'string' ? chance.pick(['', null]) : null)
}

const primitive: Break<ElementSite> = (site, chance) =>
  isPrimitive(site) ? replaceOne(site, chance, wrongPrimitive(site.type, chance)) : undefined

/** A code of no system, in place of the one from the bound set. */
const binding: Break<ElementSite> = (site, chance) => {
  if (!site.row.b || !bindingOf(site.row.b)) return undefined
  const coding = { system: 'https://example.org/CodeSystem/none', code: 'none-of-these' }
  if (site.type === 'code') return replaceOne(site, chance, coding.code)
  if (site.type === 'Coding') return replaceOne(site, chance, coding)
  if (site.type === 'CodeableConcept') return replaceOne(site, chance, { coding: [coding] })
  return undefined
}

const target: Break<ElementSite> = (site, chance) => {
  const { ref } = site.row
  if (site.type !== 'Reference' || !ref) return undefined
  const wrong = ['Binary', 'Slot', 'Linkage'].find((type) => !ref.includes(type)) ?? 'Basic'
  const path = replaceOne(site, chance, { reference: `${wrong}/${POOL_ID}` })
  return path && `${path}.reference`
}

const localId: Break<ElementSite> = (site, chance) => {
  if (site.type !== 'Reference') return undefined
  const path = replaceOne(site, chance, { reference: '#not-contained' })
  return path && `${path}.reference`
}

/** A second type of a choice. */
const choice: Break<ElementSite> = (site, chance) => {
  const others = site.row.t.filter((type) => type !== site.type)
  if (others.length === 0) return undefined
  const other = chance.pick(others)
  const key = keyOf(site.row, other)
  site.owner.value[key] = PRIMITIVES[other] ? primitiveOf(other, site.row.n, chance) : { id: 'x' }
  return `${site.owner.path}.${key}`
}

const missing: Break<ElementSite> = (site) => {
  if (site.row.min === 0) return undefined
  delete site.owner.value[site.key]
  delete site.owner.value[`_${site.key}`]
  return `${site.owner.path}.${labelOf(site.row)}`
}

const labelOf = (row: ElementRow): string => (row.x ? `${row.n}[x]` : row.n)

const unknown: Break<ObjectSite> = (site) => {
  site.value.notOfThisType = 'x'
  return `${site.path}.notOfThisType`
}

const resourceType: Break<ObjectSite> = (site) => {
  if (site.type !== site.value.resourceType || !site.path.includes('.')) return undefined
  site.value.resourceType = 'Patients'
  return site.path
}

const OF_ELEMENTS: Record<string, Break<ElementSite>> = { shape, empty, primitive, binding, target, localId, choice, missing }
const OF_OBJECTS: Record<string, Break<ObjectSite>> = { unknown, resourceType }

/** Every way to break a resource. */
export const MUTATIONS: readonly string[] = [...Object.keys(OF_ELEMENTS), ...Object.keys(OF_OBJECTS)]

/** A kind that does not apply to one place may apply to the next. */
const TRIES = 20

/** Breaks a copy of a valid resource in one place; the same for the same seed. */
export function mutate(resource: Json, seed: number): Mutation {
  const chance = chanceOf(seed)
  const broken = copyOf(resource)
  const objects = sitesFrom(rootSite(broken))
  const elements = objects.flatMap(elementSites)
  for (;;) {
    const kind = chance.pick(MUTATIONS)
    for (let i = 0; i < TRIES; i++) {
      const ofElement = OF_ELEMENTS[kind]
      const path = ofElement
        ? elements.length > 0 && ofElement(chance.pick(elements), chance)
        : OF_OBJECTS[kind]?.(chance.pick(objects), chance)
      if (path) return { kind, path, broken }
    }
  }
}

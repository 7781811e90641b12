/** Brings a made resource in line with the invariants, from the leaves up, by the list of fixers. */
import { constraintTable, elementsOf } from '../../definitions.ts'
import { isObject, type Json } from '../../validate/context.ts'
import type { Chance } from './chance.ts'
import { settleContained } from './contain.ts'
import { FIXERS } from './fixers.ts'
import { drop } from './fixing.ts'
import { put } from './make.ts'
import { below, elementSites, type ObjectSite, rootSite, sitesFrom } from './sites.ts'

/** Deeper than any likelihood: what a fixer adds holds required elements only. */
const BARE = 9

/** An element that says nothing of the object by itself. */
const COMMON = new Set(['id', 'extension', 'modifierExtension'])

/** An object without any element is none: it gets one of its own, a resource its language. */
function fill(site: ObjectSite, add: (name: string) => void, chance: Chance): void {
  const isResource = site.type === site.resourceType
  if (Object.keys(site.value).length > (isResource ? 1 : 0)) return
  const own = (elementsOf(site.type, site.resourceType) ?? []).map((row) => row.n).filter((name) => !COMMON.has(name))
  if (isResource) add('language')
  else add(own.length > 0 ? chance.pick(own) : 'extension')
}

function addTo(site: ObjectSite, name: string, chance: Chance): void {
  const row = elementsOf(site.type, site.resourceType)?.find((one) => one.n === name)
  if (!row) throw new TypeError(`${site.type} has no element ${name}`)
  const known = new Set(Object.keys(site.value))
  put(site.value, row, { resourceType: site.resourceType, depth: BARE, chance })
  for (const element of elementSites(site)) {
    if (!known.has(element.key)) for (const one of below(element)) mendFrom(one, chance)
  }
}

/** The quantities of an object that carry no comparator (SimpleQuantity, rule sqty-1). */
function simplify(site: ObjectSite): void {
  for (const name of (constraintTable()[site.type] ?? []).flatMap((row) => (row.key === 'sqty-1' ? (row.at ?? []) : []))) {
    for (const one of [site.value[name]].flat()) {
      if (!isObject(one)) continue
      drop(one, 'comparator')
      if (Object.keys(one).length === 0) one.unit = '1'
    }
  }
}

function fix(site: ObjectSite, chance: Chance): void {
  const add = (name: string): void => addTo(site, name, chance)
  fill(site, add, chance)
  for (const fixer of Object.values(FIXERS[site.type] ?? {})) fixer(site.value, add)
  simplify(site)
}

function mendFrom(site: ObjectSite, chance: Chance): void {
  for (const one of sitesFrom(site).reverse()) fix(one, chance)
}

/** Mends a whole resource in place. */
export function mend(resource: Json, chance: Chance): void {
  mendFrom(rootSite(resource), chance)
  settleContained(resource)
}

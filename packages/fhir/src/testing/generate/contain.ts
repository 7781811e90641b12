/** Contained resources: each with the reference that uses it, and none left without one. */
import { elementsOf } from '../../definitions.ts'
import { isObject, type Json } from '../../validate/context.ts'
import { list } from '../../validate/values.ts'
import type { Chance } from './chance.ts'
import { objectOf, pooled } from './make.ts'
import { type ObjectSite, rootSite, sitesFrom } from './sites.ts'

const references = (resource: Json): ObjectSite[] => sitesFrom(rootSite(resource)).filter((site) => site.type === 'Reference')

/** Only references of the resource itself: a resource in an entry contains its own. */
const own = (resource: Json): ObjectSite[] => references(resource).filter((site) => site.resourceType === resource.resourceType)

/** Contains a resource in the place of one of the references; does nothing where there is none. */
export function contain(resource: Json, chance: Chance): void {
  const type = String(resource.resourceType)
  const sites = own(resource)
  if (sites.length === 0 || !elementsOf(type, type)?.some((row) => row.n === 'contained')) return
  const site = chance.pick(sites)
  const inner = chance.pick(site.row?.ref ?? ['Organization'])
  resource.contained = [{ ...objectOf(inner, { resourceType: inner, depth: 3, chance }), id: 'c1' }]
  for (const key of Object.keys(site.value)) delete site.value[key]
  site.value.reference = '#c1'
}

/** Drops contained resources that nothing refers to, and points references to missing ones at the pool (dom-3, ref-1). */
export function settleContained(resource: Json): void {
  const there = new Set(list(resource.contained).map((one) => `#${one.id}`))
  const used = new Set<unknown>()
  for (const { value, row } of references(resource)) {
    if (typeof value.reference !== 'string' || !value.reference.startsWith('#')) continue
    if (there.has(value.reference)) used.add(value.reference)
    else Object.assign(value, pooled(row?.ref?.[0] ?? 'Organization'))
  }
  if (!Array.isArray(resource.contained)) return
  const kept = resource.contained.filter((one) => isObject(one) && used.has(`#${one.id}`))
  if (kept.length > 0) resource.contained = kept
  else delete resource.contained
}

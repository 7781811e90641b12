/** Walks a resource by the element tables: every object with its type, every element with its row and its path. */
import { type ElementRow, elementsOf } from '../../definitions.ts'
import { isResourceType } from '../../types-numbers.ts'
import { isObject, type Json } from '../../validate/context.ts'
import { PRIMITIVES } from '../../validate/primitives.ts'
import { keyOf } from './make.ts'

/** An object somewhere in a resource. */
export interface ObjectSite {
  value: Json
  /** Data type, backbone path or resource type. */
  type: string
  /** The type of the resource that the object belongs to. */
  resourceType: string
  /** As validation findings name it. */
  path: string
  /** The element that holds the object; none for the resource itself. */
  row?: ElementRow
}

/** An element that stands in an object. */
export interface ElementSite {
  owner: ObjectSite
  row: ElementRow
  /** Its type; of a choice the one taken. */
  type: string
  key: string
  path: string
}

/** The elements that an object carries, those of choices under the type taken. */
export function elementSites(owner: ObjectSite): ElementSite[] {
  const out: ElementSite[] = []
  for (const row of elementsOf(owner.type, owner.resourceType) ?? []) {
    for (const type of row.t) {
      const key = keyOf(row, type)
      if (owner.value[key] !== undefined) out.push({ owner, row, type, key, path: `${owner.path}.${key}` })
    }
  }
  return out
}

/** The objects directly below one element. */
export function below(site: ElementSite): ObjectSite[] {
  if (PRIMITIVES[site.type]) return []
  const value = site.owner.value[site.key]
  const items = Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : []
  return items.map((item, i) => {
    const inner = site.type === 'Resource'
    const type = inner ? String(item.resourceType) : site.type
    return {
      value: item,
      type,
      resourceType: inner ? type : site.owner.resourceType,
      path: Array.isArray(value) ? `${site.path}[${i}]` : site.path,
      row: site.row,
    }
  })
}

/** An object and all below it, parents before children, those in contained and entry resources included. */
export function sitesFrom(start: ObjectSite): ObjectSite[] {
  const found = [start]
  for (const site of found) for (const element of elementSites(site)) found.push(...below(element))
  return found
}

/** A whole resource. Takes any type that R4 has. */
export function rootSite(resource: Json): ObjectSite {
  const type = String(resource.resourceType)
  if (!isResourceType(type)) throw new TypeError(`no resource type ${type}`)
  return { value: resource, type, resourceType: type, path: type }
}

/** A copy that keeps numbers written as `1.50`, which `structuredClone` would take apart. */
export function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T
  if (!isObject(value) || Object.isFrozen(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copyOf(one)])) as T
}

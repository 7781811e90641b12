/** The values a FHIRPath expression walks over: JSON with the FHIR type of each value and the extras of primitives. */
import { type ElementRow, elementsOf } from '../definitions.ts'
import { isResourceType } from '../types-numbers.ts'
import { isObject, type Json } from '../validate/context.ts'
import { isRawNumber } from '../validate/primitives.ts'

export interface Node {
  /** JSON; undefined for a primitive that has extensions only. Kept decimals are numbers here. */
  readonly value: unknown
  /** FHIR type or backbone path; `boolean`, `string`, `integer`, `decimal` for what an expression computes. */
  readonly type: string
  /** What stands under `_name`. */
  readonly extra: Json | undefined
}

/** One JSON name of an element. */
interface Key {
  /** Name of the element. */
  name: string
  json: string
  shadow: string
  type: string
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const keysOf = (row: ElementRow): Key[] =>
  row.t.map((type) => {
    const json = row.x ? row.n + upper(type) : row.n
    return { name: row.n, json, shadow: `_${json}`, type }
  })

interface Fields {
  /** Element name → its JSON names. */
  byName: Map<string, Key[]>
  /** JSON name, also that of a primitive's extras → the same. */
  byJson: Map<string, Key>
}

/** A choice of more types than this is found by the names that are there, not by asking for each that may be. */
const MANY_TYPES = 3

const fields = new Map<string, Fields>()

/** The elements of a type, a backbone path or a resource type. */
function fieldsOf(type: string): Fields {
  let found = fields.get(type)
  if (!found) {
    const dot = type.indexOf('.')
    const owner = dot < 0 ? type : type.slice(0, dot)
    const rows = elementsOf(type, isResourceType(owner) ? owner : 'Basic') ?? []
    const byName = new Map(rows.map((row) => [row.n, keysOf(row)]))
    const keys = [...byName.values()].flat()
    found = { byName, byJson: new Map(keys.flatMap((key) => [[key.json, key] as const, [key.shadow, key] as const])) }
    fields.set(type, found)
  }
  return found
}

/** The FHIR type of what stands under a JSON name (`valueQuantity`) of a type; `Element` when it has none such. */
export function typeUnder(type: string, json: string): string {
  return fieldsOf(type).byJson.get(json)?.type ?? 'Element'
}

/** A node of a JSON value. */
export function nodeOf(value: unknown, type: string, extra?: Json): Node {
  if (isRawNumber(value)) return { value: Number(value.rawJSON), type, extra }
  const inner = type === 'Resource' && isObject(value) ? String(value.resourceType) : type
  return { value, type: inner, extra }
}

function addItems(out: Node[], value: unknown, extra: unknown, type: string): void {
  if (!Array.isArray(value) && !Array.isArray(extra)) {
    if (value !== undefined || extra !== undefined) out.push(nodeOf(value, type, isObject(extra) ? extra : undefined))
    return
  }
  const values: unknown[] = Array.isArray(value) ? value : []
  const extras: unknown[] = Array.isArray(extra) ? extra : []
  for (let i = 0; i < Math.max(values.length, extras.length); i++) {
    const one = values[i]
    const more = extras[i]
    if (one == null && !isObject(more)) continue
    out.push(nodeOf(one ?? undefined, type, isObject(more) ? more : undefined))
  }
}

/** The object that holds a node's children: its value, or the extras of a primitive. */
function inside(node: Node): { json: Json; type: string } | undefined {
  if (isObject(node.value)) return { json: node.value, type: node.type }
  return node.extra && { json: node.extra, type: 'Element' }
}

/** Adds what stands in the object under the JSON names there are, of one element or of all. */
function addPresent(out: Node[], json: Json, byJson: Map<string, Key>, name?: string): void {
  for (const found in json) {
    const key = byJson.get(found)
    if (!key || (name !== undefined && key.name !== name)) continue
    // A primitive with a value and extras stands under two names.
    if (found === key.json || json[key.json] === undefined) addItems(out, json[key.json], json[key.shadow], key.type)
  }
}

/** Adds the children of one name; the name of a choice stands for all its types. */
export function addMember(out: Node[], node: Node, name: string): void {
  const { json, type } = inside(node) ?? {}
  if (!json || !type) return
  const { byName, byJson } = fieldsOf(type)
  const keys = byName.get(name)
  if (!keys) return
  if (keys.length > MANY_TYPES) addPresent(out, json, byJson, name)
  else for (const key of keys) addItems(out, json[key.json], json[key.shadow], key.type)
}

/** Adds all children. */
export function addChildren(out: Node[], node: Node): void {
  const { json, type } = inside(node) ?? {}
  if (json && type) addPresent(out, json, fieldsOf(type).byJson)
}

/** Whether a node is of a type: a resource or data type, or a primitive by its FHIR or System name (`boolean`, `Boolean`). */
export function isOfType(node: Node, type: string): boolean {
  return node.type === type || (!isObject(node.value) && upper(node.type) === type)
}

/** Small readers for the invariants: they take anything and never throw. */
import { isObject, type Json } from './context.ts'
import { isRawNumber } from './primitives.ts'

/** Whether the element `name` is there: as a value, as a primitive's extension, or under any type of a choice. */
export function has(value: Json, name: string): boolean {
  return value[name] !== undefined || value[`_${name}`] !== undefined
}

/** Whether the choice `name[x]` is there, as a value or as a primitive's extension. */
export function hasChoice(value: Json, name: string): boolean {
  for (const key in value) {
    const from = key.charCodeAt(0) === 95 ? 1 : 0
    if (!key.startsWith(name, from)) continue
    const next = key.charCodeAt(from + name.length)
    if (next >= 65 && next <= 90) return true
  }
  return false
}

/** The objects in a list element; empty when it is anything else. */
export function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** The number, kept decimals included; undefined when it is none. */
export function numeric(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return isRawNumber(value) ? Number(value.rawJSON) : undefined
}

/** Whether a CodeableConcept carries one of the codes of a system. */
export function hasCoding(concept: unknown, system: string, codes: string[]): boolean {
  if (!isObject(concept)) return false
  return list(concept.coding).some((coding) => coding.system === system && codes.includes(String(coding.code)))
}

/** Checks of required bindings. */
import { type ValueSetTable, valueSetTable } from '../definitions.ts'
import { type Context, isObject, type Json, report } from './context.ts'
import { notInBinding } from './outcomes.ts'

export interface Binding {
  url: string
  codes: Set<string>
  /** `system|code` of every member. */
  codings: Set<string>
  systems: string[]
}

const bindings = new Map<string, Binding>()

/** Value sets beside R4's own: those that our profiles bind. */
let added: ValueSetTable = {}

/** Makes value sets known to the checks. */
export function addValueSets(table: ValueSetTable): void {
  added = { ...added, ...table }
  for (const url of Object.keys(table)) bindings.delete(url)
}

/** The expanded value set; undefined when it cannot be listed, and is then not checked. */
export function bindingOf(url: string): Binding | undefined {
  const known = bindings.get(url)
  if (known) return known
  const table = added[url] ?? valueSetTable()[url]
  if (!table) return undefined
  const binding: Binding = { url, codes: new Set(), codings: new Set(), systems: Object.keys(table) }
  for (const [system, codes] of Object.entries(table)) {
    for (const code of codes) {
      binding.codes.add(code)
      binding.codings.add(`${system}|${code}`)
    }
  }
  bindings.set(url, binding)
  return binding
}

/** Says that the code at `name` is not in the set, with the codes that are. */
export function reportBinding(c: Context, binding: Binding, name?: string, index?: number): void {
  const codes = [...binding.codes]
  const shown = codes.slice(0, 20).join(', ') + (codes.length > 20 ? ', …' : '')
  const valueSet = binding.url.slice(binding.url.lastIndexOf('/') + 1)
  report(c, notInBinding, { valueSet, codes: shown }, name, index)
}

function inSet(binding: Binding, coding: unknown): boolean {
  return isObject(coding) && binding.codings.has(`${coding.system}|${coding.code}`)
}

/** Whether a code, Coding, CodeableConcept or Quantity is in the set, whichever of them it is; an extension may stand for a code. */
export function inBinding(binding: Binding, value: unknown): boolean {
  if (typeof value === 'string') return binding.codes.has(value)
  if (!isObject(value)) return false
  if (Array.isArray(value.coding)) return value.coding.some((coding) => inSet(binding, coding))
  if (value.code === undefined) return value.extension !== undefined || value.value !== undefined
  return inSet(binding, value)
}

/** A check of a bound Coding, CodeableConcept or Quantity at the current place; undefined for types without codes. */
export function complexBinding(type: string, binding: Binding): ((value: Json, c: Context) => void) | undefined {
  if (type === 'CodeableConcept') {
    return (value, c) => {
      const codings = value.coding
      if (codings === undefined && value.extension !== undefined) return
      if (!Array.isArray(codings) || !codings.some((coding) => inSet(binding, coding))) reportBinding(c, binding)
    }
  }
  if (type === 'Coding') {
    return (value, c) => {
      if (value.code === undefined && value.extension !== undefined) return
      if (!inSet(binding, value)) reportBinding(c, binding)
    }
  }
  if (type === 'Quantity') {
    return (value, c) => {
      if (value.code !== undefined && !inSet(binding, value)) reportBinding(c, binding)
    }
  }
  return undefined
}

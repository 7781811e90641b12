/** Turns the element table of a type into one closure that checks an object of it. */
import { type ElementRow, elementsOf } from '../definitions.ts'
import { isRoughNumber } from '../json/spelling.ts'
import { isResourceType } from '../types-numbers.ts'
import { type Binding, bindingOf, complexBinding, reportBinding } from './bindings.ts'
import { publishedRules } from './constraints.ts'
import { type Context, isObject, type Json, report, scopeOf, within } from './context.ts'
import { checkExtensions } from './extensions.ts'
import { INVARIANTS, type Invariant } from './invariants.ts'
import { badPrimitive, cardinality, emptyValue, tooDeep, twoChoices, unknownElement, unknownType, wrongStructure } from './outcomes.ts'
import { PRIMITIVE_EXAMPLES, PRIMITIVES, type PrimitiveCheck, WHOLE_TYPES } from './primitives.ts'
import { checkReference, noteUse } from './references.ts'
import { reportBroken } from './rules.ts'

/** Checks one object at the current place. */
export type ObjectCheck = (value: Json, c: Context) => void

/** Checks what stands under one JSON key of an object; the place is still the object's. */
interface Slot {
  run: (value: unknown, c: Context, owner: Json) => void
  /** Bit of the choice group, 0 for other elements. */
  choice: number
  base: string
  shadow: boolean
}

interface Required {
  names: string[]
  label: string
  range: string
}

const OBJECT = { expected: 'object {…}' }
const LIST = { expected: 'array […]' }
const SINGLE = { expected: 'single value (no array)' }
const MOST_DEPTH = 64

const checks = new Map<string, { run: ObjectCheck }>()

/** The check of a data type, backbone path or resource type; compiled when first used. */
function checkOf(type: string, resourceType: string): { run: ObjectCheck } {
  const isOwn = type === resourceType || type.startsWith(`${resourceType}.`)
  const key = isOwn ? type : `/${type}`
  let holder = checks.get(key)
  if (!holder) {
    const made: { run: ObjectCheck } = {
      run: (value, c) => {
        made.run = compileType(type, resourceType)
        made.run(value, c)
      },
    }
    holder = made
    checks.set(key, made)
  }
  return holder
}

/** The check of a whole resource of this type. */
export function resourceCheck(type: string): ObjectCheck {
  return checkOf(type, type).run
}

function primitiveValue(type: string, check: PrimitiveCheck, binding: Binding | undefined) {
  const values = { type, example: PRIMITIVE_EXAMPLES[type] ?? '' }
  const isLink = type === 'canonical' || type === 'uri' || type === 'url'
  const isWhole = WHOLE_TYPES.has(type)
  return (value: unknown, c: Context, holder: object, name: string, index?: number): void => {
    if (isWhole && isRoughNumber(holder, index ?? name)) report(c, badPrimitive, values, name, index)
    else if (check(value)) {
      if (isLink && (value as string).charCodeAt(0) === 35) noteUse((value as string).slice(1), c)
      if (binding && !binding.codes.has(value as string)) reportBinding(c, binding, name, index)
    } else if (value === null || value === '') report(c, emptyValue, {}, name, index)
    else report(c, badPrimitive, values, name, index)
  }
}

function primitiveSlot(type: string, name: string, list: boolean, binding: Binding | undefined): Slot['run'] {
  const one = primitiveValue(type, PRIMITIVES[type] ?? (() => true), binding)
  if (!list) {
    return (value, c, owner) => {
      if (Array.isArray(value)) report(c, wrongStructure, SINGLE, name)
      else one(value, c, owner, name)
    }
  }
  const shadow = `_${name}`
  return (value, c, owner) => {
    if (!Array.isArray(value)) return report(c, wrongStructure, LIST, name)
    if (value.length === 0) return report(c, emptyValue, {}, name)
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i]
      if (item === null) {
        const extra = owner[shadow]
        if (!Array.isArray(extra) || !isObject(extra[i])) report(c, emptyValue, {}, name, i)
      } else one(item, c, value, name, i)
    }
  }
}

/** Checks of `_name`: id and extensions of a primitive. */
function shadowSlot(name: string, list: boolean, resourceType: string): Slot['run'] {
  const element = checkOf('Element', resourceType)
  const key = `_${name}`
  const one = (value: unknown, c: Context, index?: number): void => {
    if (isObject(value)) within(c, key, index, () => element.run(value, c))
    else report(c, wrongStructure, OBJECT, key, index)
  }
  if (!list) return (value, c) => one(value, c)
  return (value, c, owner) => {
    if (!Array.isArray(value)) return report(c, wrongStructure, LIST, key)
    if (value.every((v) => v === null)) return report(c, emptyValue, {}, key)
    const values = owner[name]
    if (Array.isArray(values) && values.length !== value.length) {
      report(c, wrongStructure, { expected: `array of ${values.length}` }, key)
    }
    value.forEach((item: unknown, i) => {
      if (item !== null) one(item, c, i)
    })
  }
}

function complexSlot(name: string, list: boolean, check: ObjectCheck): Slot['run'] {
  if (!list) {
    return (value, c) => {
      if (Array.isArray(value)) return report(c, wrongStructure, SINGLE, name)
      if (value === null) return report(c, emptyValue, {}, name)
      if (!isObject(value)) return report(c, wrongStructure, OBJECT, name)
      c.path.push(name)
      check(value, c)
      c.path.pop()
    }
  }
  return (value, c) => {
    if (!Array.isArray(value)) return report(c, wrongStructure, LIST, name)
    if (value.length === 0) return report(c, emptyValue, {}, name)
    c.path.push(name, 0)
    const at = c.path.length - 1
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i]
      c.path[at] = i
      if (isObject(item)) check(item, c)
      else report(c, item === null ? emptyValue : wrongStructure, OBJECT)
    }
    c.path.length = at - 1
  }
}

/** A resource inside a Bundle entry or a parameter: a scope of its own. */
function innerResource(value: Json, c: Context): void {
  const type = value.resourceType
  if (!isResourceType(type)) {
    report(c, unknownType)
    return
  }
  const { scope, resource, start, inContained } = c
  c.inContained = false
  c.start = c.path.length
  checkResource(type, value, c)
  c.scope = scope
  c.resource = resource
  c.start = start
  c.inContained = inContained
}

/** A contained resource shares the scope of its container. */
function containedResource(value: Json, c: Context): void {
  const type = value.resourceType
  if (!isResourceType(type)) {
    report(c, unknownType)
    return
  }
  const { resource, start, inContained } = c
  c.inContained = true
  c.resource = value
  c.start = c.path.length
  resourceCheck(type)(value, c)
  c.resource = resource
  c.start = start
  c.inContained = inContained
}

/** Checks a resource in a fresh scope; leaves that scope in the context for the invariants on contained resources. */
export function checkResource(type: string, value: Json, c: Context): void {
  c.scope = scopeOf(type, value)
  c.resource = value
  resourceCheck(type)(value, c)
}

function withReference(run: ObjectCheck, allowed: string[] | undefined): ObjectCheck {
  return (value, c) => {
    run(value, c)
    checkReference(value, c, allowed)
  }
}

function complexCheck(row: ElementRow, type: string, resourceType: string): ObjectCheck {
  if (type === 'Resource') return row.n === 'contained' ? containedResource : innerResource
  const holder = checkOf(type, resourceType)
  if (type === 'Reference') return withReference((value, c) => holder.run(value, c), row.ref)
  const binding = row.b ? bindingOf(row.b) : undefined
  const bound = binding && complexBinding(type, binding)
  if (!bound) return (value, c) => holder.run(value, c)
  return (value, c) => {
    holder.run(value, c)
    bound(value, c)
  }
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

interface Compiled {
  slots: Map<string, Slot>
  required: Required[]
}

function addElement(out: Compiled, row: ElementRow, resourceType: string, choice: number): void {
  const list = row.max !== 1
  const names: string[] = []
  for (const type of row.t) {
    const name = row.x ? row.n + upper(type) : row.n
    names.push(name)
    if (PRIMITIVES[type]) {
      names.push(`_${name}`)
      const binding = row.b ? bindingOf(row.b) : undefined
      out.slots.set(name, { run: primitiveSlot(type, name, list, binding), choice, base: row.n, shadow: false })
      out.slots.set(`_${name}`, { run: shadowSlot(name, list, resourceType), choice, base: row.n, shadow: true })
    } else {
      const run = complexSlot(name, list, complexCheck(row, type, resourceType))
      out.slots.set(name, { run, choice, base: row.n, shadow: false })
    }
  }
  if (row.min > 0) {
    const range = `${row.min}..${row.max === 0 ? '*' : row.max}`
    out.required.push({ names, label: row.x ? `${row.n}[x]` : row.n, range })
  }
}

/** After their structure, the extensions of an object are judged by what they are defined as. */
function judgeExtensions(out: Compiled, name: 'extension' | 'modifierExtension', type: string): void {
  const slot = out.slots.get(name)
  if (!slot) return
  const run: Slot['run'] = (value, c, owner) => {
    slot.run(value, c, owner)
    checkExtensions(value, name, type, c)
  }
  out.slots.set(name, { ...slot, run })
}

function compileSlots(type: string, resourceType: string): Compiled {
  const out: Compiled = { slots: new Map(), required: [] }
  let bit = 1
  for (const row of elementsOf(type, resourceType) ?? []) {
    addElement(out, row, resourceType, row.x ? bit : 0)
    if (row.x) bit <<= 1
  }
  for (const name of ['extension', 'modifierExtension'] as const) judgeExtensions(out, name, type)
  if (isResourceType(type)) {
    out.slots.set('resourceType', { run: () => undefined, choice: 0, base: 'resourceType', shadow: false })
  }
  return out
}

function runInvariants(invariants: Invariant[], value: Json, c: Context): void {
  for (const rule of invariants) {
    if (!rule.holds(value, c)) reportBroken(c, rule)
  }
}

function compileType(type: string, resourceType: string): ObjectCheck {
  const { slots, required } = compileSlots(type, resourceType)
  const invariants = [...(isResourceType(type) ? (INVARIANTS.DomainResource ?? []) : []), ...(INVARIANTS[type] ?? [])]
  const published = publishedRules(type)
  const least = isResourceType(type) ? 2 : 1
  return (value, c) => {
    if (c.path.length > MOST_DEPTH * 2) return report(c, tooDeep)
    let count = 0
    let chosen = 0
    for (const key in value) {
      count++
      const slot = slots.get(key)
      if (slot === undefined) {
        report(c, unknownElement, { type }, key)
        continue
      }
      if (slot.choice !== 0 && !(slot.shadow && value[key.slice(1)] !== undefined)) {
        if ((chosen & slot.choice) !== 0) report(c, twoChoices, { name: slot.base }, key)
        chosen |= slot.choice
      }
      slot.run(value[key], c, value)
    }
    if (count < least && required.length === 0) report(c, emptyValue)
    for (const need of required) {
      if (!need.names.some((name) => value[name] !== undefined)) report(c, cardinality, { range: need.range }, need.label)
    }
    if (invariants.length > 0) runInvariants(invariants, value, c)
    for (const rule of published) rule(value, c)
  }
}

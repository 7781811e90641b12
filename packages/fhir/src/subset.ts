/** The parts of a resource that `_summary` and `_elements` leave (FHIR R4, search.html#summary and #elements). */
import { type ElementRow, elementsOf } from './definitions.ts'
import { type Shape, SUBSETTED, selectMembers } from './json/select.ts'
import { isResourceType } from './types-numbers.ts'

export type SummaryMode = 'true' | 'text' | 'data'

/** What a resource is known by, whatever is asked of it. */
const ALWAYS = ['resourceType', 'id', 'meta']
/** An element's own id and extensions are read with the element. */
const OF_ELEMENT = ['id', 'extension']
/** Nobody may read a resource without these (R4 extensibility.html#modifierExtension, resource.html#implicitRules). */
const NOT_TO_BE_MISSED = ['implicitRules', 'modifierExtension']

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** JSON names of an element: one for each type of a choice. */
const membersOf = (row: ElementRow): string[] => (row.x ? row.t.map((type) => row.n + upper(type)) : [row.n])

const whole = (names: readonly string[]): Record<string, true> => Object.fromEntries(names.map((name) => [name, true]))

const nested = new Map<string, Shape | true>()

/** The summary of what stands in an element: the elements of its type that R4 marks as summary, and mandatory ones. */
function summaryOfType(type: string, resourceType: string): Shape | true {
  const rows = type === 'Extension' || type === 'Resource' ? undefined : elementsOf(type, resourceType)
  if (!rows?.some((row) => row.s)) return true
  const key = type.includes('.') ? type : `/${type}`
  const known = nested.get(key)
  if (known) return known
  const shape: Record<string, Shape | true> = whole(OF_ELEMENT)
  nested.set(key, shape)
  fillSummary(shape, rows, resourceType)
  return shape
}

/** Modifiers are kept with the summary: what is left is not to be read without them. */
function fillSummary(shape: Record<string, Shape | true>, rows: readonly ElementRow[], resourceType: string): void {
  for (const row of rows) {
    if (!row.s && !row.m && row.min === 0) continue
    for (const [i, member] of membersOf(row).entries()) {
      shape[member] = row.s ? summaryOfType(row.t[row.x ? i : 0] ?? '', resourceType) : true
    }
  }
}

function summaryTrue(type: string, rows: readonly ElementRow[]): Shape {
  const shape: Record<string, Shape | true> = {}
  fillSummary(shape, rows, type)
  return { ...shape, ...whole(ALWAYS) }
}

const SUMMARIES: Record<SummaryMode, (type: string, rows: readonly ElementRow[]) => Shape> = {
  true: summaryTrue,
  text: (_type, rows) =>
    whole([...ALWAYS, 'text', ...NOT_TO_BE_MISSED, ...rows.filter((row) => row.min > 0).flatMap((row) => membersOf(row))]),
  data: (_type, rows) => whole(['resourceType', ...rows.filter((row) => row.n !== 'text').flatMap((row) => membersOf(row))]),
}

const shapes = new Map<string, Shape>()

/** The shape that `_summary` leaves of a type. */
export function summaryShape(type: string, mode: SummaryMode): Shape {
  const key = `${type} ${mode}`
  let shape = shapes.get(key)
  if (!shape) {
    shape = SUMMARIES[mode](type, elementsOf(type, type) ?? [])
    shapes.set(key, shape)
  }
  return shape
}

/** An element as `_elements` names it: `name`, `Patient.name` or `value[x]`; undefined when it is named of another type. */
function elementNamed(type: string, name: string): string | undefined {
  const dot = name.indexOf('.')
  if (dot >= 0 && name.slice(0, dot) !== type) return undefined
  return name.slice(dot + 1).replace(/\[x\]$/, '')
}

/** Whether `_elements` may name it on a search of the type: an element at its root, or at the root of another type that is named. */
export function isElementName(type: string, name: string): boolean {
  const dot = name.indexOf('.')
  const owner = dot < 0 ? type : name.slice(0, dot)
  if (!isResourceType(owner)) return false
  const element = elementNamed(owner, name)
  return elementsOf(owner, owner)?.some((row) => row.n === element) ?? false
}

/** The shape that `_elements` leaves of a type: the elements named, and those that are mandatory or modify the others. */
export function elementsShape(type: string, names: readonly string[]): Shape {
  const asked = new Set(names.map((name) => elementNamed(type, name)))
  const rows = (elementsOf(type, type) ?? []).filter((row) => asked.has(row.n) || row.min > 0 || row.m)
  return whole([...ALWAYS, ...rows.flatMap((row) => membersOf(row))])
}

/** A resource's text as a search answers it under `_summary` or `_elements`; marked SUBSETTED where it lacks something. */
export function subsetText(text: string, type: string, asked: { summary?: SummaryMode; elements?: readonly string[] }): string {
  if (asked.summary) return selectMembers(text, summaryShape(type, asked.summary), [SUBSETTED])
  if (asked.elements?.length) return selectMembers(text, elementsShape(type, asked.elements), [SUBSETTED])
  return text
}

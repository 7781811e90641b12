/** Compiles the search parameters of a resource type into closures over the resource. */
import { type ElementRow, elementsOf, resourceTable, type SearchPart, type SearchRow, valueSetTable } from '../definitions.ts'
import { type Emit, emitterFor, referenceTarget, type SearchEntry, type Sink } from './entries.ts'
import { type Path, parseExpression, type Step } from './expression.ts'
import { INDEX_GENERATION, type IndexGeneration } from './generation.ts'
import { NARRATED, narrativeEntries } from './narrative.ts'
import type { Json } from './values.ts'

/** Runs one parameter (or one alternative of it) on a resource. */
export type Extractor = (resource: Json, sink: Sink) => void

/** What is known, while compiling, about the values a path has reached. */
interface Place {
  type: string
  /** The code system that the element's required binding implies. */
  system: string | undefined
}

type Wrap = (next: Emit) => Emit

interface Node {
  place: Place
  wraps: Wrap[]
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The value under a key handed on, each item of a list by itself. */
function property(name: string): Wrap {
  return (next) => (value, sink) => {
    const v = (value as Json)[name]
    if (v === undefined || v === null) return
    if (!Array.isArray(v)) next(v, sink)
    else for (const item of v) if (item !== null) next(item, sink)
  }
}

function impliedSystem(row: ElementRow, type: string): string | undefined {
  if (type !== 'code' || row.b === undefined) return undefined
  const systems = Object.keys(valueSetTable()[row.b] ?? {})
  return systems.length === 1 ? systems[0] : undefined
}

function follow(node: Node, name: string, resourceType: string, wanted: string | undefined): Node[] {
  const row = elementsOf(node.place.type, resourceType)?.find((e) => e.n === name)
  if (!row) return []
  return row.t
    .filter((type) => wanted === undefined || !row.x || type === wanted)
    .map((type) => ({
      place: { type, system: impliedSystem(row, type) },
      wraps: [...node.wraps, property(row.x ? row.n + upper(type) : row.n)],
    }))
}

/** Whether a reference points to the type, by its text, by what it names within the resource, or by its `type` element. */
function pointsTo(value: unknown, type: string, sink: Sink): boolean {
  const { reference, type: named } = value as { reference?: unknown; type?: unknown }
  if (typeof reference === 'string') {
    const target = referenceTarget(reference)
    if (target === undefined) return sink.contained?.get(reference) === type
    if (target.startsWith(`${type}/`) || target.includes(`/${type}/`)) return true
  }
  return named === type
}

function filter(step: Step): Wrap | undefined {
  if (step.k === 'equals') {
    const { name, value: wanted } = step
    return (next) => (value, sink) => {
      if (typeof value === 'object' && (value as Json)[name] === wanted) next(value, sink)
    }
  }
  if (step.k === 'target') {
    const { type } = step
    return (next) => (value, sink) => {
      if (typeof value === 'object' && pointsTo(value, type, sink)) next(value, sink)
    }
  }
  return undefined
}

/** `Bundle.entry[0].resource`: R4 uses an index only on the first entry, so the step before it is replaced. */
function indexed(node: Node, name: string, index: number): Node {
  const only: Wrap = (next) => (value, sink) => {
    const v = (value as Json)[name]
    if (Array.isArray(v) && v[index] !== undefined && v[index] !== null) next(v[index], sink)
  }
  return { place: node.place, wraps: [...node.wraps.slice(0, -1), only] }
}

function extension(node: Node, url: string): Node {
  const wanted = filter({ k: 'equals', name: 'url', value: url })
  const wraps = [...node.wraps, property('extension')]
  if (wanted) wraps.push(wanted)
  return { place: { type: 'Extension', system: undefined }, wraps }
}

/** Follows a path whose first step names where it starts: the resource, or an element of type `from`. */
function walk(path: Path, resourceType: string, from: string = resourceType): Node[] {
  let nodes: Node[] = [{ place: { type: from, system: undefined }, wraps: [] }]
  for (let i = 1; i < path.steps.length; i++) {
    const step = path.steps[i]
    const after = path.steps[i + 1]
    const before = path.steps[i - 1]
    if (!step) break
    if (step.k === 'property') {
      const wanted = after?.k === 'type' ? after.type : undefined
      nodes = nodes.flatMap((node) => follow(node, step.name, resourceType, wanted))
    } else if (step.k === 'type') nodes = nodes.filter((node) => node.place.type === step.type)
    else if (step.k === 'index' && before?.k === 'property') nodes = nodes.map((node) => indexed(node, before.name, step.index))
    else if (step.k === 'extension') nodes = nodes.map((node) => extension(node, step.url))
    else {
      const wrap = filter(step)
      if (wrap) nodes = nodes.map((node) => ({ place: node.place, wraps: [...node.wraps, wrap] }))
    }
  }
  return nodes
}

const chain = (wraps: Wrap[], last: Emit): Emit => wraps.reduceRight((next, wrap) => wrap(next), last)

/** A parameter that answers yes or no, always: `Patient.deceased.exists() and Patient.deceased != false`. */
function booleanExtractor(path: Path, resourceType: string, param: string): Extractor {
  const found = { yes: false }
  const note: Emit = (value) => {
    if (path.gives === 'exists' || value !== false) found.yes = true
  }
  const runs = walk(path, resourceType).map((node) => chain(node.wraps, note))
  return (resource, sink) => {
    found.yes = false
    for (const run of runs) run(resource, sink)
    sink.entries.push({ param, type: 'token', code: String(found.yes) })
  }
}

/** What runs the values of an expression into entries of a parameter, from the resource or from an element of type `from`. */
function valueExtractors(row: SearchPart, resourceType: string, generation: IndexGeneration, from?: string): Extractor[] {
  return parseExpression(row.e).flatMap((path) =>
    path.gives === 'value'
      ? walk(path, resourceType, from).flatMap((node) => {
          const emit = emitterFor(row.t, node.place.type, row.c, node.place.system, generation)
          return emit ? [chain(node.wraps, emit)] : []
        })
      : [booleanExtractor(path, resourceType, row.c)],
  )
}

const FROM_RESOURCE = '%resource.'

/** A part of a composite: below the composite's element (its name stands for the first step), or from the resource. */
function partExtractor(part: SearchPart, resourceType: string, from: string, generation: IndexGeneration) {
  const isAbsolute = part.e.startsWith(FROM_RESOURCE)
  const start = isAbsolute ? resourceType : from
  const e = part.e
    .split(' | ')
    .map((path) => `Element.${isAbsolute ? path.slice(FROM_RESOURCE.length) : path}`)
    .join(' | ')
  const runs = valueExtractors({ ...part, e }, resourceType, generation, start)
  return (element: Json, resource: Json, zone: string): SearchEntry[] => {
    const found: Sink = { entries: [], zone }
    for (const run of runs) run(isAbsolute ? resource : element, found)
    return found.entries
  }
}

/** Whether a composite joins values of the resource itself: it has them once, so its parts can be asked for one by one. */
export const joinsResource = (row: SearchRow, resourceType: string): boolean => row.e.split(' | ').includes(resourceType)

function compositeExtractors(row: SearchRow, resourceType: string, generation: IndexGeneration): Extractor[] {
  if (!row.parts || joinsResource(row, resourceType)) return []
  const nodes = parseExpression(row.e).flatMap((path) => walk(path, resourceType))
  return nodes.map((node) => {
    const parts = row.parts?.map((part) => partExtractor(part, resourceType, node.place.type, generation)) ?? []
    let resource: Json = {}
    const run = chain(node.wraps, (element, sink) => {
      if (typeof element !== 'object') return
      const found = parts.map((part) => part(element as Json, resource, sink.zone))
      if (found.every((entries) => entries.length > 0)) sink.entries.push({ param: row.c, type: 'composite', parts: found })
    })
    return (whole, sink) => {
      resource = whole
      run(whole, sink)
    }
  })
}

/** The extractors of one parameter; empty when the generation, the subset or R4's types do not cover it. */
export function compileParameter(row: SearchRow, resourceType: string, generation: IndexGeneration = INDEX_GENERATION): Extractor[] {
  if ((row.g ?? 1) > generation) return []
  if (generation > 1 && row.c === '_text' && NARRATED.has(resourceType)) return [narrativeEntries]
  if (row.e === '' || row.t === 'special') return []
  if (row.t === 'composite') return generation > 1 ? compositeExtractors(row, resourceType, generation) : []
  return valueExtractors(row, resourceType, generation)
}

/** Kept in columns by the store, from values the server sets. */
const COLUMNS = new Set(['_id', '_lastUpdated'])

const extractors = new Map<string, Extractor[]>()

/** All extractors of a type, compiled when first used. */
export function extractorsOf(resourceType: string, generation: IndexGeneration): Extractor[] {
  const key = `${resourceType} ${generation}`
  let known = extractors.get(key)
  if (!known) {
    known = resourceTable(resourceType)
      .search.filter((row) => !COLUMNS.has(row.c))
      .flatMap((row) => compileParameter(row, resourceType, generation))
    extractors.set(key, known)
  }
  return known
}

/** Compiles the search parameters of a resource type into closures over the resource. */
import { type ElementRow, elementsOf, resourceTable, type SearchRow, valueSetTable } from '../definitions.ts'
import { type Emit, emitterFor, referenceTarget, type Sink } from './entries.ts'
import { type Path, parseExpression, type Step } from './expression.ts'

type Json = Record<string, unknown>

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

/** Whether a reference points to the type, by its text or by its `type` element. */
function pointsTo(value: unknown, type: string): boolean {
  const { reference, type: named } = value as { reference?: unknown; type?: unknown }
  if (typeof reference === 'string') {
    const target = referenceTarget(reference)
    if (target === undefined) return false
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
      if (typeof value === 'object' && pointsTo(value, type)) next(value, sink)
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

function walk(path: Path, resourceType: string): Node[] {
  let nodes: Node[] = [{ place: { type: resourceType, system: undefined }, wraps: [] }]
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

/** The extractors of one parameter; empty when the subset or R4's types do not cover it. */
export function compileParameter(row: SearchRow, resourceType: string): Extractor[] {
  if (row.e === '' || row.t === 'composite' || row.t === 'special') return []
  const out: Extractor[] = []
  for (const path of parseExpression(row.e)) {
    if (path.gives !== 'value') {
      out.push(booleanExtractor(path, resourceType, row.c))
      continue
    }
    for (const node of walk(path, resourceType)) {
      const emit = emitterFor(row.t, node.place.type, row.c, node.place.system)
      if (emit) out.push(chain(node.wraps, emit))
    }
  }
  return out
}

/** Kept in columns by the store, from values the server sets. */
const COLUMNS = new Set(['_id', '_lastUpdated'])

const extractors = new Map<string, Extractor[]>()

/** All extractors of a type, compiled when first used. */
export function extractorsOf(resourceType: string): Extractor[] {
  let known = extractors.get(resourceType)
  if (!known) {
    known = resourceTable(resourceType)
      .search.filter((row) => !COLUMNS.has(row.c))
      .flatMap((row) => compileParameter(row, resourceType))
    extractors.set(resourceType, known)
  }
  return known
}

/** Index entries of a resource, and the search parameters R4 defines. */
import { resourceTable, type SearchRow, type SearchType } from '../definitions.ts'
import { isResourceType, resourceTypes } from '../types-numbers.ts'
import { compileParameter, extractorsOf, joinsResource } from './compile.ts'
import { DEFAULT_ZONE } from './dates.ts'
import type { SearchEntry, Sink } from './entries.ts'
import { parseExpression } from './expression.ts'
import { INDEX_GENERATION, type IndexGeneration } from './generation.ts'
import { isObject } from './values.ts'

export type { DateRange } from './dates.ts'
export { DEFAULT_ZONE, dateRange, EARLIEST, LATEST } from './dates.ts'
export type { SearchEntry, TypeOfIdentifier } from './entries.ts'
export { periodRange, referenceTarget } from './entries.ts'
export { INDEX_GENERATION, type IndexGeneration } from './generation.ts'
export { namesOwner, patientOf } from './patient.ts'
export { looksAtSortDate, sortDate } from './sort-date.ts'
export { uriPrefixes } from './uri.ts'

/** A part of a composite. */
export interface SearchComponent {
  /** The parameter whose values it takes. */
  code: string
  type: SearchType
  target: string[]
}

/** One search parameter of one type. */
export interface SearchParameter {
  code: string
  type: SearchType
  /** Resource types a reference parameter may point to. */
  target: string[]
  expression: string
  /** Whether `searchEntries` gives entries for it, or the store answers it from a column (`_id`, `_lastUpdated`). */
  indexed: boolean
  /** The first index generation that answers it; undefined: none does. */
  since: IndexGeneration | undefined
  /** Of a composite: its parts in the order of its values. */
  components: SearchComponent[]
  /** A composite of values that a resource has once: no entries of its own, all of its parts must fit. */
  byParts: boolean
}

/**
 * All index entries of a resource, but not those of `_id` and `_lastUpdated`, which the store keeps in columns.
 * Takes a resource that `validate` accepts (others give what can be read), the zone of partial dates, and the index generation;
 * dates are inclusive ranges in milliseconds; references carry no version; of contained ones it is only told that they are there,
 * conditional ones give nothing.
 */
export function searchEntries(
  resource: object,
  zone: string = DEFAULT_ZONE,
  generation: IndexGeneration = INDEX_GENERATION,
): SearchEntry[] {
  const body = resource as Record<string, unknown>
  if (!isResourceType(body.resourceType)) return []
  const contained = containedTypes(body.contained)
  const sink: Sink = { entries: [], zone, ...(contained ? { contained } : {}) }
  for (const run of extractorsOf(body.resourceType, generation)) run(body, sink)
  return sink.entries
}

/** The types of what is contained, as it is referred to; mostly there is nothing. */
function containedTypes(contained: unknown): ReadonlyMap<string, string> | undefined {
  if (!Array.isArray(contained)) return undefined
  return new Map(contained.filter(isObject).map(({ id, resourceType }) => [`#${String(id)}`, String(resourceType)]))
}

/** The declared target types; only those of `where(resolve() is T)` where every alternative has one. */
function targetsOf(row: SearchRow): string[] {
  const declared = row.target ?? []
  if (row.t !== 'reference' || !row.e.includes('resolve()')) return declared
  const named = parseExpression(row.e).map((path) => path.steps.find((s) => s.k === 'target')?.type)
  return named.every((t) => t !== undefined) ? [...new Set(named)] : declared
}

function sinceOf(row: SearchRow, type: string): IndexGeneration | undefined {
  if (compileParameter(row, type, 1).length > 0) return 1
  return row.parts || compileParameter(row, type, 2).length > 0 ? 2 : undefined
}

function parameterOf(row: SearchRow, type: string): SearchParameter {
  const since = sinceOf(row, type)
  return {
    code: row.c,
    type: row.t,
    target: targetsOf(row),
    expression: row.e,
    indexed: since !== undefined && since <= INDEX_GENERATION,
    since,
    components: (row.parts ?? []).map((part) => ({ code: part.c, type: part.t, target: part.target ?? [] })),
    byParts: row.parts !== undefined && joinsResource(row, type),
  }
}

const parameters = new Map<string, Map<string, SearchParameter>>()

/** The search parameters of a type by code; empty for a name that is no type. */
export function searchParameters(type: string): ReadonlyMap<string, SearchParameter> {
  let known = parameters.get(type)
  if (!known) {
    if (!isResourceType(type)) return new Map()
    known = new Map(resourceTable(type).search.map((row) => [row.c, parameterOf(row, type)]))
    parameters.set(type, known)
  }
  return known
}

/** Parameters that an index generation does not answer, with the reason. */
export function unsupportedParameters(generation: IndexGeneration = INDEX_GENERATION): {
  type: string
  param: string
  reason: 'later' | 'special' | 'no-expression' | 'no-values'
}[] {
  const out: ReturnType<typeof unsupportedParameters> = []
  for (const { name } of resourceTypes()) {
    for (const p of searchParameters(name).values()) {
      if (p.since !== undefined && p.since <= generation) continue
      const missing = p.type === 'special' ? p.type : p.expression === '' ? 'no-expression' : 'no-values'
      out.push({ type: name, param: p.code, reason: p.since === undefined ? missing : 'later' })
    }
  }
  return out
}

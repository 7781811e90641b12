/** Index entries of a resource, and the search parameters R4 defines. */
import { resourceTable, type SearchRow, type SearchType } from '../definitions.ts'
import { isResourceType, resourceTypes } from '../types-numbers.ts'
import { compileParameter, extractorsOf } from './compile.ts'
import { DEFAULT_ZONE } from './dates.ts'
import type { SearchEntry, Sink } from './entries.ts'
import { parseExpression } from './expression.ts'

export type { DateRange } from './dates.ts'
export { DEFAULT_ZONE, dateRange, EARLIEST, LATEST } from './dates.ts'
export type { SearchEntry } from './entries.ts'
export { periodRange, referenceTarget } from './entries.ts'
export { patientOf } from './patient.ts'
export { sortDate } from './sort-date.ts'

/** One search parameter of one type. */
export interface SearchParameter {
  code: string
  type: SearchType
  /** Resource types a reference parameter may point to. */
  target: string[]
  expression: string
  /** Whether `searchEntries` gives entries for it, or the store answers it from a column (`_id`, `_lastUpdated`). */
  indexed: boolean
}

/**
 * All index entries of a resource, but not those of `_id` and `_lastUpdated`, which the store keeps in columns.
 * Takes a resource that `validate` accepts (others give what can be read) and the zone of partial dates; dates are
 * inclusive ranges in milliseconds; references carry no version; contained and conditional references give nothing.
 */
export function searchEntries(resource: object, zone: string = DEFAULT_ZONE): SearchEntry[] {
  const body = resource as Record<string, unknown>
  if (!isResourceType(body.resourceType)) return []
  const sink: Sink = { entries: [], zone }
  for (const run of extractorsOf(body.resourceType)) run(body, sink)
  return sink.entries
}

/** The declared target types; only those of `where(resolve() is T)` where every alternative has one. */
function targetsOf(row: SearchRow): string[] {
  const declared = row.target ?? []
  if (row.t !== 'reference' || !row.e.includes('resolve()')) return declared
  const named = parseExpression(row.e).map((path) => path.steps.find((s) => s.k === 'target')?.type)
  return named.every((t) => t !== undefined) ? [...new Set(named)] : declared
}

const parameters = new Map<string, Map<string, SearchParameter>>()

/** The search parameters of a type by code; empty for a name that is no type. */
export function searchParameters(type: string): ReadonlyMap<string, SearchParameter> {
  let known = parameters.get(type)
  if (!known) {
    known = new Map()
    if (!isResourceType(type)) return known
    for (const row of resourceTable(type).search) {
      const indexed = compileParameter(row, type).length > 0
      known.set(row.c, { code: row.c, type: row.t, target: targetsOf(row), expression: row.e, indexed })
    }
    parameters.set(type, known)
  }
  return known
}

/** Parameters that have no index entries, with the reason: composite and special ones, and those without expression. */
export function unsupportedParameters(): {
  type: string
  param: string
  reason: 'composite' | 'special' | 'no-expression' | 'no-values'
}[] {
  const out: ReturnType<typeof unsupportedParameters> = []
  for (const { name } of resourceTypes()) {
    for (const p of searchParameters(name).values()) {
      if (p.indexed) continue
      const reason = p.type === 'composite' || p.type === 'special' ? p.type : p.expression === '' ? 'no-expression' : 'no-values'
      out.push({ type: name, param: p.code, reason })
    }
  }
  return out
}

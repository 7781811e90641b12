/** Sort keys and the cursors that continue behind a row. */
import { looksAtSortDate, refuse, type SearchRequest, type SortKey, searchParameters } from '@yba/fhir'
import type { Params } from '../grants.ts'
import { paramNumber } from '../hash.ts'
import { cursorUnknown, notSupportedYet } from '../outcomes.ts'
import { derivedKey } from './derived.ts'

export interface Key {
  /** Expression on alias `r`. */
  expression: string
  cast: 'timestamptz' | 'text' | 'double precision'
  descending: boolean
  /** The parameter whose text is read out of the resources (derived.ts). */
  derived?: string
}

/** Date parameters whose value is the sort date of the row, where they look at the element it is read from. */
const SORT_DATES = new Set(['date', 'authored-on', 'authoredon', 'authored', 'sent'])
const NAMES = new Set(['name', 'family', 'given', 'phonetic'])

const DERIVED = new Set<string | undefined>(['token', 'reference', 'uri'])

function keyOf(type: string, sort: SortKey, place: number, params: Params): Key {
  const { param, descending } = sort
  if (param === '_lastUpdated') return { expression: 'r.lu', cast: 'timestamptz', descending }
  if (param === '_id') return { expression: 'r.id', cast: 'text', descending }
  const { type: kind, expression } = searchParameters(type).get(param) ?? {}
  const edge = descending ? '-infinity' : 'infinity'
  // Placed only where used: a placeholder nobody mentions has no type.
  const number = (code: string) => params.add(paramNumber(type, code), 'integer')
  if (kind === 'date') {
    if (SORT_DATES.has(param) && looksAtSortDate(type, expression ?? '')) return { expression: 'r.sd', cast: 'timestamptz', descending }
    // Rows without a value come last in both directions.
    const value = `(select ${descending ? 'max' : 'min'}(d.lo) from ix_date d where d.rid = r.rid and d.p = ${number(param)})`
    return { expression: `coalesce(${value}, '${edge}'::timestamptz)`, cast: 'timestamptz', descending }
  }
  if (kind === 'string') {
    const value = `(select ${descending ? 'max' : 'min'}(s.v) from ix_str s where s.rid = r.rid and s.p = ${number(NAMES.has(param) ? 'name:sort' : param)})`
    return { expression: `coalesce(${value}, ${descending ? "''" : "U&'\\+10FFFF'"}) collate "C"`, cast: 'text', descending }
  }
  if (kind === 'number' || kind === 'quantity') {
    const value = `(select ${descending ? 'max' : 'min'}(q.v) from ix_qty q where q.rid = r.rid and q.p = ${number(param)} and q.unit = 0)`
    return { expression: `coalesce(${value}, '${edge}'::double precision)`, cast: 'double precision', descending }
  }
  if (DERIVED.has(kind)) return derivedKey(place, param, descending)
  throw refuse(notSupportedYet, { what: `_sort=${param}` })
}

/** Without `_sort`: newest first by clinical date; a bare list by last change, which an index holds for the whole type. */
export function sortKeys(request: SearchRequest, params: Params): Key[] {
  const { sort, filters, type, compartment } = request
  const isList = filters.length === 0 || type === '*'
  if (sort.length === 0 && isList && !compartment) return [{ expression: 'r.lu', cast: 'timestamptz', descending: true }]
  if (sort.length === 0) return [{ expression: 'r.sd', cast: 'timestamptz', descending: true }]
  return sort.map((s, place) => keyOf(type, s, place, params))
}

const shape = (request: SearchRequest): string => request.sort.map((s) => (s.descending ? '-' : '+') + s.param).join()

/** An opaque place behind a row: the values of its sort keys and its row number. */
export function cursorAfter(request: SearchRequest, values: readonly string[], rid: string): string {
  return Buffer.from(JSON.stringify([shape(request), ...values, rid])).toString('base64url')
}

function readCursor(request: SearchRequest, keys: number): string[] {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(request.cursor ?? '', 'base64url').toString())
  } catch {
    throw refuse(cursorUnknown)
  }
  const isCursor = Array.isArray(parts) && parts.length === keys + 2 && parts.every((p) => typeof p === 'string' && !p.includes('\0'))
  if (!isCursor) throw refuse(cursorUnknown)
  const [sort, ...values] = parts as string[]
  const dates = values.slice(0, -1).every((v, i) => v.length < 500 || i < 0)
  if (sort !== shape(request) || !dates || !/^\d{1,18}$/.test(values.at(-1) ?? '')) throw refuse(cursorUnknown)
  return values
}

const DOUBLE = /^-?(?:Infinity|\d{1,400}(?:\.\d{1,400})?(?:e[+-]?\d{1,3})?)$/
const TIME = /^(\d{1,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d){0,2}( BC)?|-?infinity)$/

/** The condition that leaves out everything up to the cursor; undefined without one. Throws `cursor-unknown`. */
export function afterCursor(request: SearchRequest, keys: readonly Key[], params: Params): string | undefined {
  if (request.cursor === undefined) return undefined
  const values = readCursor(request, keys.length)
  const isOf = ({ cast }: Key, value: string): boolean => cast === 'text' || (cast === 'timestamptz' ? TIME : DOUBLE).test(value)
  if (!keys.every((k, i) => isOf(k, values[i] ?? ''))) throw refuse(cursorUnknown)
  const first = keys[0] as Key
  const all: Key[] = [...keys, { expression: 'r.rid', cast: 'text', descending: first.descending }]
  const place = (i: number) => params.add(values[i], i === keys.length ? 'bigint' : (all[i] as Key).cast)
  if (all.every((k) => k.descending === first.descending)) {
    const names = all.map((k) => k.expression).join(', ')
    return `(${names}) ${first.descending ? '<' : '>'} (${all.map((_, i) => place(i)).join(', ')})`
  }
  const steps = all.map((k, i) => {
    const equal = all.slice(0, i).map((e, j) => `${e.expression} = ${place(j)}`)
    return `(${[...equal, `${k.expression} ${k.descending ? '<' : '>'} ${place(i)}`].join(' and ')})`
  })
  return `(${steps.join(' or ')})`
}

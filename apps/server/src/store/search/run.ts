/** One search as SQL: what drives it, the filters and the grants; then its page and what comes along. */
import { type Filter, type Finding, finding, refuse, type SearchRequest } from '@yba/fhir'
import { grantPredicate, mustNarrow, Params } from '../grants.ts'
import { checkBuilt } from '../index-keeper/generation.ts'
import { narrowYourSearch } from '../outcomes.ts'
import type { Reading } from '../read/rows.ts'
import { checkAsked } from '../shown.ts'
import { ROW, type Row, typeOf } from '../stored.ts'
import { inCompartment } from './compartment.ts'
import type { Compiling } from './compiling.ts'
import { condition } from './conditions.ts'
import { derivedSource, isDerived } from './derived.ts'
import { includedRows, MOST_INCLUDED, MOST_ROUNDS } from './include.ts'
import { afterCursor, cursorAfter, type Key, sortKeys } from './order.ts'
import { searchIncludesCut } from './outcomes.ts'
import { choose, type Plan, patientOfFilter, type Source } from './plan.ts'
import { recheck } from './recheck.ts'
import { ofEveryType } from './several.ts'

const DEFAULT_COUNT = 50
const MAX_COUNT = 1000

export interface Found {
  rows: Row[]
  included: Row[]
  total?: number
  next?: string
  /** What the answer leaves out. */
  told: Finding[]
}

/** Parameters that narrow a search to one person's or one stay's rows. */
const NARROWING = new Set(['patient', 'subject', 'beneficiary', 'encounter', 'context', '_id', 'identifier', 'individual'])

function narrows(f: Filter): boolean {
  if (f.kind === 'has') return false
  if (!NARROWING.has(f.param)) return false
  return f.kind === 'chain' || (f.modifier !== 'missing' && f.modifier !== 'not')
}

/** Compartments that are one person's or one stay's. */
const NARROW_COMPARTMENTS = new Set(['Patient', 'Encounter', 'RelatedPerson'])

/** Throws `narrow-your-search` when the caller's rights to a type hang on care and the search names nobody. */
function checkNarrow(on: Reading, request: SearchRequest): void {
  const { type, types, compartment } = request
  if (compartment && NARROW_COMPARTMENTS.has(compartment.type)) return
  if (types.some((t) => mustNarrow(on.access, t)) && !request.filters.some(narrows)) throw refuse(narrowYourSearch, { type })
}

/** The type a grant is looked for by; several types are told apart row by row. */
const grantType = ({ type }: SearchRequest): string | undefined => (type === '*' ? undefined : type)

interface Compiled {
  params: Params
  keys: Key[]
  plan: Plan
  /** Conditions common to all sources, without the cursor. */
  where: string[]
}

/** `source`: rows that are known already; everything is asked of them once more. */
function compile(on: Reading, request: SearchRequest, allowed: string, params: Params, source?: Source): Compiled {
  const c: Compiling = { on, params, depth: 0 }
  const keys = sortKeys(request, params)
  const { type, types, compartment } = request
  const within = source && compartment ? [inCompartment(c, types, compartment)] : []
  const plan = source ? { sources: [source], used: [], ordered: false, steady: false } : choose(c, request, keys)
  const one = (f: Filter): string => {
    if (type !== '*') return condition(c, type, 'r', f)
    const isColumn = f.kind !== 'parameter' || f.param === '_id' || f.param === '_lastUpdated'
    return isColumn ? condition(c, types[0] ?? '', 'r', f) : ofEveryType(c, types, 'r', f)
  }
  const rest = request.filters.filter((f) => !plan.used.includes(f))
  const where = ['not r.deleted', ...within, ...rest.map(one)]
  if (allowed !== 'true') where.push(allowed)
  return { params, keys, plan, where }
}

/** All of a source's conditions. */
function whereOf(s: Source, request: SearchRequest, q: Compiled): string[] {
  const { type, types } = request
  const numbers = () => q.params.add(types.map(typeOf), 'smallint[]')
  const ofType = type === '*' ? `r.t = any(${numbers()})` : `r.t = ${typeOf(type)}`
  return [...s.where, ofType, ...q.where]
}

type SortedRow = Row & Record<string, string>

async function pageRows(on: Reading, request: SearchRequest, q: Compiled, count: number): Promise<SortedRow[]> {
  const own = (e: string) => (q.plan.ordered ? e.replace(/^r\.(sd|rid)$/, 'k.$1') : e)
  const after = afterCursor(request, q.keys, q.params)
  const place = q.plan.ordered ? after?.replaceAll('r.sd', 'k.sd').replaceAll('r.rid', 'k.rid') : after
  const select = q.keys.map((k, i) => `${own(k.expression)} as o${i}`).join(', ')
  const direction = (k: Key) => (k.descending ? 'desc' : 'asc')
  const first = q.keys[0] as Key
  const limit = q.params.add(count, 'bigint')
  const parts = q.plan.sources.map((s) => {
    const where = [...whereOf(s, request, q), ...(place ? [place] : [])].join(' and ')
    const order = [...q.keys.map((k) => `${own(k.expression)} ${direction(k)}`), `${own('r.rid')} ${direction(first)}`].join(', ')
    const rows = `select ${ROW}, ${select} from ${s.from} where ${where} order by ${order} limit ${limit}`
    return s.each ? `(select e.* from ${s.each} cross join lateral (${rows}) e)` : `(${rows})`
  })
  const outer = [...q.keys.map((k, i) => `o${i} ${direction(k)}`), `rid ${direction(first)}`].join(', ')
  const texts = q.keys.map((_, i) => `o${i}::text as v${i}`).join(', ')
  // The same order puts what is found twice side by side.
  const once = q.plan.repeats ? `distinct on (${q.keys.map((_, i) => `o${i}`).join(', ')}, rid) ` : ''
  const text = `select ${once}*, ${texts} from (${parts.join(' union all ')}) u order by ${outer} limit ${limit}`
  return on.db.query<SortedRow>(text, q.params.values, q.plan.steady)
}

/** Row numbers of the patients a search names: a count alone tells something of them, too. */
export async function namedPatients(on: Reading, request: SearchRequest): Promise<string[]> {
  const { compartment } = request
  const named = request.filters.flatMap((f) => patientOfFilter(request.type, f) ?? [])
  if (compartment?.type === 'Patient') named.push(`Patient/${compartment.id}`)
  if (named.length === 0) return []
  const h = named.map((patient) => on.ctx.hashes.of(patient))
  const rows = await on.db.query<{ rid: string }>('select rid from res where h = any($1::bigint[])', [h], true)
  return rows.map((r) => r.rid)
}

/** Everything that is found, in no order. */
function allRows(request: SearchRequest, q: Compiled, columns: string): string {
  const parts = q.plan.sources.map((s) => {
    const from = s.each ? `${s.each} cross join ${s.whole ?? s.from}` : s.from
    return `select ${columns} from ${from} where ${whereOf(s, request, q).join(' and ')}`
  })
  const all = parts.join(' union all ')
  return q.plan.repeats ? `select distinct on (a.rid) a.* from (${all}) a` : all
}

async function totalOf(on: Reading, request: SearchRequest): Promise<number> {
  const params = new Params()
  const allowed = grantPredicate(on.access, 'search', 'r', params, grantType(request))
  const q = compile(on, { ...request, sort: [] }, allowed, params)
  const rows = await on.db.query<{ n: string }>(`select count(*) as n from (${allRows(request, q, 'r.rid')}) u`, q.params.values)
  return Number(rows[0]?.n ?? 0)
}

/** The search in an order that is read out of the rows it finds. Throws `search-sort-too-wide`. */
async function compileDerived(on: Reading, request: SearchRequest, params: Params, keys: readonly Key[]): Promise<Compiled> {
  const allowed = (p: Params) => grantPredicate(on.access, 'search', 'r', p, grantType(request))
  const all = new Params()
  const q = compile(on, { ...request, sort: [] }, allowed(all), all)
  const found = (most: number) => {
    const text = `select u.* from (${allRows(request, q, 'r.rid, r.content')}) u limit ${q.params.add(most, 'bigint')}`
    return on.db.query<{ rid: string; content: string }>(text, q.params.values)
  }
  const source = await derivedSource(on, request, keys, params, found)
  return compile(on, request, allowed(params), params, source)
}

/** Runs a search. Throws `narrow-your-search` when the caller's rights hang on care and the search names nobody. */
export async function runSearch(on: Reading, request: SearchRequest): Promise<Found> {
  checkNarrow(on, request)
  checkAsked(on.access, request)
  await checkBuilt(on.ctx, request)
  const params = new Params()
  const allowed = grantPredicate(on.access, 'search', 'r', params, grantType(request))
  const countOnly = request.count === 0 || request.summary === 'count'
  if (allowed === 'false') return { rows: [], included: [], total: 0, told: [] }
  if (countOnly) return { rows: [], included: [], total: await totalOf(on, request), told: [] }
  const count = Math.min(request.count ?? DEFAULT_COUNT, MAX_COUNT)
  const keys = sortKeys(request, new Params())
  const q = isDerived(keys) ? await compileDerived(on, request, new Params(), keys) : compile(on, request, allowed, params)
  const found = await pageRows(on, request, q, count + 1)
  const page = found.slice(0, count)
  const last = page.at(-1)
  const more = found.length > count
  const next =
    more && last
      ? cursorAfter(
          request,
          q.keys.map((_, i) => last[`v${i}`] ?? ''),
          last.rid,
        )
      : undefined
  const rows = recheck(request, page, on.ctx.zone)
  const whole = !more && request.cursor === undefined
  const isCounted = request.total === 'accurate' || request.total === 'estimate'
  const total = request.total === 'none' ? undefined : whole ? rows.length : isCounted ? await totalOf(on, request) : undefined
  const { rows: included, cut } = await includedRows(on, request, rows)
  const told = cut ? [finding(searchIncludesCut, { most: MOST_INCLUDED, rounds: MOST_ROUNDS })] : []
  return { rows, included, told, ...(total === undefined ? {} : { total }), ...(next === undefined ? {} : { next }) }
}

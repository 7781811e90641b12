/** One search as SQL: chooses what drives it, adds the filters and the grants, pages and includes. */
import { type Filter, refuse, type SearchFilter, type SearchRequest } from '@yba/fhir'
import { grantPredicate, mustNarrow, Params } from '../grants.ts'
import { paramNumber } from '../hash.ts'
import { checkBuilt } from '../index-keeper/generation.ts'
import { narrowYourSearch } from '../outcomes.ts'
import type { Reading } from '../read/rows.ts'
import { checkAsked } from '../shown.ts'
import { ROW, type Row, typeOf } from '../stored.ts'
import { comboParts, drives, hasWords, token } from '../tokens.ts'
import { isLocal } from '../write/extract.ts'
import { type Compiling, hasTokens, indexName } from './compiling.ts'
import { condition, referencesOf, textsOf, tokenHashes } from './conditions.ts'
import { includedRows } from './include.ts'
import { afterCursor, cursorAfter, type Key, sortKeys } from './order.ts'
import { recheck } from './recheck.ts'
import { namedRows } from './words.ts'

const DEFAULT_COUNT = 50
const MAX_COUNT = 1000

export interface Found {
  rows: Row[]
  included: Row[]
  total?: number
  next?: string
}

/** Where the rows come from: a `from … where …` without the common conditions. */
interface Source {
  from: string
  where: string[]
}

const RANGES = new Set<string>(['date', 'quantity', 'number'])

/** Parameters that name whose record a row is, after `indexName`. */
const OWNER_PARAMS = new Set(['subject', 'patient', 'beneficiary'])

/** Parameters that narrow a search to one person's or one stay's rows. */
const NARROWING = new Set(['patient', 'subject', 'beneficiary', 'encounter', 'context', '_id', 'identifier', 'individual'])

function narrows(f: Filter): boolean {
  if (f.kind === 'has') return false
  if (!NARROWING.has(f.param)) return false
  return f.kind === 'chain' || (f.modifier !== 'missing' && f.modifier !== 'not')
}

/** The one local patient a filter names; undefined when it names none or several. */
function patientOfFilter(type: string, f: Filter): string | undefined {
  if (f.kind !== 'parameter' || f.type !== 'reference' || !OWNER_PARAMS.has(indexName(type, f.param)) || f.values.length !== 1)
    return undefined
  const [v] = f.values
  if (v?.type !== 'reference') return undefined
  const all = referencesOf(type, f.param, v)
  const patients = all.filter((t) => t.startsWith('Patient/'))
  return patients.length === 1 && (all.length === 1 || f.param === 'patient') ? patients[0] : undefined
}

function patientSources(c: Compiling, type: string, f: SearchFilter, patient: string): Source[] {
  const pat = `(select p.rid from res p where p.h = ${c.params.add(c.on.ctx.hashes.of(patient), 'bigint')} limit 1)`
  const whole = hasTokens(c, 'r', [c.on.ctx.hashes.of(token.reference(type, indexName(type, f.param), patient))])
  return [
    { from: 'res r', where: [`r.pat = ${pat}`, whole] },
    { from: 'res_pat m join res r on r.rid = m.rid', where: [`m.pat = ${pat}`, `m.t = ${typeOf(type)}`, whole] },
  ]
}

/** A single code that drives the search in its stored order. */
function tokenSource(c: Compiling, type: string, f: Filter): Source[] | undefined {
  if (f.kind !== 'parameter' || f.type !== 'token' || f.modifier !== undefined || f.values.length !== 1 || f.param === '_id')
    return undefined
  if (comboParts(f.param)) return undefined
  const [v] = f.values
  if (v?.type !== 'token' || v.code === undefined || !drives(type, f.param)) return undefined
  const { filter, driver } = tokenHashes(c, type, f.param, v)
  return [
    {
      from: 'ix_tok k join res r on r.rid = k.rid',
      where: [`k.h = ${c.params.add(driver, 'bigint')}`, hasTokens(c, 'r', [filter])],
    },
  ]
}

/** Parameters of which a value is in few rows, whatever the statistics of a young table say. */
const isRare = (type: string, param: string): boolean => param === 'identifier' || RARE.has(`${type}.${param}`)
const RARE = new Set(['Provenance.target', 'DocumentReference.location'])

/**
 * The rows of a rare value, by their numbers: one look into the index. Left to itself, the server scans a table that was
 * small when it made its plan, and goes on doing so until somebody counts the rows again.
 */
function rareSource(c: Compiling, type: string, f: Filter): Source[] | undefined {
  if (f.kind !== 'parameter' || f.modifier !== undefined || !isRare(type, f.param)) return undefined
  const of = (text: string) => c.on.ctx.hashes.of(text)
  const param = indexName(type, f.param)
  if (f.type === 'token') {
    const tokens = f.values.map((v) =>
      v.type === 'token' && v.code !== undefined && drives(type, f.param) ? tokenHashes(c, type, param, v) : null,
    )
    if (tokens.some((t) => t?.driver === undefined)) return undefined
    const filter = tokens.map((t) => t?.filter ?? '')
    const driver = tokens.map((t) => t?.driver ?? '')
    return [{ from: 'res r', where: [inRare(c, 'ix_tok k where k.h', driver), hasTokens(c, 'r', filter)] }]
  }
  if (f.type === 'uri') {
    const hashes = f.values.map((v) => (v.type === 'uri' ? of(token.uri(type, param, v.value)) : null))
    return hashes.includes(null) ? undefined : [{ from: 'res r', where: [inRare(c, 'ix_tok k where k.h', hashes as string[])] }]
  }
  if (f.type !== 'reference' || f.values.some((v) => v.type !== 'reference' || !isLocal(v.target))) return undefined
  const targets = f.values.map((v) => of(v.type === 'reference' ? v.target : ''))
  const where = inRare(c, `ix_ref k where k.p = ${c.params.add(paramNumber(type, param), 'integer')} and k.tgt`, targets)
  return [{ from: 'res r', where: [where] }]
}

const inRare = (c: Compiling, from: string, hashes: readonly string[]): string =>
  `r.rid = any(array(select k.rid from ${from} = any(${c.params.add(hashes, 'bigint[]')})))`

/** Who has a name, the newest first; a year of birth is asked beside the words, before any record is fetched. */
function nameSources(c: Compiling, type: string, f: SearchFilter, ranges: readonly SearchFilter[]): Source[] {
  const rows = namedRows(c.params, type, indexName(type, f.param), textsOf(f), (row) => ranges.map((r) => condition(c, type, row, r)))
  return [{ from: `${rows ?? '(select 0::bigint as rid, now() as sd where false)'} k join res r on r.rid = k.rid`, where: [] }]
}

interface Plan {
  sources: Source[]
  /** Filters the sources already hold. */
  used: readonly Filter[]
  /** The source's own copy of the clinical date, where the index gives the order. */
  ordered: boolean
  /** The best plan does not hang on the values, so the server may keep it. */
  steady: boolean
}

function choose(c: Compiling, request: SearchRequest, keys: readonly Key[]): Plan {
  const { type, filters } = request
  const steady = filters.every((f) => f.kind === 'parameter' && f.type !== 'string')
  for (const f of filters) {
    const patient = patientOfFilter(type, f)
    if (patient !== undefined) return { sources: patientSources(c, type, f as SearchFilter, patient), used: [f], ordered: false, steady }
  }
  for (const f of filters) {
    const sources = rareSource(c, type, f)
    if (sources) return { sources, used: [f], ordered: false, steady }
  }
  const bySortDate = keys.length === 1 && keys[0]?.expression === 'r.sd' && keys[0].descending
  // A range seldom narrows as a code does: with one code, the walk goes along the code's newest and looks each value up.
  const ranges = filters.filter((f) => f.kind === 'parameter' && RANGES.has(f.type) && f.modifier === undefined)
  const named = filters.find((f) => f.kind === 'parameter' && f.modifier === undefined && hasWords(type, indexName(type, f.param)))
  if (bySortDate && named) {
    // When a record changed stands in the record itself.
    const beside = ranges.filter((f): f is SearchFilter => f.kind === 'parameter' && f.param !== '_lastUpdated')
    return { sources: nameSources(c, type, named as SearchFilter, beside), used: [named, ...beside], ordered: true, steady: false }
  }
  const driving = filters.filter(
    (f) => !ranges.includes(f) && (f.kind !== 'parameter' || f.type !== 'token' || drives(type, f.param) || f.param === '_id'),
  )
  if (bySortDate && driving.length === 1 && driving[0]) {
    const sources = tokenSource(c, type, driving[0])
    if (sources) return { sources, used: [driving[0]], ordered: true, steady: steady && ranges.length === 0 }
  }
  return { sources: [{ from: 'res r', where: [] }], used: [], ordered: false, steady: false }
}

interface Compiled {
  params: Params
  keys: Key[]
  plan: Plan
  /** Conditions common to all sources, without the cursor. */
  where: string[]
}

function compile(on: Reading, request: SearchRequest, allowed: string, params: Params): Compiled {
  const c: Compiling = { on, params, depth: 0 }
  const keys = sortKeys(request, params)
  const plan = choose(c, request, keys)
  const rest = request.filters.filter((f) => !plan.used.includes(f))
  const where = [`r.t = ${typeOf(request.type)}`, 'not r.deleted', ...rest.map((f) => condition(c, request.type, 'r', f))]
  if (allowed !== 'true') where.push(allowed)
  return { params, keys, plan, where }
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
    const where = [...s.where, ...q.where, ...(place ? [place] : [])].join(' and ')
    const order = [...q.keys.map((k) => `${own(k.expression)} ${direction(k)}`), `${own('r.rid')} ${direction(first)}`].join(', ')
    return `(select ${ROW}, ${select} from ${s.from} where ${where} order by ${order} limit ${limit})`
  })
  const outer = [...q.keys.map((k, i) => `o${i} ${direction(k)}`), `rid ${direction(first)}`].join(', ')
  const texts = q.keys.map((_, i) => `o${i}::text as v${i}`).join(', ')
  const text = `select *, ${texts} from (${parts.join(' union all ')}) u order by ${outer} limit ${limit}`
  return on.db.query<SortedRow>(text, q.params.values, q.plan.steady)
}

/** Row numbers of the patients a search names: a count alone tells something of them, too. */
export async function namedPatients(on: Reading, request: SearchRequest): Promise<string[]> {
  const named = request.filters.flatMap((f) => patientOfFilter(request.type, f) ?? [])
  if (named.length === 0) return []
  const h = named.map((patient) => on.ctx.hashes.of(patient))
  const rows = await on.db.query<{ rid: string }>('select rid from res where h = any($1::bigint[])', [h], true)
  return rows.map((r) => r.rid)
}

async function totalOf(on: Reading, request: SearchRequest): Promise<number> {
  const params = new Params()
  const allowed = grantPredicate(on.access, 'search', 'r', params, request.type)
  const q = compile(on, { ...request, sort: [] }, allowed, params)
  const parts = q.plan.sources.map((s) => `select r.rid from ${s.from} where ${[...s.where, ...q.where].join(' and ')}`)
  const rows = await on.db.query<{ n: string }>(`select count(*) as n from (${parts.join(' union all ')}) u`, q.params.values)
  return Number(rows[0]?.n ?? 0)
}

/** Runs a search. Throws `narrow-your-search` when the caller's rights hang on care and the search names nobody. */
export async function runSearch(on: Reading, request: SearchRequest): Promise<Found> {
  const { type } = request
  if (mustNarrow(on.access, type) && !request.filters.some(narrows)) throw refuse(narrowYourSearch, { type })
  checkAsked(on.access, request)
  await checkBuilt(on.ctx, request)
  const params = new Params()
  const allowed = grantPredicate(on.access, 'search', 'r', params, type)
  const countOnly = request.count === 0 || request.summary === 'count'
  if (allowed === 'false') return { rows: [], included: [], total: 0 }
  if (countOnly) return { rows: [], included: [], total: await totalOf(on, request) }
  const count = Math.min(request.count ?? DEFAULT_COUNT, MAX_COUNT)
  const q = compile(on, request, allowed, params)
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
  const included = await includedRows(on, request, rows)
  return { rows, included, ...(total === undefined ? {} : { total }), ...(next === undefined ? {} : { next }) }
}

/** What drives a search: a patient's rows, a rare value, a name, a code in its stored order, or nothing. */
import { type Filter, namesOwner, type SearchFilter, type SearchRequest } from '@yba/fhir'
import { paramNumber } from '../hash.ts'
import { typeOf } from '../stored.ts'
import { comboParts, drives, hasWords, token } from '../tokens.ts'
import { isLocal } from '../write/extract.ts'
import { inCompartment } from './compartment.ts'
import { type Compiling, hasTokens, indexName } from './compiling.ts'
import { condition, referencesOf, textsOf, tokenHashes } from './conditions.ts'
import type { Key } from './order.ts'
import { ofAll } from './several.ts'
import { namedRows, nameWalk } from './words.ts'

/** Where the rows come from: a `from … where …` without the common conditions. */
export interface Source {
  from: string
  where: string[]
  /** A table `w` whose rows are looked at one by one: for each an index holds what is found in the order asked for. */
  each?: string
  /** What stands for `from` where everything is wanted, and not the first rows alone. */
  whole?: string
}

const RANGES = new Set<string>(['date', 'quantity', 'number'])

/** Parameters that name whose record a row is, after `indexName`. */
const OWNER_PARAMS = new Set(['subject', 'patient', 'beneficiary'])

/** The one local patient a filter names; undefined when it names none or several. */
export function patientOfFilter(type: string, f: Filter): string | undefined {
  if (f.kind !== 'parameter' || f.type !== 'reference' || f.values.length !== 1) return undefined
  if (!OWNER_PARAMS.has(indexName(type, f.param)) || !namesOwner(type, f.param)) return undefined
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

/** More codes than these are not walked along one by one. */
const MOST_WALKS = 200

/** Conditions as one value: each by itself would count as halving what is left, and soon nothing seems to be left of a walk. */
const together = (parts: readonly string[]): string => (parts.length === 1 ? (parts[0] ?? '') : `coalesce(${parts.join(' and ')}, false)`)

/** The resource of a row walked to, fetched by itself: `offset` keeps whoever plans from reading them all beforehand. */
const ROW_OF_K = 'lateral (select f.* from res f where f.rid = k.rid offset 0) r'

const walkedTo = (table: 'ix_tok' | 'ix_word'): Pick<Source, 'from' | 'whole'> => ({
  from: `${table} k cross join ${ROW_OF_K}`,
  whole: `${table} k join res r on r.rid = k.rid`,
})

interface Tokens {
  f: Filter
  drivers: string[]
  filters: string[]
}

/** A filter by codes each of which has rows in their stored order. */
function tokensOf(c: Compiling, type: string, f: Filter): Tokens | undefined {
  if (f.kind !== 'parameter' || f.type !== 'token' || f.modifier !== undefined || f.param === '_id') return undefined
  if (comboParts(f.param) || !drives(type, f.param) || f.values.length === 0 || f.values.length > MOST_WALKS) return undefined
  const found = f.values.map((v) => (v.type === 'token' && v.code !== undefined ? tokenHashes(c, type, f.param, v) : undefined))
  if (found.some((h) => h?.driver === undefined)) return undefined
  return { f, drivers: [...new Set(found.map((h) => h?.driver ?? ''))], filters: found.map((h) => h?.filter ?? '') }
}

/** How often a code is, as the server counted it last; one it did not count among the frequent ones is rare. */
const OFTEN = `coalesce((select m.f from pg_stats t cross join unnest(t.most_common_vals::text::bigint[], t.most_common_freqs) as m(v, f)
    where t.schemaname = current_schema() and t.tablename = 'ix_tok' and t.attname = 'h' and m.v = a.h), 0)`

/**
 * Codes that are asked for together: the rows of the rarest are gone through, and for each the index says whether the others
 * have the same, so that nothing is fetched that has but one of them. As a value, not as a join: whoever plans it takes two
 * codes for independent, a page for all there is, and joins everything. Without a parameter of one code, along each code of the first.
 */
function tokenSource(c: Compiling, tokens: readonly Tokens[]): Source {
  const of = (hash: string) => c.params.add(hash, 'bigint')
  const filters = [together(tokens.map((t) => hasTokens(c, 'r', t.filters)))]
  const single = [...new Set(tokens.flatMap((t) => (t.drivers.length === 1 ? t.drivers : [])))]
  if (single.length === 1) return { from: 'ix_tok k join res r on r.rid = k.rid', where: [`k.h = ${of(single[0] ?? '')}`, ...filters] }
  const hashes = c.params.add(single.length === 0 ? tokens[0]?.drivers : single, 'bigint[]')
  if (single.length === 0) return { ...walkedTo('ix_tok'), each: `unnest(${hashes}) as w(h)`, where: ['k.h = w.h', ...filters] }
  const beside = single.map(
    (h) => `(w.h = ${of(h)} or (select true from ix_tok o where o.h = ${of(h)} and o.sd = k.sd and o.rid = k.rid limit 1))`,
  )
  const each = `(select a.h from unnest(${hashes}) as a(h) order by ${OFTEN} limit 1) as w(h)`
  return { ...walkedTo('ix_tok'), each, where: ['k.h = w.h', together(beside), ...filters] }
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

/** Who has a name, along each of its words in use; two parameters of a name are one with the words of both. */
function nameWalks(c: Compiling, type: string, named: readonly SearchFilter[]): Source[] {
  const param = indexName(type, named[0]?.param ?? '')
  const texts = named.length > 1 ? [named.flatMap(textsOf)] : textsOf(named[0] as SearchFilter).map((text) => [text])
  return texts.flatMap((some) => {
    const walk = nameWalk(c.params, type, param, some)
    return walk ? [{ each: walk.each, ...walkedTo('ix_word'), where: walk.where }] : []
  })
}

const NOBODY: Source = { from: '(select 0::bigint as rid, now() as sd where false) k join res r on r.rid = k.rid', where: [] }

/** Who has a name, the newest first; a year of birth is asked beside the words, before any record is fetched. */
function nameSources(c: Compiling, type: string, f: SearchFilter, ranges: readonly SearchFilter[]): Source[] {
  const rows = namedRows(c.params, type, indexName(type, f.param), textsOf(f), (row) => ranges.map((r) => condition(c, type, row, r)))
  return rows ? [{ from: `${rows} k join res r on r.rid = k.rid`, where: [] }] : [NOBODY]
}

export interface Plan {
  sources: Source[]
  /** Filters the sources already hold. */
  used: readonly Filter[]
  /** The source's own copy of the clinical date, where the index gives the order. */
  ordered: boolean
  /** Several of the sources, or of the rows they look at one by one, may find the same row. */
  repeats?: boolean
  /** The best plan does not hang on the values, so the server may keep it. */
  steady: boolean
}

/** What drives a search. */
export function choose(c: Compiling, request: SearchRequest, keys: readonly Key[]): Plan {
  const { type, types, filters, compartment } = request
  if (compartment)
    return { sources: [{ from: 'res r', where: [inCompartment(c, types, compartment)] }], used: [], ordered: false, steady: false }
  if (type === '*') return { sources: [ofAll(c, types, filters, keys)], used: [], ordered: false, steady: false }
  const steady = filters.every((f) => f.kind === 'parameter' && f.type !== 'string')
  for (const f of filters) {
    const patient = patientOfFilter(type, f)
    if (patient !== undefined) return { sources: patientSources(c, type, f as SearchFilter, patient), used: [f], ordered: false, steady }
  }
  for (const f of filters) {
    const sources = rareSource(c, type, f)
    if (sources) return { sources, used: [f], ordered: false, steady }
  }
  const byDate = keys.length === 1 && keys[0]?.expression === 'r.sd'
  const walk = byDate ? walkOf(c, type, filters) : undefined
  return walk ? { ...walk, steady: steady && walk.steady } : { sources: [ALL], used: [], ordered: false, steady: false }
}

const ALL: Source = { from: 'res r', where: [] }

/** What is walked through in the order of the clinical date, as an index holds it. */
function walkOf(c: Compiling, type: string, filters: readonly Filter[]): Plan | undefined {
  // A range seldom narrows as a code does: with one code, the walk goes along the code's newest and looks each value up.
  const ranges = filters.filter((f): f is SearchFilter => f.kind === 'parameter' && RANGES.has(f.type) && f.modifier === undefined)
  const named = filters.filter(
    (f): f is SearchFilter => f.kind === 'parameter' && f.modifier === undefined && hasWords(type, indexName(type, f.param)),
  )
  const [name] = named
  // What neither says where to look nor is looked up elsewhere: codes that are asked of the row alone.
  const isPlain = (f: Filter): boolean =>
    f.kind === 'parameter' &&
    f.type === 'token' &&
    f.param !== '_id' &&
    (f.modifier === 'not' || f.modifier === 'missing' || !drives(type, f.param))
  const others = filters.filter((f) => f !== name && !isPlain(f))
  if (name) {
    // When a record changed stands in the record itself.
    const beside = ranges.filter((f) => f.param !== '_lastUpdated')
    const isOne = (f: SearchFilter): boolean => textsOf(f).length === 1
    if (others.every((f) => (named as Filter[]).includes(f)) && (named.length === 1 || named.every(isOne))) {
      const sources = nameWalks(c, type, named)
      if (sources.length > 0) return { sources, used: named, ordered: true, repeats: true, steady: false }
    }
    return { sources: nameSources(c, type, name, beside), used: [name, ...beside], ordered: true, steady: false }
  }
  const driving = others.filter((f) => !(ranges as Filter[]).includes(f))
  const tokens = driving.flatMap((f) => tokensOf(c, type, f) ?? [])
  if (tokens.length === 0 || tokens.length < driving.length) return undefined
  const source = tokenSource(c, tokens)
  const isSteady = tokens.length === 1 && ranges.length === 0 && source.each === undefined
  const repeats = tokens.every((t) => t.drivers.length > 1)
  return { sources: [source], used: driving, ordered: true, repeats, steady: isSteady }
}

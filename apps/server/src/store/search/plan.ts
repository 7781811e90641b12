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
import { namedRows } from './words.ts'

/** Where the rows come from: a `from … where …` without the common conditions. */
export interface Source {
  from: string
  where: string[]
  /** The types to look at one after another, as a placeholder: an index holds each in the order asked for. */
  each?: string
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

export interface Plan {
  sources: Source[]
  /** Filters the sources already hold. */
  used: readonly Filter[]
  /** The source's own copy of the clinical date, where the index gives the order. */
  ordered: boolean
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

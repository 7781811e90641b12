/** Filters compiled to conditions on an alias of `res`. */
import { type Filter, refuse, type SearchFilter, type SearchValue, searchParameters } from '@yba/fhir'
import { foldText } from '../fold.ts'
import { grantPredicate, type Params } from '../grants.ts'
import { paramNumber } from '../hash.ts'
import { notSupportedYet } from '../outcomes.ts'
import type { Reading } from '../read/rows.ts'
import { typeOf } from '../stored.ts'
import { comboParts, drives, hasWords, indexedName, token } from '../tokens.ts'
import { BY_WORD, isLocal } from '../write/extract.ts'
import { containsCondition, dateCondition, numberCondition, prefixCondition } from './values.ts'
import { namedRows } from './words.ts'

export interface Compiling {
  on: Reading
  params: Params
  /** Names for inner aliases. */
  depth: number
}

const any = (parts: readonly string[]): string => (parts.length === 1 ? (parts[0] as string) : `(${parts.join(' or ')})`)

type Value<T extends SearchValue['type']> = Extract<SearchValue, { type: T }>

function only<T extends SearchValue['type']>(values: readonly SearchValue[], type: T): Value<T>[] {
  return values.filter((v): v is Value<T> => v.type === type)
}

/** The references a value may mean: an id alone fits every target type of the parameter. */
export function referencesOf(type: string, param: string, v: Value<'reference'>): string[] {
  if (v.target.includes('/') || v.target.includes(':')) return [v.target]
  const targets = v.targets.length > 0 ? v.targets : (searchParameters(type).get(param)?.target ?? [])
  return targets.map((t) => `${t}/${v.target}`)
}

/** The name a parameter is indexed under. */
export function indexName(type: string, param: string): string {
  const params = searchParameters(type)
  return indexedName(type, param, (c) => params.has(c))
}

/** The hashes a token value matches: the exact one as filter, the one with rows as driver. */
export function tokenHashes(c: Compiling, type: string, param: string, v: Value<'token'>): { filter: string; driver?: string } {
  const of = (text: string) => c.on.ctx.hashes.of(text)
  if (v.code === undefined) return { filter: of(token.system(type, param, v.system ?? '')) }
  const driver = of(token.any(type, param, v.code))
  return { filter: v.system === undefined ? driver : of(token.exact(type, param, v.system, v.code)), driver }
}

const inTokens = (c: Compiling, row: string, hashes: readonly string[]): string =>
  `${row}.rid in (select k.rid from ix_tok k where k.h = any(${c.params.add(hashes, 'bigint[]')}))`

/**
 * A filter on the array. `coalesce` hides it from the planner's guess for arrays, which takes every token for a rare
 * one and then leaves the ordered walk along a code.
 */
export const hasTokens = (c: Compiling, row: string, hashes: readonly string[]): string =>
  `coalesce(${row}.tok && ${c.params.add(hashes, 'bigint[]')}, false)`

function tokenCondition(c: Compiling, type: string, row: string, f: SearchFilter, param: string): string {
  const found = only(f.values, 'token').map((v) => tokenHashes(c, type, param, v))
  const filter = hasTokens(
    c,
    row,
    found.map((h) => h.filter),
  )
  if (f.modifier === 'not') return `not (${filter})`
  const driven = found.map((h) => h.driver)
  if (!drives(type, param) || driven.some((h) => h === undefined)) return filter
  return `(${inTokens(c, row, driven as string[])} and ${filter})`
}

function referenceCondition(c: Compiling, type: string, row: string, f: SearchFilter, param: string): string {
  const of = (text: string) => c.on.ctx.hashes.of(text)
  const logical = only(f.values, 'identifier').map((v) => of(token.logical(type, param, v.system ?? '*', v.value ?? '')))
  const targets = only(f.values, 'reference').flatMap((v) => referencesOf(type, f.param, v))
  const local = targets.filter(isLocal).filter((t) => param === f.param || t.startsWith('Patient/'))
  const foreign = targets.filter((t) => !isLocal(t)).map((t) => of(token.reference(type, param, t)))
  const parts: string[] = []
  if (local.length > 0) {
    const tgt = c.params.add(local.map(of), 'bigint[]')
    parts.push(
      `${row}.rid in (select x.rid from ix_ref x where x.tgt = any(${tgt}) and x.p = ${c.params.add(paramNumber(type, param), 'integer')})`,
    )
  }
  const hashed = [...logical, ...foreign]
  if (hashed.length > 0) parts.push(inTokens(c, row, hashed))
  return parts.length === 0 ? 'false' : any(parts)
}

function dateFilter(c: Compiling, type: string, row: string, f: SearchFilter, param: string): string {
  const now = c.on.access.now
  const values = only(f.values, 'date')
  if (f.param === '_lastUpdated') return any(values.map((v) => dateCondition(c.params, v, now, `${row}.lu`, `${row}.lu`)))
  const p = c.params.add(paramNumber(type, param), 'integer')
  const where = any(values.map((v) => dateCondition(c.params, v, now, 'd.lo', 'd.hi')))
  return `${row}.rid in (select d.rid from ix_date d where d.p = ${p} and ${where})`
}

function quantityFilter(c: Compiling, type: string, row: string, f: SearchFilter, param: string): string {
  const p = c.params.add(paramNumber(type, param), 'integer')
  const parts = f.values.map((v) => {
    if (v.type !== 'number' && v.type !== 'quantity') return 'false'
    const code = v.type === 'quantity' ? v.code : undefined
    const system = v.type === 'quantity' ? v.system : undefined
    const unit = code !== undefined && system !== undefined ? c.on.ctx.hashes.of(`${system}|${code}`) : '0'
    const value = `${row}.rid in (select q.rid from ix_qty q where q.p = ${p} and q.unit = ${c.params.add(unit, 'bigint')} and ${numberCondition(c.params, v, 'q.v')})`
    if (code === undefined || system !== undefined) return value
    return `(${value} and ${hasTokens(c, row, [c.on.ctx.hashes.of(token.unit(type, param, code))])})`
  })
  return any(parts)
}

/** What a string filter asks for. */
export const textsOf = (f: SearchFilter): string[] => only(f.values, 'string').map((v) => v.text)

function stringFilter(c: Compiling, type: string, row: string, f: SearchFilter, param: string): string {
  const values = only(f.values, 'string')
  if (f.modifier === 'exact') {
    return hasTokens(
      c,
      row,
      values.map((v) => c.on.ctx.hashes.of(token.text(type, param, v.text))),
    )
  }
  if (f.modifier === undefined && hasWords(type, param)) {
    const rows = namedRows(c.params, type, param, textsOf(f))
    return rows ? `${row}.rid in (select n.rid from ${rows} n)` : 'false'
  }
  // Placed only where used: a placeholder nobody mentions has no type.
  const p = () => c.params.add(paramNumber(type, param), 'integer')
  const within = (where: string) => `${row}.rid in (select s.rid from ix_str s where s.p = ${p()} and ${where})`
  const parts = values.map((v) => {
    const text = foldText(v.text)
    if (text === '') return 'false'
    if (f.modifier === 'contains') return within(containsCondition(c.params, text, 's.v'))
    // Every word begins some word of the text: `dai son` finds xã Đại Sơn.
    const words = BY_WORD.has(param) ? text.split(' ') : [text]
    return `(${[...new Set(words)].map((w) => within(prefixCondition(c.params, w, 's.v'))).join(' and ')})`
  })
  return any(parts)
}

function uriFilter(c: Compiling, type: string, row: string, f: SearchFilter, param: string): string {
  return inTokens(
    c,
    row,
    only(f.values, 'uri').map((v) => c.on.ctx.hashes.of(token.uri(type, param, v.value))),
  )
}

const MODIFIERS = new Set<string | undefined>([undefined, 'not', 'missing', 'exact', 'contains', 'identifier'])

function parameter(c: Compiling, type: string, row: string, f: SearchFilter): string {
  const param = indexName(type, f.param)
  const isTyped = f.type === 'reference' && f.modifier !== undefined && /^[A-Z]/.test(f.modifier)
  if (!MODIFIERS.has(f.modifier) && !isTyped) throw refuse(notSupportedYet, { what: `${f.param}:${f.modifier}` })
  if (f.modifier === 'missing') {
    const [wanted] = only(f.values, 'missing')
    const present = hasTokens(c, row, [c.on.ctx.hashes.of(token.present(type, param))])
    return wanted?.missing ? `not (${present})` : `(${present})`
  }
  if (f.param === '_id') return `${row}.id = any(${c.params.add(idsOf(f), 'text[]')})`
  switch (f.type) {
    case 'token':
      return tokenCondition(c, type, row, f, param)
    case 'reference':
      return referenceCondition(c, type, row, f, param)
    case 'date':
      return dateFilter(c, type, row, f, param)
    case 'number':
    case 'quantity':
      return quantityFilter(c, type, row, f, param)
    case 'string':
      return stringFilter(c, type, row, f, param)
    case 'uri':
      return uriFilter(c, type, row, f, param)
    default:
      throw refuse(notSupportedYet, { what: f.param })
  }
}

const idsOf = (f: SearchFilter): string[] => only(f.values, 'token').flatMap((v) => (v.code === undefined ? [] : [v.code]))

/** The condition under which `row` (alias of `res`, rows of `type`) passes a filter. Inner rows obey the grants too. */
export function condition(c: Compiling, type: string, row: string, f: Filter): string {
  if (f.kind === 'parameter') {
    const combo = comboParts(f.param)
    if (!combo) return parameter(c, type, row, f)
    const isNegative = f.modifier === 'not' || f.values.some((v) => v.type === 'missing' && v.missing)
    return `(${combo.map((param) => parameter(c, type, row, { ...f, param })).join(isNegative ? ' and ' : ' or ')})`
  }
  const inner = `c${c.depth + 1}`
  const deeper = { ...c, depth: c.depth + 1 }
  const allowed = (t: string) => grantPredicate(c.on.access, 'search', inner, c.params, t)
  if (f.kind === 'has') {
    const p = c.params.add(paramNumber(f.type, indexName(f.type, f.param)), 'integer')
    const where = `${inner}.t = ${typeOf(f.type)} and not ${inner}.deleted and ${condition(deeper, f.type, inner, f.filter)} and ${allowed(f.type)}`
    return `${row}.h in (select x.tgt from ix_ref x join res ${inner} on ${inner}.rid = x.rid where x.p = ${p} and ${where})`
  }
  const p = c.params.add(paramNumber(type, indexName(type, f.param)), 'integer')
  const parts = f.targets.map(({ type: target, filter }) => {
    const where = `${inner}.t = ${typeOf(target)} and not ${inner}.deleted and ${condition(deeper, target, inner, filter)} and ${allowed(target)}`
    return `${row}.rid in (select x.rid from ix_ref x join res ${inner} on ${inner}.h = x.tgt where x.p = ${p} and ${where})`
  })
  return parts.length === 0 ? 'false' : any(parts)
}

/** Filters compiled to conditions on an alias of `res`. */
import { type Filter, refuse, type SearchFilter, type SearchValue, searchParameters, uriPrefixes } from '@yba/fhir'
import { foldText } from '../fold.ts'
import { grantPredicate } from '../grants.ts'
import { paramNumber } from '../hash.ts'
import { notSupportedYet } from '../outcomes.ts'
import { typeOf } from '../stored.ts'
import { comboParts, drives, hasWords, token } from '../tokens.ts'
import { BY_WORD, isLocal } from '../write/extract.ts'
import { type Compiling, hasTokens, indexName, inTokens } from './compiling.ts'
import { allPresent, compositeFilter } from './composite.ts'
import { quantityRows } from './quantity.ts'
import { codeText, narrativeText } from './text.ts'
import { containsCondition, dateCondition, prefixCondition } from './values.ts'
import { namedRows } from './words.ts'

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

/** The hashes a token value matches: the exact one as filter, the one with rows as driver. */
export function tokenHashes(c: Compiling, type: string, param: string, v: Value<'token'>): { filter: string; driver?: string } {
  const of = (text: string) => c.on.ctx.hashes.of(text)
  if (v.code === undefined) return { filter: of(token.system(type, param, v.system ?? '')) }
  const driver = of(token.any(type, param, v.code))
  return { filter: v.system === undefined ? driver : of(token.exact(type, param, v.system, v.code)), driver }
}

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
  // The own address asked for may also be a canonical one, which is kept as it is written.
  const written = only(f.values, 'reference').flatMap((v) =>
    v.absolute === undefined ? [] : [of(token.reference(type, param, v.absolute))],
  )
  const hashed = [...logical, ...foreign, ...written]
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
  const parts = f.values.map((v) => {
    if (v.type !== 'number' && v.type !== 'quantity') return 'false'
    const value = `${row}.rid in (${quantityRows({ params: c.params, hashes: c.on.ctx.hashes, type, param }, v)})`
    if (v.type === 'number' || v.code === undefined || v.system !== undefined) return value
    return `(${value} and ${hasTokens(c, row, [c.on.ctx.hashes.of(token.unit(type, param, v.code))])})`
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

/** Addresses at or below one of those asked for, or those that one asked for lies at or below. */
function aboveOrBelow(c: Compiling, type: string, row: string, f: SearchFilter, param: string): string {
  const of = (text: string) => c.on.ctx.hashes.of(text)
  const asked = only(f.values, 'uri').map((v) => v.value)
  if (f.modifier === 'above') {
    return inTokens(
      c,
      row,
      asked.flatMap((uri) => uriPrefixes(uri).flatMap((above) => [above, `${above}/`])).map((uri) => of(token.uri(type, param, uri))),
    )
  }
  const places = asked.map((uri) => of(token.below(type, param, uriPrefixes(uri).at(-1) ?? uri)))
  return hasTokens(c, row, places)
}

/** An identifier's value with a coding of its type. */
function typedIdentifier(c: Compiling, type: string, row: string, f: SearchFilter, param: string): string {
  const of = (text: string) => c.on.ctx.hashes.of(text)
  const values = only(f.values, 'of-type')
  const filter = hasTokens(
    c,
    row,
    values.map((v) => of(token.typed(type, param, v.system, v.code, v.value))),
  )
  if (!drives(type, param)) return filter
  return `(${inTokens(
    c,
    row,
    values.map((v) => of(token.any(type, param, v.value))),
  )} and ${filter})`
}

const MODIFIERS = new Set<string | undefined>([undefined, 'not', 'missing', 'exact', 'contains', 'identifier', 'text', 'of-type'])
const OF_ADDRESSES = new Set<string | undefined>(['above', 'below'])

function isAnswered(f: SearchFilter): boolean {
  if (f.type === 'reference' && f.modifier !== undefined && /^[A-Z]/.test(f.modifier)) return true
  return MODIFIERS.has(f.modifier) || (f.type === 'uri' && OF_ADDRESSES.has(f.modifier))
}

function parameter(c: Compiling, type: string, row: string, f: SearchFilter): string {
  const param = indexName(type, f.param)
  if (!isAnswered(f)) throw refuse(notSupportedYet, { what: `${f.param}:${f.modifier}` })
  if (f.modifier === 'missing') return missing(c, type, row, f, param)
  if (f.param === '_id') return idCondition(c, row, f)
  if (f.modifier === 'text') return codeText(c, type, row, f, param)
  if (f.modifier === 'of-type') return typedIdentifier(c, type, row, f, param)
  if (f.param === '_text') return narrativeText(c, type, row, f)
  if (OF_ADDRESSES.has(f.modifier)) return aboveOrBelow(c, type, row, f, param)
  switch (f.type) {
    case 'composite':
      return compositeFilter(c, type, row, f, parameter)
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

/** What stands in the row itself, and no resource lacks. */
const ALWAYS_THERE = new Set(['_id', '_lastUpdated'])

function missing(c: Compiling, type: string, row: string, f: SearchFilter, param: string): string {
  const asked = searchParameters(type).get(f.param)
  const present = ALWAYS_THERE.has(f.param)
    ? 'true'
    : asked?.byParts
      ? allPresent(c, type, row, asked)
      : hasTokens(c, row, [c.on.ctx.hashes.of(token.present(type, asked?.code ?? param))])
  return any(only(f.values, 'missing').map((wanted) => (wanted.missing ? `not (${present})` : `(${present})`)))
}

/** Ids are of no system: a value that names one fits nothing. */
function idCondition(c: Compiling, row: string, f: SearchFilter): string {
  if (f.modifier !== undefined && f.modifier !== 'not') throw refuse(notSupportedYet, { what: `${f.param}:${f.modifier}` })
  const ids = only(f.values, 'token').flatMap((v) => (v.code === undefined || v.system ? [] : [v.code]))
  const found = `${row}.id = any(${c.params.add(ids, 'text[]')})`
  return f.modifier === 'not' ? `not (${found})` : found
}

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

/**
 * `:in`, `:not-in`, `:above` and `:below` of codes. What they mean is asked before a search is compiled, and the filter then
 * says it as plain codes: whatever holds of several codes, or of `:not`, holds of these.
 */
import { type Filter, refuse, type SearchFilter, type SearchRequest, type SearchValue } from '@yba/fhir'
import { notSupportedYet } from '../outcomes.ts'
import type { Reading } from '../read/rows.ts'
import type { Asker, CodeOf, Terminology } from '../terminology.ts'
import { searchCodeUnknown, searchTooManyCodes, searchValueSetUnknown } from './outcomes.ts'

/** More codes in one search than these cost more than they tell. */
const MOST_CODES = 10_000

const MODIFIERS = new Set<string | undefined>(['in', 'not-in', 'above', 'below'])

const asksForCodes = (f: Filter): boolean => {
  if (f.kind === 'has') return asksForCodes(f.filter)
  if (f.kind === 'chain') return f.targets.some((t) => asksForCodes(t.filter))
  return f.type === 'token' && f.param !== '_id' && MODIFIERS.has(f.modifier)
}

interface Asking {
  terms: Terminology
  asker: Asker
  now: Date
  /** How many codes the search may still mean. */
  left: number
}

function shown(url: string): string {
  return /^[\w:./?#~%|-]{1,200}$/.test(url) ? url : '?'
}

async function codesOf(a: Asking, f: SearchFilter, value: SearchValue): Promise<readonly CodeOf[]> {
  const param = `${f.param}:${f.modifier}`
  if (value.type === 'uri') {
    const found = await a.terms.expand(a.asker, value.value, a.now, a.left)
    if (found === 'unknown') throw refuse(searchValueSetUnknown, { param, url: shown(value.value) })
    if (found === 'too-many') throw refuse(searchTooManyCodes, { param, most: MOST_CODES })
    return found
  }
  const { system, code } = value as Extract<SearchValue, { type: 'token' }>
  const way = f.modifier === 'above' ? 'above' : 'below'
  const found = system && code !== undefined ? await a.terms[way](a.asker, system, code, a.now) : 'unknown'
  if (found === 'unknown' || !system) throw refuse(searchCodeUnknown, { param })
  return found.map((one) => ({ system, code: one }))
}

async function resolved(a: Asking, f: Filter): Promise<Filter> {
  if (!asksForCodes(f)) return f
  if (f.kind === 'has') return { ...f, filter: await resolved(a, f.filter) }
  if (f.kind === 'chain') {
    const targets: typeof f.targets = []
    for (const t of f.targets) targets.push({ type: t.type, filter: await resolved(a, t.filter) })
    return { ...f, targets }
  }
  const { modifier, ...plain } = f
  const values: SearchValue[] = []
  for (const value of f.values) {
    const codes = await codesOf(a, f, value)
    a.left -= codes.length
    if (a.left < 0) throw refuse(searchTooManyCodes, { param: `${f.param}:${modifier}`, most: MOST_CODES })
    for (const { system, code } of codes) values.push({ type: 'token', system, code })
  }
  return { ...plain, values, ...(modifier === 'not-in' ? { modifier: 'not' } : {}) }
}

/**
 * The request with the codes its filters mean, as the lists say today.
 * @param search how a value set that is stored here is found, under the rights of whoever searches
 * Throws `search-value-set-unknown`, `search-code-unknown`, `search-too-many-codes`, what is wrong with the rules of a set, and
 * `not-supported-yet` where no lists are kept.
 */
export async function withCodes(on: Reading, request: SearchRequest, search: Asker['search']): Promise<SearchRequest> {
  const first = request.filters.find(asksForCodes)
  if (!first) return request
  const terms = on.ctx.terminology
  if (!terms) throw refuse(notSupportedYet, { what: `${first.param} :in, :not-in, :above, :below` })
  const sql: Asker['sql'] = (text, values = []) => on.db.query(text, values)
  const asking: Asking = { terms, asker: { sql, search }, now: on.access.now, left: MOST_CODES }
  const filters: Filter[] = []
  for (const f of request.filters) filters.push(await resolved(asking, f))
  return { ...request, filters }
}

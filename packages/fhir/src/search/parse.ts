/** The query of a FHIR search, read whole before anything is run. */
import { searchParameters } from '../extract/index.ts'
import { type Finding, finding, OutcomeError, refuse } from '../outcome.ts'
import { isElementName } from '../subset.ts'
import { isResourceType } from '../types-numbers.ts'
import { isReferenceParameter, readFilter } from './filters.ts'
import {
  searchBadControl,
  searchBadInclude,
  searchBadValue,
  searchTooWide,
  searchUnknownElement,
  searchUnknownParameter,
  searchUnknownType,
} from './outcomes.ts'
import type { IncludeRule, SearchOptions, SearchRequest } from './request.ts'

type Control = (request: SearchRequest, value: string, name: string) => void

function oneOf<T extends string>(allowed: readonly T[], value: string, param: string): T {
  const found = allowed.find((a) => a === value)
  if (found === undefined) throw refuse(searchBadControl, { param, allowed: allowed.join(', ') })
  return found
}

function sort(request: SearchRequest, value: string): void {
  for (const part of value.split(',')) {
    const descending = part.startsWith('-')
    const param = descending ? part.slice(1) : part
    const known = searchParameters(request.type).get(param)
    if (!known) {
      throw refuse(searchUnknownParameter, { type: request.type, param: /^[\w-]{1,64}$/.test(param) ? param : '?' })
    }
    request.sort.push({ param, descending })
  }
}

function count(request: SearchRequest, value: string, name: string): void {
  if (!/^\d{1,6}$/.test(value)) throw refuse(searchBadControl, { param: name, allowed: '0, 1, 2, …' })
  request.count = Number(value)
}

function includeRule(value: string, name: string): IncludeRule {
  const [type = '', param = '', target, ...more] = value.split(':')
  const isKnown = isResourceType(type) && (param === '*' || isReferenceParameter(type, param))
  if (!isKnown || more.length > 0 || (target !== undefined && !isResourceType(target))) {
    throw refuse(searchBadInclude, { param: name.split(':')[0] ?? name })
  }
  const rule: IncludeRule = { type, param, iterate: name.endsWith(':iterate') || name.endsWith(':recurse') }
  if (target !== undefined) rule.target = target
  return rule
}

function elements(request: SearchRequest, value: string): void {
  const { type } = request
  const names = value.split(',').filter((name) => name !== '')
  request.elements.push(...names.filter((name) => isElementName(type, name)))
  const unknown = names.find((name) => !isElementName(type, name))
  if (unknown !== undefined) throw refuse(searchUnknownElement, { type, element: /^[\w.[\]-]{1,64}$/.test(unknown) ? unknown : '?' })
}

const include: Control = (r, value, name) => r.include.push(includeRule(value, name))
const revinclude: Control = (r, value, name) => r.revinclude.push(includeRule(value, name))
const ignore: Control = () => undefined

/** Parameters that steer the answer instead of filtering it. `_format` and `_pretty` belong to the HTTP layer. */
const CONTROLS: Record<string, Control> = {
  _sort: sort,
  _count: count,
  _cursor: (r, value) => {
    r.cursor = value
  },
  _include: include,
  '_include:iterate': include,
  '_include:recurse': include,
  _revinclude: revinclude,
  '_revinclude:iterate': revinclude,
  '_revinclude:recurse': revinclude,
  _total: (r, value, name) => {
    r.total = oneOf(['none', 'estimate', 'accurate'] as const, value, name)
  },
  _summary: (r, value, name) => {
    r.summary = oneOf(['true', 'text', 'data', 'count', 'false'] as const, value, name)
  },
  _elements: elements,
  _contained: (_r, value, name) => {
    oneOf(['false'] as const, value, name)
  },
  _format: ignore,
  _pretty: ignore,
}

/** Lenient handling may drop what it does not know, never what it knows and cannot read: that would widen the answer. */
function canIgnore(f: Finding): boolean {
  return f.definition !== searchBadValue && f.definition !== searchBadControl
}

/** The database plans every condition against every other: some dozens cost nothing, some hundreds a minute. */
const MOST_PARAMETERS = 32
const MOST_WORDS = 24

function checkWidth(query: URLSearchParams): void {
  const values = [...query.values()]
  const isLong = (value: string) => value.split(',').some((one) => one.trim().split(/\s+/).length > MOST_WORDS)
  if (values.length > MOST_PARAMETERS || values.some(isLong)) throw refuse(searchTooWide, { most: MOST_PARAMETERS, words: MOST_WORDS })
}

/**
 * Reads a search on one type. Takes the type, the query (text without `?`, or parameters of a form) and options; gives
 * the request. Throws `search-too-wide`, or one OutcomeError with a finding per parameter that is not understood; with lenient handling
 * unknown parameters and modifiers are left out and listed in `ignored`, but bad values are still refused.
 */
export function parseSearch(type: string, query: URLSearchParams | string, options: SearchOptions = {}): SearchRequest {
  if (!isResourceType(type)) throw refuse(searchUnknownType, { type: /^\w{1,64}$/.test(type) ? type : '?' })
  const request: SearchRequest = { type, filters: [], sort: [], include: [], revinclude: [], elements: [], ignored: [] }
  const findings: Finding[] = []
  const asked = typeof query === 'string' ? new URLSearchParams(query) : query
  checkWidth(asked)
  for (const [name, value] of asked) {
    try {
      const control = Object.hasOwn(CONTROLS, name) ? CONTROLS[name] : undefined
      if (control) control(request, value, name)
      else request.filters.push(readFilter(type, name, value, options))
    } catch (error) {
      if (!(error instanceof OutcomeError)) throw error
      for (const f of error.findings) {
        if (options.handling === 'lenient' && canIgnore(f)) request.ignored.push(finding(f.definition, f.values, name))
        else findings.push(f)
      }
    }
  }
  if (findings.length > 0) throw new OutcomeError(findings)
  return request
}

/** The query of a FHIR search, read whole before anything is run. */
import { searchParameters } from '../extract/index.ts'
import { type Finding, finding, OutcomeError, refuse } from '../outcome.ts'
import { isElementName } from '../subset.ts'
import { isResourceType, resourceTypes } from '../types-numbers.ts'
import { compartmentOf } from './compartments.ts'
import { isReferenceParameter, readFilter } from './filters.ts'
import {
  searchBadControl,
  searchBadInclude,
  searchBadValue,
  searchNotInCompartment,
  searchTooWide,
  searchUnknownElement,
  searchUnknownParameter,
  searchUnknownType,
} from './outcomes.ts'
import type { Compartment, Filter, IncludeRule, SearchOptions, SearchRequest } from './request.ts'

type Control = (request: SearchRequest, value: string, name: string) => void

function oneOf<T extends string>(allowed: readonly T[], value: string, param: string): T {
  const found = allowed.find((a) => a === value)
  if (found === undefined) throw refuse(searchBadControl, { param, allowed: allowed.join(', ') })
  return found
}

/** What a resource of any type has, and a list of several can be in the order of. */
const SORTS_ALL = new Set(['_id', '_lastUpdated'])

/** What all types have in common is of Resource. */
const nameOf = (type: string): string => (type === '*' ? 'Resource' : type)

function sort(request: SearchRequest, value: string): void {
  for (const part of value.split(',')) {
    const descending = part.startsWith('-')
    const param = descending ? part.slice(1) : part
    const known = request.type === '*' ? SORTS_ALL.has(param) : searchParameters(request.type).has(param)
    if (!known) {
      throw refuse(searchUnknownParameter, { type: nameOf(request.type), param: /^[\w-]{1,64}$/.test(param) ? param : '?' })
    }
    request.sort.push({ param, descending })
  }
}

function count(request: SearchRequest, value: string, name: string): void {
  if (!/^\d{1,6}$/.test(value)) throw refuse(searchBadControl, { param: name, allowed: '0, 1, 2, …' })
  request.count = Number(value)
}

function includeRule(value: string, name: string): IncludeRule {
  const [type = '', param = type === '*' ? '*' : '', target, ...more] = value.split(':')
  const isKnown = type === '*' ? param === '*' : isResourceType(type) && (param === '*' || isReferenceParameter(type, param))
  if (!isKnown || more.length > 0 || (target !== undefined && !isResourceType(target))) {
    throw refuse(searchBadInclude, { param: name.split(':')[0] ?? name })
  }
  const rule: IncludeRule = { type, param, iterate: name.endsWith(':iterate') || name.endsWith(':recurse') }
  if (target !== undefined) rule.target = target
  return rule
}

function elements(request: SearchRequest, value: string): void {
  const { type, types } = request
  const isKnown = (name: string) => types.some((t) => isElementName(t, name))
  const names = value.split(',').filter((name) => name !== '')
  request.elements.push(...names.filter(isKnown))
  const unknown = names.find((name) => !isKnown(name))
  if (unknown !== undefined)
    throw refuse(searchUnknownElement, { type: nameOf(type), element: /^[\w.[\]-]{1,64}$/.test(unknown) ? unknown : '?' })
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

/** Parameters that the index keeps for every type. */
const OF_ALL = new Set(['_id', '_lastUpdated', '_tag', '_security', '_profile', '_source'])

function filterOf({ type, types }: SearchRequest, name: string, value: string, options: SearchOptions): Filter {
  if (type !== '*') return readFilter(type, name, value, options)
  const [code = ''] = name.split(/[:.]/, 1)
  if (!OF_ALL.has(code)) throw refuse(searchUnknownParameter, { type: 'Resource', param: /^[\w-]{1,64}$/.test(code) ? code : '?' })
  return readFilter(types[0] ?? '', name, value, options)
}

/** The types a list names (`_type`), each once. Throws `search-unknown-type`. */
function typesOf(values: readonly string[], all: readonly string[], compartment: Compartment | undefined): readonly string[] {
  if (values.length === 0) return all
  const names = new Set(values.flatMap((value) => value.split(',')))
  for (const name of names) {
    if (!isResourceType(name)) throw refuse(searchUnknownType, { type: /^\w{1,64}$/.test(name) ? name : '?' })
    if (!all.includes(name)) throw refuse(searchNotInCompartment, { type: name, compartment: compartment?.type ?? '' })
  }
  return [...names]
}

/** What is searched, from the address and `_type`. */
function searched(type: string, asked: URLSearchParams, compartment: Compartment | undefined): Pick<SearchRequest, 'type' | 'types'> {
  const members = compartment && compartmentOf(compartment.type)
  if (type !== '*') {
    if (!isResourceType(type)) throw refuse(searchUnknownType, { type: /^\w{1,64}$/.test(type) ? type : '?' })
    if (members && !members.has(type)) throw refuse(searchNotInCompartment, { type, compartment: compartment?.type ?? '' })
    return { type, types: [type] }
  }
  const all = members ? [...members.keys()] : resourceTypes().map(({ name }) => name)
  const types = typesOf(asked.getAll('_type'), all, compartment)
  // One type alone is searched as that type, by all of its parameters.
  return { type: types.length === 1 ? (types[0] ?? '*') : '*', types }
}

/**
 * Reads a search on one type, or with `*` on all types or those that `_type` names, by what all of them have. Takes the type,
 * the query (text without `?`, or parameters of a form) and options; gives the request. Throws `search-unknown-type`,
 * `search-not-in-compartment`, `search-too-wide`, or one OutcomeError with a finding per parameter that is not understood; with lenient handling
 * unknown parameters and modifiers are left out and listed in `ignored`, but bad values are still refused.
 */
export function parseSearch(type: string, query: URLSearchParams | string, options: SearchOptions = {}): SearchRequest {
  const asked = typeof query === 'string' ? new URLSearchParams(query) : query
  const { compartment } = options
  const request: SearchRequest = {
    ...searched(type, asked, compartment),
    filters: [],
    sort: [],
    include: [],
    revinclude: [],
    elements: [],
    ignored: [],
  }
  const findings: Finding[] = []
  if (compartment) request.compartment = compartment
  checkWidth(asked)
  for (const [name, value] of asked) {
    try {
      const control = Object.hasOwn(CONTROLS, name) ? CONTROLS[name] : undefined
      if (control) control(request, value, name)
      else if (name !== '_type' || type !== '*') request.filters.push(filterOf(request, name, value, options))
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

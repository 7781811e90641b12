/** Reads `name[:modifier][.chain]=value` and `_has:…` into filters. */
import { INDEX_GENERATION, type SearchParameter, searchParameters } from '../extract/index.ts'
import { type OutcomeError, refuse } from '../outcome.ts'
import { isResourceType } from '../types-numbers.ts'
import {
  searchBadChain,
  searchBadValue,
  searchUnknownModifier,
  searchUnknownParameter,
  searchUnknownType,
  searchUnsupportedParameter,
} from './outcomes.ts'
import type { Filter, SearchFilter, SearchOptions, SearchValue } from './request.ts'
import { alternativesOf, modifiersOf, readValue, VALUE_EXAMPLES } from './values.ts'

/** More steps than this cost more than a search may. */
const MOST_STEPS = 3

/** A chain over `focus` could mean every type; beyond this many the target must be named. */
const MOST_TARGETS = 12

/** Answered by the store from columns although they have no index entries. */
const COLUMNS = new Set(['_id', '_lastUpdated'])

/** Only names of the FHIR kind go back into messages. */
const shown = (text: string): string => (/^[\w:.*-]{1,80}$/.test(text) ? text : '?')

type Reading = Pick<SearchOptions, 'zone' | 'generation'>

function parameterOf(type: string, code: string, { generation = INDEX_GENERATION }: Reading): SearchParameter {
  const p = searchParameters(type).get(code)
  if (!p) throw refuse(searchUnknownParameter, { type, param: shown(code) })
  if ((p.since ?? Number.POSITIVE_INFINITY) > generation && !COLUMNS.has(code))
    throw refuse(searchUnsupportedParameter, { type, param: code })
  return p
}

function unknownModifier(p: SearchParameter, modifier: string): OutcomeError {
  const allowed = [...modifiersOf(p.type), ...(p.type === 'reference' ? p.target : [])].join(', ')
  return refuse(searchUnknownModifier, { param: p.code, type: p.type, modifier: shown(modifier), allowed })
}

function valuesOf(p: SearchParameter, modifier: string | undefined, text: string, { zone }: Reading): SearchValue[] {
  let targets = p.target
  let plain = modifier
  if (p.type === 'reference' && modifier !== undefined && isResourceType(modifier)) {
    if (!p.target.includes(modifier)) throw unknownModifier(p, modifier)
    targets = [modifier]
    plain = undefined
  } else if (modifier !== undefined && !modifiersOf(p.type).includes(modifier)) throw unknownModifier(p, modifier)
  const kind = plain !== undefined && VALUE_EXAMPLES[plain] ? plain : p.type
  return alternativesOf(text).map((part) => {
    const value = readValue(part, { type: p.type, modifier: plain, targets, zone, components: p.components })
    if (!value) throw refuse(searchBadValue, { param: p.code, type: kind, example: VALUE_EXAMPLES[kind] ?? '' })
    return value
  })
}

function hasFilter(name: string, text: string, how: Reading, depth: number): Filter {
  const [, type = '', param = '', ...rest] = name.split(':')
  if (!isResourceType(type)) throw refuse(searchUnknownType, { type: shown(type) })
  const p = parameterOf(type, param, how)
  if (p.type !== 'reference' || rest.length === 0) throw refuse(searchBadChain, { param: shown(name) })
  return { kind: 'has', type, param, filter: readFilter(type, rest.join(':'), text, how, depth + 1) }
}

function chainFilter(type: string, name: string, text: string, how: Reading, depth: number): Filter {
  const dot = name.indexOf('.')
  const [code = '', named] = name.slice(0, dot).split(':')
  const p = parameterOf(type, code, how)
  if (p.type !== 'reference') throw refuse(searchBadChain, { param: shown(name) })
  const rest = name.slice(dot + 1)
  if (named !== undefined) {
    if (!isResourceType(named)) throw refuse(searchUnknownType, { type: shown(named) })
    if (!p.target.includes(named)) throw unknownModifier(p, named)
    return { kind: 'chain', param: code, targets: [{ type: named, filter: readFilter(named, rest, text, how, depth + 1) }] }
  }
  const first = /^[^.:]+/.exec(rest)?.[0] ?? ''
  const able = p.target.filter((target) => first === '_has' || searchParameters(target).has(first))
  if (able.length === 0 || able.length > MOST_TARGETS) throw refuse(searchBadChain, { param: shown(name) })
  return { kind: 'chain', param: code, targets: able.map((t) => ({ type: t, filter: readFilter(t, rest, text, how, depth + 1) })) }
}

/** Reads one parameter of a search on `type`; throws the outcome that says what is wrong with it. */
export function readFilter(type: string, name: string, text: string, how: Reading, depth = 0): Filter {
  if (depth > MOST_STEPS) throw refuse(searchBadChain, { param: shown(name) })
  if (name.startsWith('_has:')) return hasFilter(name, text, how, depth)
  if (name.includes('.')) return chainFilter(type, name, text, how, depth)
  const colon = name.indexOf(':')
  const code = colon < 0 ? name : name.slice(0, colon)
  const modifier = colon < 0 ? undefined : name.slice(colon + 1)
  const p = parameterOf(type, code, how)
  const filter: SearchFilter = { kind: 'parameter', param: code, type: p.type, values: valuesOf(p, modifier, text, how) }
  if (modifier !== undefined && !isResourceType(modifier)) filter.modifier = modifier
  return filter
}

/** Whether the text names a reference parameter of the type, for includes. */
export function isReferenceParameter(type: string, code: string): boolean {
  return searchParameters(type).get(code)?.type === 'reference'
}

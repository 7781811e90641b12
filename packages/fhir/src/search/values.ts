/** Reads the values of search parameters by type and modifier. */
import type { SearchType } from '../definitions.ts'
import { DEFAULT_ZONE, dateRange } from '../extract/dates.ts'
import type { SearchComponent } from '../extract/index.ts'
import { isResourceType } from '../types-numbers.ts'
import { PRIMITIVES } from '../validate/primitives.ts'
import type { Prefix, SearchValue } from './request.ts'

/** What a value is read with. */
export interface ValueContext {
  type: SearchType
  modifier: string | undefined
  targets: string[]
  zone: string | undefined
  /** Of a composite. */
  components: readonly SearchComponent[]
}

const MODIFIERS: Record<SearchType, string[]> = {
  string: ['missing', 'exact', 'contains'],
  token: ['missing', 'text', 'not', 'of-type', 'in', 'not-in', 'above', 'below'],
  reference: ['missing', 'identifier'],
  date: ['missing'],
  number: ['missing'],
  quantity: ['missing'],
  uri: ['missing', 'above', 'below'],
  composite: ['missing'],
  special: [],
}

/** Examples for the cure of a bad value. */
export const VALUE_EXAMPLES: Record<string, string> = {
  string: 'name=lan',
  token: 'code=http://loinc.org|8480-6',
  'of-type': 'identifier:of-type=system|code|value',
  reference: 'subject=Patient/123',
  identifier: 'subject:identifier=system|value',
  date: 'date=ge2026-11-01',
  number: 'probability=gt0.8',
  quantity: 'value-quantity=gt5.4|http://unitsofmeasure.org|mg',
  uri: 'url=https://example.org/x',
  composite: 'code-value-quantity=http://loinc.org|8480-6$gt140',
  missing: 'gender:missing=true',
}

/** The modifiers a parameter of this type takes (a reference also takes its target types). */
export function modifiersOf(type: SearchType): string[] {
  return MODIFIERS[type]
}

/** Splits at `separator` where it is not escaped by a backslash; escapes stay in the parts. */
function split(text: string, separator: string): string[] {
  if (!text.includes('\\')) return text.split(separator)
  const out: string[] = []
  let part = ''
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i)
    if (c === '\\' && i + 1 < text.length) part += c + text.charAt(++i)
    else if (c === separator) {
      out.push(part)
      part = ''
    } else part += c
  }
  out.push(part)
  return out
}

const plain = (text: string): string => (text.includes('\\') ? text.replace(/\\([\\,|$])/g, '$1') : text)

/** The alternatives of one parameter, split at commas. */
export function alternativesOf(text: string): string[] {
  return split(text, ',')
}

const PREFIXED = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)(?=[\d+-])/

function prefixed(text: string): { prefix: Prefix; rest: string } {
  const m = PREFIXED.exec(text)
  return m ? { prefix: m[1] as Prefix, rest: text.slice(2) } : { prefix: 'eq', rest: text }
}

/**
 * A number with the range its written precision stands for: `5.4` is 5.35 to 5.45. The edges are read from their decimal text, for
 * 5.4 − 0.05 is a little more than 5.35.
 */
function numberRange(text: string): { value: number; lo: number; hi: number } | undefined {
  const m = /^([+-]?)(\d{1,400})(?:\.(\d{1,400}))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text)
  const value = Number(text)
  if (!m || !Number.isFinite(value)) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = m
  const tenfold = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}0`)
  const edge = (half: bigint): number => Number(`${tenfold + half}e${Number(exponent) - fraction.length - 1}`)
  return { value, lo: edge(-5n), hi: edge(5n) }
}

function token(text: string): SearchValue | undefined {
  const parts = split(text, '|').map(plain)
  if (parts.length === 1) return parts[0] === '' ? undefined : { type: 'token', code: parts[0] ?? '' }
  if (parts.length !== 2) return undefined
  const [system = '', code = ''] = parts
  if (system === '' && code === '') return undefined
  return code === '' ? { type: 'token', system } : { type: 'token', system, code }
}

function ofType(text: string): SearchValue | undefined {
  const [system, code, value, ...more] = split(text, '|').map(plain)
  if (!code || !value || more.length > 0) return undefined
  return { type: 'of-type', system: system ?? '', code, value }
}

function identifier(text: string): SearchValue | undefined {
  const value = token(text)
  if (value?.type !== 'token') return undefined
  const out: SearchValue = { type: 'identifier' }
  if (value.system !== undefined) out.system = value.system
  if (value.code !== undefined) out.value = value.code
  return out
}

function reference(text: string, targets: string[]): SearchValue | undefined {
  const value = plain(text)
  if (value === '' || /\s/.test(value)) return undefined
  if (value.includes(':')) return { type: 'reference', target: value, targets: [] }
  const slash = value.indexOf('/')
  if (slash < 0) return /^[A-Za-z0-9.-]{1,64}$/.test(value) ? { type: 'reference', target: value, targets } : undefined
  const type = value.slice(0, slash)
  if (!isResourceType(type) || !/^[A-Za-z0-9.-]{1,64}$/.test(value.slice(slash + 1))) return undefined
  return { type: 'reference', target: value, targets: [] }
}

/** Minutes suffice in a search, and the zone may be missing (R4 search.html#date). */
const TIME = /^(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?)?$/

function date(text: string, zone: string | undefined): SearchValue | undefined {
  const { prefix, rest } = prefixed(text)
  // A plus sign in a URL that was not escaped arrives as a blank.
  const written = rest.replace(' ', '+')
  const isDate = PRIMITIVES.date?.(written.slice(0, 10)) && TIME.test(written.slice(10))
  const range = isDate ? dateRange(written, zone ?? DEFAULT_ZONE) : undefined
  return range && { type: 'date', prefix, lo: range.lo, hi: range.hi }
}

function number(text: string): SearchValue | undefined {
  const { prefix, rest } = prefixed(text)
  const range = numberRange(rest)
  return range && { type: 'number', prefix, ...range }
}

function quantity(text: string): SearchValue | undefined {
  const parts = split(text, '|').map(plain)
  if (parts.length !== 1 && parts.length !== 3) return undefined
  const { prefix, rest } = prefixed(parts[0] ?? '')
  const range = numberRange(rest)
  if (!range) return undefined
  const out: SearchValue = { type: 'quantity', prefix, ...range }
  if (parts[1]) out.system = parts[1]
  if (parts[2]) out.code = parts[2]
  return out
}

function composite(text: string, context: ValueContext): SearchValue | undefined {
  const written = split(text, '$')
  if (written.length !== context.components.length) return undefined
  const parts: SearchValue[] = []
  for (const [i, { type, target }] of context.components.entries()) {
    const value = readValue(written[i] ?? '', { type, modifier: undefined, targets: target, zone: context.zone, components: [] })
    if (!value) return undefined
    parts.push(value)
  }
  return { type: 'composite', parts }
}

/** Reads one alternative; undefined when it is not a value of the type. */
export function readValue(text: string, context: ValueContext): SearchValue | undefined {
  const { type, modifier } = context
  if (modifier === 'missing') return text === 'true' || text === 'false' ? { type: 'missing', missing: text === 'true' } : undefined
  if (modifier === 'text') return text === '' ? undefined : { type: 'text', text: plain(text) }
  if (modifier === 'of-type') return ofType(text)
  if (modifier === 'identifier') return identifier(text)
  if (modifier === 'in' || modifier === 'not-in') return text === '' ? undefined : { type: 'uri', value: plain(text) }
  switch (type) {
    case 'token':
      return token(text)
    case 'string':
      return text === '' ? undefined : { type: 'string', text: plain(text) }
    case 'reference':
      return reference(text, context.targets)
    case 'date':
      return date(text, context.zone)
    case 'number':
      return number(text)
    case 'quantity':
      return quantity(text)
    case 'composite':
      return composite(text, context)
    case 'uri':
      return text === '' ? undefined : { type: 'uri', value: plain(text) }
    default:
      return undefined
  }
}

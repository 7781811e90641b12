/**
 * What R4 says of one value and one question (search.html), written down as plainly as it can be, without any index: slow, and by
 * another hand than the store. Where R4 leaves it to the server, what docs/compliance/fhir.md promises.
 */
import type { TypedValue } from '@medplum/core'
import { type Ends, endsOf, endsOfText } from './dates.ts'
import { UNTOLD } from './parameters.ts'

/** A question as it stands in an address: `name:modifier=value`, the value not escaped. */
export interface Question {
  code: string
  type: string
  modifier?: string
  prefix?: string
  /** Parts between the bars, each as it is meant. */
  parts: string[]
}

/** Undefined: nobody can say what is right here. */
export type Verdict = boolean | undefined

type Loose = Record<string, unknown>

const loose = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {})
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const texts = (...all: unknown[]): string[] => all.flat().filter((t): t is string => typeof t === 'string' && t !== '')

export const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase()

/** Words as a reader sees them. */
export const wordsOf = (text: string): string[] =>
  fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')

interface Token {
  system?: unknown
  code?: unknown
  /** Undefined: the value has no place for a system. */
  coded: boolean
  texts: string[]
}

export function tokensOf({ type, value }: TypedValue): Token[] {
  const v = loose(value)
  switch (type) {
    case 'Coding':
      return [{ system: v.system, code: v.code, coded: true, texts: texts(v.display) }]
    case 'CodeableConcept': {
      const codings = list(v.coding).map(loose)
      const own = codings.map((c) => ({ system: c.system, code: c.code, coded: true, texts: texts(c.display) }))
      return [...own, { coded: true, texts: texts(v.text) }]
    }
    case 'Identifier':
      return [{ system: v.system, code: v.value, coded: true, texts: texts(loose(v.type).text) }]
    case 'ContactPoint':
      return [{ code: v.value, coded: false, texts: [] }]
    default:
      return [{ code: typeof value === 'object' ? undefined : String(value), coded: false, texts: [] }]
  }
}

function token(q: Question, values: readonly TypedValue[]): Verdict {
  const all = values.flatMap(tokensOf)
  const [first = '', second] = q.parts
  if (q.modifier === 'text') return some(all.flatMap((t) => t.texts.map((text) => begins(text, first))))
  if (second === undefined) return all.some((t) => t.code === first)
  // What stands for the system of a plain code is written nowhere in the value.
  if (all.some((t) => !t.coded)) return undefined
  if (second === '') return all.some((t) => t.system === first)
  return all.some((t) => t.code === second && (first === '' ? t.system === undefined : t.system === first))
}

/** A string is found from its beginning; whether also from its further words is left to the server. */
function begins(text: string, asked: string): Verdict {
  const [words, wanted] = [wordsOf(text).join(' '), wordsOf(asked).join(' ')]
  if (fold(text).startsWith(fold(asked))) return true
  return ` ${words}`.includes(` ${wanted}`) ? undefined : false
}

export function stringsOf({ type, value }: TypedValue): string[] {
  const v = loose(value)
  if (type === 'HumanName') return texts(v.text, v.family, v.given, v.prefix, v.suffix)
  if (type === 'Address') return texts(v.text, v.line, v.city, v.district, v.state, v.postalCode, v.country)
  if (type === 'CodeableConcept') return texts(v.text)
  return texts(value)
}

function string(q: Question, values: readonly TypedValue[]): Verdict {
  const all = values.flatMap(stringsOf)
  const [asked = ''] = q.parts
  if (q.modifier === 'exact') return all.includes(asked)
  if (q.modifier === 'contains') return all.some((text) => fold(text).includes(fold(asked)))
  return some(all.map((text) => begins(text, asked)))
}

const withoutVersion = (reference: string): string => reference.replace(/\/_history\/.*$/, '')

export function referencesOf({ type, value }: TypedValue): string[] {
  if (typeof value === 'string') return value.startsWith('#') ? [] : [value, value.replace(/\|.*$/, '')]
  if (type !== 'Reference') {
    const { resourceType, id } = loose(value)
    return typeof id === 'string' ? [`${resourceType}/${id}`] : []
  }
  return texts(loose(value).reference)
    .filter((r) => !r.startsWith('#') && !r.includes('?'))
    .map(withoutVersion)
}

function reference(q: Question, values: readonly TypedValue[]): Verdict {
  if (q.modifier === 'identifier') {
    const [system, value] = q.parts
    return values.some(({ value: v }) => loose(loose(v).identifier).system === system && loose(loose(v).identifier).value === value)
  }
  const all = values.flatMap(referencesOf)
  const asked = q.parts.join('|')
  if (q.modifier) return all.includes(`${q.modifier}/${asked}`)
  if (asked.includes('/') || asked.includes(':')) return all.includes(asked)
  return all.some((r) => r === asked || (/^[A-Za-z]+\/[^/]+$/.test(r) && r.endsWith(`/${asked}`)))
}

function date(q: Question, values: readonly TypedValue[], now: number): Verdict {
  const asked = endsOfText(q.parts[0] ?? '')
  if (!asked) return undefined
  return some(values.map(endsOf).map((e) => e && dateHolds(q.prefix ?? 'eq', asked, e, now)))
}

function dateHolds(prefix: string, asked: Ends, e: Ends, now: number): boolean {
  const inside = e.lo >= asked.lo && e.hi <= asked.hi
  const about = (end: number): number => Math.abs(now - end) / 10
  const holds: Record<string, boolean> = {
    eq: inside,
    ne: !inside,
    gt: e.hi > asked.hi,
    lt: e.lo < asked.lo,
    ge: e.hi > asked.hi || inside,
    le: e.lo < asked.lo || inside,
    sa: e.lo > asked.hi,
    eb: e.hi < asked.lo,
    ap: e.lo <= asked.hi + about(asked.hi) && e.hi >= asked.lo - about(asked.lo),
  }
  return holds[prefix] ?? false
}

/** A number as written stands for a range of half its last place on either side. */
export function written(text: string): { value: number; lo: number; hi: number } {
  const [, digits = '', exponent = '0'] = /^-?([\d.]+)(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const places = digits.includes('.') ? digits.length - digits.indexOf('.') - 1 : 0
  const half = 0.5 * 10 ** (Number(exponent) - places)
  const value = Number(text)
  return { value, lo: value - half, hi: value + half }
}

function numberHolds(prefix: string, text: string, v: number): Verdict {
  const { value, lo, hi } = written(text)
  // At the very edge of a written range the last bit of a double decides.
  const edge = (end: number): boolean => Math.abs(v - end) <= Math.abs(end) * 1e-12
  if ((prefix === 'eq' || prefix === 'ne') && (edge(lo) || edge(hi))) return undefined
  const inside = v >= lo && v < hi
  const holds: Record<string, boolean> = {
    eq: inside,
    ne: !inside,
    gt: v > value,
    sa: v > value,
    lt: v < value,
    eb: v < value,
    ge: v >= value,
    le: v <= value,
  }
  return holds[prefix]
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** Three-valued: true where one surely holds, undefined where one may. */
function some(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(true)) return true
  return verdicts.includes(undefined) ? undefined : false
}

function number(q: Question, values: readonly TypedValue[]): Verdict {
  return some(
    values.map(({ value }) => {
      const v = numberOf(value)
      return v === undefined ? undefined : numberHolds(q.prefix ?? 'eq', q.parts[0] ?? '', v)
    }),
  )
}

function quantity(q: Question, values: readonly TypedValue[]): Verdict {
  const [asked = '', system, code] = q.parts
  return some(
    values.map(({ type, value }) => {
      const v = loose(value)
      const n = numberOf(v.value)
      // Ranges, samples and `<5` are the store's own tests' affair.
      if (n === undefined || v.comparator !== undefined || type === 'Range' || type === 'SampledData') return undefined
      const unit = type === 'Money' ? { system: 'urn:iso:std:iso:4217', code: v.currency } : v
      const holds = numberHolds(q.prefix ?? 'eq', asked, n)
      if (code === undefined) return holds
      if (system !== '') {
        if (unit.system === system && unit.code === code) return holds
        // Another unit of UCUM may be the same amount.
        return unit.system === system && system === 'http://unitsofmeasure.org' ? undefined : false
      }
      return unit.code === code || v.unit === code ? holds : undefined
    }),
  )
}

function uri(q: Question, values: readonly TypedValue[]): Verdict {
  const all = texts(values.map((v) => v.value))
  const asked = q.parts.join('|')
  // Only an address with a path has something below it.
  const below = (one: string, of: string): boolean =>
    one === of || (/^https?:/.test(of) && one.startsWith(of.endsWith('/') ? of : `${of}/`))
  if (q.modifier === 'below') return all.some((one) => below(one, asked))
  if (q.modifier === 'above') return all.some((one) => below(asked, one))
  return all.includes(asked)
}

const JUDGES: Record<string, (q: Question, values: readonly TypedValue[], now: number) => Verdict> = {
  token,
  string,
  reference,
  date,
  number,
  quantity,
  uri,
}

/** Whether there is anything in a value that a search of this type could ask for. */
function isSearchable(type: string, value: TypedValue): boolean {
  if (type === 'token') return tokensOf(value).some((t) => texts(t.system, t.code, t.texts).length > 0)
  if (type === 'string') return stringsOf(value).length > 0
  if (type === 'reference') return typeof value.value === 'string' || texts(loose(value.value).reference).length > 0
  if (type === 'date') return endsOf(value) !== undefined
  if (type === 'quantity') return numberOf(loose(value.value).value) !== undefined
  return typeof value.value !== 'object'
}

function missing(q: Question, values: readonly TypedValue[]): Verdict {
  // An element that says nothing but its id or an extension may count as there or not.
  if (values.length > 0 && !values.some((value) => isSearchable(q.type, value))) return undefined
  return (values.length === 0) === (q.parts[0] === 'true')
}

/** Whether a resource whose parameter has these values answers the question. */
export function judge(q: Question, values: readonly TypedValue[], now: number): Verdict {
  if (values.some(({ type }) => type === UNTOLD)) return undefined
  if (q.modifier === 'missing') return missing(q, values)
  if (q.modifier === 'not') {
    const is = token({ ...q, modifier: '' }, values)
    return is === undefined ? undefined : !is
  }
  return JUDGES[q.type]?.(q, values, now)
}

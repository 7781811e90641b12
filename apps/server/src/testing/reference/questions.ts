/** Questions to ask of a parameter, made of the values that are there: each finds something, and much beside it. */
import type { TypedValue } from '@medplum/core'
import { type Question, referencesOf, stringsOf, tokensOf, wordsOf } from './judge.ts'
import type { Parameter } from './parameters.ts'

type Ask = Omit<Question, 'code' | 'type'>

const PREFIXES = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb']

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function ofToken(value: TypedValue): Ask[] {
  return tokensOf(value).flatMap((t) => {
    const [system, code] = [text(t.system), text(t.code)]
    return [
      ...(code ? [{ parts: [code] }, { modifier: 'not', parts: [code] }] : []),
      ...(t.coded && code ? [{ parts: [system, code] }] : []),
      ...(t.coded && system ? [{ parts: [system, ''] }] : []),
      ...t.texts.flatMap((one) => wordsOf(one).slice(0, 1)).map((word) => ({ modifier: 'text', parts: [word] })),
    ]
  })
}

function ofString(value: TypedValue): Ask[] {
  return stringsOf(value).flatMap((one) => {
    const words = wordsOf(one).filter((word) => word.length > 1)
    const [first = '', last = ''] = [words[0], words.at(-1)]
    return [
      ...(first
        ? [{ parts: [first] }, { parts: [first.slice(0, 2).toUpperCase()] }, { modifier: 'contains', parts: [last.slice(1)] }]
        : []),
      { modifier: 'exact', parts: [one] },
      { modifier: 'exact', parts: [one.toUpperCase()] },
    ]
  })
}

function ofReference(value: TypedValue): Ask[] {
  const identifier = (value.value as { identifier?: { system?: string; value?: string } }).identifier
  return [
    ...(identifier?.system && identifier.value ? [{ modifier: 'identifier', parts: [identifier.system, identifier.value] }] : []),
    ...referencesOf(value).flatMap((one): Ask[] => {
      const [, type = '', id = ''] = /^([A-Za-z]+)\/([^/]+)$/.exec(one) ?? []
      return id ? [{ parts: [one] }, { parts: [id] }, { modifier: type, parts: [id] }] : [{ parts: [one] }]
    }),
  ]
}

function ofDate({ type, value }: TypedValue): Ask[] {
  const period = value as { start?: string; end?: string }
  const one = type === 'Period' ? (period.start ?? period.end ?? '') : text(value)
  // Some dates may be said in words.
  if (!/^\d{4}/.test(one)) return []
  const forms = new Set([one, one.slice(0, 10), one.slice(0, 4)])
  return [...forms].flatMap((form) => PREFIXES.map((prefix) => ({ prefix, parts: [form] })))
}

const numbers = (value: unknown, rest: string[] = []): Ask[] => {
  if (typeof value !== 'number') return []
  const rough = Number(value.toPrecision(2))
  const forms = new Set([String(value), ...(Math.abs(rough) < 1e15 ? [String(rough)] : [])])
  return [...forms].flatMap((form) => PREFIXES.map((prefix) => ({ prefix, parts: [form, ...rest] })))
}

function ofQuantity({ type, value }: TypedValue): Ask[] {
  const v = value as { value?: number; system?: string; code?: string; unit?: string; currency?: string }
  if (type === 'Range' || type === 'SampledData') return []
  const [system, code] = type === 'Money' ? ['urn:iso:std:iso:4217', v.currency] : [v.system, v.code]
  return [...numbers(v.value), ...(system && code ? numbers(v.value, [system, code]) : []), ...(code ? numbers(v.value, ['', code]) : [])]
}

function ofUri({ value }: TypedValue): Ask[] {
  const one = text(value)
  if (!one) return []
  const parent = one.slice(0, one.lastIndexOf('/'))
  return [
    { parts: [one] },
    ...(/^https?:\/\/[^/]+/.test(parent) ? [{ modifier: 'below', parts: [parent] }] : []),
    { modifier: 'above', parts: [`${one}/x`] },
  ]
}

const MAKERS: Record<string, (value: TypedValue) => Ask[]> = {
  token: ofToken,
  string: ofString,
  reference: ofReference,
  date: ofDate,
  number: ({ value }) => numbers(value),
  quantity: ofQuantity,
  uri: ofUri,
}

/** What is asked of a parameter, given the values of all resources: at most `most` samples, and whether it is there. */
export function questionsOf({ code, type }: Parameter, values: readonly TypedValue[], most: number): Question[] {
  const step = Math.max(1, Math.floor(values.length / most))
  const picked = values.filter((_, i) => i % step === 0).slice(0, most)
  const asks = [
    ...picked.flatMap((value) => MAKERS[type]?.(value) ?? []),
    ...['true', 'false'].map((is) => ({ modifier: 'missing', parts: [is] })),
  ]
  const byText = new Map(asks.map((ask) => [JSON.stringify(ask), { code, type, ...ask }]))
  return [...byText.values()]
}

const escaped = (part: string): string => part.replace(/[\\,$|]/g, (c) => `\\${c}`)

/** The value of a question as it stands in an address. */
export function partOfQuery({ prefix, type, parts }: Question): string {
  // Only tokens and quantities have bars of their own; a canonical's is meant as such.
  const within = (part: string): string =>
    type === 'uri' || type === 'reference' ? part.replace(/[\\,$]/g, (c) => `\\${c}`) : escaped(part)
  return encodeURIComponent(`${prefix ?? ''}${parts.map(within).join('|')}`)
}

/** The question as it stands in an address. */
export const queryOf = (question: Question): string =>
  `${question.code}${question.modifier ? `:${question.modifier}` : ''}=${partOfQuery(question)}`

/**
 * Content ⇄ QuestionnaireResponse, loss-free: the response holds every field of the paper, so a document can be read
 * back exactly. Three states are kept apart: no item = field absent; item without answer = empty text; answer = value.
 */

import type * as fhir4 from 'fhir/r4.d.ts'

type Json = string | number | boolean | Json[] | { [key: string]: Json | undefined }
type JsonObject = { [key: string]: Json | undefined }

const key = (linkId: string): string => linkId.slice(linkId.lastIndexOf('.') + 1)

function answerOf(item: fhir4.QuestionnaireItem, value: Json): fhir4.QuestionnaireResponseItemAnswer {
  switch (item.type) {
    case 'boolean':
      return { valueBoolean: value as boolean }
    case 'integer':
      return { valueInteger: value as number }
    case 'date':
      return { valueDate: value as string }
    case 'dateTime':
      return { valueDateTime: value as string }
    case 'choice': {
      const known = item.answerOption?.find((o) => o.valueCoding?.code === value)?.valueCoding
      const system = known?.system ?? item.answerOption?.[0]?.valueCoding?.system
      return { valueCoding: { ...(system ? { system } : {}), code: value as string, ...(known ? { display: known.display } : {}) } }
    }
    default:
      return { valueString: value as string }
  }
}

function responseItem(item: fhir4.QuestionnaireItem, value: Json): fhir4.QuestionnaireResponseItem {
  const base = { linkId: item.linkId, text: item.text }
  if (item.type === 'group') {
    const inner = responseItems(item.item ?? [], value as JsonObject)
    return inner.length ? { ...base, item: inner } : base
  }
  return value === '' ? base : { ...base, answer: [answerOf(item, value)] }
}

/** Response items of `content`, in the order of the form. */
export function responseItems(items: fhir4.QuestionnaireItem[], content: JsonObject): fhir4.QuestionnaireResponseItem[] {
  return items.flatMap((item) => {
    const value = content[key(item.linkId)]
    if (value === undefined) return []
    return Array.isArray(value) ? value.map((one) => responseItem(item, one)) : [responseItem(item, value)]
  })
}

function itemValue(item: fhir4.QuestionnaireItem, response: fhir4.QuestionnaireResponseItem): Json {
  if (item.type === 'group') return contentOf(item.item ?? [], response.item ?? [])
  const answer = response.answer?.[0]
  if (!answer) return ''
  return (
    answer.valueBoolean ??
    answer.valueInteger ??
    answer.valueDate ??
    answer.valueDateTime ??
    answer.valueCoding?.code ??
    answer.valueString ??
    ''
  )
}

/** Inverse of {@link responseItems}: a repeating item that does not occur is an empty list. */
export function contentOf(items: fhir4.QuestionnaireItem[], responses: fhir4.QuestionnaireResponseItem[]): JsonObject {
  const content: JsonObject = {}
  for (const item of items) {
    const found = responses.filter((r) => r.linkId === item.linkId)
    if (item.repeats) content[key(item.linkId)] = found.map((r) => itemValue(item, r))
    else if (found[0]) content[key(item.linkId)] = itemValue(item, found[0])
  }
  return content
}

/** Why content does not fit its form. */
export interface Misfit {
  problem: 'unknown' | 'missing' | 'malformed'
  field: string
}

const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/
const DATE_TIME = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

function fits(type: fhir4.QuestionnaireItem['type'], value: unknown): boolean {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean'
    case 'integer':
      return Number.isInteger(value)
    case 'date':
      return value === '' || (typeof value === 'string' && DATE.test(value))
    case 'dateTime':
      return value === '' || (typeof value === 'string' && (DATE.test(value) || DATE_TIME.test(value)))
    case 'group':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    default:
      return typeof value === 'string'
  }
}

function itemMisfit(item: fhir4.QuestionnaireItem, value: unknown): Misfit | undefined {
  const field = item.linkId
  if (value === undefined) return item.required || item.repeats ? { problem: 'missing', field } : undefined
  if (item.repeats !== Array.isArray(value) && (item.repeats || Array.isArray(value))) return { problem: 'malformed', field }
  for (const one of Array.isArray(value) ? value : [value]) {
    if (!fits(item.type, one)) return { problem: 'malformed', field }
    const inner = item.type === 'group' ? misfit(item.item ?? [], one as JsonObject, `${field}.`) : undefined
    if (inner) return inner
  }
  return undefined
}

/**
 * First field by which content and form differ: not known to the form (it would be lost), required and absent, or of
 * another type. Undefined when the content fits.
 */
export function misfit(items: fhir4.QuestionnaireItem[], content: JsonObject, prefix = ''): Misfit | undefined {
  for (const name of Object.keys(content)) {
    if (content[name] !== undefined && !items.some((i) => key(i.linkId) === name)) return { problem: 'unknown', field: prefix + name }
  }
  for (const item of items) {
    const found = itemMisfit(item, content[key(item.linkId)])
    if (found) return found
  }
  return undefined
}

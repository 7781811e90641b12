/** Fixers of bundles, documents and questionnaires. */
import type { Json } from '../../validate/context.ts'
import { list } from '../../validate/values.ts'
import { anyOf, drop, ensure, type Fixer, type Fixers, notBoth, onlyWhen, present, write } from './fixing.ts'
import { pooled } from './make.ts'

const REQUESTS = new Set<unknown>(['batch', 'transaction', 'history'])
const RESPONSES = new Set<unknown>(['batch-response', 'transaction-response', 'history'])

/** The resource that opens a document or a message. */
const FIRST: Record<string, Json> = {
  document: {
    resourceType: 'Composition',
    status: 'final',
    type: { text: 'Giấy' },
    date: '2026-11-22',
    author: [pooled('Practitioner')],
    title: 'Giấy',
  },
  message: { resourceType: 'MessageHeader', eventUri: 'https://example.org/event', source: { endpoint: 'https://example.org/a' } },
}

/** Whether an entry carries a request, a response and a search is a matter of the bundle's type (bdl-2 to bdl-4). */
const settleEntries: Fixer = (v) => {
  for (const entry of list(v.entry)) {
    if (v.type !== 'searchset') drop(entry, 'search')
    if (!REQUESTS.has(v.type)) drop(entry, 'request')
    else if (!present(entry, 'request')) entry.request = { method: 'GET', url: pooled('Patient').reference }
    if (!RESPONSES.has(v.type)) drop(entry, 'response')
    else if (!present(entry, 'response')) entry.response = { status: '200 OK' }
    if (!['resource', 'request', 'response'].some((name) => present(entry, name)))
      entry.resource = { resourceType: 'Basic', code: { text: 'a' } }
  }
}

function openDocument(v: Json): void {
  const first = FIRST[String(v.type)]
  if (!first) return
  const [entry, ...others] = list(v.entry)
  v.entry = [{ ...entry, resource: first }, ...others]
}

/** Keeps the first entry of each fullUrl (bdl-7). */
function distinctUrls(v: Json): void {
  const seen = new Set<unknown>()
  for (const entry of list(v.entry)) {
    if (seen.has(entry.fullUrl)) drop(entry, 'fullUrl')
    else seen.add(entry.fullUrl)
  }
}

/** Numbers the items of a questionnaire: no linkId stands in it twice. */
function numberItems(items: unknown, prefix: string): void {
  for (const [i, item] of list(items).entries()) {
    write(item, 'linkId', `${prefix}${i + 1}`)
    numberItems(item.item, `${prefix}${i + 1}.`)
  }
}

const CHOSEN = new Set<unknown>(['choice', 'open-choice', 'decimal', 'integer', 'date', 'dateTime', 'time', 'string', 'quantity'])
const MEASURED = new Set<unknown>(['boolean', 'decimal', 'integer', 'string', 'text', 'url', 'open-choice'])

const QUESTION: Record<string, Fixer> = {
  'que-1': (v) => {
    if (v.type === 'display') drop(v, 'item')
    else if (v.type === 'group' && !present(v, 'item')) v.item = [{ linkId: 'a', type: 'string' }]
  },
  'que-3': onlyWhen('code', (v) => v.type !== 'display'),
  'que-4': notBoth('answerOption', 'answerValueSet'),
  'que-5': (v) => {
    if (!CHOSEN.has(v.type)) drop(v, 'answerOption', 'answerValueSet')
  },
  'que-6': (v) => {
    if (v.type === 'display') drop(v, 'required', 'repeats', 'readOnly')
  },
  'que-8': onlyWhen('initial', (v) => v.type !== 'group' && v.type !== 'display'),
  'que-10': onlyWhen('maxLength', (v) => MEASURED.has(v.type)),
  'que-11': notBoth('answerOption', 'initial'),
  'que-12': (v) => {
    if (list(v.enableWhen).length > 2 && !present(v, 'enableBehavior')) v.enableBehavior = 'all'
  },
  'que-13': (v) => {
    if (v.repeats !== true && Array.isArray(v.initial)) v.initial = v.initial.slice(0, 1)
  },
}

export const DOCUMENTS: Fixers = {
  Bundle: {
    'bdl-1': onlyWhen('total', (v) => v.type === 'searchset' || v.type === 'history'),
    'bdl-11': openDocument,
    'bdl-3': settleEntries,
    'bdl-7': distinctUrls,
    'bdl-9': (v) => {
      if (v.type === 'document') v.identifier = { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520' }
    },
    'bdl-10': (v, add) => {
      if (v.type === 'document') ensure(v, add, 'timestamp')
    },
  },
  'Bundle.entry': { 'bdl-5': anyOf('resource', 'request', 'response') },
  'Composition.section': { 'cmp-1': anyOf('text', 'entry', 'section'), 'cmp-2': notBoth('entry', 'emptyReason') },
  'Parameters.parameter': {
    'inv-1': (v, add) => {
      const [kept = 'value[x]', ...others] = ['part', 'value[x]', 'resource'].filter((name) => present(v, name))
      ensure(v, add, kept)
      drop(v, ...others)
    },
  },
  Questionnaire: { 'que-2': (v) => numberItems(v.item, '') },
  'Questionnaire.item': QUESTION,
  'Questionnaire.item.enableWhen': {
    'que-7': (v) => {
      if (v.operator !== 'exists') return
      drop(v, 'answer[x]')
      v.answerBoolean = true
    },
  },
  'QuestionnaireResponse.item': { 'qrs-1': notBoth('answer', 'item') },
}

/** Rules on Bundle, Composition, Questionnaire and the like. */
import { isObject, type Json } from './context.ts'
import type { Invariant } from './invariants.ts'
import { has, hasChoice, list } from './values.ts'

const rule = (key: string, vi: string, en: string, holds: Invariant['holds']): Invariant => ({ key, vi, en, holds })

const REQUESTS = new Set<unknown>(['batch', 'transaction', 'history'])
const RESPONSES = new Set<unknown>(['batch-response', 'transaction-response', 'history'])

function uniqueEntries(v: Json): boolean {
  if (v.type === 'history') return true
  const seen = new Set<string>()
  for (const entry of list(v.entry)) {
    if (entry.fullUrl === undefined) continue
    const resource = isObject(entry.resource) ? entry.resource : {}
    const version = isObject(resource.meta) ? String(resource.meta.versionId ?? '') : ''
    const key = `${String(entry.fullUrl)}|${version}`
    if (seen.has(key)) return false
    seen.add(key)
  }
  return true
}

function firstIs(v: Json, type: string): boolean {
  const resource = list(v.entry)[0]?.resource
  return isObject(resource) && resource.resourceType === type
}

function uniqueLinkIds(v: Json): boolean {
  const seen = new Set<unknown>()
  const visit = (items: unknown): boolean =>
    list(items).every((item) => {
      if (item.linkId !== undefined && seen.has(item.linkId)) return false
      seen.add(item.linkId)
      return visit(item.item)
    })
  return visit(v.item)
}

const BUNDLE: Invariant[] = [
  rule(
    'bdl-1',
    'total chỉ có ở searchset và history.',
    'total only in a searchset or history.',
    (v) => !has(v, 'total') || v.type === 'searchset' || v.type === 'history',
  ),
  rule(
    'bdl-2',
    'entry.search chỉ có ở searchset.',
    'entry.search only in a searchset.',
    (v) => v.type === 'searchset' || !list(v.entry).some((e) => e.search !== undefined),
  ),
  rule(
    'bdl-3',
    'entry.request bắt buộc trong batch, transaction, history; nơi khác không được có.',
    'entry.request is mandatory in batch, transaction and history, and forbidden elsewhere.',
    (v) => list(v.entry).every((e) => (e.request !== undefined) === REQUESTS.has(v.type)),
  ),
  rule(
    'bdl-4',
    'entry.response bắt buộc trong batch-response, transaction-response, history; nơi khác không được có.',
    'entry.response is mandatory in batch-response, transaction-response and history, and forbidden elsewhere.',
    (v) => list(v.entry).every((e) => (e.response !== undefined) === RESPONSES.has(v.type)),
  ),
  rule('bdl-7', 'fullUrl không được trùng.', 'fullUrl must be unique.', uniqueEntries),
  rule(
    'bdl-9',
    'văn bản phải có identifier với system và value.',
    'a document must have an identifier with system and value.',
    (v) => v.type !== 'document' || (isObject(v.identifier) && has(v.identifier, 'system') && has(v.identifier, 'value')),
  ),
  rule('bdl-10', 'văn bản phải có timestamp.', 'a document must have a timestamp.', (v) => v.type !== 'document' || has(v, 'timestamp')),
  rule(
    'bdl-11',
    'tài nguyên đầu tiên của văn bản phải là Composition.',
    'the first resource of a document is a Composition.',
    (v) => v.type !== 'document' || firstIs(v, 'Composition'),
  ),
  rule(
    'bdl-12',
    'tài nguyên đầu tiên của thông điệp phải là MessageHeader.',
    'the first resource of a message is a MessageHeader.',
    (v) => v.type !== 'message' || firstIs(v, 'MessageHeader'),
  ),
]

const ENTRY: Invariant[] = [
  rule(
    'bdl-5',
    'entry phải có resource, request hoặc response.',
    'an entry has a resource, a request or a response.',
    (v) => has(v, 'resource') || has(v, 'request') || has(v, 'response'),
  ),
  rule(
    'bdl-8',
    'fullUrl không được trỏ tới một phiên bản.',
    'fullUrl must not name a version.',
    (v) => typeof v.fullUrl !== 'string' || !v.fullUrl.includes('/_history/'),
  ),
]

const QUESTION: Invariant[] = [
  rule(
    'que-1',
    'mục group phải có mục con, mục display thì không.',
    'a group item has items, a display item has none.',
    (v) => (v.type !== 'group' || has(v, 'item')) && (v.type !== 'display' || !has(v, 'item')),
  ),
  rule(
    'que-11',
    'có answerOption thì không có initial.',
    'answerOption and initial exclude each other.',
    (v) => !(has(v, 'answerOption') && has(v, 'initial')),
  ),
  rule(
    'que-12',
    'nhiều hơn hai enableWhen thì phải có enableBehavior.',
    'more than two enableWhen need enableBehavior.',
    (v) => list(v.enableWhen).length <= 2 || has(v, 'enableBehavior'),
  ),
  rule('que-3', 'mục display không có code.', 'a display item carries no code.', (v) => v.type !== 'display' || !has(v, 'code')),
  rule(
    'que-4',
    'chỉ answerOption hoặc answerValueSet.',
    'answerOption and answerValueSet exclude each other.',
    (v) => !(has(v, 'answerOption') && has(v, 'answerValueSet')),
  ),
  rule(
    'que-6',
    'mục display không có required, repeats.',
    'a display item carries neither required nor repeats.',
    (v) => v.type !== 'display' || !(has(v, 'required') || has(v, 'repeats')),
  ),
  rule(
    'que-8',
    'mục group, display không có initial.',
    'a group or display item carries no initial value.',
    (v) => (v.type !== 'group' && v.type !== 'display') || !has(v, 'initial'),
  ),
]

export const BUNDLES: Record<string, Invariant[]> = {
  Bundle: BUNDLE,
  'Bundle.entry': ENTRY,
  'Composition.section': [
    rule(
      'cmp-1',
      'mục phải có text, entry hoặc mục con.',
      'a section has text, entries or sections.',
      (v) => has(v, 'text') || has(v, 'entry') || has(v, 'section'),
    ),
    rule(
      'cmp-2',
      'emptyReason chỉ khi mục không có entry.',
      'emptyReason only without entries.',
      (v) => !(has(v, 'emptyReason') && has(v, 'entry')),
    ),
  ],
  Questionnaire: [rule('que-2', 'linkId không được trùng.', 'linkId must be unique.', uniqueLinkIds)],
  'Questionnaire.item': QUESTION,
  'QuestionnaireResponse.item': [
    rule(
      'qrs-1',
      'mục không có cả answer và item.',
      'an item carries answers or items, not both.',
      (v) => !(has(v, 'answer') && has(v, 'item')),
    ),
  ],
  'MessageDefinition.focus': [
    // As published, the rule would refuse a focus without max, which R4 allows.
    rule(
      'md-1',
      'max là "*" hoặc một số lớn hơn 0.',
      'max is "*" or a positive number.',
      (v) => v.max === undefined || v.max === '*' || (typeof v.max === 'string' && /^0*[1-9]\d*$/.test(v.max)),
    ),
  ],
  'Parameters.parameter': [
    rule(
      'inv-1',
      'tham số có một trong value[x], resource, part.',
      'a parameter has exactly one of value[x], resource, part.',
      (v) => Number(hasChoice(v, 'value')) + Number(has(v, 'resource')) + Number(has(v, 'part')) === 1,
    ),
  ],
  'ValueSet.compose.include': [
    rule('vsd-1', 'phải có valueSet hoặc system.', 'a valueSet or a system is needed.', (v) => has(v, 'valueSet') || has(v, 'system')),
    rule(
      'vsd-2',
      'có concept hay filter thì phải có system.',
      'concepts or filters need a system.',
      (v) => !(has(v, 'concept') || has(v, 'filter')) || has(v, 'system'),
    ),
    rule('vsd-3', 'chỉ concept hoặc filter.', 'concept and filter exclude each other.', (v) => !(has(v, 'concept') && has(v, 'filter'))),
  ],
}

/** What differs between two versions of a paper, item by item, in the words of the form. Browser-safe. */

import type { PaperContent } from '@yba/vietnam'
import type * as fhir4 from 'fhir/r4.d.ts'
import { formQuestionnaire } from './questionnaire.ts'

export interface PaperChange {
  /** linkId: the path of the content field. */
  path: string
  vi: string
  before: string
  after: string
}

type Value = unknown

const keyOf = (linkId: string): string => linkId.slice(linkId.lastIndexOf('.') + 1)

function shown(item: fhir4.QuestionnaireItem, value: Value): string {
  if (value === undefined || value === null || value === '') return ''
  if (Array.isArray(value)) return value.map((one) => shown({ ...item, repeats: false }, one)).join('\n')
  if (typeof value === 'boolean') return value ? 'có' : 'không'
  if (item.type === 'choice') return item.answerOption?.find((o) => o.valueCoding?.code === value)?.valueCoding?.display ?? String(value)
  if (typeof value !== 'object') return String(value)
  const fields = value as Record<string, Value>
  return (item.item ?? [])
    .map((inner) => shown(inner, fields[keyOf(inner.linkId)]))
    .filter(Boolean)
    .join(' · ')
}

function walk(items: fhir4.QuestionnaireItem[], before: Record<string, Value>, after: Record<string, Value>, group: string): PaperChange[] {
  return items.flatMap((item) => {
    const [a, b] = [before[keyOf(item.linkId)], after[keyOf(item.linkId)]]
    const vi = [group, item.text ?? item.linkId].filter(Boolean).join(' › ')
    if (item.type === 'group' && !item.repeats)
      return walk(item.item ?? [], (a ?? {}) as Record<string, Value>, (b ?? {}) as Record<string, Value>, item.text ?? '')
    const [was, is] = [shown(item, a), shown(item, b)]
    return was === is ? [] : [{ path: item.linkId, vi, before: was, after: is }]
  })
}

/** Items whose text differs, in the order of the form; lists line by line. */
export function paperChanges(before: PaperContent, after: PaperContent): PaperChange[] {
  if (before.kind !== after.kind) return []
  const fields = (content: PaperContent) => content as unknown as Record<string, Value>
  return walk(formQuestionnaire(after.kind).item ?? [], fields(before), fields(after), '')
}

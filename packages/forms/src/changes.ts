/** What differs between two versions of a paper, item by item, in the words of the form. Browser-safe. */

import type { PaperContent } from '@yba/vietnam'
import type * as fhir4 from 'fhir/r4.d.ts'
import { formQuestionnaire, type ItemText, itemText } from './questionnaire.ts'

export interface PaperChange {
  /** linkId: the path of the content field. */
  path: string
  /** The item's name on the form. */
  vi: string
  en: string
  before: string
  after: string
}

type Value = unknown

const NO_GROUP: ItemText = { vi: '', en: '' }

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

const under = (group: string, item: string): string => [group, item].filter(Boolean).join(' › ')

function walk(
  items: fhir4.QuestionnaireItem[],
  before: Record<string, Value>,
  after: Record<string, Value>,
  group: ItemText,
): PaperChange[] {
  return items.flatMap((item) => {
    const [a, b] = [before[keyOf(item.linkId)], after[keyOf(item.linkId)]]
    const name = itemText(item)
    if (item.type === 'group' && !item.repeats)
      return walk(item.item ?? [], (a ?? {}) as Record<string, Value>, (b ?? {}) as Record<string, Value>, item.text ? name : NO_GROUP)
    const [was, is] = [shown(item, a), shown(item, b)]
    return was === is ? [] : [{ path: item.linkId, vi: under(group.vi, name.vi), en: under(group.en, name.en), before: was, after: is }]
  })
}

/** Items whose text differs, in the order of the form; lists line by line. */
export function paperChanges(before: PaperContent, after: PaperContent): PaperChange[] {
  if (before.kind !== after.kind) return []
  const fields = (content: PaperContent) => content as unknown as Record<string, Value>
  return walk(formQuestionnaire(after.kind).item ?? [], fields(before), fields(after), NO_GROUP)
}

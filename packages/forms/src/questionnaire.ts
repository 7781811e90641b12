/**
 * The forms as FHIR Questionnaires. Browser-safe: no file system, no Typst (door `@yba/forms/questionnaire`).
 * A text is written once: parts in `shared/` are put in by SDC's modular-forms extension.
 */

import type { PaperKind } from '@yba/vietnam'
import type * as fhir4 from 'fhir/r4.d.ts'
import outcome from './outcome/questionnaire.json' with { type: 'json' }
import referral from './referral/questionnaire.json' with { type: 'json' }
import allergy from './shared/allergy.json' with { type: 'json' }
import diagnosis from './shared/diagnosis.json' with { type: 'json' }
import encounter from './shared/encounter.json' with { type: 'json' }
import facility from './shared/facility.json' with { type: 'json' }
import medicine from './shared/medicine.json' with { type: 'json' }
import patient from './shared/patient.json' with { type: 'json' }
import procedure from './shared/procedure.json' with { type: 'json' }
import result from './shared/result.json' with { type: 'json' }
import signer from './shared/signer.json' with { type: 'json' }
import summary from './summary/questionnaire.json' with { type: 'json' }

const SUB_QUESTIONNAIRE = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-subQuestionnaire'
const TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/translation'

const parts = new Map<string, fhir4.Questionnaire>(
  [allergy, diagnosis, encounter, facility, medicine, patient, procedure, result, signer].map((part) => [
    part.url,
    part as unknown as fhir4.Questionnaire,
  ]),
)

/** Puts the parts in place and makes every linkId the path of the content (`patient.cards.number`). */
function assemble(items: fhir4.QuestionnaireItem[], prefix: string): fhir4.QuestionnaireItem[] {
  return items.flatMap((item) => {
    const part = item.extension?.find((e) => e.url === SUB_QUESTIONNAIRE)?.valueCanonical
    if (part !== undefined) {
      const found = parts.get(part)
      if (!found) throw new Error(`questionnaire part ${part} is unknown`)
      return assemble(found.item ?? [], prefix)
    }
    const linkId = prefix + item.linkId
    return [{ ...item, linkId, ...(item.item ? { item: assemble(item.item, `${linkId}.`) } : {}) }]
  })
}

const assembled = (source: unknown): fhir4.Questionnaire => {
  const questionnaire = source as fhir4.Questionnaire
  return { ...questionnaire, item: assemble(questionnaire.item ?? [], '') }
}

const forms: Record<PaperKind, fhir4.Questionnaire> = {
  referral: assembled(referral),
  summary: assembled(summary),
  outcome: assembled(outcome),
}

/**
 * The whole questionnaire of a paper, parts put in. `linkId` is the path of the content field, so a screen binds
 * `item.linkId` to the field of the same path. Do not change the returned object.
 */
export function formQuestionnaire(kind: PaperKind): fhir4.Questionnaire {
  return forms[kind]
}

/** Canonical with version, as a QuestionnaireResponse names it. */
export function formCanonical(kind: PaperKind): string {
  const form = forms[kind]
  return `${form.url}|${form.version}`
}

/** What a screen needs of one item. */
export interface FormItem {
  linkId: string
  vi: string
  en: string
  type: fhir4.QuestionnaireItem['type']
  required: boolean
  repeats: boolean
  maxLength?: number
  options?: { code: string; vi: string; en: string }[]
}

const english = (element: fhir4.Element | undefined, other: string): string =>
  element?.extension?.find((e) => e.url === TRANSLATION)?.extension?.find((e) => e.url === 'content')?.valueString ?? other

export interface ItemText {
  vi: string
  en: string
}

/** What an item is called on the form. */
export function itemText(item: fhir4.QuestionnaireItem): ItemText {
  const vi = item.text ?? item.linkId
  return { vi, en: english(item._text, vi) }
}

function formItem(item: fhir4.QuestionnaireItem): FormItem {
  const options = item.answerOption?.map(({ valueCoding }) => {
    const display = valueCoding?.display ?? ''
    return { code: valueCoding?.code ?? '', vi: display, en: english(valueCoding?._display, display) }
  })
  return {
    linkId: item.linkId,
    ...itemText(item),
    type: item.type,
    required: item.required === true,
    repeats: item.repeats === true,
    ...(item.maxLength === undefined ? {} : { maxLength: item.maxLength }),
    ...(options ? { options } : {}),
  }
}

/** Every item of a paper, groups included, by linkId: texts in both languages and limits. */
export function formItems(kind: PaperKind): Map<string, FormItem> {
  const all = new Map<string, FormItem>()
  const walk = (items: fhir4.QuestionnaireItem[]): void => {
    for (const item of items) {
      all.set(item.linkId, formItem(item))
      walk(item.item ?? [])
    }
  }
  walk(forms[kind].item ?? [])
  return all
}

/** Vietnamese text of a choice's code, or the code itself when the form does not know it. */
export function optionText(kind: PaperKind, linkId: string, code: string | undefined): string {
  if (code === undefined) return ''
  return (
    formItems(kind)
      .get(linkId)
      ?.options?.find((o) => o.code === code)?.vi ?? code
  )
}

/** Tóm tắt hồ sơ bệnh án (TT 25/2025, form 03) as FHIR: the sender's shared record. */

import { facilitySystem } from '@yba/fhir'
import type { SummaryContent } from '@yba/vietnam'
import type { Draft } from '../document/draft.ts'
import { type Extraction, type Form, section } from '../document/form.ts'
import { addSigner } from '../document/parties.ts'
import {
  allergiesSection,
  coverageSection,
  diagnosisSection,
  medicinesSection,
  openDraft,
  proceduresSection,
  resultsSection,
} from '../document/sections.ts'
import { optionText } from '../questionnaire.ts'

function extract(draft: Draft<SummaryContent>): Extraction {
  const { content } = draft
  const { patient, custodian, conditions, encounter } = openDraft(draft, content.encounter)
  const author = addSigner(draft, content.authorised, custodian)
  const context = { patient, encounter }
  const sections = [
    section('46241-6', 'Chẩn đoán vào viện', [['', content.admissionDiagnosis]]),
    diagnosisSection(content.diagnosisText, content.diagnoses, conditions),
    section('8648-8', 'Quá trình bệnh lý và diễn biến lâm sàng', [['', content.history]]),
    resultsSection(draft, content.results, content.resultList, context),
    proceduresSection(draft, content.procedures, context, [['Phương pháp', content.treatment]]),
    medicinesSection(draft, content.medicines, context),
    allergiesSection(draft, content.allergies, patient),
    section('10210-3', 'Tình trạng ra viện', [['', optionText('summary', 'outcome', content.outcome)]]),
    section('18776-5', 'Hướng điều trị tiếp theo', [['', content.note]]),
    coverageSection(draft, content.patient, patient),
  ]
  return { patient, encounter, custodian, author, sections }
}

export const summaryForm: Form<SummaryContent> = {
  kind: 'summary',
  title: 'Tóm tắt hồ sơ bệnh án',
  typeCode: '60591-5',
  identifier: ({ from, number }) => ({ system: facilitySystem.document(from.code), value: number }),
  extract,
}

/** Phiếu phản hồi as FHIR: the receiver's answer, appended to the referral it names by number and digest. */

import { extensionUrl, facilitySystem } from '@yba/fhir'
import type { OutcomeContent } from '@yba/vietnam'
import type { Draft } from '../document/draft.ts'
import { type Extraction, type Form, section } from '../document/form.ts'
import { addFacility, addSigner } from '../document/parties.ts'
import { coverageSection, diagnosisSection, medicinesSection, openDraft } from '../document/sections.ts'
import { optionText } from '../questionnaire.ts'

function extract(draft: Draft<OutcomeContent>): Extraction {
  const { content } = draft
  const stay = { admitted: content.arrived, ended: content.ended, department: content.department }
  const { patient, custodian, conditions, encounter } = openDraft(draft, stay)
  const author = addSigner(draft, content.doctor, custodian)
  const coAuthor = content.authorised ? addSigner(draft, content.authorised, custodian) : undefined
  const sections = [
    section(
      '42349-1',
      'Trả lời phiếu chuyển',
      [['Số', content.answers.number]],
      [addFacility(draft, content.answers.issuer), addFacility(draft, content.to)],
    ),
    diagnosisSection(content.diagnosisText, content.diagnoses, conditions),
    section('8648-8', 'Diễn biến lâm sàng', [['', content.course]]),
    section('30954-2', 'Kết quả xét nghiệm, cận lâm sàng', [['', content.results]]),
    section('47519-4', 'Phương pháp điều trị', [['', content.treatment]]),
    section('10210-3', 'Kết quả điều trị', [['', optionText('outcome', 'outcome', content.outcome)]]),
    medicinesSection(draft, content.medicines, { patient, encounter }),
    section('18776-5', 'Đề nghị cơ sở chuyển tiếp tục', [['', content.plan]]),
    coverageSection(draft, content.patient, patient),
  ]
  const digest = content.answers.digest ? [{ url: extensionUrl('document-digest'), valueString: content.answers.digest }] : []
  return {
    patient,
    encounter,
    custodian,
    author,
    ...(coAuthor ? { coAuthor } : {}),
    sections,
    relatesTo: [
      {
        code: 'appends',
        targetIdentifier: {
          extension: digest,
          system: facilitySystem.referral(content.answers.issuer.code),
          value: content.answers.number,
        },
      },
    ],
  }
}

export const outcomeForm: Form<OutcomeContent> = {
  kind: 'outcome',
  title: 'Phiếu phản hồi chuyển cơ sở khám bệnh, chữa bệnh',
  typeCode: '18842-5',
  identifier: ({ from, number }) => ({ system: facilitySystem.document(from.code), value: number }),
  extract,
}

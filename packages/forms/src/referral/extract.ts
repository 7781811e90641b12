/** Phiếu chuyển cơ sở KBCB (TT 01/2025, Annex VI) as FHIR: ServiceRequest and the sections of the referral note. */

import { codeSystemUrl, extensionUrl, facilitySystem } from '@yba/fhir'
import type { ReferralContent } from '@yba/vietnam'
import type * as fhir4 from 'fhir/r4.d.ts'
import type { Draft } from '../document/draft.ts'
import { type Extraction, type Form, section } from '../document/form.ts'
import { addFacility, addSigner, mentionFacility } from '../document/parties.ts'
import { period } from '../document/plain.ts'
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

function extensions(content: ReferralContent): fhir4.Extension[] {
  return [
    { url: extensionUrl('valid-one-year'), valueBoolean: content.oneYear },
    ...(content.transport ? [{ url: extensionUrl('transport-mode'), valueString: content.transport }] : []),
    ...content.earlier.map((stay) => ({
      url: extensionUrl('earlier-care'),
      extension: [
        { url: 'facility', valueReference: mentionFacility(stay.facility) },
        ...(stay.level ? [{ url: 'level', valueString: stay.level }] : []),
        ...(stay.from || stay.to ? [{ url: 'period', valuePeriod: period(stay.from, stay.to) }] : []),
      ],
    })),
  ]
}

interface Parties {
  patient: fhir4.Reference
  encounter: fhir4.Reference
  requester: fhir4.Reference
  conditions: fhir4.Reference[]
}

const escortAs = ({ name, title }: { name: string; title?: string }): fhir4.Practitioner => ({
  resourceType: 'Practitioner',
  id: 'escort',
  name: [{ text: name }],
  qualification: title ? [{ code: { text: title } }] : [],
})

function addServiceRequest(draft: Draft<ReferralContent>, { patient, encounter, requester, conditions }: Parties): fhir4.Reference {
  const { content, envelope } = draft
  const { numbers, from, escort } = content
  const identifier = [{ system: facilitySystem.referral(from.code), value: numbers.slip }]
  const file = numbers.file ? [{ system: facilitySystem.document(from.code), value: numbers.file }] : []
  return draft.add('service-request', {
    resourceType: 'ServiceRequest',
    contained: escort ? [escortAs(escort)] : [],
    extension: extensions(content),
    identifier: [...identifier, ...file],
    requisition: numbers.register ? { system: facilitySystem.document(from.code), value: numbers.register } : undefined,
    basedOn: content.basedOn
      ? [
          {
            type: 'ServiceRequest',
            identifier: { system: facilitySystem.referral(content.basedOn.issuer.code), value: content.basedOn.number },
            display: content.basedOn.issuer.name,
          },
        ]
      : undefined,
    status: 'active',
    intent: 'order',
    category: [{ coding: [{ system: codeSystemUrl('request-category'), code: 'referral' }], text: 'Chuyển cơ sở khám bệnh, chữa bệnh' }],
    priority: envelope.priority ?? (content.emergency ? 'stat' : 'routine'),
    code: { coding: [{ system: codeSystemUrl('request-category'), code: 'referral' }] },
    subject: patient,
    encounter,
    occurrenceDateTime: content.departure,
    authoredOn: envelope.at,
    requester,
    performer: [addFacility(draft, content.to)],
    reasonCode: [
      {
        coding: [{ system: codeSystemUrl('ma-lydo-ct'), code: content.reason }],
        text: optionText('referral', 'reason', content.reason),
      },
    ],
    reasonReference: conditions,
    supportingInfo: escort ? [{ reference: '#escort' }] : [],
    note: content.direction ? [{ text: content.direction }] : [],
  })
}

function extract(draft: Draft<ReferralContent>): Extraction {
  const { content } = draft
  const { patient, custodian, conditions, encounter } = openDraft(draft, content.encounter)
  const author = addSigner(draft, content.doctor, custodian)
  const authorised = addSigner(draft, content.authorised, custodian)
  const request = addServiceRequest(draft, { patient, encounter, requester: author, conditions })
  const context = { patient, encounter }
  const { treatment, earlier } = content
  const sections = [
    section('42349-1', 'Lý do chuyển cơ sở', [['', optionText('referral', 'reason', content.reason)]], [request]),
    section('29545-1', 'Dấu hiệu lâm sàng', [['', content.signs]]),
    section('8648-8', 'Quá trình bệnh lý', [['', content.history]]),
    section(
      '46240-8',
      'Đã được khám bệnh, điều trị tại',
      earlier.map(
        (s) => [s.facility.name || s.facility.code, [s.level, s.from, s.to].filter(Boolean).join(', ') || s.facility.code] as const,
      ),
    ),
    resultsSection(draft, content.results, content.resultList, context),
    diagnosisSection(content.diagnosisText, content.diagnoses, conditions, content.traditionalDiagnosis),
    proceduresSection(draft, content.procedures, context, [
      ['Phương pháp', treatment.method],
      ['Thủ thuật, kỹ thuật', treatment.services],
      ['Loại điều trị', treatment.kind],
    ]),
    medicinesSection(draft, content.medicines, context, treatment.medicines),
    allergiesSection(draft, content.allergies, patient),
    section('10210-3', 'Tình trạng lúc chuyển', [['', content.condition]]),
    section('18776-5', 'Hướng điều trị', [
      ['', content.direction],
      ['Phương tiện vận chuyển', content.transport],
      ['Người hộ tống', content.escort && [content.escort.name, content.escort.title].filter(Boolean).join(', ')],
    ]),
    coverageSection(draft, content.patient, patient),
  ]
  return { patient, encounter, custodian, author, authorised, sections }
}

export const referralForm: Form<ReferralContent> = {
  kind: 'referral',
  title: 'Phiếu chuyển cơ sở khám bệnh, chữa bệnh',
  typeCode: '57133-1',
  identifier: ({ from, numbers }) => ({ system: facilitySystem.referral(from.code), value: numbers.slip }),
  extract,
}

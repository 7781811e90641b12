/** For each profile a resource that fits it and the one change after which it does not, with the path that must be named. */
import { codeSystemUrl, extensionUrl, facilitySystem, SYSTEM } from '@yba/fhir'

type Json = Record<string, unknown>

export interface ProfileExample {
  resource: Json & { resourceType: string }
  /** Members to replace; `undefined` takes one away. */
  broken: Json
  path: string
}

const FACILITY = '24997'
const subject = { reference: 'Patient/1' }
const facility = { type: 'Organization', identifier: { system: SYSTEM.facility, value: FACILITY } }
const coded = (system: string, code: string) => ({ coding: [{ system, code }] })
const loinc = (code: string) => coded(SYSTEM.loinc, code)
const category = (code: string) => coded('http://terminology.hl7.org/CodeSystem/observation-category', code)
const narrative = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Sốt</div>' }
const section = (title: string, code: string, more: Json = {}) => ({ title, code: loinc(code), text: narrative, ...more })
const entry = [{ reference: 'urn:uuid:0198aaaa-0000-7000-8000-000000000003' }]
const WHOLE = section('Toàn bộ nội dung phiếu', '74465-6', { entry })
const DIAGNOSIS = section('Chẩn đoán', '29548-5')

const patient = { resourceType: 'Patient', name: [{ text: 'Lê Thị Thử' }], gender: 'female' }
const encounter = {
  resourceType: 'Encounter',
  status: 'finished',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  subject,
  serviceProvider: facility,
}
const observation = { resourceType: 'Observation', status: 'final', code: { text: 'Kali máu' }, subject }
const composition = { resourceType: 'Composition', status: 'final', date: '2026-11-22', author: [facility], title: 'Giấy', subject }

const paper = (type: string, section: Json[], more: Json = {}) => ({
  ...composition,
  extension: [{ url: extensionUrl('document-version'), valuePositiveInt: 1 }],
  identifier: { system: facilitySystem.document(FACILITY), value: '12/2026' },
  type: loinc(type),
  category: [coded(codeSystemUrl('paper-kind'), 'summary')],
  custodian: facility,
  attester: [{ mode: 'professional' }],
  section: [...section, WHOLE],
  ...more,
})

const claimPaper = (type: string, table: string) => ({
  ...composition,
  type: loinc(type),
  category: [coded(codeSystemUrl('claim-table'), table)],
  encounter: { reference: 'Encounter/1' },
  section: [section('Chẩn đoán ra viện', '11535-2')],
})

/** A paper of the claim under the number of another table. */
const claimExample = (type: string, table: string): ProfileExample => ({
  resource: claimPaper(type, table),
  broken: { category: [coded(codeSystemUrl('claim-table'), 'XML2')] },
  path: 'Composition.category[0]',
})

const response = { resourceType: 'QuestionnaireResponse', status: 'completed', subject }
const request = {
  resourceType: 'ServiceRequest',
  identifier: [{ system: facilitySystem.referral(FACILITY), value: '0123/2026/GCT' }],
  status: 'active',
  intent: 'order',
  code: coded(codeSystemUrl('request-category'), 'referral'),
  subject,
  authoredOn: '2026-11-22T08:30:00+07:00',
  requester: { reference: 'PractitionerRole/1' },
  performer: [facility],
  reasonCode: [coded(codeSystemUrl('ma-lydo-ct'), '1')],
}

const SLIP = [
  section('Lý do chuyển cơ sở', '42349-1', { entry }),
  DIAGNOSIS,
  section('Phương pháp điều trị', '47519-4'),
  section('Dị ứng', '48765-2'),
]
const document = (...resources: Json[]) => ({
  resourceType: 'Bundle',
  identifier: { system: facilitySystem.referral(FACILITY), value: '0123/2026/GCT' },
  type: 'document',
  timestamp: '2026-11-22T08:30:00+07:00',
  entry: [paper('57133-1', SLIP), ...resources].map((resource, i) => ({
    fullUrl: `urn:uuid:0198aaaa-0000-7000-8000-00000000000${i}`,
    resource,
  })),
})

/** Profile id → example. */
export const PROFILE_EXAMPLES: Readonly<Record<string, ProfileExample>> = {
  'yba-patient': {
    resource: {
      ...patient,
      identifier: [
        { system: facilitySystem.mrn(FACILITY), value: 'BN-1' },
        { system: SYSTEM.cccd, value: '000190000017' },
        { system: SYSTEM.bhyt, value: 'GD4240000000017' },
        { system: SYSTEM.bhyt, value: '0000000017' },
      ],
    },
    broken: {
      identifier: [
        { system: facilitySystem.mrn(FACILITY), value: 'BN-1' },
        { system: SYSTEM.cccd, value: '190000017' },
      ],
    },
    path: 'Patient.identifier[1]',
  },
  'yba-coverage': {
    resource: {
      resourceType: 'Coverage',
      identifier: [{ system: SYSTEM.bhyt, value: 'GD4240000000017' }],
      status: 'active',
      beneficiary: subject,
      payor: [{ display: 'Bảo hiểm xã hội Việt Nam' }],
    },
    broken: { identifier: [{ system: SYSTEM.bhyt }] },
    path: 'Coverage.identifier[0].value',
  },
  'yba-related-person': {
    resource: { resourceType: 'RelatedPerson', patient: subject, relationship: [{ text: 'Mẹ' }], name: [{ text: 'Lê Thị Mẹ' }] },
    broken: { name: [{ family: 'Lê' }] },
    path: 'RelatedPerson.name[0].text',
  },
  'yba-organization': {
    resource: { resourceType: 'Organization', identifier: [{ system: SYSTEM.facility, value: FACILITY }], name: 'Bệnh viện thử' },
    broken: { identifier: [{ system: SYSTEM.facility, value: 'BV-1' }] },
    path: 'Organization.identifier[0]',
  },
  'yba-location': {
    resource: { resourceType: 'Location', name: 'Bệnh viện thử', managingOrganization: facility },
    broken: { managingOrganization: undefined },
    path: 'Location.managingOrganization',
  },
  'yba-department': {
    resource: { resourceType: 'HealthcareService', providedBy: facility, type: [{ text: 'Khoa Nội' }], name: 'Khoa Nội' },
    broken: { type: undefined },
    path: 'HealthcareService.type',
  },
  'yba-practitioner': {
    resource: {
      resourceType: 'Practitioner',
      identifier: [{ system: SYSTEM.licence, value: '000123/BG-CCHN' }],
      name: [{ text: 'Trần Văn Thử' }],
    },
    broken: { identifier: [{ system: SYSTEM.licence }] },
    path: 'Practitioner.identifier[0].value',
  },
  'yba-practitioner-role': {
    resource: { resourceType: 'PractitionerRole', practitioner: { reference: 'Practitioner/1' }, organization: facility },
    broken: { practitioner: undefined },
    path: 'PractitionerRole.practitioner',
  },
  'yba-endpoint': {
    resource: {
      resourceType: 'Endpoint',
      status: 'active',
      connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: 'hl7-fhir-rest' },
      managingOrganization: facility,
      payloadType: [{ text: 'Phiếu chuyển cơ sở' }],
      address: 'https://truc.example.org/fhir',
    },
    broken: { connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: 'ihe-xds' } },
    path: 'Endpoint.connectionType',
  },
  'yba-encounter': {
    resource: { ...encounter, type: [coded(codeSystemUrl('ma-loai-kcb'), '03')] },
    broken: { type: [coded(codeSystemUrl('ma-loai-kcb'), '99')] },
    path: 'Encounter.type[0].coding[0]',
  },
  'yba-condition': {
    resource: { resourceType: 'Condition', code: { ...coded(SYSTEM.icd10, 'J18.9'), text: 'Viêm phổi' }, subject },
    broken: { code: coded(SYSTEM.icd10, 'J18.9') },
    path: 'Condition.code.text',
  },
  'yba-allergy-intolerance': {
    resource: {
      resourceType: 'AllergyIntolerance',
      clinicalStatus: coded('http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', 'active'),
      code: { text: 'Penicillin' },
      patient: subject,
    },
    broken: { code: undefined },
    path: 'AllergyIntolerance.code',
  },
  'yba-medication-request': {
    resource: {
      resourceType: 'MedicationRequest',
      groupIdentifier: { system: 'https://w3id.org/yba/sid/ma-don-thuoc', value: '24997abcdef1-N' },
      status: 'completed',
      intent: 'order',
      medicationCodeableConcept: { text: 'Paracetamol 500 mg' },
      subject,
    },
    broken: { groupIdentifier: { system: 'https://w3id.org/yba/sid/ma-don-thuoc', value: '24997' } },
    path: 'MedicationRequest.groupIdentifier',
  },
  'yba-medication-statement': {
    resource: { resourceType: 'MedicationStatement', status: 'unknown', medicationCodeableConcept: { text: 'Paracetamol' }, subject },
    broken: { medicationCodeableConcept: undefined, medicationReference: { reference: 'Medication/1' } },
    path: 'MedicationStatement.medicationReference',
  },
  'yba-observation': { resource: observation, broken: { subject: undefined }, path: 'Observation.subject' },
  'yba-laboratory-result': {
    resource: { ...observation, category: [category('laboratory')] },
    broken: { category: [category('imaging')] },
    path: 'Observation.category',
  },
  'yba-vital-sign': {
    resource: {
      ...observation,
      category: [category('vital-signs')],
      code: { ...loinc('8867-4'), text: 'Mạch' },
      valueQuantity: { value: 80, unit: 'lần/phút', system: SYSTEM.ucum, code: '/min' },
    },
    broken: { valueQuantity: { value: 80, unit: 'lần/phút' } },
    path: 'Observation.valueQuantity',
  },
  'yba-diagnostic-report': {
    resource: {
      resourceType: 'DiagnosticReport',
      status: 'final',
      category: [{ text: 'Xét nghiệm' }],
      code: { text: 'Công thức máu' },
      subject,
    },
    broken: { category: undefined },
    path: 'DiagnosticReport.category',
  },
  'yba-procedure': {
    resource: { resourceType: 'Procedure', status: 'completed', code: { text: 'Mổ ruột thừa' }, subject },
    broken: { subject: { reference: 'Group/1' } },
    path: 'Procedure.subject.reference',
  },
  'yba-progress-note': {
    resource: { resourceType: 'ClinicalImpression', status: 'completed', subject, summary: 'Đỡ sốt' },
    broken: { summary: undefined },
    path: 'ClinicalImpression.summary',
  },
  'yba-follow-up': {
    resource: {
      resourceType: 'Appointment',
      identifier: [{ system: facilitySystem.document(FACILITY), value: '5' }],
      status: 'proposed',
      participant: [{ actor: subject, status: 'needs-action' }],
    },
    broken: { identifier: undefined },
    path: 'Appointment.identifier',
  },
  'yba-referral': {
    resource: request,
    broken: { reasonCode: [coded(codeSystemUrl('ma-lydo-ct'), '9')] },
    path: 'ServiceRequest.reasonCode[0]',
  },
  'yba-referral-task': {
    resource: {
      resourceType: 'Task',
      extension: [{ url: extensionUrl('paper-person'), valueString: '{}' }],
      identifier: [{ system: facilitySystem.referral(FACILITY), value: '0123/2026/GCT' }],
      status: 'requested',
      businessStatus: coded(codeSystemUrl('referral-state'), 'sent'),
      intent: 'order',
      code: coded(codeSystemUrl('task-kind'), 'referral'),
      for: subject,
      authoredOn: '2026-11-22T08:30:00+07:00',
      requester: facility,
    },
    broken: { businessStatus: coded('https://example.org/states', 'sent') },
    path: 'Task.businessStatus.coding[0].system',
  },
  'yba-paper': { resource: paper('60591-5', []), broken: { section: [DIAGNOSIS] }, path: 'Composition.section' },
  'yba-referral-slip': {
    resource: paper('57133-1', SLIP),
    broken: { section: [...SLIP.slice(1), WHOLE] },
    path: 'Composition.section',
  },
  'yba-counter-referral': {
    resource: paper('18842-5', [DIAGNOSIS], {
      relatesTo: [{ code: 'appends', targetIdentifier: { system: facilitySystem.referral(FACILITY), value: '0123/2026/GCT' } }],
    }),
    broken: { relatesTo: undefined },
    path: 'Composition.relatesTo',
  },
  'yba-record-summary': { resource: paper('60591-5', [DIAGNOSIS]), broken: { type: loinc('57133-1') }, path: 'Composition.type' },
  'yba-document': {
    resource: document(patient, encounter, response),
    broken: { entry: document(patient, patient, encounter, response).entry },
    path: 'Bundle.entry',
  },
  'yba-referral-document': {
    resource: document(patient, encounter, response, request),
    broken: { entry: document(patient, encounter, response).entry },
    path: 'Bundle.entry',
  },
  'yba-document-reference': {
    resource: {
      resourceType: 'DocumentReference',
      extension: [
        { url: extensionUrl('document-version'), valueInteger: 1 },
        { url: extensionUrl('content-digest'), valueString: '00' },
      ],
      masterIdentifier: { system: facilitySystem.referral(FACILITY), value: '0123/2026/GCT' },
      status: 'current',
      type: loinc('57133-1'),
      category: [coded(codeSystemUrl('paper-kind'), 'referral')],
      custodian: facility,
      content: [{ attachment: { contentType: 'application/fhir+json', url: 'Binary/00' } }],
    },
    broken: { extension: [{ url: extensionUrl('content-digest'), valueString: '00' }] },
    path: 'DocumentReference.extension',
  },
  'yba-signature': {
    resource: {
      resourceType: 'Provenance',
      extension: [{ url: extensionUrl('certificate-serial'), valueString: '01' }],
      target: [{ reference: 'DocumentReference/1' }],
      recorded: '2026-11-22T08:30:00+07:00',
      agent: [{ role: [coded(codeSystemUrl('signing-role'), 'doctor')], who: facility }],
      entity: [{ role: 'source', what: { identifier: { system: 'urn:ietf:rfc:3986', value: 'urn:sha256:00' } } }],
      signature: [
        {
          type: [{ system: 'urn:iso-astm:E1762-95:2013', code: '1.2.840.10065.1.12.1.1' }],
          when: '2026-11-22T08:30:00+07:00',
          who: facility,
          data: 'AAEC',
        },
      ],
    },
    broken: { signature: undefined },
    path: 'Provenance.signature',
  },
  'yba-claim-paper': { resource: claimPaper('18842-5', 'XML7'), broken: { encounter: undefined }, path: 'Composition.encounter' },
  'yba-discharge-paper': claimExample('18842-5', 'XML7'),
  'yba-claim-summary': claimExample('34133-9', 'XML8'),
  'yba-transfer-paper': claimExample('57133-1', 'XML13'),
  'yba-reexamination-slip': { resource: claimPaper('56446-8', 'XML14'), broken: { type: loinc('57133-1') }, path: 'Composition.type' },
}

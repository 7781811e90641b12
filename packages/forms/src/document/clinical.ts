/** Clinical facts of a paper as resources: encounter, diagnoses, medicines, results, procedures, allergies. */

import { codeSystemUrl, extensionUrl, facilitySystem, SYSTEM } from '@yba/fhir'
import type { PaperDiagnosis, PaperMedicine, PaperProcedure, PaperResult, ReferralContent } from '@yba/vietnam'
import type * as fhir4 from 'fhir/r4.d.ts'
import type { Draft } from './draft.ts'
import { exactNumber } from './exact-number.ts'
import { concept, NOT_NAMED, period } from './plain.ts'

const HL7 = 'http://terminology.hl7.org/CodeSystem'

const joined = (separator: string, ...parts: (string | undefined)[]): string => parts.filter((part) => part?.trim()).join(separator)

const named = (...names: (string | undefined)[]): string => names.find((name) => name?.trim()) ?? NOT_NAMED

/** Subject and encounter that every clinical entry carries. */
export interface Context {
  patient: fhir4.Reference
  encounter: fhir4.Reference
}

/** A diagnosis in the document and its rank on the paper. */
export interface RankedCondition {
  reference: fhir4.Reference
  rank: number
}

/** The stay or visit. Diagnoses are entered first because the encounter ranks them. */
export function addEncounter(
  draft: Draft,
  stay: Partial<ReferralContent['encounter']>,
  patient: fhir4.Reference,
  serviceProvider: fhir4.Reference,
  conditions: RankedCondition[],
): fhir4.Reference {
  return draft.add('encounter', {
    resourceType: 'Encounter',
    extension: stay.inpatientSince ? [{ url: extensionUrl('inpatient-since'), valueDateTime: stay.inpatientSince }] : [],
    identifier: stay.id ? [{ system: facilitySystem.encounter(draft.content.from.code), value: stay.id }] : [],
    status: stay.ended ? 'finished' : 'in-progress',
    class: { system: `${HL7}/v3-ActCode`, code: stay.inpatientSince ? 'IMP' : 'AMB' },
    serviceType: { text: stay.department },
    subject: patient,
    period: period(stay.admitted, stay.ended),
    diagnosis: conditions.map(({ reference, rank }) => ({ condition: reference, ...(rank > 0 ? { rank } : {}) })),
    hospitalization: {
      dischargeDisposition: stay.dischargeKind ? concept(codeSystemUrl('ma-loai-rv'), stay.dischargeKind, undefined) : undefined,
    },
    serviceProvider,
  })
}

/** One Condition for each diagnosis of the paper. */
export function addConditions(draft: Draft, diagnoses: PaperDiagnosis[], patient: fhir4.Reference): RankedCondition[] {
  return diagnoses.map((diagnosis, index) => ({
    rank: diagnosis.rank,
    reference: draft.add(`condition/${index}`, {
      resourceType: 'Condition',
      category: [{ coding: [{ system: `${HL7}/condition-category`, code: 'encounter-diagnosis' }] }],
      code: concept(SYSTEM.icd10, diagnosis.code, diagnosis.text),
      subject: patient,
    }),
  }))
}

/** Medicines as MedicationStatement; the paper does not say whether they go on, so the status is unknown. */
export function addMedicines(draft: Draft, medicines: PaperMedicine[], { patient, encounter }: Context): fhir4.Reference[] {
  return medicines.map((medicine, index) => {
    const amount = joined(' ', medicine.quantity, medicine.unit)
    return draft.add(`medication/${index}`, {
      resourceType: 'MedicationStatement',
      extension: amount ? [{ url: extensionUrl('medication-amount'), valueString: amount }] : [],
      status: 'unknown',
      medicationCodeableConcept: { text: joined(' ', medicine.name, medicine.strength) || NOT_NAMED },
      subject: patient,
      context: encounter,
      dosage: [{ text: joined('; ', medicine.dose, medicine.usage), route: { text: medicine.route } }],
    })
  })
}

// a FHIR decimal keeps its digits (36.50): the text is written as it was received
const DECIMAL = /^-?(0|[1-9]\d{0,14})(\.\d{1,8})?$/

function resultValue(result: PaperResult): Partial<fhir4.Observation> {
  if (result.value.trim() === '') return { dataAbsentReason: { coding: [{ system: `${HL7}/data-absent-reason`, code: 'unknown' }] } }
  if (!DECIMAL.test(result.value)) return { valueString: joined(' ', result.value, result.unit) }
  return { valueQuantity: { value: exactNumber(result.value), unit: result.unit } }
}

/** Results as Observation, number values with their digits kept. */
export function addResults(draft: Draft, results: PaperResult[], { patient, encounter }: Context): fhir4.Reference[] {
  return results.map((result, index) =>
    draft.add(`observation/${index}`, {
      resourceType: 'Observation',
      status: 'final',
      category: [{ text: result.service }],
      code: { text: named(result.name, result.service) },
      subject: patient,
      encounter,
      effectiveDateTime: result.at,
      ...resultValue(result),
      note: result.conclusion ? [{ text: result.conclusion }] : [],
    }),
  )
}

/** Procedures done during the stay. */
export function addProcedures(draft: Draft, procedures: PaperProcedure[], { patient, encounter }: Context): fhir4.Reference[] {
  return procedures.map((procedure, index) =>
    draft.add(`procedure/${index}`, {
      resourceType: 'Procedure',
      status: 'completed',
      code: concept(codeSystemUrl('ma-dich-vu'), procedure.code, procedure.name),
      subject: patient,
      encounter,
      performedDateTime: procedure.at,
    }),
  )
}

const ABSENT = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips'

/** Allergies; nothing recorded is coded as "no information", which is not the same as "no allergy". */
export function addAllergies(draft: Draft, allergies: ReferralContent['allergies'], patient: fhir4.Reference): fhir4.Reference[] {
  const clinicalStatus: fhir4.CodeableConcept = { coding: [{ system: `${HL7}/allergyintolerance-clinical`, code: 'active' }] }
  if (!allergies.length) {
    const code = { coding: [{ system: ABSENT, code: 'no-allergy-info' }], text: 'Không có thông tin về dị ứng' }
    return [draft.add('allergy/none', { resourceType: 'AllergyIntolerance', clinicalStatus, code, patient })]
  }
  return allergies.map((allergy, index) =>
    draft.add(`allergy/${index}`, {
      resourceType: 'AllergyIntolerance',
      clinicalStatus,
      code: { text: named(allergy.substance) },
      patient,
      reaction: allergy.reaction?.trim() ? [{ manifestation: [{ text: allergy.reaction }] }] : [],
    }),
  )
}

/** Composes a referral from the chart, for stays whose HIS made none. Only what stands in the chart is used. */

import { extensionUrl, facilitySystem } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'
import { TRADITIONAL } from '../claim/fhir/diagnoses.ts'
import { facilityByCode } from '../claim/fhir/papers.ts'
import { COST_GROUP } from '../codes/tables.ts'
import type { FacilityRef, PaperDiagnosis, PaperSigner, ReferralContent } from '../documents/content.ts'
import { chartPatient } from './chart-patient.ts'
import { courseText, lastNote, medicineList, resultList, resultText, vitalText } from './chart-results.ts'

export interface FromChartOptions {
  facility: FacilityRef
  /** Logical id of the encounter; the latest one when absent. */
  encounter?: string
  /** Code and name; empty code while not chosen. */
  to: FacilityRef
  doctor: PaperSigner
  /** Used while the stay is not ended. FHIR dateTime in +07:00. */
  departure: string
}

type Chart = readonly { resourceType: string }[]

const ofType = <R extends fhir4.FhirResource>(chart: Chart, type: R['resourceType']): R[] =>
  chart.filter((r) => r.resourceType === type).map((r) => r as unknown as R)

/** True when a resource belongs to the encounter (or when no encounter is known). */
const within = <R extends { encounter?: fhir4.Reference }>(list: R[], encounter: fhir4.Encounter | undefined): R[] =>
  encounter?.id ? list.filter((r) => r.encounter?.reference?.split('/').at(-1) === encounter.id) : list

function pickEncounter(chart: Chart, id: string | undefined): fhir4.Encounter | undefined {
  const all = ofType<fhir4.Encounter>(chart, 'Encounter')
  if (id) return all.find((e) => e.id === id.split('/').at(-1))
  return all.toSorted((a, b) => ((a.period?.start ?? '') < (b.period?.start ?? '') ? -1 : 1)).at(-1)
}

const isTraditional = (c: fhir4.Condition): boolean => c.code?.coding?.[0]?.system === TRADITIONAL

function diagnoses(encounter: fhir4.Encounter | undefined, conditions: fhir4.Condition[]): PaperDiagnosis[] {
  const rankOf = (c: fhir4.Condition, i: number): number =>
    encounter?.diagnosis?.find((d) => d.condition.reference?.split('/').at(-1) === c.id)?.rank ?? 100 + i
  return conditions
    .map((c, i) => ({ code: c.code?.coding?.[0]?.code ?? '', text: c.code?.text ?? '', rank: rankOf(c, i) }))
    .sort((a, b) => a.rank - b.rank)
    .map((d, i) => ({ ...d, rank: i + 1 }))
}

const extensionText = (encounter: fhir4.Encounter | undefined, name: string): string =>
  encounter?.extension?.find((e) => e.url === extensionUrl(name))?.valueString ?? ''

function stayOf(encounter: fhir4.Encounter | undefined, facility: string): ReferralContent['encounter'] {
  const number = encounter?.identifier?.find((i) => i.system === facilitySystem.encounter(facility))?.value
  return {
    id: number ?? encounter?.id ?? '',
    admitted: encounter?.period?.start ?? '',
    inpatientSince: encounter?.extension?.find((e) => e.url === extensionUrl('inpatient-since'))?.valueDateTime,
    ended: encounter?.period?.end,
    department: encounter?.serviceType?.text,
    dischargeKind: encounter?.hospitalization?.dischargeDisposition?.coding?.[0]?.code,
  }
}

function historyText(encounter: fhir4.Encounter | undefined, notes: fhir4.ClinicalImpression[]): string {
  const reasons = (encounter?.reasonCode ?? []).map((r) => r.text ?? '').filter(Boolean)
  const why = reasons.length > 0 ? `Vào viện vì: ${reasons.join('; ')}.` : ''
  const first = extensionText(encounter, 'admission-diagnosis')
  return [why, first === '' ? '' : `Chẩn đoán lúc vào: ${first}.`, courseText(notes)].filter(Boolean).join('\n')
}

const names = (list: { code?: fhir4.CodeableConcept }[]): string =>
  [...new Set(list.map((r) => r.code?.text ?? '').filter(Boolean))].join('; ')

function allergies(chart: Chart): ReferralContent['allergies'] {
  return ofType<fhir4.AllergyIntolerance>(chart, 'AllergyIntolerance')
    .filter((a) => a.verificationStatus?.coding?.[0]?.code !== 'entered-in-error')
    .map((a) => ({
      substance: a.code?.text ?? a.code?.coding?.[0]?.display ?? '',
      reaction: a.reaction?.[0]?.manifestation?.[0]?.text ?? a.reaction?.[0]?.description,
    }))
}

/** A visit to a doctor is no technique that was used. */
const isExamination = (p: fhir4.Procedure): boolean => p.category?.text === COST_GROUP['13']?.vi

/**
 * A draft slip of the sender's own series. What only a person knows (direction of treatment, transport, escort)
 * stays empty and comes back from `referralGaps`; the slip number is reserved by the caller.
 * @param chart resources of one patient, as stored
 */
export function referralFromChart(chart: Chart, options: FromChartOptions): ReferralContent {
  const encounter = pickEncounter(chart, options.encounter)
  const observations = within(ofType<fhir4.Observation>(chart, 'Observation'), encounter)
  const reports = within(ofType<fhir4.DiagnosticReport>(chart, 'DiagnosticReport'), encounter)
  const notes = within(ofType<fhir4.ClinicalImpression>(chart, 'ClinicalImpression'), encounter)
  const procedures = within(ofType<fhir4.Procedure>(chart, 'Procedure'), encounter).filter((p) => !isExamination(p))
  const medicines = medicineList(within(ofType<fhir4.MedicationRequest>(chart, 'MedicationRequest'), encounter))
  const conditions = within(ofType<fhir4.Condition>(chart, 'Condition'), encounter)
  const list = diagnoses(
    encounter,
    conditions.filter((c) => !isTraditional(c)),
  )
  const traditional = conditions.filter(isTraditional).map((c) => c.code?.coding?.[0]?.code ?? '')
  const origin = encounter?.hospitalization?.origin?.identifier?.value
  const vitals = vitalText(observations)
  const stay = stayOf(encounter, options.facility.code)
  return {
    kind: 'referral',
    numbers: { slip: '', source: 'series' },
    from: { code: options.facility.code, name: options.facility.name },
    to: options.to,
    patient: chartPatient(ofType<fhir4.Patient>(chart, 'Patient')[0], ofType<fhir4.Coverage>(chart, 'Coverage'), options.facility.code),
    encounter: stay,
    earlier: origin ? [{ facility: facilityByCode(origin) }] : [],
    signs: [lastNote(notes), vitals === '' ? '' : `${vitals.charAt(0).toUpperCase()}${vitals.slice(1)}.`].filter(Boolean).join(' '),
    history: historyText(encounter, notes),
    results: resultText(observations, reports),
    diagnosisText: extensionText(encounter, 'final-diagnosis-text') || list.map((d) => d.text).join('; '),
    diagnoses: list,
    ...(traditional.length > 0 ? { traditionalDiagnosis: traditional.join(';') } : {}),
    treatment: {
      method: extensionText(encounter, 'treatment-method'),
      services: names([...reports, ...procedures]),
      medicines: [...new Set(medicines.map((m) => m.name))].join('; '),
    },
    condition: vitals === '' ? undefined : `${vitals.charAt(0).toUpperCase()}${vitals.slice(1)}.`,
    // MA_LOAI_RV 5 is a transfer on request (form item 2); any other transfer follows the rules (1a) until the doctor says else.
    reason: stay.dischargeKind === '5' ? '3' : '1',
    direction: '',
    // A transfer ends the stay: the time of leaving stands in the chart once it is known.
    departure: stay.ended ?? options.departure,
    oneYear: false,
    doctor: options.doctor,
    authorised: { licence: '' },
    medicines,
    resultList: resultList(observations, reports),
    procedures: procedures.map((p) => ({ code: p.code?.coding?.[0]?.code, name: p.code?.text ?? '', at: p.performedDateTime })),
    allergies: allergies(chart),
  }
}

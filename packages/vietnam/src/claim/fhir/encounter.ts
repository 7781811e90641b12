/** XML1 → Encounter, its Conditions, body weight and blood group; XML0 of a check-in → Encounter in progress. */

import { codeSystemUrl, extensionUrl, facilitySystem, SYSTEM } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'
import { codeName, departmentName, facilityName } from '../../codes/display.ts'
import { claimTimeToFhir } from '../../dates/claim-date.ts'
import { claimDiagnoses, TRADITIONAL, traditionalDiagnoses } from './diagnoses.ts'
import { type ClaimContext, concept, facilityReference, get, lineIdentifier, type PlannedResource, refTo, sourceOf } from './plan.ts'

const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
/** MA_LOAI_KCB → encounter class; everything not named is ambulatory. */
const CLASS: Record<string, string> = { '03': 'IMP', '04': 'SS', '06': 'OBSENC', '09': 'SS', '11': 'FLD', '12': 'HH', '14': 'VR' }
const CLASS_TEXT: Record<string, string> = {
  IMP: 'inpatient encounter',
  SS: 'short stay',
  OBSENC: 'observation encounter',
  FLD: 'field',
  HH: 'home health',
  VR: 'virtual',
  AMB: 'ambulatory',
}

/** Encounter class of a kind of care (MA_LOAI_KCB). */
export function encounterClass(kind: string): fhir4.Coding {
  const code = CLASS[kind] ?? 'AMB'
  return { system: ACT, code, display: CLASS_TEXT[code] }
}

function condition(ctx: ClaimContext, key: string, code: fhir4.CodeableConcept): PlannedResource<fhir4.Condition> {
  const recordedDate = claimTimeToFhir(get(ctx.one, 'NGAY_RA')) ?? claimTimeToFhir(get(ctx.one, 'NGAY_VAO'))
  return {
    key,
    resource: {
      resourceType: 'Condition',
      meta: sourceOf(ctx, 'XML1', 1),
      identifier: lineIdentifier(ctx, key),
      clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
      verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed' }] },
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'encounter-diagnosis' }] }],
      code,
      subject: { reference: refTo(ctx.keys.patient) },
      encounter: { reference: refTo(ctx.keys.encounter) },
      ...(recordedDate ? { recordedDate } : {}),
    },
  }
}

const conditions = (ctx: ClaimContext): PlannedResource<fhir4.Condition>[] =>
  claimDiagnoses(ctx.one).map((d) =>
    condition(ctx, `XML1/${ctx.maLk}/ICD/${d.rank}`, { coding: [{ system: SYSTEM.icd10, code: d.code }], text: d.text }),
  )

/** Beside the ICD codes and outside the order of the encounter's diagnoses: one disease may stand in both. */
const traditional = (ctx: ClaimContext): PlannedResource<fhir4.Condition>[] =>
  traditionalDiagnoses(ctx.one).map((d, i) =>
    condition(ctx, `XML1/${ctx.maLk}/YHCT/${i + 1}`, { coding: [{ system: TRADITIONAL, code: d.code }], text: d.text }),
  )

function hospitalization(ctx: ClaimContext): fhir4.EncounterHospitalization | undefined {
  const [leave, from, to] = [get(ctx.one, 'MA_LOAI_RV'), get(ctx.one, 'MA_NOI_DI'), get(ctx.one, 'MA_NOI_DEN')]
  const slip = get(ctx.one, 'GIAY_CHUYEN_TUYEN')
  if (leave === '' && from === '' && to === '' && slip === '') return undefined
  return {
    // The slip the patient came with, numbered by who issued it.
    ...(slip === '' ? {} : { preAdmissionIdentifier: { ...(from === '' ? {} : { system: facilitySystem.referral(from) }), value: slip } }),
    ...(from === '' ? {} : { origin: facilityReference(from, facilityName(from)) }),
    ...(to === '' ? {} : { destination: facilityReference(to, facilityName(to)) }),
    ...(leave === '' ? {} : { dischargeDisposition: concept('ma-loai-rv', leave, codeName('MA_LOAI_RV', leave) ?? '') }),
  }
}

function encounterExtensions(ctx: ClaimContext): fhir4.Extension[] {
  const coded: [string, string, string][] = [
    ['treatment-result', 'ket-qua-dtri', 'KET_QUA_DTRI'],
    ['entitlement', 'ma-doituong-kcb', 'MA_DOITUONG_KCB'],
  ]
  const found: fhir4.Extension[] = coded.flatMap(([name, system, column]) => {
    const code = get(ctx.one, column)
    return code === '' ? [] : [{ url: extensionUrl(name), valueCodeableConcept: concept(system, code, codeName(column, code) ?? '') }]
  })
  const inpatient = claimTimeToFhir(get(ctx.one, 'NGAY_VAO_NOI_TRU'))
  if (inpatient) found.push({ url: extensionUrl('inpatient-since'), valueDateTime: inpatient })
  const texts: [string, string][] = [
    ['admission-diagnosis', 'CHAN_DOAN_VAO'],
    ['final-diagnosis-text', 'CHAN_DOAN_RV'],
    ['treatment-method', 'PP_DIEU_TRI'],
    ['discharge-note', 'GHI_CHU'],
    ['follow-up-dates', 'NGAY_TAI_KHAM'],
  ]
  for (const [name, column] of texts) {
    const text = get(ctx.one, column)
    if (text !== '') found.push({ url: extensionUrl(name), valueString: text })
  }
  return found
}

function department(ctx: ClaimContext): fhir4.CodeableConcept | undefined {
  const codes = get(ctx.one, 'MA_KHOA')
    .split(';')
    .map((c) => c.trim())
    .filter(Boolean)
  const last = codes.at(-1)
  if (!last) return undefined
  const coding = codes.map((code) => ({ system: codeSystemUrl('ma-khoa'), code, display: departmentName(code) }))
  return { coding, text: departmentName(last) ?? last }
}

/** Cost groups of beds: of a day, of a stay, under observation. */
const BEDS = ['14', '15', '16']

/** Wards and beds of the stay, from the rows that charge them, in order of time. */
function places(ctx: ClaimContext): fhir4.EncounterLocation[] {
  const rows = (ctx.record.tables.XML3 ?? []).filter((row) => BEDS.includes(get(row, 'MA_NHOM')))
  return rows
    .toSorted((a, b) => (get(a, 'NGAY_YL') < get(b, 'NGAY_YL') ? -1 : 1))
    .map((row): fhir4.EncounterLocation => {
      const ward = get(row, 'MA_KHOA')
      const beds = get(row, 'MA_GIUONG').replaceAll(';', ', ')
      const [start, end] = [claimTimeToFhir(get(row, 'NGAY_YL')), claimTimeToFhir(get(row, 'NGAY_KQ'))]
      const period = start && end && start <= end ? { start, end } : start ? { start } : undefined
      const display = [departmentName(ward) ?? ward, beds === '' ? '' : `giường ${beds}`].filter(Boolean).join(', ')
      return { location: { display }, ...(period ? { period } : {}) }
    })
    .filter((place) => place.location.display !== '')
}

/** SO_NGAY_DTRI, as the hospital counts it; none for a visit. */
function days(ctx: ClaimContext): fhir4.Duration | undefined {
  const value = get(ctx.one, 'SO_NGAY_DTRI')
  return /^[1-9]\d{0,3}$/.test(value) ? { value: Number(value), unit: 'ngày', system: SYSTEM.ucum, code: 'd' } : undefined
}

function encounter(ctx: ClaimContext, diagnoses: PlannedResource<fhir4.Condition>[]): fhir4.Encounter {
  const { one } = ctx
  const kind = get(one, 'MA_LOAI_KCB')
  const end = claimTimeToFhir(get(one, 'NGAY_RA'))
  const reasons = ['LY_DO_VV', 'LY_DO_VNT'].map((c) => get(one, c)).filter(Boolean)
  const extension = encounterExtensions(ctx)
  const stay = hospitalization(ctx)
  const service = department(ctx)
  const [beds, length] = [places(ctx), days(ctx)]
  const archive = get(one, 'MA_HSBA')
  return {
    resourceType: 'Encounter',
    meta: sourceOf(ctx, ctx.head, 1),
    ...(extension.length > 0 ? { extension } : {}),
    identifier: [
      { use: 'usual', system: facilitySystem.encounter(ctx.facility.code), value: ctx.maLk },
      ...(archive === '' ? [] : [{ use: 'secondary' as const, type: { text: 'MA_HSBA' }, value: archive }]),
    ],
    status: end ? 'finished' : 'in-progress',
    class: encounterClass(kind),
    ...(kind === '' ? {} : { type: [concept('ma-loai-kcb', kind, codeName('MA_LOAI_KCB', kind) ?? '')] }),
    ...(service ? { serviceType: service } : {}),
    subject: { reference: refTo(ctx.keys.patient) },
    period: { start: claimTimeToFhir(get(one, 'NGAY_VAO')), ...(end ? { end } : {}) },
    ...(reasons.length > 0 ? { reasonCode: reasons.map((text) => ({ text })) } : {}),
    ...(diagnoses.length > 0 ? { diagnosis: diagnoses.map(ranked) } : {}),
    ...(length ? { length } : {}),
    ...(stay ? { hospitalization: stay } : {}),
    ...(beds.length > 0 ? { location: beds } : {}),
    serviceProvider: facilityReference(ctx.facility.code, ctx.facility.name),
  }
}

const ranked = (d: PlannedResource, i: number): fhir4.EncounterDiagnosis => ({
  condition: { reference: refTo(d.key) },
  use: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/diagnosis-role', code: i === 0 ? 'DD' : 'CM' }] },
  rank: i + 1,
})

function measured(ctx: ClaimContext): PlannedResource<fhir4.Observation>[] {
  const at = claimTimeToFhir(get(ctx.one, 'NGAY_VAO'))
  const base = (key: string, code: string, text: string, category: string): fhir4.Observation => ({
    resourceType: 'Observation',
    meta: sourceOf(ctx, 'XML1', 1),
    identifier: lineIdentifier(ctx, key),
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: category }] }],
    code: { coding: [{ system: SYSTEM.loinc, code }], text },
    subject: { reference: refTo(ctx.keys.patient) },
    encounter: { reference: refTo(ctx.keys.encounter) },
    ...(at ? { effectiveDateTime: at } : {}),
  })
  const found: PlannedResource<fhir4.Observation>[] = []
  const weight = get(ctx.one, 'CAN_NANG')
  if (/^\d+(\.\d+)?$/.test(weight)) {
    const key = `XML1/${ctx.maLk}/CAN_NANG`
    const valueQuantity = { value: Number(weight), unit: 'kg', system: SYSTEM.ucum, code: 'kg' }
    found.push({ key, resource: { ...base(key, '29463-7', 'Cân nặng', 'vital-signs'), valueQuantity } })
  }
  const blood = get(ctx.one, 'NHOM_MAU')
  if (blood !== '') {
    const key = `XML1/${ctx.maLk}/NHOM_MAU`
    found.push({ key, resource: { ...base(key, '883-9', 'Nhóm máu', 'laboratory'), valueCodeableConcept: { text: blood } } })
  }
  return found
}

/** Encounter, then its diagnoses and the two measurements XML1 carries. */
export function planEncounter(ctx: ClaimContext): PlannedResource[] {
  const found = conditions(ctx)
  return [{ key: ctx.keys.encounter, resource: encounter(ctx, found) }, ...found, ...traditional(ctx), ...measured(ctx)]
}

/** Who a paper speaks of: the person as it names them, their cards, parents and guardian. */

import { SYSTEM } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'
import { ethnicName, nationalityName, occupationName } from '../../../codes/display.ts'
import { claimBirthTime, claimBirthToFhir, fhirToClaimTime } from '../../../dates/claim-date.ts'
import { concept } from '../plan.ts'
import type { FormDraft, Place } from './draft.ts'
import { codedExtra, dayOf, dayText, element } from './values.ts'

const GENDER: Record<string, fhir4.Patient['gender']> = { 1: 'male', 2: 'female', 3: 'unknown' }
const BIRTH_TIME = 'http://hl7.org/fhir/StructureDefinition/patient-birthTime'

const name = element(
  ({ patient }, value) => {
    patient.name = [{ use: 'official', text: value }]
  },
  ({ patient }) => patient.name?.[0]?.text,
)

const birth = element(
  ({ patient }, value) => {
    const at = claimBirthTime(value)
    if (value.length !== 12 || !claimBirthToFhir(value)) return
    patient.birthDate = claimBirthToFhir(value)
    if (at) patient._birthDate = { extension: [{ url: BIRTH_TIME, valueDateTime: at }] }
  },
  ({ patient }) => {
    const at = patient._birthDate?.extension?.find((e) => e.url === BIRTH_TIME)?.valueDateTime
    return patient.birthDate === undefined ? undefined : fhirToClaimTime(at ?? patient.birthDate)
  },
)

const sex = element(
  ({ patient }, value) => {
    if (GENDER[value]) patient.gender = GENDER[value]
  },
  ({ patient }) => Object.keys(GENDER).find((code) => GENDER[code] === patient.gender),
)

const address = element(
  ({ patient }, value) => {
    patient.address = [{ use: 'home', text: value }]
  },
  ({ patient }) => patient.address?.[0]?.text,
)

const cards = element(
  (draft, value) => {
    draft.coverages = value.split(';').map((number, i) => ({
      resourceType: 'Coverage',
      id: `card-${i + 1}`,
      ...(number === '' ? {} : { identifier: [{ system: SYSTEM.bhyt, value: number }] }),
      status: 'active',
      beneficiary: { reference: '#patient' },
      payor: [{ display: 'Bảo hiểm xã hội Việt Nam' }],
    }))
  },
  ({ coverages }) => (coverages.length === 0 ? undefined : coverages.map((c) => c.identifier?.[0]?.value ?? '').join(';')),
)

/** One end per card, in the order of the cards; other counts are kept as written. */
const cardEnds = element(
  ({ coverages }, value) => {
    const ends = value.split(';').map(dayOf)
    if (ends.length !== coverages.length) return
    coverages.forEach((card, i) => {
      if (ends[i]) card.period = { end: ends[i] }
    })
  },
  ({ coverages }) => {
    const ends = coverages.map((c) => dayText(c.period?.end) ?? '')
    return ends.every((end) => end === '') ? undefined : ends.join(';')
  },
)

/** Columns XML13 and XML14 repeat of XML1. */
export const PERSON: Record<string, Place> = {
  HO_TEN: name,
  NGAY_SINH: birth,
  GIOI_TINH: sex,
  MA_QUOCTICH: codedExtra('patient', 'nationality', (code) => concept('ma-quoctich', code, nationalityName(code) ?? '')),
  MA_DANTOC: codedExtra('patient', 'ethnicity', (code) => concept('ma-dantoc', code, ethnicName(code) ?? '')),
  MA_NGHE_NGHIEP: codedExtra('patient', 'occupation', (code) => concept('ma-nghe-nghiep', code, occupationName(code) ?? '')),
  DIA_CHI: address,
  MA_THE_BHYT: cards,
  GT_THE_DEN: cardEnds,
}

const ROLE: Record<string, string> = { FTH: 'Cha', MTH: 'Mẹ', GUARD: 'Người giám hộ' }

function relative(draft: FormDraft, role: string): fhir4.RelatedPerson | undefined {
  return draft.relatives.find((r) => r.relationship?.[0]?.coding?.[0]?.code === role)
}

function relativeFor(draft: FormDraft, role: string): fhir4.RelatedPerson {
  const known = relative(draft, role)
  if (known) return known
  const coding = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: role }]
  const made: fhir4.RelatedPerson = {
    resourceType: 'RelatedPerson',
    id: `relative-${role.toLowerCase()}`,
    patient: { reference: '#patient' },
    relationship: [{ coding, text: ROLE[role] }],
  }
  draft.relatives.push(made)
  return made
}

/** Name of a parent or guardian (v3 RoleCode FTH, MTH, GUARD). */
export const relativeName = (role: string): Place =>
  element(
    (draft, value) => {
      relativeFor(draft, role).name = [{ text: value }]
    },
    (draft) => relative(draft, role)?.name?.[0]?.text,
  )

/** Social-insurance number of a parent. */
export const relativeNumber = (role: string): Place =>
  element(
    (draft, value) => {
      relativeFor(draft, role).identifier = [{ system: SYSTEM.bhyt, value }]
    },
    (draft) => relative(draft, role)?.identifier?.[0]?.value,
  )

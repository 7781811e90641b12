/** The stay as a paper tells it, and who signs the paper. */

import { extensionUrl, facilitySystem, SYSTEM } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'
import { codeName, departmentName, facilityName } from '../../../codes/display.ts'
import { icdName } from '../../../codes/icd.ts'
import { TRADITIONAL } from '../diagnoses.ts'
import { concept, facilityReference, practitioners } from '../plan.ts'
import type { FormDraft, Place } from './draft.ts'
import { codedExtra, dayOf, dayText, element, isCode, timeOf, timeText } from './values.ts'

const encounterId = element(
  ({ composition, encounter, facility }, value) => {
    const identifier = { system: facilitySystem.encounter(facility), value }
    encounter.identifier = [identifier]
    composition.encounter = { ...composition.encounter, identifier }
  },
  ({ encounter }) => encounter.identifier?.[0]?.value,
)

const periodEnd = (which: 'start' | 'end'): Place =>
  element(
    ({ encounter }, value) => {
      const period = { ...encounter.period, [which]: timeOf(value) }
      // A period that ends before it begins is none in FHIR: the later column is kept as written.
      const runs = period.start === undefined || period.end === undefined || period.start <= period.end
      if (period[which] && runs) encounter.period = period
    },
    ({ encounter }) => timeText(encounter.period?.[which]),
  )

const INPATIENT = extensionUrl('inpatient-since')
const inpatientSince = element(
  ({ encounter }, value) => {
    const at = timeOf(value)
    if (at) encounter.extension = [...(encounter.extension ?? []), { url: INPATIENT, valueDateTime: at }]
  },
  ({ encounter }) => timeText(encounter.extension?.find((e) => e.url === INPATIENT)?.valueDateTime),
)

const disposition = element(
  ({ encounter }, value) => {
    if (!isCode(value)) return
    const dischargeDisposition = concept('ma-loai-rv', value, codeName('MA_LOAI_RV', value) ?? '')
    encounter.hospitalization = { ...encounter.hospitalization, dischargeDisposition }
  },
  ({ encounter }) => encounter.hospitalization?.dischargeDisposition?.coding?.[0]?.code,
)

const kind = element(
  ({ encounter }, value) => {
    if (isCode(value)) encounter.type = [concept('ma-loai-kcb', value, codeName('MA_LOAI_KCB', value) ?? '')]
  },
  ({ encounter }) => encounter.type?.[0]?.coding?.[0]?.code,
)

const department = element(
  ({ encounter }, value) => {
    if (isCode(value)) encounter.serviceType = concept('ma-khoa', value, departmentName(value) ?? '')
  },
  ({ encounter }) => encounter.serviceType?.coding?.[0]?.code,
)

const EARLIER = extensionUrl('earlier-facility')
/** One place in QĐ 4750, several with ";" in QĐ 3176. */
const earlier = element(
  ({ encounter }, value) => {
    const found = value.split(';').map((code) => ({ url: EARLIER, valueReference: facilityReference(code, facilityName(code)) }))
    if (value.split(';').every((code) => code !== '')) encounter.extension = [...(encounter.extension ?? []), ...found]
  },
  ({ encounter }) => {
    const codes = (encounter.extension ?? []).flatMap((e) => (e.url === EARLIER ? [e.valueReference?.identifier?.value ?? ''] : []))
    return codes.length === 0 ? undefined : codes.join(';')
  },
)

/** Codes of one kind (ICD-10 main, ICD-10 others, traditional medicine) as contained Conditions with their rank. */
function coded(system: string, ranks: (rank: number) => boolean, first: number): Place {
  const mine = ({ encounter, conditions }: FormDraft): string[] =>
    (encounter.diagnosis ?? []).flatMap((d) => {
      const found = conditions.find((c) => `#${c.id}` === d.condition.reference)?.code?.coding?.[0]
      return found?.system === system && ranks(d.rank ?? 0) ? [found.code ?? ''] : []
    })
  return element(
    (draft, value) => {
      const codes = value.split(';')
      if (!codes.every(isCode)) return
      for (const [i, code] of codes.entries()) {
        const id = `diagnosis-${draft.conditions.length + 1}`
        const text = (system === SYSTEM.icd10 ? icdName(code) : undefined) ?? code
        draft.conditions.push({
          resourceType: 'Condition',
          id,
          subject: { reference: '#patient' },
          code: { coding: [{ system, code }], text },
        })
        const diagnosis = { condition: { reference: `#${id}` }, rank: first + i }
        draft.encounter.diagnosis = [...(draft.encounter.diagnosis ?? []), diagnosis]
      }
    },
    (draft) => (mine(draft).length === 0 ? undefined : mine(draft).join(';')),
  )
}

/** What the papers say of the stay, by column. */
export const STAY: Record<string, Place> = {
  MA_LK: encounterId,
  NGAY_VAO: periodEnd('start'),
  NGAY_RA: periodEnd('end'),
  NGAY_VAO_NOI_TRU: inpatientSince,
  MA_LOAI_RV: disposition,
  MA_LOAI_KCB: kind,
  MA_KHOA_RV: department,
  MA_NOI_DI: earlier,
  MA_CSKCB_DI: earlier,
  MA_DOITUONG_KCB: codedExtra('encounter', 'entitlement', (code) =>
    concept('ma-doituong-kcb', code, codeName('MA_DOITUONG_KCB', code) ?? ''),
  ),
  KET_QUA_DTRI: codedExtra('encounter', 'treatment-result', (code) => concept('ket-qua-dtri', code, codeName('KET_QUA_DTRI', code) ?? '')),
  MA_BENH_CHINH: coded(SYSTEM.icd10, (rank) => rank === 1, 1),
  MA_BENH_KT: coded(SYSTEM.icd10, (rank) => rank > 1, 2),
  MA_BENH_YHCT: coded(TRADITIONAL, () => true, 1),
}

/** MA_CSKCB: the facility that issues the paper. */
export const issuer = element(
  ({ composition }, value) => {
    composition.custodian = facilityReference(value, facilityName(value))
  },
  ({ composition }) => composition.custodian?.identifier?.value,
)

const isPerson = (r: fhir4.Reference): boolean => r.type === 'Practitioner'

/** MA_BAC_SI: the doctors who sign, several with ";". */
export const doctors = element(
  ({ composition }, value) => {
    composition.author = [...practitioners(value), ...composition.author.filter((r) => !isPerson(r))]
  },
  ({ composition }) => {
    const people = composition.author.filter(isPerson)
    return people.length === 0 ? undefined : people.map((r) => r.identifier?.value ?? '').join(';')
  },
)

/** MA_BS of XML7: the head of the department, whose name stands in TEN_BS. */
export const head = element(
  ({ composition }, value) => {
    composition.author = [{ type: 'Practitioner', identifier: { system: SYSTEM.licence, value } }]
  },
  ({ composition }) => composition.author.find(isPerson)?.identifier?.value,
)

export const headName = element(
  ({ composition }, value) => {
    const [known] = composition.author.filter(isPerson)
    composition.author = [{ type: 'Practitioner', ...known, display: value }]
  },
  ({ composition }) => composition.author.find(isPerson)?.display,
)

/** MA_TTDV: ten digits of social insurance until QĐ 3176, the licence since. */
export const authorised = element(
  ({ composition }, value) => {
    const system = /^\d{10}$/.test(value) ? SYSTEM.bhyt : SYSTEM.licence
    composition.attester = [{ mode: 'legal', party: { type: 'Practitioner', identifier: { system, value } } }]
  },
  ({ composition }) => composition.attester?.[0]?.party?.identifier?.value,
)

/** NGAY_CT: the date on the paper. A paper without one has the time its stay ended, which is no date of a paper. */
export const issuedOn = element(
  ({ composition }, value) => {
    const day = dayOf(value)
    if (day) composition.date = day
  },
  ({ composition }) => dayText(composition.date),
)

/** Number of the paper in its facility. */
export const paperNumber = (system: (facility: string) => string): Place =>
  element(
    ({ composition, facility }, value) => {
      composition.identifier = { system: system(facility), value }
    },
    ({ composition }) => composition.identifier?.value,
  )

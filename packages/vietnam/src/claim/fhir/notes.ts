/** XML5 → ClinicalImpression (the progress note, word for word) and Observations for the vital signs in it. */

import { extensionUrl, SYSTEM } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'
import { claimTimeToFhir } from '../../dates/claim-date.ts'
import type { Row } from '../types.ts'
import { type ClaimContext, get, lineIdentifier, type PlannedResource, practitioners, refTo, rowKeys, sourceOf } from './plan.ts'
import { readVitalSigns, type VitalSigns } from './vital-signs.ts'

interface Sign {
  name: string
  code: string
  text: string
  unit: string
  ucum: string
  value: (v: VitalSigns) => number | undefined
}

const SIGNS: Sign[] = [
  { name: 'M', code: '8867-4', text: 'Mạch', unit: 'lần/phút', ucum: '/min', value: (v) => v.pulse },
  { name: 'T', code: '8310-5', text: 'Nhiệt độ', unit: '°C', ucum: 'Cel', value: (v) => v.temperature },
  { name: 'NT', code: '9279-1', text: 'Nhịp thở', unit: 'lần/phút', ucum: '/min', value: (v) => v.breathing },
  { name: 'SP', code: '59408-5', text: 'SpO2', unit: '%', ucum: '%', value: (v) => v.saturation },
]
const LOINC_TEXT: Record<string, string> = { '8480-6': 'Huyết áp tâm thu', '8462-4': 'Huyết áp tâm trương' }

const pressure = (code: string, value: number): fhir4.ObservationComponent => ({
  code: { coding: [{ system: SYSTEM.loinc, code }], text: LOINC_TEXT[code] },
  valueQuantity: { value, unit: 'mmHg', system: SYSTEM.ucum, code: 'mm[Hg]' },
})

function vitalSigns(ctx: ClaimContext, row: Row, noteKey: string, number: number): PlannedResource<fhir4.Observation>[] {
  const signs = readVitalSigns(get(row, 'DIEN_BIEN_LS'))
  if (!signs) return []
  const at = claimTimeToFhir(get(row, 'THOI_DIEM_DBLS'))
  const base = (key: string, code: string, text: string): fhir4.Observation => ({
    resourceType: 'Observation',
    meta: sourceOf(ctx, 'XML5', number),
    identifier: lineIdentifier(ctx, key),
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
    code: { coding: [{ system: SYSTEM.loinc, code }], text },
    subject: { reference: refTo(ctx.keys.patient) },
    encounter: { reference: refTo(ctx.keys.encounter) },
    ...(at ? { effectiveDateTime: at } : {}),
  })
  const found: PlannedResource<fhir4.Observation>[] = []
  for (const sign of SIGNS) {
    const value = sign.value(signs)
    if (value === undefined) continue
    const key = `${noteKey}/${sign.name}`
    const valueQuantity = { value, unit: sign.unit, system: SYSTEM.ucum, code: sign.ucum }
    found.push({ key, resource: { ...base(key, sign.code, sign.text), valueQuantity } })
  }
  if (signs.systolic !== undefined && signs.diastolic !== undefined) {
    const key = `${noteKey}/HA`
    const component = [pressure('8480-6', signs.systolic), pressure('8462-4', signs.diastolic)]
    found.push({ key, resource: { ...base(key, '85354-9', 'Huyết áp'), component } })
  }
  return found
}

function note(ctx: ClaimContext, row: Row, key: string, number: number): fhir4.ClinicalImpression {
  const at = claimTimeToFhir(get(row, 'THOI_DIEM_DBLS'))
  const [author, ...others] = practitioners(get(row, 'NGUOI_THUC_HIEN'))
  const more: [string, string][] = [
    ['Giai đoạn bệnh', 'GIAI_DOAN_BENH'],
    ['Hội chẩn', 'HOI_CHAN'],
    ['Phẫu thuật, thủ thuật', 'PHAU_THUAT'],
  ]
  const notes = more.flatMap(([title, column]) => (get(row, column) === '' ? [] : [{ text: `${title}: ${get(row, column)}` }]))
  const care = readVitalSigns(get(row, 'DIEN_BIEN_LS'))?.care
  const extension: fhir4.Extension[] = [
    ...(care === undefined ? [] : [{ url: extensionUrl('care-level'), valueInteger: care }]),
    ...others.map((valueReference) => ({ url: extensionUrl('co-author'), valueReference })),
  ]
  return {
    resourceType: 'ClinicalImpression',
    meta: sourceOf(ctx, 'XML5', number),
    ...(extension.length > 0 ? { extension } : {}),
    identifier: lineIdentifier(ctx, key),
    status: 'completed',
    code: { text: 'Diễn biến lâm sàng' },
    subject: { reference: refTo(ctx.keys.patient) },
    encounter: { reference: refTo(ctx.keys.encounter) },
    ...(at ? { effectiveDateTime: at, date: at } : {}),
    ...(author ? { assessor: author } : {}),
    summary: get(row, 'DIEN_BIEN_LS'),
    ...(notes.length > 0 ? { note: notes } : {}),
  }
}

/** All progress notes with their vital signs. */
export function planNotes(ctx: ClaimContext): PlannedResource[] {
  const rows = ctx.record.tables.XML5 ?? []
  const keys = rowKeys(ctx, 'XML5', rows)
  return rows.flatMap((row, i): PlannedResource[] => {
    const key = keys[i] ?? ''
    return [{ key, resource: note(ctx, row, key, i + 1) }, ...vitalSigns(ctx, row, key, i + 1)]
  })
}

/** Stored results, notes and medicines of one encounter → readable Vietnamese text and lists for a paper. */

import { SYSTEM } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'
import { printValue } from '../claim/fhir/value.ts'
import { withoutVitalSigns } from '../claim/fhir/vital-signs.ts'
import { printDate } from '../dates/claim-date.ts'
import type { PaperMedicine, PaperResult } from '../documents/content.ts'

/** Vietnamese decimals in running text: `15.8 G/L` → `15,8 G/L`. */
const spoken = (text: string): string => text.replace(/^([<>=]*\d+)\.(\d+)/, '$1,$2')

const timeOf = (r: fhir4.Observation | fhir4.DiagnosticReport | fhir4.ClinicalImpression): string =>
  r.effectiveDateTime ?? ('date' in r ? (r.date ?? '') : '')
const byTime = <R extends fhir4.Observation | fhir4.DiagnosticReport | fhir4.ClinicalImpression>(list: R[]): R[] =>
  list.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0))

const categoryOf = (o: fhir4.Observation): string => o.category?.[0]?.coding?.[0]?.code ?? ''
const loincOf = (o: fhir4.Observation): string => o.code.coding?.find((c) => c.system === SYSTEM.loinc)?.code ?? ''

/** Last value of every measured thing, in the order first met. */
function lastOfEach(observations: fhir4.Observation[]): fhir4.Observation[] {
  const last = new Map<string, fhir4.Observation>()
  for (const o of byTime(observations)) last.set(o.code.text ?? loincOf(o), o)
  return [...last.values()]
}

/** Laboratory values (the last of each, with day) and conclusions of imaging, as one text. */
export function resultText(observations: fhir4.Observation[], reports: fhir4.DiagnosticReport[]): string {
  const values = lastOfEach(observations.filter((o) => categoryOf(o) === 'laboratory')).map((o) => {
    const day = printDate(timeOf(o).slice(0, 10))
    return `${o.code.text ?? ''} ${spoken(printValue(o))}${day === '' ? '' : ` (${day})`}`
  })
  const seen = byTime(reports).flatMap((r) => (r.conclusion ? [`${r.code.text ?? ''}: ${r.conclusion}`] : []))
  return [...values, ...seen].join('; ')
}

/** The last vital signs in words: mạch, nhiệt độ, huyết áp, nhịp thở, SpO2. */
export function vitalText(observations: fhir4.Observation[]): string {
  const signs = lastOfEach(observations.filter((o) => categoryOf(o) === 'vital-signs'))
  const find = (code: string): fhir4.Observation | undefined => signs.find((o) => loincOf(o) === code)
  const plain: [string, string][] = [
    ['8867-4', 'mạch'],
    ['8310-5', 'nhiệt độ'],
    ['9279-1', 'nhịp thở'],
    ['59408-5', 'SpO2'],
  ]
  const parts = plain.flatMap(([code, name]) => {
    const o = find(code)
    return o ? [`${name} ${spoken(printValue(o))}`] : []
  })
  const [high, low] = find('85354-9')?.component?.map((c) => c.valueQuantity?.value) ?? []
  if (high !== undefined && low !== undefined) parts.splice(2, 0, `huyết áp ${high}/${low} mmHg`)
  return parts.join(', ')
}

/** Notes in order of time, each with its day, without the coded block of vital signs. */
export function courseText(notes: fhir4.ClinicalImpression[]): string {
  return byTime(notes)
    .map((n) => {
      const words = [withoutVitalSigns(n.summary ?? n.description ?? ''), ...(n.note ?? []).map((x) => x.text)].filter(Boolean).join(' ')
      const at = timeOf(n)
      return at === '' ? words : `${printDate(at)}: ${words}`
    })
    .join('\n')
}

/** The words of the last note. */
export function lastNote(notes: fhir4.ClinicalImpression[]): string {
  const last = byTime(notes).at(-1)
  return withoutVitalSigns(last?.summary ?? last?.description ?? '')
}

/** Every result of the stay as a list, oldest first. */
export function resultList(observations: fhir4.Observation[], reports: fhir4.DiagnosticReport[]): PaperResult[] {
  const service = new Map(
    reports.flatMap((r) => (r.result ?? []).map((ref) => [ref.reference?.split('/').at(-1) ?? '', r.code.text ?? ''] as const)),
  )
  const values = byTime(observations.filter((o) => categoryOf(o) !== 'vital-signs')).map((o): PaperResult => {
    const exact = printValue({ ...o, valueQuantity: o.valueQuantity ? { ...o.valueQuantity, unit: undefined } : undefined })
    return { service: service.get(o.id ?? ''), name: o.code.text ?? '', value: exact, unit: o.valueQuantity?.unit, at: o.effectiveDateTime }
  })
  const read = byTime(reports).flatMap((r): PaperResult[] =>
    r.conclusion ? [{ service: r.code.text, name: r.code.text ?? '', value: '', conclusion: r.conclusion, at: r.effectiveDateTime }] : [],
  )
  return [...values, ...read]
}

/** Medicines given, one line per name, dose and route, quantities added up. */
export function medicineList(requests: fhir4.MedicationRequest[]): PaperMedicine[] {
  const lines = new Map<string, PaperMedicine & { total: number }>()
  for (const r of requests) {
    const dosage = r.dosageInstruction?.[0]
    const quantity = r.dispenseRequest?.quantity
    const line: PaperMedicine = {
      name: r.medicationCodeableConcept?.text ?? r.medicationCodeableConcept?.coding?.[0]?.display ?? '',
      unit: quantity?.unit,
      dose: dosage?.text,
      route: dosage?.route?.text ?? dosage?.route?.coding?.[0]?.code,
    }
    const key = JSON.stringify(line)
    lines.set(key, { ...line, total: (lines.get(key)?.total ?? 0) + (quantity?.value ?? 0) })
  }
  return [...lines.values()].map(({ total, ...line }) => ({
    ...line,
    ...(total > 0 ? { quantity: String(Math.round(total * 1000) / 1000) } : {}),
  }))
}

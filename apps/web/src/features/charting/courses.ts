/** Orders of one medicine in one stay as one line: what, how much, by which route, on how many days. */

import type * as fhir4 from 'fhir/r4.d.ts'

export interface MedicineCourse {
  key: string
  name: string
  /** `1 lọ/lần × 2 lần/ngày`. */
  dose: string
  route: string
  usage: string
  /** First and last order. */
  from: string
  to: string
  /** Days ordered: those of a prescription, else the days on which it was ordered. */
  days: number
  quantity: string
  orders: fhir4.MedicationRequest[]
}

const TAIL = /\s*[*×xX]\s*\d+\s*ngày\s*(?:\[[^\]]*\])?\s*$/i

/** The dose as it is said; the number of days and the daily total stand in columns of their own. */
function doseOf(dosage: fhir4.Dosage | undefined): string {
  const usage = dosage?.patientInstruction
  const text = dosage?.text ?? ''
  const dose = usage && text.endsWith(usage) ? text.slice(0, -usage.length).replace(/;\s*$/, '') : text
  return dose.replace(TAIL, '').replaceAll(/\s*\*\s*/g, ' × ')
}

/** Names of routes that are no more than a code are left out. */
const routeOf = (dosage: fhir4.Dosage | undefined): string => {
  const { text, coding } = dosage?.route ?? {}
  return text && text !== coding?.[0]?.code ? text : (text ?? '')
}

const dayOf = (m: fhir4.MedicationRequest): string => (m.authoredOn ?? '').slice(0, 10)

function total(orders: readonly fhir4.MedicationRequest[]): string {
  const quantities = orders.flatMap((m) => m.dispenseRequest?.quantity ?? [])
  const units = new Set(quantities.map((q) => q.unit ?? ''))
  if (quantities.length === 0 || units.size > 1) return ''
  const sum = Math.round(quantities.reduce((all, q) => all + (q.value ?? 0), 0) * 1000) / 1000
  return `${String(sum).replace('.', ',')} ${[...units][0] ?? ''}`.trim()
}

function course(key: string, orders: fhir4.MedicationRequest[]): MedicineCourse {
  const sorted = orders.toSorted((a, b) => (a.authoredOn ?? '').localeCompare(b.authoredOn ?? ''))
  const [first] = sorted
  const dosage = first?.dosageInstruction?.[0]
  const prescribed = Math.max(0, ...orders.map((m) => m.dosageInstruction?.[0]?.timing?.repeat?.boundsDuration?.value ?? 0))
  return {
    key,
    name: first?.medicationCodeableConcept?.text ?? '',
    dose: doseOf(dosage),
    route: routeOf(dosage),
    usage: dosage?.patientInstruction ?? '',
    from: first?.authoredOn ?? '',
    to: sorted.at(-1)?.authoredOn ?? '',
    days: Math.max(prescribed, new Set(orders.map(dayOf)).size),
    quantity: total(orders),
    orders: sorted,
  }
}

/** Row of a claim table a line comes from: the order in which the hospital wrote. */
export const rowOf = (resource: { meta?: fhir4.Meta }): number => Number(/#[^/]+\/(\d+)/.exec(resource.meta?.source ?? '')?.[1] ?? 0)

/** Newest last order first; of one day in the order of the hospital. */
export function medicineCourses(medicines: readonly fhir4.MedicationRequest[]): MedicineCourse[] {
  const same = Map.groupBy(medicines, (m) =>
    JSON.stringify([
      m.encounter?.reference,
      m.medicationCodeableConcept?.text,
      m.dosageInstruction?.[0]?.text,
      m.dosageInstruction?.[0]?.route,
    ]),
  )
  return [...same]
    .map(([key, orders]) => course(key, orders))
    .sort((a, b) => b.to.slice(0, 10).localeCompare(a.to.slice(0, 10)) || first(a) - first(b))
}

const first = (c: MedicineCourse): number => Math.min(...c.orders.map(rowOf))

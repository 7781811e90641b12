import type * as fhir4 from 'fhir/r4.d.ts'

/** What a chart holds, sorted out of the patient's `$everything`. */
export interface Chart {
  patient: fhir4.Patient
  coverages: fhir4.Coverage[]
  allergies: fhir4.AllergyIntolerance[]
  encounters: fhir4.Encounter[]
  conditions: fhir4.Condition[]
  medicines: fhir4.MedicationRequest[]
  reports: fhir4.DiagnosticReport[]
  results: fhir4.Observation[]
  vitals: fhir4.Observation[]
  procedures: fhir4.Procedure[]
  notes: fhir4.ClinicalImpression[]
  documents: fhir4.DocumentReference[]
  /** Papers as the hospital's own system wrote them. */
  papers: fhir4.Composition[]
  appointments: fhir4.Appointment[]
}

const isVital = (o: fhir4.Observation): boolean =>
  o.category?.some((c) => c.coding?.some((coding) => coding.code === 'vital-signs')) ?? false

const newest = (a: string | undefined, b: string | undefined): number => (b ?? '').localeCompare(a ?? '')

/** Time of a result or sign. */
export const timeOf = (o: fhir4.Observation): string => o.effectiveDateTime ?? o.effectivePeriod?.start ?? o.issued ?? ''

/** Sorts a `$everything` answer into a chart. Throws when the bundle holds no patient. */
export function readChart(bundle: fhir4.Bundle): Chart {
  const all = (bundle.entry ?? []).map((entry) => entry.resource).filter((resource) => resource !== undefined)
  const of = <T extends fhir4.FhirResource['resourceType']>(type: T) =>
    all.filter((resource): resource is Extract<fhir4.FhirResource, { resourceType: T }> => resource.resourceType === type)
  const patient = of('Patient')[0]
  if (!patient) throw new Error('bundle without Patient')
  const observations = of('Observation')
  return {
    patient,
    coverages: of('Coverage').sort((a, b) => newest(a.period?.end, b.period?.end)),
    allergies: of('AllergyIntolerance'),
    encounters: of('Encounter').sort((a, b) => newest(a.period?.start, b.period?.start)),
    conditions: of('Condition').sort((a, b) => newest(a.recordedDate, b.recordedDate) || rankOf(a) - rankOf(b)),
    medicines: of('MedicationRequest').sort((a, b) => newest(a.authoredOn, b.authoredOn)),
    reports: of('DiagnosticReport').sort((a, b) => newest(a.effectiveDateTime ?? a.issued, b.effectiveDateTime ?? b.issued)),
    results: observations.filter((o) => !isVital(o)),
    vitals: observations.filter(isVital),
    procedures: of('Procedure').sort((a, b) => newest(a.performedDateTime, b.performedDateTime)),
    notes: of('ClinicalImpression').sort((a, b) => newest(a.date ?? a.effectiveDateTime, b.date ?? b.effectiveDateTime)),
    documents: of('DocumentReference').sort((a, b) => newest(a.date, b.date)),
    papers: of('Composition').sort((a, b) => newest(a.date, b.date)),
    appointments: of('Appointment'),
  }
}

/** A diagnosis by the codes of traditional medicine (MA_BENH_YHCT). */
export const isTraditional = (condition: fhir4.Condition): boolean =>
  condition.code?.coding?.[0]?.system?.endsWith('/ma-benh-yhct') ?? false

/** 1 = main diagnosis; from the line's key, which ends in the rank. Those of traditional medicine follow. */
export function rankOf(condition: fhir4.Condition): number {
  if (isTraditional(condition)) return Number.MAX_SAFE_INTEGER
  return Number(/\/ICD\/(\d+)$/.exec(condition.identifier?.[0]?.value ?? '')?.[1] ?? 1)
}

/** A value as it is read: the text as written, else the number. */
export function printed(o: Pick<fhir4.Observation, 'valueQuantity' | 'valueString' | 'valueCodeableConcept'>): string {
  const q = o.valueQuantity
  if (!q) return o.valueString ?? o.valueCodeableConcept?.text ?? ''
  const written = q.extension?.find((e) => e.url.endsWith('/as-written'))?.valueString
  return (written ?? `${q.comparator ?? ''}${q.value ?? ''}`).replace(/^(\D*\d+)\.(\d+)$/, '$1,$2')
}

export type Flag = 'high' | 'low' | 'abnormal' | undefined

export function flagOf(o: fhir4.Observation): Flag {
  const code = o.interpretation?.[0]?.coding?.[0]?.code ?? ''
  if (code.startsWith('H')) return 'high'
  if (code.startsWith('L')) return 'low'
  return code === 'A' || code === 'AA' ? 'abnormal' : undefined
}

export function rangeOf(o: fhir4.Observation): string {
  const range = o.referenceRange?.[0]
  if (!range) return ''
  return range.text ?? bounds(range.low?.value, range.high?.value)
}

export interface Point {
  at: string
  text: string
  value?: number
  flag: Flag
  observation: fhir4.Observation
}

/** One measured thing over time, oldest first. */
export interface Series {
  name: string
  unit: string
  range: string
  points: Point[]
}

export interface ServiceGroup {
  service: string
  series: Series[]
  /** Conclusions of the reports, newest first. */
  reports: fhir4.DiagnosticReport[]
}

const numeral = (value: number | undefined): string => (value === undefined ? '' : String(value).replace('.', ','))

/** `4 – 10`, `≤ 5`, `≥ 60`. */
function bounds(low: number | undefined, high: number | undefined): string {
  if (low === undefined) return high === undefined ? '' : `≤ ${numeral(high)}`
  return high === undefined ? `≥ ${numeral(low)}` : `${numeral(low)} – ${numeral(high)}`
}

function toPoint(o: fhir4.Observation): Point {
  return { at: timeOf(o), text: printed(o), value: o.valueQuantity?.value, flag: flagOf(o), observation: o }
}

/** Observations of one name and unit make one series. */
export function toSeries(observations: readonly fhir4.Observation[]): Series[] {
  const named = Map.groupBy(observations.flatMap(parts), (o) => `${o.code.text ?? ''}|${o.valueQuantity?.unit ?? ''}`)
  return [...named.values()].map((same) => {
    const points = same.map(toPoint).sort((a, b) => a.at.localeCompare(b.at))
    const last = same.at(-1)
    return {
      name: last?.code.text ?? last?.code.coding?.[0]?.display ?? last?.code.coding?.[0]?.code ?? '',
      unit: last?.valueQuantity?.unit ?? '',
      range: last ? rangeOf(last) : '',
      points,
    }
  })
}

/** A panel such as blood pressure is its parts. */
function parts(o: fhir4.Observation): fhir4.Observation[] {
  if (!o.component?.length) return [o]
  return o.component.map((component, index) => ({ ...o, ...component, id: `${o.id}/${index}`, component: undefined }))
}

/** Results under the service they answer; what no report names stands under its own name. */
export function byService(chart: Pick<Chart, 'reports' | 'results'>): ServiceGroup[] {
  const byId = new Map(chart.results.map((o) => [`Observation/${o.id}`, o]))
  const groups = new Map<string, { reports: fhir4.DiagnosticReport[]; results: fhir4.Observation[] }>()
  const group = (name: string) => {
    const known = groups.get(name) ?? { reports: [], results: [] }
    groups.set(name, known)
    return known
  }
  const taken = new Set<string>()
  for (const report of chart.reports) {
    const place = group(report.code.text ?? report.code.coding?.[0]?.code ?? '')
    place.reports.push(report)
    for (const { reference = '' } of report.result ?? []) {
      const observation = byId.get(reference)
      if (observation && !taken.has(reference)) place.results.push(observation)
      taken.add(reference)
    }
  }
  for (const [reference, o] of byId) if (!taken.has(reference)) group(o.code.text ?? '').results.push(o)
  return [...groups].map(([service, { reports, results }]) => ({ service, reports, series: toSeries(results) }))
}

/** Where a line comes from: a row of a claim file, a document, or a person here. */
export type Source =
  | { kind: 'claim'; facility: string; maLk: string; table: string; row: string }
  | { kind: 'document'; number: string }
  | { kind: 'direct' }

export function sourceOf(resource: { meta?: fhir4.Meta }): Source {
  const source = resource.meta?.source ?? ''
  const claim = /^urn:yba:claim:([^:]+):([^#]+)#([^/]+)(?:\/(\d+))?/.exec(source)
  if (claim) {
    const [, facility = '', maLk = '', table = '', row = ''] = claim
    return { kind: 'claim', facility, maLk: decodeURIComponent(maLk), table, row }
  }
  const document = /^urn:yba:document:(.+)$/.exec(source)
  return document ? { kind: 'document', number: decodeURIComponent(document[1] ?? '') } : { kind: 'direct' }
}

const identifier = (patient: fhir4.Patient, end: RegExp): string | undefined =>
  patient.identifier?.find((i) => end.test(i.system ?? ''))?.value

/** Numbers a person is known by. */
export const numbersOf = (patient: fhir4.Patient) => ({
  mrn: identifier(patient, /\/sid\/mrn\//) ?? '',
  citizenId: identifier(patient, /\/cccd$/),
  card: identifier(patient, /\/bhyt$/),
})

export const sexOf = (patient: fhir4.Patient): '1' | '2' | '3' =>
  patient.gender === 'male' ? '1' : patient.gender === 'female' ? '2' : '3'

/** One stay of an invented person as a transaction bundle: patient, encounter, diagnoses, medicines and results. */
import { random } from '@yba/people'

const FAMILY = ['Nguyễn', 'Nguyễn', 'Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi', 'Đỗ', 'Ngô']
const MIDDLE = ['Thị', 'Văn', 'Hữu', 'Minh', 'Thu', 'Quang']
const GIVEN = ['An', 'Bình', 'Chi', 'Dũng', 'Hạnh', 'Hòa', 'Lan', 'Mai', 'Nam', 'Phúc', 'Quỳnh', 'Sơn', 'Uyên', 'Yến']
const RESULTS = 48
const LOINC = Array.from({ length: 60 }, (_, i) => ({ system: 'http://loinc.org', code: `${1000 + i}-${i % 10}` }))

export function generatedBundle(n: number): { text: string; resources: number } {
  const r = random(20_261_122, `stay ${n}`)
  const two = (value: number): string => String(value).padStart(2, '0')
  const [patient, encounter] = [`urn:uuid:${uuid(n, 0)}`, `urn:uuid:${uuid(n, 1)}`]
  const day = `2026-${two(r.int(1, 12))}-${two(r.int(1, 28))}`
  const [family, given] = [r.pick(FAMILY), [r.pick(MIDDLE), r.pick(GIVEN)]]
  const about = { subject: { reference: patient }, encounter: { reference: encounter } }
  const resources: object[] = [
    {
      resourceType: 'Patient',
      identifier: [{ system: 'http://fhir.hl7.org.vn/core/sid/cccd', value: `000${String(n).padStart(9, '0')}` }],
      name: [{ text: [family, ...given].join(' '), family, given }],
      gender: r.pick(['male', 'female']),
      birthDate: `${r.int(1930, 2019)}-0${r.int(1, 9)}-11`,
    },
    {
      resourceType: 'Encounter',
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
      subject: about.subject,
      period: { start: `${day}T08:00:00+07:00`, end: `${day}T20:00:00+07:00` },
    },
    ...Array.from({ length: RESULTS }, (_, i) => ({
      resourceType: 'Observation',
      status: 'final',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
      code: { coding: [r.pick(LOINC)] },
      ...about,
      effectiveDateTime: `${day}T${two(8 + (i % 12))}:${two(i)}:00+07:00`,
      valueQuantity: { value: r.int(1, 500) / 10, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
    })),
  ]
  const entry = resources.map((resource, i) => ({
    fullUrl: `urn:uuid:${uuid(n, i)}`,
    resource,
    request: { method: 'POST', url: (resource as { resourceType: string }).resourceType },
  }))
  return { text: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }), resources: entry.length }
}

const uuid = (n: number, i: number): string => `00000000-0000-4000-8000-${String(n * 1000 + i).padStart(12, '0')}`

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type * as fhir4 from 'fhir/r4.d.ts'
import { medicineCourses } from './courses.ts'
import { byService, flagOf, printed, rangeOf, readChart, sourceOf, toSeries } from './model.ts'
import { sectionWords } from './paper-words.ts'

const lab = (id: string, name: string, value: number, at: string): fhir4.Observation => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: name },
  effectiveDateTime: at,
  valueQuantity: { value, unit: 'mmol/L' },
})

test('a claim line names its table, row and record; a document its number', () => {
  assert.deepEqual(sourceOf({ meta: { source: 'urn:yba:claim:24997:LK%2F01#XML2/3' } }), {
    kind: 'claim',
    facility: '24997',
    maLk: 'LK/01',
    table: 'XML2',
    row: '3',
  })
  assert.deepEqual(sourceOf({ meta: { source: 'urn:yba:document:103%2F2026' } }), { kind: 'document', number: '103/2026' })
  assert.deepEqual(sourceOf({}), { kind: 'direct' })
})

test('the main diagnosis is first, those of traditional medicine last', () => {
  const line = (key: string, system: string, code: string): fhir4.Condition => ({
    resourceType: 'Condition',
    identifier: [{ value: key }],
    code: { coding: [{ system, code }] },
    subject: {},
  })
  const lines = [
    line('XML1/1/YHCT/1', 'https://x/CodeSystem/ma-benh-yhct', 'U50.011'),
    line('XML1/1/ICD/2', 'icd', 'I10'),
    line('XML1/1/ICD/1', 'icd', 'J18'),
  ]
  const resources: fhir4.FhirResource[] = [{ resourceType: 'Patient' }, ...lines]
  const chart = readChart({ resourceType: 'Bundle', type: 'searchset', entry: resources.map((resource) => ({ resource })) })
  assert.deepEqual(
    chart.conditions.map((c) => c.code?.coding?.[0]?.code),
    ['J18', 'I10', 'U50.011'],
  )
})

test('results stand under the service whose report names them, each once, oldest value first', () => {
  const results = [lab('2', 'Glucose', 9.4, '2026-11-19'), lab('1', 'Glucose', 11.2, '2026-11-18'), lab('3', 'Natri', 137, '2026-11-18')]
  const report: fhir4.DiagnosticReport = {
    resourceType: 'DiagnosticReport',
    status: 'final',
    code: { text: 'Sinh hóa máu' },
    result: [{ reference: 'Observation/1' }, { reference: 'Observation/2' }],
  }
  const groups = byService({ reports: [report, report], results })
  assert.deepEqual(
    groups.map((g) => [g.service, g.series.map((s) => s.points.map((p) => p.text))]),
    [
      ['Sinh hóa máu', [['11,2', '9,4']]],
      ['Natri', [['137']]],
    ],
  )
})

test('a panel such as blood pressure becomes one series per part', () => {
  const part = (text: string, value: number): fhir4.ObservationComponent => ({ code: { text }, valueQuantity: { value, unit: 'mmHg' } })
  const pressure: fhir4.Observation = {
    resourceType: 'Observation',
    id: 'p',
    status: 'final',
    code: { text: 'Huyết áp' },
    component: [part('Tâm thu', 150), part('Tâm trương', 90)],
  }
  assert.deepEqual(
    toSeries([pressure]).map((s) => [s.name, s.points[0]?.text]),
    [
      ['Tâm thu', '150'],
      ['Tâm trương', '90'],
    ],
  )
})

test('a value reads as it was written, with a comma', () => {
  const valueQuantity = { value: 4.3, extension: [{ url: 'https://w3id.org/yba/StructureDefinition/as-written', valueString: '4.30' }] }
  assert.equal(printed({ valueQuantity }), '4,30')
  assert.equal(printed({ valueQuantity: { value: 0.5, comparator: '<' } }), '<0,5')
  assert.equal(printed({ valueString: 'Âm tính' }), 'Âm tính')
})

test('a bundle without a patient is no chart', () => {
  assert.throws(() => readChart({ resourceType: 'Bundle', type: 'searchset' }), /without Patient/)
})

const order = (row: number, at: string, text: string, more: Partial<fhir4.MedicationRequest> = {}): fhir4.MedicationRequest => ({
  resourceType: 'MedicationRequest',
  status: 'completed',
  intent: 'order',
  meta: { source: `urn:yba:claim:24997:LK#XML2/${row}` },
  subject: { reference: 'Patient/p' },
  encounter: { reference: 'Encounter/e' },
  medicationCodeableConcept: { text },
  authoredOn: at,
  dosageInstruction: [
    {
      text: '1 lọ/lần * 2 lần/ngày * 01 ngày [2 lọ/ngày]; Tiêm chậm',
      patientInstruction: 'Tiêm chậm',
      route: { coding: [{ code: '2.10' }], text: 'Tiêm' },
      timing: { repeat: { boundsDuration: { value: 1 } } },
    },
  ],
  dispenseRequest: { quantity: { value: 2, unit: 'Lọ' } },
  ...more,
})

test('daily orders of a medicine are one line with its days and its whole quantity; another stay has its own', () => {
  const elsewhere = order(1, '2026-06-01T08:00:00+07:00', 'Ceftriaxon 1g', { encounter: { reference: 'Encounter/old' } })
  const lines = medicineCourses([
    order(3, '2026-08-04T08:00:00+07:00', 'Ceftriaxon 1g'),
    order(1, '2026-08-03T09:00:00+07:00', 'Ceftriaxon 1g'),
    order(2, '2026-08-04T09:00:00+07:00', 'Oxy'),
    elsewhere,
  ])
  assert.deepEqual(
    lines.map((m) => [m.name, m.dose, m.usage, m.route, m.days, m.quantity, m.from.slice(0, 10), m.to.slice(0, 10)]),
    [
      ['Ceftriaxon 1g', '1 lọ/lần × 2 lần/ngày', 'Tiêm chậm', 'Tiêm', 2, '4 Lọ', '2026-08-03', '2026-08-04'],
      ['Oxy', '1 lọ/lần × 2 lần/ngày', 'Tiêm chậm', 'Tiêm', 1, '2 Lọ', '2026-08-04', '2026-08-04'],
      ['Ceftriaxon 1g', '1 lọ/lần × 2 lần/ngày', 'Tiêm chậm', 'Tiêm', 1, '2 Lọ', '2026-06-01', '2026-06-01'],
    ],
  )
})

test('a prescription lasts the days it says', () => {
  const dosageInstruction = [
    { text: '1 viên/lần * 1 lần/ngày * 28 ngày [1 viên/ngày]', timing: { repeat: { boundsDuration: { value: 28 } } } },
  ]
  const [line] = medicineCourses([order(1, '2026-08-03T09:00:00+07:00', 'Amlodipin 5mg', { dosageInstruction })])
  assert.deepEqual([line?.days, line?.dose], [28, '1 viên/lần × 1 lần/ngày'])
})

test('range and flag are the laboratory’s own; where it sent none, none is shown', () => {
  const glucose = lab('1', 'Glucose', 11.2, '2026-11-18')
  assert.deepEqual([flagOf(glucose), rangeOf(glucose)], [undefined, ''])
  const own = { ...glucose, referenceRange: [{ low: { value: 4 }, high: { value: 12 } }], interpretation: [{ coding: [{ code: 'N' }] }] }
  assert.deepEqual([flagOf(own), rangeOf(own)], [undefined, '4 – 12'])
})

test('words of a paper come without their tags', () => {
  const div = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Sốt &lt; 3 ngày &amp; ho\nkhó thở</p></div>'
  assert.equal(sectionWords({ text: { status: 'generated', div } }), 'Sốt < 3 ngày & ho\nkhó thở')
  assert.equal(sectionWords({ title: 'Người bệnh' }), undefined)
})

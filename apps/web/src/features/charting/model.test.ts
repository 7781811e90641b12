import assert from 'node:assert/strict'
import { test } from 'node:test'
import type * as fhir4 from 'fhir/r4.d.ts'
import { byService, printed, readChart, sourceOf, toSeries } from './model.ts'

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

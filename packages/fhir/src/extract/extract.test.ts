import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resourceTable } from '../definitions.ts'
import { decimal } from '../json/serialize.ts'
import { resourceTypes } from '../types-numbers.ts'
import { compileParameter, joinsResource } from './compile.ts'
import { parseExpression } from './expression.ts'
import { dateRange, LATEST, looksAtSortDate, patientOf, searchEntries, searchParameters, sortDate, unsupportedParameters } from './index.ts'

const of = (resource: { resourceType: string; [name: string]: unknown }, param: string) =>
  searchEntries(resource)
    .filter((e) => e.param === param)
    .map(({ param: _param, type: _type, ...rest }) => rest)

test('every parameter of every R4 type compiles, but for those that are no index', () => {
  let count = 0
  for (const { name } of resourceTypes()) {
    for (const row of resourceTable(name).search) {
      if (row.e === '' || row.t === 'special' || joinsResource(row, name)) continue
      count++
      assert.ok(compileParameter(row, name, 2).length > 0, `${name}.${row.c}: ${row.e}`)
      assert.equal(compileParameter(row, name, 1).length > 0, row.t !== 'composite' && row.g === undefined, `${name}.${row.c}`)
    }
  }
  assert.ok(count > 2500, String(count))
})

test('what an index generation does not answer is known with the reason', () => {
  const reasons = (generation: 1 | 2) => [...new Set(unsupportedParameters(generation).map((u) => u.reason))].sort()
  assert.deepEqual(reasons(1), ['later', 'no-expression', 'special'])
  assert.deepEqual(reasons(2), ['no-expression', 'special'])
  const left = unsupportedParameters(2)
  assert.deepEqual([...new Set(left.map((u) => u.param))].sort(), ['_content', '_query', '_text', 'near'])
  assert.ok(!left.some((u) => u.type === 'Composition' && u.param === '_text'))
  assert.deepEqual(searchParameters('InsurancePlan').get('name')?.since, 2)
})

test('tokens: codings, concept texts, identifiers, codes with their system, booleans', () => {
  const patient = {
    resourceType: 'Patient',
    active: true,
    gender: 'female',
    identifier: [{ system: 'http://fhir.hl7.org.vn/core/sid/cccd', value: '000123456789' }],
    telecom: [
      { system: 'phone', value: '0900000000' },
      { system: 'email', value: 'a@example.org' },
    ],
    meta: { tag: [{ system: 'https://example.org', code: 't' }] },
  }
  assert.deepEqual(of(patient, 'active'), [{ code: 'true' }])
  assert.deepEqual(of(patient, 'gender'), [{ system: 'http://hl7.org/fhir/administrative-gender', code: 'female' }])
  assert.deepEqual(of(patient, 'identifier'), [{ system: 'http://fhir.hl7.org.vn/core/sid/cccd', code: '000123456789' }])
  assert.deepEqual(of(patient, 'phone'), [{ code: '0900000000' }])
  assert.deepEqual(of(patient, 'email'), [{ code: 'a@example.org' }])
  assert.deepEqual(of(patient, '_tag'), [{ system: 'https://example.org', code: 't' }])
  const concept = { coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }], text: 'Mạch' }
  assert.deepEqual(of({ resourceType: 'Observation', code: concept }, 'code'), [
    { system: 'http://loinc.org', code: '8867-4', text: 'Heart rate' },
    { text: 'Mạch' },
  ])
})

test('deceased answers true, false, and false when nothing is said', () => {
  const deceased = (more: object) => of({ resourceType: 'Patient', ...more }, 'deceased')
  assert.deepEqual(deceased({}), [{ code: 'false' }])
  assert.deepEqual(deceased({ deceasedBoolean: false }), [{ code: 'false' }])
  assert.deepEqual(deceased({ deceasedBoolean: true }), [{ code: 'true' }])
  assert.deepEqual(deceased({ deceasedDateTime: '2020' }), [{ code: 'true' }])
})

test('names give their parts and the whole in Vietnamese order', () => {
  const name = [{ family: 'Nguyễn', given: ['Thị', 'Lan'] }]
  const texts = of({ resourceType: 'Patient', name }, 'name').map((e) => ('text' in e ? e.text : ''))
  assert.deepEqual(texts, ['Nguyễn Thị Lan', 'Nguyễn', 'Thị', 'Lan'])
  assert.deepEqual(of({ resourceType: 'Patient', name }, 'given'), [{ text: 'Thị' }, { text: 'Lan' }])
})

test('references: version dropped, absolute kept, by identifier, filtered by target type', () => {
  const observation = {
    resourceType: 'Observation',
    subject: { reference: 'Patient/1/_history/2' },
    performer: [
      { reference: 'https://example.org/fhir/Practitioner/9' },
      { type: 'Organization', identifier: { system: 'https://example.org', value: '24997' } },
      { reference: '#inside' },
    ],
  }
  assert.deepEqual(of(observation, 'subject'), [{ target: 'Patient/1' }])
  assert.deepEqual(of(observation, 'patient'), [{ target: 'Patient/1' }])
  assert.deepEqual(of(observation, 'performer'), [
    { target: 'https://example.org/fhir/Practitioner/9' },
    { identifier: { system: 'https://example.org', value: '24997' } },
  ])
  assert.deepEqual(of({ resourceType: 'Observation', subject: { reference: 'Group/1' } }, 'patient'), [])
})

test('canonical references are found with and without their version', () => {
  const response = { resourceType: 'QuestionnaireResponse', questionnaire: 'https://example.org/Q|2' }
  assert.deepEqual(of(response, 'questionnaire'), [{ target: 'https://example.org/Q' }, { target: 'https://example.org/Q|2' }])
})

test('dates: instants, partial dates in the zone, periods, timings', () => {
  const date = (more: object) => of({ resourceType: 'Observation', ...more }, 'date')
  const day = Date.UTC(2026, 10, 21, 17)
  assert.deepEqual(date({ effectiveDateTime: '2026-11-22' }), [{ lo: day, hi: day + 86_399_999 }])
  assert.deepEqual(date({ effectiveDateTime: '2026-11-22T00:00:00+07:00' }), [{ lo: day, hi: day + 999 }])
  assert.deepEqual(date({ effectiveInstant: '2026-11-22T00:00:00.123+07:00' }), [{ lo: day + 123, hi: day + 123 }])
  assert.deepEqual(date({ effectivePeriod: { start: '2026-11-22' } }), [{ lo: day, hi: LATEST }])
  assert.deepEqual(date({ effectiveTiming: { event: ['2026-11-22', '2026-11-23'] } }), [{ lo: day, hi: day + 2 * 86_400_000 - 1 }])
})

test('a partial date covers its month or year, whatever the zone of the machine', () => {
  assert.deepEqual(dateRange('2024-02'), { lo: Date.UTC(2024, 0, 31, 17), hi: Date.UTC(2024, 1, 29, 17) - 1 })
  assert.deepEqual(dateRange('2024', 'Z'), { lo: Date.UTC(2024, 0, 1), hi: Date.UTC(2025, 0, 1) - 1 })
  assert.deepEqual(dateRange('2024', '-03:30'), { lo: Date.UTC(2024, 0, 1, 3, 30), hi: Date.UTC(2025, 0, 1, 3, 30) - 1 })
  assert.equal(dateRange('yesterday'), undefined)
  assert.equal(dateRange('0099-12-31', 'Z')?.lo, new Date('0099-12-31T00:00:00Z').getTime())
})

test('quantities keep value, unit and code; ranges give both ends; decimals may be kept as text', () => {
  const observation = {
    resourceType: 'Observation',
    valueQuantity: { value: decimal('5.40'), unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
    component: [{ valueQuantity: { value: 7 } }],
  }
  const quantity = { value: 5.4, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' }
  assert.deepEqual(of(observation, 'value-quantity'), [quantity])
  assert.deepEqual(of(observation, 'combo-value-quantity'), [quantity, { value: 7 }])
  const invoice = { resourceType: 'Invoice', totalNet: { value: 100000, currency: 'VND' } }
  assert.deepEqual(of(invoice, 'totalnet'), [{ value: 100000, system: 'urn:iso:std:iso:4217', code: 'VND' }])
})

test('a bundle names its composition', () => {
  const bundle = {
    resourceType: 'Bundle',
    entry: [{ resource: { resourceType: 'Composition', id: 'c' } }, { resource: { resourceType: 'Patient', id: 'p' } }],
  }
  assert.deepEqual(of(bundle, 'composition'), [{ target: 'Composition/c' }])
})

test('the expression parser takes the FHIRPath subset and refuses the rest', () => {
  assert.deepEqual(parseExpression("(A.b as Quantity) | A.c.where(x='y').d.exists()"), [
    {
      steps: [
        { k: 'property', name: 'A' },
        { k: 'property', name: 'b' },
        { k: 'type', type: 'Quantity' },
      ],
      gives: 'value',
    },
    {
      steps: [
        { k: 'property', name: 'A' },
        { k: 'property', name: 'c' },
        { k: 'equals', name: 'x', value: 'y' },
        { k: 'property', name: 'd' },
      ],
      gives: 'exists',
    },
  ])
  assert.throws(() => parseExpression('A.b.select(c)'), SyntaxError)
  assert.throws(() => parseExpression('A.b + 1'), SyntaxError)
})

test('patientOf follows the compartment and our own rules', () => {
  assert.deepEqual(patientOf({ resourceType: 'Patient', id: 'a' }), ['Patient/a'])
  const one = {
    resourceType: 'Observation',
    subject: { reference: 'Patient/1' },
    performer: [{ reference: 'Patient/2' }, { reference: 'Patient/1' }],
  }
  assert.deepEqual(patientOf(one).sort(), ['Patient/1', 'Patient/2'])
  const task = { resourceType: 'Task', for: { reference: 'Patient/3' }, focus: { reference: 'Patient/4' } }
  assert.deepEqual(patientOf(task), ['Patient/3'])
  const coverage = { resourceType: 'Coverage', beneficiary: { reference: 'Patient/5' }, payor: [{ reference: 'Patient/6' }] }
  assert.deepEqual(patientOf(coverage), ['Patient/5'])
  assert.deepEqual(patientOf({ resourceType: 'Organization', id: 'o' }), [])
})

test('sortDate takes the clinical date, else lastUpdated, else null', () => {
  const encounter = {
    resourceType: 'Encounter',
    period: { start: '2026-11-22T08:00:00+07:00' },
    meta: { lastUpdated: '2026-12-01T00:00:00Z' },
  }
  assert.equal(sortDate(encounter), Date.UTC(2026, 10, 22, 1))
  assert.equal(sortDate({ ...encounter, period: {} }), Date.UTC(2026, 11, 1))
  assert.equal(sortDate({ resourceType: 'Patient' }), null)
})

test('reference parameters that resolve to one type have that target only', () => {
  assert.deepEqual(searchParameters('Observation').get('patient')?.target, ['Patient'])
  assert.ok(searchParameters('Observation').get('subject')?.target.includes('Device'))
  assert.equal(searchParameters('Nope').size, 0)
})

test('unknown types and rough input give no entries and do not throw', () => {
  assert.deepEqual(searchEntries({ resourceType: 'Nope' }), [])
  const rough = { resourceType: 'Observation', code: 'x', subject: 'y', effectivePeriod: [], valueQuantity: 3, category: [null, 1] }
  assert.deepEqual(searchEntries(rough), [])
})

test('the sort date is the value of the parameter that looks at its element, and of no other', () => {
  const looks = (type: string, param: string) => looksAtSortDate(type, searchParameters(type).get(param)?.expression ?? '')
  for (const [type, param] of [
    ['Observation', 'date'],
    ['Encounter', 'date'],
    ['Task', 'authored-on'],
    ['Procedure', 'date'],
    ['Appointment', 'date'],
    ['Consent', 'date'],
  ] as const) {
    assert.ok(looks(type, param), `${type}.${param}`)
  }
  for (const [type, param] of [
    ['ClinicalImpression', 'date'],
    ['Flag', 'date'],
    ['Patient', 'birthdate'],
    ['Encounter', 'location-period'],
  ] as const) {
    assert.ok(!looks(type, param), `${type}.${param}`)
  }
})

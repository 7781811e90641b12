/** The entries that index generation 2 brings. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decimal } from '../json/serialize.ts'
import { DEFAULT_ZONE, type SearchEntry, searchEntries, searchParameters } from './index.ts'
import { plainText } from './narrative.ts'

type Resource = { resourceType: string; [name: string]: unknown }

const of = (resource: Resource, param: string) => searchEntries(resource, DEFAULT_ZONE, 2).filter((e) => e.param === param)
const bare = (entries: SearchEntry[]) => entries.map(({ param: _param, type: _type, ...rest }) => rest)

const LOINC = 'http://loinc.org'
const UCUM = 'http://unitsofmeasure.org'
const mmHg = (value: unknown) => ({ value, unit: 'mmHg', system: UCUM, code: 'mm[Hg]' })
const PRESSURE: Resource = {
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: LOINC, code: '85354-9' }] },
  valueQuantity: mmHg(1),
  component: [
    { code: { coding: [{ system: LOINC, code: '8480-6' }], text: 'Tâm thu' }, valueQuantity: mmHg(decimal('140.0')) },
    { code: { coding: [{ system: LOINC, code: '8462-4' }] }, valueQuantity: mmHg(90) },
    { code: { coding: [{ system: LOINC, code: 'no-value' }] } },
  ],
}

test('a composite below the resource keeps together what stands in one element', () => {
  const found = of(PRESSURE, 'component-code-value-quantity').map((e) => (e.type === 'composite' ? e.parts.map(bare) : []))
  const quantity = (value: number) => ({ value, unit: 'mmHg', system: UCUM, code: 'mm[Hg]' })
  assert.deepEqual(found, [
    [[{ system: LOINC, code: '8480-6' }, { text: 'Tâm thu' }], [quantity(140)]],
    [[{ system: LOINC, code: '8462-4' }], [quantity(90)]],
  ])
  assert.deepEqual(
    searchEntries(PRESSURE, DEFAULT_ZONE, 1).filter((e) => e.type === 'composite'),
    [],
  )
})

test('a composite of the resource itself has no entries: its parts are asked for', () => {
  for (const code of ['code-value-quantity', 'combo-code-value-quantity']) {
    assert.deepEqual(of(PRESSURE, code), [])
    assert.equal(searchParameters('Observation').get(code)?.byParts, true)
  }
  const parameter = searchParameters('Observation').get('code-value-quantity')
  assert.deepEqual(
    parameter?.components.map((c) => [c.code, c.type]),
    [
      ['code', 'token'],
      ['value-quantity', 'quantity'],
    ],
  )
})

test('composites of three parts, from the whole resource, of references and of dates', () => {
  const sequence = {
    resourceType: 'MolecularSequence',
    coordinateSystem: 0,
    referenceSeq: { chromosome: { coding: [{ code: '7' }] }, windowStart: 5, windowEnd: 9 },
    variant: [{ start: 1, end: 2 }, { start: 3 }],
  }
  const parts = (resource: Resource, param: string) => of(resource, param).map((e) => (e.type === 'composite' ? e.parts.map(bare) : []))
  assert.deepEqual(parts(sequence, 'chromosome-variant-coordinate'), [[[{ code: '7' }], [{ value: 1 }], [{ value: 2 }]]])
  assert.deepEqual(parts(sequence, 'chromosome-window-coordinate'), [[[{ code: '7' }], [{ value: 5 }], [{ value: 9 }]]])
  const reference = { resourceType: 'DocumentReference', relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/1' } }] }
  assert.deepEqual(parts(reference, 'relationship'), [
    [[{ target: 'DocumentReference/1' }], [{ system: 'http://hl7.org/fhir/document-relationship-type', code: 'replaces' }]],
  ])
  const group = {
    resourceType: 'Group',
    characteristic: [
      { code: { text: 'c' }, valueBoolean: false },
      { code: { text: 'd' }, valueQuantity: { value: 1 } },
    ],
  }
  assert.deepEqual(parts(group, 'characteristic-value'), [[[{ text: 'c' }], [{ code: 'false' }]]])
  assert.equal(searchParameters('Observation').get('code-value-date')?.components[1]?.type, 'date')
})

test('identifiers carry the codings of their type', () => {
  const type = { coding: [{ system: 'https://example.org/t', code: 'MR' }, { code: 'PI' }, { display: 'x' }], text: 'Số bệnh án' }
  const patient = { resourceType: 'Patient', identifier: [{ type, system: 's', value: 'v' }, { type }, { value: 'w' }] }
  assert.deepEqual(bare(of(patient, 'identifier')), [
    {
      system: 's',
      code: 'v',
      text: 'Số bệnh án',
      typed: [
        { system: 'https://example.org/t', code: 'MR' },
        { system: '', code: 'PI' },
      ],
    },
    { text: 'Số bệnh án' },
    { code: 'w' },
  ])
})

test('ranges are one entry with both ends, open where one is missing', () => {
  const condition = (onsetRange: object) => bare(of({ resourceType: 'Condition', onsetRange }, 'onset-age'))
  const years = (value: number) => ({ value, unit: 'tuổi', system: UCUM, code: 'a' })
  const unit = { unit: 'tuổi', system: UCUM, code: 'a' }
  assert.deepEqual(condition({ low: years(1), high: years(10) }), [{ low: 1, high: 10, ...unit }])
  assert.deepEqual(condition({ high: years(10) }), [{ high: 10, ...unit }])
  assert.deepEqual(condition({}), [])
  assert.equal(
    searchEntries({ resourceType: 'Condition', onsetRange: { low: years(1), high: years(10) } } as Resource, DEFAULT_ZONE, 1).length,
    2,
  )
  const risk = { resourceType: 'RiskAssessment', prediction: [{ probabilityRange: { low: { value: 0.1 }, high: { value: 0.2 } } }] }
  assert.deepEqual(bare(of(risk, 'probability')), [{ low: 0.1, high: 0.2 }])
})

test('a value written with a comparator is what lies on that side', () => {
  const observation = (comparator: string) =>
    bare(of({ resourceType: 'Observation', valueQuantity: { value: 5, comparator, code: 'mg' } }, 'value-quantity'))
  assert.deepEqual(observation('<'), [{ high: 5, code: 'mg' }])
  assert.deepEqual(observation('>='), [{ low: 5, code: 'mg' }])
})

test('sampled data are found by the bounds of their values', () => {
  const sampled = (more: object) =>
    bare(
      of(
        { resourceType: 'Observation', valueSampledData: { origin: { value: 10, code: 'mV' }, period: 1, dimensions: 1, ...more } },
        'value-quantity',
      ),
    )
  assert.deepEqual(sampled({ factor: 0.1, data: '1 -20 E L 30 U' }), [{ low: 8, high: 13, code: 'mV' }])
  assert.deepEqual(sampled({ lowerLimit: 2, upperLimit: 4 }), [{ low: 2, high: 4, code: 'mV' }])
  assert.deepEqual(sampled({ data: 'E' }), [])
})

test('narratives of documents give their text, those of other resources nothing', () => {
  const narrative = (words: string) => ({
    status: 'generated',
    div: `<div xmlns="http://www.w3.org/1999/xhtml"><p title="a>b">${words}</p></div>`,
  })
  const composition = {
    resourceType: 'Composition',
    text: narrative('Tóm&nbsp;tắt'),
    section: [{ section: [{ text: narrative('Đau <b>ngực</b> &amp; sốt &#273;') }] }],
  }
  assert.deepEqual(bare(of(composition, '_text')), [{ text: 'Tóm tắt' }, { text: 'Đau  ngực  & sốt đ' }])
  assert.deepEqual(of({ resourceType: 'Patient', text: narrative('x') }, '_text'), [])
})

test('property: narratives of any shape are read in linear time and without an exception', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('<', '>', '&', '&#x110;', '&#99999999;', '&lt;', 'a', ' ', '"'), { maxLength: 60 }), (parts) => {
      assert.ok(plainText(parts.join('')).length <= parts.join('').length)
    }),
  )
  assert.equal(plainText('<'.repeat(1_000_000)).length, 0)
})

test('property: generation 2 changes nothing of the first but ranges, samples and compared values', () => {
  const value = fc.record({ value: fc.integer(), code: fc.constantFrom('mg', 'g') })
  fc.assert(
    fc.property(value, fc.constantFrom('2024', '2024-02', '2024-02-29'), (valueQuantity, effectiveDateTime) => {
      const resource = {
        resourceType: 'Observation',
        code: { text: 'x' },
        valueQuantity,
        effectiveDateTime,
        component: [{ code: { text: 'y' } }],
      }
      assert.deepEqual(searchEntries(resource, DEFAULT_ZONE, 2), searchEntries(resource, DEFAULT_ZONE, 1))
    }),
  )
})

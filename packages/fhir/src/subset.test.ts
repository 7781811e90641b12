import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elementsOf } from './definitions.ts'
import { elementsShape, isElementName, subsetText, summaryShape } from './subset.ts'
import { resourceTypes } from './types-numbers.ts'

const OBSERVATION = JSON.stringify({
  resourceType: 'Observation',
  id: 'o',
  meta: { versionId: '1' },
  implicitRules: 'https://example.org/rules',
  language: 'vi',
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">…</div>' },
  contained: [{ resourceType: 'Patient', id: 'p' }],
  extension: [{ url: 'https://example.org/e', valueString: 'e' }],
  modifierExtension: [{ url: 'https://example.org/m', valueBoolean: true }],
  status: 'final',
  _status: { extension: [{ url: 'https://example.org/s', valueString: 's' }] },
  code: { text: 'x' },
  valueQuantity: { value: 5.4, unit: 'mmol/L' },
  note: [{ text: 'n' }],
  component: [
    {
      id: 'c',
      code: { text: 'y' },
      valueSampledData: { origin: { value: 0 }, period: 10, dimensions: 1, data: '1 2' },
      interpretation: [{ text: 'H' }],
    },
  ],
})

const asked = (how: Parameters<typeof subsetText>[2], text = OBSERVATION, type = 'Observation') => JSON.parse(subsetText(text, type, how))

test('_summary=true leaves what R4 marks as summary, at every level, with mandatory and modifier elements', () => {
  const { meta, ...left } = asked({ summary: 'true' })
  assert.deepEqual(Object.keys(left), [
    'resourceType',
    'id',
    'implicitRules',
    'modifierExtension',
    'status',
    '_status',
    'code',
    'valueQuantity',
    'component',
  ])
  assert.deepEqual(left.component, [
    { id: 'c', code: { text: 'y' }, valueSampledData: { origin: { value: 0 }, period: 10, dimensions: 1 } },
  ])
  assert.equal(meta.versionId, '1')
  assert.equal(meta.tag[0].code, 'SUBSETTED')
})

test('_summary=text leaves the narrative and what is mandatory; _summary=data leaves all but the narrative', () => {
  assert.deepEqual(Object.keys(asked({ summary: 'text' })), [
    'resourceType',
    'id',
    'meta',
    'implicitRules',
    'text',
    'modifierExtension',
    'status',
    '_status',
    'code',
  ])
  const { meta, ...left } = asked({ summary: 'data' })
  const { text: _text, meta: _meta, ...others } = JSON.parse(OBSERVATION)
  assert.deepEqual(left, others)
  assert.equal(meta.tag[0].code, 'SUBSETTED')
  const bare = '{"resourceType":"Basic","code":{"text":"x"}}'
  assert.equal(subsetText(bare, 'Basic', { summary: 'data' }), bare)
})

test('_elements leaves what is named, mandatory, or modifies the others', () => {
  const names = ['value', 'note', 'Patient.name', 'Observation.language']
  assert.deepEqual(Object.keys(asked({ elements: names })), [
    ...[
      'resourceType',
      'id',
      'meta',
      'implicitRules',
      'language',
      'modifierExtension',
      'status',
      '_status',
      'code',
      'valueQuantity',
      'note',
    ],
  ])
  assert.deepEqual(Object.keys(elementsShape('Observation', ['value[x]'])).filter((m) => m.startsWith('value')).length, 11)
  assert.equal(subsetText(OBSERVATION, 'Observation', { elements: [] }), OBSERVATION)
  assert.ok(
    isElementName('Observation', 'value') && isElementName('Observation', 'value[x]') && isElementName('Observation', 'Patient.name'),
  )
  for (const name of ['valueQuantity', 'component.code', 'Patient.x', 'Nope.id', '']) assert.ok(!isElementName('Observation', name), name)
})

test('lists inside lists of one type end: a questionnaire, an identifier whose assigner has an identifier', () => {
  const item = { linkId: '1', type: 'group', prefix: 'p', item: [{ linkId: '2', type: 'string' }] }
  const text = JSON.stringify({ resourceType: 'Questionnaire', status: 'draft', item: [item] })
  assert.equal(asked({ summary: 'true' }, text, 'Questionnaire').item, undefined)
  const assigner = { identifier: { value: 'v', assigner: { display: 'd', extension: [{ url: 'https://example.org/e' }] } } }
  const patient = JSON.stringify({ resourceType: 'Patient', identifier: [{ assigner }], contact: [{}] })
  assert.deepEqual(asked({ summary: 'true' }, patient, 'Patient').identifier, [{ assigner }])
})

test('every type has its summary, and none of them lacks a mandatory element', () => {
  for (const { name } of resourceTypes()) {
    for (const mode of ['true', 'text', 'data'] as const) {
      const shape = summaryShape(name, mode)
      for (const row of elementsOf(name, name) ?? []) {
        if (row.min > 0 && !row.x) assert.ok(Object.hasOwn(shape, row.n), `${name}.${row.n} ${mode}`)
      }
    }
    assert.ok(Object.keys(summaryShape(name, 'true')).length > 3, name)
  }
})

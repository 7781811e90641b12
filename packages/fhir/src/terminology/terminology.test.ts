import assert from 'node:assert/strict'
import { test } from 'node:test'
import { baseCodeSystem, baseValueSet } from './base.ts'
import { conceptsOf } from './concepts.ts'

test('nesting and properties both tell what a code lies below; retired codes and headings are known', () => {
  const concepts = conceptsOf([
    {
      code: 'a',
      concept: [
        {
          code: 'b',
          display: 'B',
          property: [
            { code: 'subsumedBy', valueCode: 'x' },
            { code: 'status', valueCode: 'retired' },
          ],
        },
        {
          code: 'c',
          display: 'C',
          property: [{ code: 'notSelectable', valueBoolean: true }],
          designation: [{ language: 'vi', value: 'Xê' }],
        },
        {
          code: 'd',
          display: 'D',
          property: [
            { code: 'unit', valueString: 'm' },
            { code: 'unit', valueString: 's' },
          ],
        },
      ],
    },
  ])
  assert.deepEqual(
    concepts.map((c) => [c.code, c.display, c.parents]),
    [
      ['a', 'a', []],
      ['b', 'B', ['a', 'x']],
      ['c', 'C', ['a']],
      ['d', 'D', ['a']],
    ],
  )
  assert.deepEqual([concepts[1]?.inactive, concepts[2]?.abstract, concepts[2]?.also], [true, true, [{ language: 'vi', value: 'Xê' }]])
  assert.deepEqual(concepts[3]?.props, { unit: ['m', 's'] })
})

test('the systems and sets of R4 are there, others are not', () => {
  const gender = baseCodeSystem('http://hl7.org/fhir/administrative-gender')
  assert.deepEqual(gender?.concepts.map((c) => c.code).sort(), ['female', 'male', 'other', 'unknown'])
  assert.equal(baseValueSet('http://hl7.org/fhir/ValueSet/administrative-gender')?.compose.include?.length, 1)
  for (const url of ['http://snomed.info/sct', '__proto__', 'constructor', ''])
    assert.equal(baseCodeSystem(url) ?? baseValueSet(url), undefined)
})

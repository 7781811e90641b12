import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elementsOf } from '../definitions.ts'
import { resourceTypes } from '../types-numbers.ts'
import { validate } from '../validate/index.ts'
import { parseFhirText } from './parse.ts'
import { WHOLE_MEMBERS } from './spelling.ts'

const WHOLE = new Set(['integer', 'positiveInt', 'unsignedInt'])

/** JSON names of all whole numbers of R4. */
function wholeNames(): Set<string> {
  const out = new Set<string>()
  const seen = new Set<string>()
  const walk = (type: string, resourceType: string): void => {
    if (seen.has(`${resourceType} ${type}`)) return
    seen.add(`${resourceType} ${type}`)
    for (const row of elementsOf(type, resourceType) ?? []) {
      for (const t of row.t) {
        if (WHOLE.has(t)) out.add(row.x ? `${row.n}${t.charAt(0).toUpperCase()}${t.slice(1)}` : row.n)
        else walk(t, resourceType)
      }
    }
  }
  for (const { name } of resourceTypes()) walk(name, name)
  return out
}

test('the names of whole numbers are those of the definitions', () => {
  assert.deepEqual([...WHOLE_MEMBERS].toSorted(), [...wholeNames()].toSorted())
})

const found = (text: string) => validate(parseFhirText(text)).map((f) => [f.definition.code, f.path])

test('a whole number is written in digits alone; a decimal as its sender likes', () => {
  const twin = (n: string) => `{"resourceType":"Patient","multipleBirthInteger": ${n}}`
  for (const n of ['0', '2', '-3', '2147483647']) assert.deepEqual(found(twin(n)), [], n)
  for (const n of ['1.0', '1e1', '1E+1', '10.00', '20e-1', '-0', '-0.0', '2147483648', '1e999', '0.5']) {
    assert.deepEqual(found(twin(n)), [['fhir-primitive', 'Patient.multipleBirthInteger']], n)
  }
  const measured = (n: string) =>
    `{"resourceType":"Observation","status":"final","code":{"text":"K"},"valueQuantity":{"value": ${n}, "unit": "index\\": 1.0"}}`
  for (const n of ['1.0', '1e1', '-0.0', '1.50']) assert.deepEqual(found(measured(n)), [], n)
})

test('each number of a list and of what lies deeper is looked at', () => {
  const list = `{"resourceType":"Observation","status":"final","code":{"text":"K"},"component":[{"code":{"text":"x"},"valueInteger":1},
    {"code":{"text":"\\u00e0"},"valueInteger" : 2.0}]}`
  assert.deepEqual(found(list), [['fhir-primitive', 'Observation.component[1].valueInteger']])
  const sequence = `{"resourceType":"MolecularSequence","coordinateSystem":0,"quality":[{"type":"snp","roc":{"score":[1,2.0,3]}}]}`
  assert.deepEqual(found(sequence), [['fhir-primitive', 'MolecularSequence.quality[0].roc.score[1]']])
})

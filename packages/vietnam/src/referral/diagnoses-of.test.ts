import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnosesOf } from '../index.ts'

test('codes in the text of a diagnosis, before or behind their words, the first one the main one', () => {
  assert.deepEqual(diagnosesOf('J18.9 Viêm phổi; I10 Tăng huyết áp'), [
    { code: 'J18.9', text: 'Viêm phổi', rank: 1 },
    { code: 'I10', text: 'Tăng huyết áp', rank: 2 },
  ])
  assert.deepEqual(diagnosesOf('Viêm phổi (J18.9), suy hô hấp cấp'), [{ code: 'J18.9', text: 'suy hô hấp cấp', rank: 1 }])
  assert.deepEqual(diagnosesOf('Viêm phổi (J18.9)\nTăng huyết áp – I10'), [
    { code: 'J18.9', text: 'Viêm phổi', rank: 1 },
    { code: 'I10', text: 'Tăng huyết áp', rank: 2 },
  ])
  assert.deepEqual(diagnosesOf('I10, I10'), [{ code: 'I10', text: '', rank: 1 }])
  for (const text of ['', 'Viêm phổi', 'SpO2 92', 'TB12', 'COVID19', 'a I1 b']) assert.deepEqual(diagnosesOf(text), [], text)
})

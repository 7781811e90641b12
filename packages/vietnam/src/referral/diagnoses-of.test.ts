import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bareCodes, diagnosesOf, withCodeNames } from '../index.ts'

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

test('a code typed alone is spelled as the list has it and given its name; words of the doctor are never touched', () => {
  const names = new Map([
    ['J18.9', 'Viêm phổi, không đặc hiệu'],
    ['I10', 'Tăng huyết áp vô căn (nguyên phát)'],
  ])
  assert.deepEqual(bareCodes('j189, i10; E11.9 Đái tháo đường\nJ18.9'), ['J18.9', 'I10'])
  assert.equal(withCodeNames('j189', names), 'J18.9 Viêm phổi, không đặc hiệu')
  assert.equal(withCodeNames('j189, i10', names), 'J18.9 Viêm phổi, không đặc hiệu; I10 Tăng huyết áp vô căn (nguyên phát)')
  assert.equal(withCodeNames('k35.8', names), 'K35.8')
  for (const text of ['J18.9 Viêm phổi', 'Viêm phổi (J18.9)', 'Viêm phổi do a12b', 'thiếu vitamin b12', 'j1', '', 'j1899x']) {
    assert.deepEqual(bareCodes(text), [], text)
    assert.equal(withCodeNames(text, names), text)
  }
  const once = withCodeNames('j189; i10', names)
  assert.equal(withCodeNames(once, names), once, 'named once, nothing is left to name')
  assert.deepEqual(
    diagnosesOf(once).map((d) => d.code),
    ['J18.9', 'I10'],
  )
})

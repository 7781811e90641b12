import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SYSTEM } from '@yba/fhir'
import { bhxhOf, classifyCitizenPaper, isFacilityCode, isMrn, readCccd, readInsuranceNumber } from '../index.ts'

test('SO_CCCD says which paper it is by its form', () => {
  assert.deepEqual(classifyCitizenPaper('000190000017'), { kind: 'cccd', system: SYSTEM.cccd, value: '000190000017' })
  assert.equal(classifyCitizenPaper('121234567')?.kind, 'cmnd')
  assert.deepEqual(classifyCitizenPaper(' c1234567 '), { kind: 'passport', system: SYSTEM.passport, value: 'C1234567' })
  for (const text of ['', '12345', 'không có', '0001900000171', 'ABCDEFG']) assert.equal(classifyCitizenPaper(text), null, text)
})

test('the structure of a CCCD never refuses, it only removes automatic linking', () => {
  const woman = { sex: '2', birthDate: '1990-04-12' }
  assert.deepEqual(readCccd('000190000017', woman, { demo: true }), { automaticLinking: true, doubts: [] })
  assert.deepEqual(readCccd('000190000017', woman).doubts, ['demo-prefix'])
  assert.deepEqual(readCccd('024090000017', woman).doubts, ['sex'])
  assert.deepEqual(readCccd('024191000017', woman).doubts, ['birth-year'])
  assert.deepEqual(readCccd('024305000017', { sex: '2', birthDate: '2005' }), { automaticLinking: true, doubts: [] })
  assert.deepEqual(readCccd('123', woman), { automaticLinking: false, doubts: ['format'] })
})

test('insurance numbers in their three forms, with the social-insurance number inside a card', () => {
  assert.deepEqual(readInsuranceNumber('GD4 24 0000000017'), { kind: 'card', value: 'GD4240000000017', bhxh: '0000000017', benefit: '4' })
  assert.equal(readInsuranceNumber('2420000017')?.kind, 'bhxh')
  assert.equal(readInsuranceNumber('000190000017')?.kind, 'cccd')
  assert.equal(bhxhOf('HT3240123456789'), '0123456789')
  for (const text of ['', 'GD9240000000017', '0000000000', 'GD424000000001']) assert.equal(readInsuranceNumber(text), null, text)
})

test('facility codes keep leading zeros and letters; patient numbers are any tidy text', () => {
  for (const code of ['24997', '01929', '01C51']) assert.ok(isFacilityCode(code), code)
  for (const code of ['1929', '019290', 'A1929', '01c51']) assert.ok(!isFacilityCode(code), code)
  assert.ok(isMrn('BN-THU-0001'))
  for (const text of ['', ' BN', 'B\nN', 'x'.repeat(101)]) assert.ok(!isMrn(text))
})

/** Receipts of the BHXH portal: another known kind of file, tied to slips by value; where two channels differ is said. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findingsOf } from './channels.ts'
import { stemOf } from './judge.ts'

const facts = { number: '12/2026', numbers: ['12/2026', '7/2026/GCT-YB'], differing: [] as { vi: string; en: string }[] }
const row = (more: object = {}) => ({ said: { code: '200', accepted: true, transaction: 'GD1', errors: [], ...more } })
const codes = (...given: Parameters<typeof findingsOf>): string[] => findingsOf(...given).map((f) => f.definition.code)

test('the newest word of the portal counts: refused, another number, other content than was signed', () => {
  assert.deepEqual(codes(facts, []), [])
  assert.deepEqual(codes(facts, [row({ slip: '7/2026/GCT-YB' })]), [])
  assert.deepEqual(codes(facts, [row({ slip: '13/2026' })]), ['channel-numbers'])
  const differing = [
    { vi: 'Chẩn đoán', en: 'Diagnosis' },
    { vi: 'Chẩn đoán', en: 'Diagnosis' },
  ]
  const [said] = findingsOf({ ...facts, differing }, [row()])
  assert.deepEqual([said?.definition.code, said?.values.fields], ['channels-differ', 'Chẩn đoán'])
  // Nothing has gone to the portal: it is a matter between the HIS and the slip alone.
  assert.deepEqual(codes({ ...facts, differing }, []), [])
  assert.deepEqual(codes({ ...facts, differing }, [row({ code: '401', accepted: false, message: 'sai thẻ' }), row()]), ['portal-refused'])
})

test('a receipt answers the claim file it is named like', () => {
  const names = ['HS_12.json', 'HS_12.xml.json', 'hs_12_bienlai.json', 'HS_12.phan-hoi.json', 'HS_12 KQ.JSON']
  assert.deepEqual([...new Set(names.map(stemOf))], ['hs_12'])
})

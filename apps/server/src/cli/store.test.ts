import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultText } from './store.ts'

test('a fault of the index is told in both languages, mended ones as mended', () => {
  const fault = { where: 'ix_tok', of: 'Patient/1', repaired: true }
  assert.equal(faultText(fault, 'en'), '· Patient/1  ix_tok: index rows differ from the content → made anew')
  assert.equal(faultText({ ...fault, where: 'hist', repaired: false }, 'vi'), '✖ Patient/1  lịch sử thiếu phiên bản')
})

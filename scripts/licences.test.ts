import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allowed } from './licences.ts'

test('a licence expression is allowed by its choices and conjunctions', () => {
  assert.equal(allowed('MIT', false), true)
  assert.equal(allowed('(GPL-3.0 OR MIT)', false), true)
  assert.equal(allowed('MIT AND GPL-3.0', false), false)
  assert.equal(allowed('MPL-2.0', false), false)
  assert.equal(allowed('MPL-2.0', true), true)
  assert.equal(allowed('not stated', true), false)
})

/** A line of 32 kbit/s, as it is: a print takes its minute, and comes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { narrowLine, noNarrowLine } from '../testing/narrow-line.ts'

test('at 4 kB a second a print of 200 kB comes to its last byte', { skip: noNarrowLine, timeout: 300_000 }, async (t) => {
  const slow = await narrowLine(t, { answer: 200_000, graceSeconds: 5, rate: 4_000, slowly: 180_000 })
  assert.ok((await slow.heard()) > 200_000, 'all of it, and the headers')
  assert.deepEqual(slow.cut, [])
})

/** Who reads slowly gets everything; who reads nothing is cut off. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { narrowLine, noNarrowLine } from '../testing/narrow-line.ts'

test('a slow reader gets all bytes of one large answer; one who takes none is cut off', { skip: noNarrowLine }, async (t) => {
  const [stalled, slow] = await Promise.all([
    narrowLine(t, { answer: 4_000_000, graceSeconds: 0.5, rate: 0, slowly: 0 }),
    // One write, some four seconds in leaving: longer than anybody may take nothing here.
    narrowLine(t, { answer: 250_000, graceSeconds: 0.75, rate: 40_000, slowly: 170_000 }),
  ])
  await stalled.heard()
  assert.deepEqual(stalled.cut, ['answer-not-read'])
  assert.ok((await slow.heard()) > 250_000, 'all of it, and the headers')
  assert.deepEqual(slow.cut, [])
})

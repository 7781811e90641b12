/** One probe while the hub is away, whoever asks; everybody hears of its return at once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openGate } from './gate.ts'

test('while the line is down one caller at a time may try, after a pause', async () => {
  const gate = openGate()
  const [a, b] = [gate.take(), gate.take()]
  assert.ok(a && b, 'an open line takes everybody')
  a(false)
  b(false)
  assert.equal(gate.up, false)
  assert.equal(gate.take(), null, 'not before the pause is over')
  await gate.turn(AbortSignal.timeout(30_000))
  const probe = gate.take()
  assert.ok(probe, 'then one')
  assert.equal(gate.take(), null, 'and one only')
  const heard = gate.turn(AbortSignal.timeout(30_000))
  probe(true)
  await heard
  assert.equal(gate.up, true)
  assert.ok(gate.take())
})

test('each failed probe makes the pause longer; a stop ends the waiting', async () => {
  const gate = openGate()
  gate.take()?.(false)
  const pauses: number[] = []
  for (let i = 0; i < 3; i++) {
    const begun = performance.now()
    await gate.turn(AbortSignal.timeout(30_000))
    pauses.push(performance.now() - begun)
    gate.take()?.(false)
  }
  assert.ok((pauses[2] ?? 0) >= 800 * 0.99, `the third pause has a window of 1.6 s: ${pauses}`)
  const stop = AbortSignal.timeout(50)
  await gate.turn(stop)
  assert.ok(stop.aborted)
})

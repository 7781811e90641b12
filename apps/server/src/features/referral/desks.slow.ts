/** Desks that work on while the hub is away, and what becomes of their work when it is back. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { effects, eventually, outboxOf, rowOf, signSlip, takeIn, transition, until, writeOutcome } from '../../testing/referral.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

/** A signed slip that has arrived in the receiver's list. */
async function delivered(seed: number) {
  const slip = await p.slip(p.sender, seed)
  await signSlip(p.sender, slip.id)
  return { ...slip, there: await until(p.receiver, slip.number, 'delivered') }
}

test('the hub is closed in the middle: desks see what they proposed, and the queues drain in order, nothing lost or doubled', async (t) => {
  const [a, b] = await Promise.all([delivered(80), delivered(81)])
  await p.hub.close()
  let open = false
  t.after(() => (open ? undefined : p.hub.open()))
  const desk = await p.receiver.at('vanthu')
  for (const one of [a, b]) {
    await takeIn(p.receiver, one.there)
    await writeOutcome(p.receiver, one.there)
    // The seal follows by itself, a little later where the machine is busy.
    const row = await eventually(
      () => rowOf(desk, one.number),
      (r) => r?.proposed?.event === 'answer',
      'the answer is proposed',
    )
    assert.deepEqual([row?.state, row?.proposed?.refusedBecause], ['in-care', undefined])
  }
  const slips = [await p.slip(p.sender, 82), await p.slip(p.sender, 83)]
  const others = [await p.slip(p.other, 84)]
  for (const slip of slips) await signSlip(p.sender, slip.id)
  for (const slip of others) await signSlip(p.other, slip.id)
  // A queued slip that is taken back: the hub may have it already, so the word goes behind it.
  const taken = slips[1]
  assert.ok(taken)
  await eventually(
    async () => (await effects(p.sender.sql, '24997', taken.number)).tasks[0],
    (s) => s === 'queued',
    'queued',
  )
  assert.equal((await transition(await p.sender.at('vanthu'), taken.id, 'void', 'ghi nhầm')).status, 200)
  assert.equal((await rowOf(await p.sender.at('vanthu'), taken.number))?.state, 'void')
  for (const [node, count] of [
    [p.sender, 3],
    [p.other, 1],
    [p.receiver, 10],
  ] as const) {
    await eventually(
      () => outboxOf(node, 'pending'),
      (rows) => rows.length === count,
      `${count} messages wait at ${node.settings.name}`,
    )
  }

  await p.hub.open()
  open = true
  for (const one of [a, b]) await until(p.sender, one.number, 'completed', 40_000)
  await until(p.receiver, slips[0]?.number ?? '', 'delivered', 40_000)
  await until(p.sender, taken.number, 'void', 40_000)
  const [other] = others
  assert.ok(other)
  await eventually(
    () => effects(p.hub.sql, '24998', other.number),
    (e) => e.events.includes('deliver'),
    'the other sender',
  )
  for (const one of [a, b]) {
    assert.deepEqual((await effects(p.hub.sql, '24997', one.number)).events, [
      'send',
      'deliver',
      'accept',
      'arrive',
      'start-care',
      'answer',
      'file-outcome',
    ])
  }
  for (const node of [p.sender, p.other, p.receiver]) {
    assert.deepEqual(
      await eventually(
        () => outboxOf(node, 'pending'),
        (rows) => rows.length === 0,
        'drained',
      ),
      [],
    )
  }
})

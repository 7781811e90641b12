import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '../settings.ts'
import { buckets, nodeLanes } from './rate.ts'

const wait = (lanes: ReturnType<typeof nodeLanes>, who: string, urgent: boolean, now: number) => lanes.take(who, urgent, now).wait

test('a node may burst a hundred, then twenty a second; others are not held up by it', () => {
  const lanes = nodeLanes(LIMITS)
  for (let i = 0; i < 100; i++) assert.equal(wait(lanes, '24998', false, 0), 0)
  assert.equal(wait(lanes, '24998', false, 0), 50)
  assert.equal(wait(lanes, '01929', false, 0), 0)
  assert.equal(wait(lanes, '24998', false, 60), 0)
})

test('six hundred a minute at most, unless it was work the hub took', () => {
  const asked = nodeLanes(LIMITS)
  const worked = nodeLanes(LIMITS)
  let [idle, busy] = [0, 0]
  for (let now = 0; now < 120_000; now += 50) {
    if (wait(asked, 'a', false, now) === 0) idle += 1
    if (wait(worked, 'a', false, now) === 0) {
      busy += 1
      worked.giveBack('a')
    }
  }
  assert.ok(idle <= 600 + 1200 && idle >= 1700, `${idle}`)
  assert.equal(busy, 2400)
})

test('emergencies pass where ordinary requests wait, two a second, and never less', () => {
  const lanes = nodeLanes(LIMITS)
  for (let i = 0; i < 100; i++) lanes.take('24998', false, 0)
  for (let i = 0; i < 10; i++) assert.deepEqual(lanes.take('24998', true, 0), { wait: 0, lane: 'urgent' })
  assert.equal(wait(lanes, '24998', true, 0), 500)
  // The flood goes on; each half second one emergency passes all the same.
  for (let now = 500; now <= 5000; now += 500) {
    for (let i = 0; i < 30; i++) lanes.take('24998', false, now)
    assert.equal(wait(lanes, '24998', true, now), 0)
    assert.ok(wait(lanes, '24998', true, now) > 0)
  }
})

test('a clock that goes back gives no extra tokens', () => {
  const lanes = nodeLanes(LIMITS)
  for (let i = 0; i < 100; i++) lanes.take('a', false, 1_000_000)
  assert.ok(wait(lanes, 'a', false, 0) > 0)
})

test('a crowd of addresses takes bounded memory and does not wash away who is being held back', () => {
  const known = buckets()
  const one = { perSecond: 0.001, burst: 1 }
  known.wait('flooder', one, 0)
  known.spend('flooder', 1)
  for (let i = 0; i < 60_000; i++) {
    known.wait(`2001:db8::${i}`, one, 1)
    if (i % 1000 === 0) assert.ok(known.wait('flooder', one, 1) > 0)
  }
  assert.ok(known.size() <= 50_001)
})

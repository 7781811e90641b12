import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeLanes } from './rate.ts'

test('a node may burst a hundred, then twenty a second; others are not held up by it', () => {
  const lanes = nodeLanes()
  for (let i = 0; i < 100; i++) assert.equal(lanes.take('24998', false, 0), 0)
  assert.equal(lanes.take('24998', false, 0), 50)
  assert.equal(lanes.take('01929', false, 0), 0)
  assert.equal(lanes.take('24998', false, 60), 0)
})

test('urgent parcels pass where ordinary ones wait, within a limit of their own', () => {
  const lanes = nodeLanes()
  for (let i = 0; i < 100; i++) lanes.take('24998', false, 0)
  for (let i = 0; i < 10; i++) assert.equal(lanes.take('24998', true, 0), 0)
  assert.ok(lanes.take('24998', true, 0) > 0)
  assert.equal(lanes.take('24998', true, 500), 0)
})

test('a clock that goes back gives no extra tokens', () => {
  const lanes = nodeLanes()
  for (let i = 0; i < 100; i++) lanes.take('a', false, 1_000_000)
  assert.ok(lanes.take('a', false, 0) > 0)
})

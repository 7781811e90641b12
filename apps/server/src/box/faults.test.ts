import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAULT_POINTS } from '../faults.ts'
import { WAYS } from '../testing/fault-ways.ts'

test('every fault point is in the plan', () => {
  const planned = new Set(
    Object.values(WAYS)
      .flat()
      .map((way) => way.split(':')[0]),
  )
  assert.deepEqual([...planned].sort(), [...FAULT_POINTS].sort())
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newPatience, watchProgress } from './patience.ts'

const never = (): Promise<never> => new Promise(() => undefined)

test('a wait that takes too long ends every other one, and says what all of them waited for', async () => {
  const patience = newPatience()
  const other = patience.within(() => 'the slip 7/2026 at receiver', 60_000, never)
  const late = patience.within('sender to answer accept #1#', 20, never)
  await assert.rejects(late, /^Error: not within 0.02 s: sender to answer accept #1#\n.*waiting 0 s for the slip 7\/2026 at receiver/s)
  await assert.rejects(other, /sender to answer accept #1#/)
  await assert.rejects(
    patience.within('what comes later', 60_000, async () => 1),
    /sender to answer/,
  )
  await assert.rejects(patience.pause(60_000), /sender to answer/)
})

test('a run in which nothing is finished any more ends, whoever is to blame', async () => {
  const patience = newPatience()
  let done = 0
  const moving = setInterval(() => {
    if (done < 3) done += 1
  }, 20)
  const stop = watchProgress(patience, 100, () => done)
  await assert.rejects(patience.within('Godot', 60_000, never), /nothing was finished for 0.1 s\n.*waiting 0 s for Godot/s)
  assert.equal(done, 3)
  clearInterval(moving)
  stop()
  assert.deepEqual(patience.waits(), [])
})

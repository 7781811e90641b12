/**
 * `npm run test:long`: a hundred thousand messages between four sites with kills and cuts, checked as in `history.test.ts`.
 * `YBA_MESSAGES` sets how many; `YBA_SEED` repeats a run. Rounds of a thousand referrals, so that a fault is found early.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testSeed } from '../../testing/exchange.ts'
import { runHistory, storyOf } from '../../testing/history/run.ts'
import { openWorld, type World } from '../../testing/history/world.ts'

const MESSAGES = Number(process.env.YBA_MESSAGES ?? 100_000)
const ROUND = 1_000
const first = testSeed() % 2 ** 30

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

test(`${MESSAGES} messages from seed ${first}`, async (t) => {
  let sent = 0
  for (let round = 0; sent < MESSAGES; round++) {
    const seed = first + round
    const result = await runHistory(world, {
      seed,
      referrals: Math.min(ROUND, Math.ceil((MESSAGES - sent) / 3)),
      width: 16,
      faultEvery: 4_000,
    })
    assert.equal(result.faults.length, 0, storyOf(seed, result))
    sent += result.messages
    t.diagnostic(
      `seed ${seed}: ${result.messages} messages in ${result.seconds.toFixed(0)} s, ${sent} in all, ${result.kills} kills so far`,
    )
  }
})

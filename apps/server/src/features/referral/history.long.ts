/**
 * `npm run test:long`: a hundred thousand messages between four sites with kills and cuts, checked as in `history.test.ts`,
 * round by round while it goes on. `YBA_HISTORY_MESSAGES` sets how many; `YBA_SEED` repeats a run, and with the seed of
 * one of its rounds goes on from there; `YBA_HISTORY_MINUTES` ends a run that would be longer, checked like any other.
 * `YBA_HISTORY_LOG` names a file that is told of each round.
 */
import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { testSeed } from '../../testing/exchange.ts'
import { runHistory, storyOf } from '../../testing/history/run.ts'
import { openWorld, type World } from '../../testing/history/world.ts'

const MESSAGES = Number(process.env.YBA_HISTORY_MESSAGES ?? 100_000)
const MINUTES = process.env.YBA_HISTORY_MINUTES ? { minutes: Number(process.env.YBA_HISTORY_MINUTES) } : {}
const seed = testSeed() % 2 ** 30

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

test(`${MESSAGES} messages from seed ${seed}`, async (t) => {
  const log = process.env.YBA_HISTORY_LOG
  const say = (line: string): void => {
    if (line.startsWith('kill')) return
    t.diagnostic(line)
    if (log) appendFileSync(log, `${new Date().toISOString()} ${line}\n`)
  }
  const result = await runHistory(world, { seed, messages: MESSAGES, ...MINUTES, papers: 0.4, round: 100, width: 48, faultEvery: 30, say })
  assert.equal(result.faults.length, 0, storyOf(seed, result))
  assert.ok(result.emergencies > result.referrals / 100, `${result.emergencies} emergencies among ${result.referrals} referrals`)
  const { done, refused, unknown } = result.steps
  say(
    `rounds from seed ${seed}: ${result.referrals} referrals, ${result.messages} messages, ${(result.messages / result.seconds).toFixed(1)} a second, ${result.emergencies} emergencies, ${done} steps done, ${refused} refused, ${unknown} unknown, ${result.kills} kills, ${result.seconds.toFixed(0)} s, no fault`,
  )
})

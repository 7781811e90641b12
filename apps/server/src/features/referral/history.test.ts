/**
 * Two hundred referrals between four sites in processes of their own, with kills and cuts drawn from a seed: nothing lost,
 * one effect each, order per thread, state = replay, the same at every party. `YBA_SEED` repeats a run.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testSeed } from '../../testing/exchange.ts'
import type { Slip } from '../../testing/history/acts.ts'
import { findFaults } from '../../testing/history/check.ts'
import { runHistory, storyOf } from '../../testing/history/run.ts'
import { openWorld, type World } from '../../testing/history/world.ts'

const seed = testSeed() % 2 ** 31

let world: World
let slips: Slip[] = []
before(async () => {
  world = await openWorld()
})
after(() => world.close())

test(`a history of 200 referrals from seed ${seed}`, async (t) => {
  const say = process.env.YBA_TELL ? (line: string) => t.diagnostic(line) : () => undefined
  const referrals = Number(process.env.YBA_REFERRALS ?? 200)
  const result = await runHistory(world, { seed, referrals, width: 24, faultEvery: 16, papers: 0.3, say })
  slips = result.slips
  assert.equal(result.faults.length, 0, storyOf(seed, result))
  const { done, refused, unknown } = result.steps
  assert.ok(done > result.referrals / 3, 'people did something')
  assert.ok(result.emergencies > 0, 'there were emergencies')
  t.diagnostic(
    `seed ${seed}: ${result.referrals} referrals, ${result.messages} messages, ${result.emergencies} emergencies, ${done} steps done, ${refused} refused, ${unknown} unknown, ${result.kills} kills, ${result.seconds.toFixed(0)} s`,
  )
})

test('the checker sees what is lost, doubled, invented or out of order', async () => {
  const done = slips.find((s) => s.acts.some((a) => a.answer === 'done'))
  assert.ok(done)
  const { sql } = world.node('hub')
  const row = `issuer = '${done.issuer}' and number = '${done.number}' and scope = 'hub'`
  const faultsAfter = async (change: string, back: string): Promise<string> => {
    await sql(change)
    const found = await findFaults(world, slips)
    await sql(back)
    return found.map((f) => f.fault).join('; ')
  }
  await sql(`create table kept as select * from referral_history where ${row}`)
  const restore = `delete from referral_history where ${row}`
  const put = 'insert into referral_history select * from kept'
  assert.match(
    await faultsAfter(`delete from referral_history where ${row} and seq = (select max(seq) from kept)`, restore),
    /effects|tells another story|replay/,
  )
  await sql(put)
  const double = `insert into referral_history select issuer, number, scope, seq + 100, entry from kept where entry->>'reason' is not null`
  assert.match(await faultsAfter(double, restore), /2 effects/)
  await sql(put)
  const invented = `update referral_history set entry = entry || '{"reason": "#999999#"}' where ${row} and seq = 1`
  assert.match(await faultsAfter(invented, restore), /which nobody did/)
  await sql(put)
  assert.deepEqual(await findFaults(world, slips), [])
})

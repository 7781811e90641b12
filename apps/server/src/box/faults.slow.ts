/**
 * Failure mode F4: `kill -9` of sender, hub and receiver between any two steps. Each site runs in a process of its own;
 * the process that comes after a death is armed with the next fault point of that site, so one province dies at all of
 * them while its people go on working.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { claimFile, stay } from '@yba/people'
import { type DyingProvince, dyingProvince } from '../testing/dying-province.ts'
import { WAYS } from '../testing/fault-ways.ts'
import { assertOneEffect } from '../testing/referral.ts'

let p: DyingProvince
before(async () => {
  p = await dyingProvince()
})
after(() => p.close())

test('F4: sender, hub and receiver die at every fault point; the loop closes with one effect each', async () => {
  await p.arm(WAYS)
  const file = claimFile([stay(901, { kind: 'inpatient-transfer', facility: '24997' })])
  // The first two deaths: nothing is there, then everything is.
  const imported = await p.importUntilAnswered(file)
  assert.deepEqual(imported.refusedConnections >= 2, true, 'the sender died twice under the import')
  assert.equal(imported.record.result, 'unchanged', 'committed before the second death')
  const referral = imported.record.referral
  assert.ok(referral, 'an unchanged record still names its slip')
  const number = await p.walk(referral.id)
  assert.equal(number, referral.number)
  for (const [site, ways] of Object.entries(WAYS)) {
    assert.equal(p.deaths(site), ways.length, `${site} died at ${p.deaths(site)} of ${ways.length} points`)
  }
  await assertOneEffect(p.sites(), '24997', number)
  assert.deepEqual(await p.verdicts(referral.id), ['valid'])
  for (const site of p.sites()) {
    const [left] = await site.sql<{ n: string }>(`select count(*) as n from outbox where state <> 'acked'`)
    assert.equal(Number(left?.n), 0, `${site.name}: nothing left behind`)
  }
})

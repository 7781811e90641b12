/**
 * `npm run test:long`: the province dies at random. Each round gives every site a random list of fault points and
 * passages, several slips are walked at once, and every one must close with one effect. `YBA_SEED` repeats a run.
 */
import { after, before, test } from 'node:test'
import { claimFile, random, stay } from '@yba/people'
import { type DyingProvince, dyingProvince } from '../testing/dying-province.ts'
import { assertOneEffect } from '../testing/referral.ts'

const seed = Number(process.env.YBA_SEED ?? Date.now() % 2 ** 31)
const ROUNDS = Number(process.env.YBA_ROUNDS ?? 6)
const SLIPS = 3

let p: DyingProvince
before(async () => {
  p = await dyingProvince()
})
after(() => p.close())

const NODE = ['sign.before-record', 'sign.after-record', 'outbox.before-send', 'outbox.after-send', 'feed.before-apply', 'feed.after-apply']
const RECEIVER = [...NODE, 'acceptance.before-commit', 'acceptance.after-commit']

for (let round = 0; round < ROUNDS; round++) {
  test(`round ${round} of seed ${seed}`, async (t) => {
    const r = random(seed, `faults ${round}`)
    const deaths = (points: readonly string[]) => Array.from({ length: r.int(1, 3) }, () => `${r.pick(points)}:${r.int(1, 4)}`)
    const plan = { 'bac-giang': deaths(NODE), hub: deaths(['hub.before-commit', 'hub.after-commit']), 'bach-mai': deaths(RECEIVER) }
    t.diagnostic(JSON.stringify(plan))
    await p.arm(plan)
    const numbers = await Promise.all(
      Array.from({ length: SLIPS }, async (_, i) => {
        const file = claimFile([stay(910 + round * SLIPS + i, { kind: 'inpatient-transfer', facility: '24997' })])
        const { record } = await p.importUntilAnswered(file)
        return p.walk(record.referral?.id ?? '')
      }),
    )
    for (const number of numbers) await assertOneEffect(p.sites(), '24997', number)
    t.diagnostic(`deaths: ${Object.keys(plan).map((site) => `${site} ${p.deaths(site)}`)}`)
  })
}

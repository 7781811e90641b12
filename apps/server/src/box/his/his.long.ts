/** A hospital's day beside its own system: forty transfers, every mistake, the edge killed again and again; every loop closes, nothing is doubled. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { claimFile, stay } from '@yba/people'
import type { ReferralRow } from '../../features/referral/contract.ts'
import { type BesideHis, besideHis } from '../../testing/beside-his.ts'
import { type TestProvince, testProvince, testSeed } from '../../testing/exchange.ts'
import { effects, eventually, signSlip } from '../../testing/referral.ts'

const PATIENTS = Number(process.env.YBA_HIS_PATIENTS ?? 40)
const PATIENCE_MS = 900_000

let p: TestProvince
let beside: BesideHis
before(async () => {
  p = await testProvince()
  beside = await besideHis([p.sender, p.receiver])
})
after(async () => {
  await beside.close()
  await p.close()
})

test('every transfer of a day is closed by files at both ends', async (t) => {
  const seed = testSeed() % 900
  t.diagnostic(`YBA_SEED=${seed}`)
  const his = beside.his(p.receiver, seed, 10)
  for (let n = 0; n < PATIENTS; n++)
    writeFileSync(
      join(beside.folder(p.sender), `chuyen-${n}.xml`),
      claimFile([stay(2000 + n, { kind: 'inpatient-transfer', facility: '24997' })]),
    )
  const desk = await p.sender.at('vanthu')
  const rows = async () => (await desk.get('/fhir/Task/$worklist?list=all')).json.rows as ReferralRow[]
  const slips = (await eventually(rows, (all) => all.length === PATIENTS, 'all slips', PATIENCE_MS)).map((r) => ({
    id: r.id,
    number: r.number,
  }))
  for (const [n, slip] of slips.entries()) {
    await signSlip(p.sender, slip.id)
    if (n % 4 === 3) await beside.killEdge()
  }
  for (const slip of slips) {
    await eventually(
      async () => (await effects(p.sender.sql, '24997', slip.number)).tasks,
      (tasks) => tasks.join() === 'completed',
      `${slip.number}: ${his.lines.slice(-20).join('\n')}`,
      PATIENCE_MS,
    )
  }
  await his.stop()
  for (const node of [p.sender, p.receiver]) {
    const twice = await node.sql('select delivery from claim_file where delivery is not null group by caller, delivery having count(*) > 1')
    assert.deepEqual(twice, [], node.settings.name)
  }
  for (const slip of slips)
    for (const node of [p.hub, p.sender, p.receiver]) {
      const { events, papers } = await effects(node.sql, '24997', slip.number)
      for (const event of ['arrive', 'answer', 'file-outcome'])
        assert.equal(events.filter((e) => e === event).length, 1, `${slip.number} ${event}`)
      assert.equal(new Set(papers).size, papers.length, `${slip.number} ${papers}`)
    }
})

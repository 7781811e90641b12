import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { localDay } from '@yba/vietnam'
import { onBehalf, systemCaller } from '../../../access/index.ts'
import { FACILITIES, type TestProvince, testProvince } from '../../../testing/exchange.ts'
import { closeLoop, eventually, rowOf, signSlip, until } from '../../../testing/referral.ts'
import { gather } from '../../reporting/department.ts'
import { departmentTable } from '../../reporting/figures.ts'
import { fetchDirectory } from '../follow.ts'
import { importList } from './import-list.ts'

const [PROVISIONAL, REAL] = [FACILITIES.other.code, '24055']

let p: TestProvince
before(async () => {
  p = await testProvince()
  await p.hub.sql('update directory_facility set demo_code = true where code = $1', [PROVISIONAL])
})
after(() => p.close())

test('a facility works under a provisional code; the real one takes its place, the site goes on under it, and no thread is lost', async () => {
  const { other, hub, receiver } = p
  const before = await p.slip(other, 921)
  await signSlip(other, before.id)
  const here = await until(receiver, before.number, 'delivered')

  const file = `ma_cskcb,ten,thay_cho\n${REAL},${FACILITIES.other.name},${PROVISIONAL}`
  const done = await hub.site.store.as(onBehalf(systemCaller('test', '24000'))).transact((tx) =>
    importList(tx, {
      kind: 'facilities',
      bytes: new TextEncoder().encode(file),
      file: 'codes.csv',
      source: 'QĐ thử',
      from: '',
      dryRun: false,
      by: 'test',
      province: '24',
    }),
  )
  assert.equal(done.written, true)

  // The thread under way goes on while the site still has its old code.
  await fetchDirectory(receiver.site, receiver.hub())
  await closeLoop(receiver, here)
  await until(other, before.number, 'completed')

  // Its administrator writes the real code into the settings, and starts it again.
  await other.close()
  Object.assign(other.settings, { facility: { ...other.settings.facility, code: REAL } })
  await other.open()
  await fetchDirectory(other.site, other.hub())
  const old = await eventually(
    async () => rowOf(await other.at('vanthu'), before.number),
    (row) => row?.state === 'completed',
    'the old thread is in the list',
  )
  assert.deepEqual([old?.from.code, old?.hasOutcome], [PROVISIONAL, true])
  const after = await p.slip(other, 922, { facility: REAL })
  await signSlip(other, after.id)
  await closeLoop(receiver, await until(receiver, after.number, 'delivered'))
  const row = await eventually(
    async () => rowOf(await other.at('vanthu'), after.number),
    (r) => r?.state === 'completed',
    'the new thread closes',
  )
  assert.equal(row?.from.code, REAL)

  const day = localDay(hub.site.clock.now())
  const table = departmentTable(await gather(hub.site, { kind: 'days', from: '2026-01-01', until: day }))
  const mine = table.rows.find((r) => r.code === REAL)
  assert.deepEqual([mine?.formerCodes, mine?.exchanged, mine?.answered], [[PROVISIONAL], 2, 2], 'one row with the figures of both codes')
})

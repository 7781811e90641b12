import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { localDay } from '@yba/vietnam'
import type { SignedIn } from '../../testing/browser.ts'
import { type TestSite, testSite } from '../../testing/site.ts'
import { addFacilities, putAliases, putListed } from '../directory/index.ts'
import type { DepartmentAnswer, SnapshotsAnswer } from './contract.ts'
import { addDays, lastOver } from './days.ts'
import { freezeDue } from './freezing.ts'
import { isWhole } from './snapshots.ts'
import { snapshotById, snapshotHeads } from './tables/snapshots.ts'
import { putCounts, putSlips } from './tables.ts'

const DAY_MS = 86_400_000
let t: TestSite
let official: SignedIn
let week: { from: string; until: string }

before(async () => {
  t = await testSite({ role: 'hub', settings: { facility: { code: '24000', name: 'Trục', managingBody: 'Sở Y tế' } } })
  official = await t.as('health-department', { departments: [] })
  week = lastOver('week', localDay(t.site.clock.now()))
  const facility = (code: string, name: string) => ({ code, name, managing_body: '', active: true, slip_keys: [], client_keys: [] })
  const list = [facility('24001', 'Trung tâm Y tế Một'), facility('24X01', 'Bệnh viện chưa có mã'), facility('24002', 'Bệnh viện Hai')]
  await addFacilities(t.site.store, list, t.site.clock.now())
  const entry = { from: '2026-01-01', source: 'Kế hoạch thử' }
  await putListed(t.site.store, 'plan', [
    { ...entry, code: '24001', name: 'Trung tâm Y tế huyện Một', place: 1 },
    { ...entry, code: '24X01', name: 'Bệnh viện Hai', place: 2 },
  ])
})
after(() => t.close())

const table = (query = `?kind=week&from=${week.from}`): Promise<DepartmentAnswer> =>
  official.json<DepartmentAnswer>(`/fhir/Organization/$department${query}`)
const snapshots = async () => (await official.json<SnapshotsAnswer>('/fhir/Organization/$department-snapshots')).rows
const count = (facility: string, records: number, slips: number) =>
  putCounts(t.site.store, facility, [{ day: week.from, records, slips }], t.site.clock.now())

test('the plan’s names and today’s stand side by side; a provisional code becomes the real one and keeps its figures', async () => {
  assert.deepEqual(await freezeDue(t.site), [], 'nothing is known yet: nothing is frozen')
  await count('24X01', 5, 2)
  const before = await table()
  assert.deepEqual([before.table.from, before.table.until], [week.from, week.until])
  assert.deepEqual(
    before.table.rows.map((r) => [r.code, r.name, r.nameToday, r.issued]),
    [
      ['24001', 'Trung tâm Y tế huyện Một', 'Trung tâm Y tế Một', null],
      ['24X01', 'Bệnh viện Hai', 'Bệnh viện chưa có mã', 2],
    ],
  )
  await putAliases(t.site.store, [{ code: '24X01', becomes: '24002', from: '2026-01-01' }], 'test', t.site.clock.now())
  const row = (await table()).table.rows[1]
  assert.deepEqual([row?.code, row?.formerCodes, row?.nameToday, row?.issued], ['24002', ['24X01'], '', 2])
})

test('a week freezes by itself with all it was counted from; what is known later is a further edition, and both stand', async () => {
  await t.site.store.sql('delete from reporting_snapshot')
  const month = lastOver('month', localDay(t.site.clock.now()))
  await putCounts(t.site.store, '24X01', [{ day: month.from, records: 1, slips: 0 }], t.site.clock.now())
  const made = await freezeDue(t.site)
  assert.deepEqual([made.length, (await freezeDue(t.site)).length], [2, 0], 'a week and a month, once')
  const first = (await snapshots()).find((s) => s.kind === 'week') ?? assert.fail('no week')
  assert.deepEqual([first.from, first.edition, first.by], [week.from, 1, null])
  assert.deepEqual((await table(`?snapshot=${first.id}`)).changed, [])

  await count('24001', 10, 4)
  await putSlips(t.site.store, [{ task: 'a', issuer: '24001', day: week.from, answered: true }], [])
  const still = await table('')
  assert.equal(still.snapshot?.id, first.id, 'without a wish it is the last edition of the last week')
  assert.deepEqual([still.table.rows[0]?.issued, still.changed], [null, ['24001']])

  const again = (reason: string, from = week.from) =>
    official.fetch('/fhir/Organization/$department-freeze', { method: 'POST', body: JSON.stringify({ kind: 'week', from, reason }) })
  assert.match(await (await again(' ')).text(), /freeze-reason-missing/)
  assert.match(await (await again('x', localDay(t.site.clock.now()))).text(), /period-not-over/)
  assert.equal((await again('Trung tâm Y tế Một gửi bổ sung tệp.')).status, 201)
  const second = (await snapshots()).find((s) => s.kind === 'week' && s.edition === 2) ?? assert.fail('no second')
  const both = await table(`?snapshot=${second.id}`)
  assert.deepEqual([both.table.rows[0]?.issued, both.table.rows[0]?.share, both.before?.table.rows[0]?.issued], [4, 0.25, null])
  assert.deepEqual([both.changed, both.snapshot?.reason], [[], 'Trung tâm Y tế Một gửi bổ sung tệp.'])

  const frozen = (await snapshotById(t.site.store, first.id)) ?? assert.fail('gone')
  assert.ok(isWhole(frozen))
  assert.equal(isWhole({ ...frozen, body: frozen.body.replace('"issued":2', '"issued":9') }), false)
})

test('the official gets figures and the workbook, nothing of any person; nobody else freezes', async () => {
  const file = await official.fetch('/fhir/Organization/$department-workbook?lang=vi')
  assert.match(file.headers.get('content-disposition') ?? '', /lien-thong-\d{4}-\d{2}-\d{2}-.*\.xlsx/)
  assert.equal(
    Buffer.from(await file.arrayBuffer())
      .subarray(0, 2)
      .toString(),
    'PK',
  )
  for (const path of ['/fhir/Patient', '/fhir/Task', '/fhir/Task/$worklist', '/fhir/$hub-figures', '/fhir/AuditEvent/$list'])
    assert.equal((await official.fetch(path)).status, 403, path)
  const operator = await t.as('hub-operator')
  assert.equal((await operator.fetch('/fhir/Organization/$department')).status, 200)
  const body = JSON.stringify({ kind: 'week', from: week.from, reason: 'x' })
  assert.equal((await operator.fetch('/fhir/Organization/$department-freeze', { method: 'POST', body })).status, 403)
})

test('a period that cannot be read is refused by name', async () => {
  for (const query of [
    '?from=2026-13-01&until=2026-13-02',
    '?from=2026-02-02&until=2026-02-01',
    '?from=2020-01-01&until=2026-01-01',
    '?kind=week&from=x',
  ])
    assert.match(await (await official.fetch(`/fhir/Organization/$department${query}`)).text(), /period-unreadable/, query)
  assert.match(await (await official.fetch('/fhir/Organization/$department?snapshot=0')).text(), /snapshot-unknown/)
})

// The last: its clock ends every session.
test('after an outage of the hub the weeks that were missed are frozen too', async () => {
  t.clock.forward(15 * DAY_MS)
  await freezeDue(t.site)
  const weeks = (await snapshotHeads(t.site.store, 50)).filter((s) => s.kind === 'week' && s.edition === 1).map((s) => s.from)
  assert.ok(weeks.includes(addDays(week.from, 7)) && weeks.includes(week.from), weeks.join())
})

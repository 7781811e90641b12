import assert from 'node:assert/strict'
import { test } from 'node:test'
import { strFromU8, unzipSync } from 'fflate'
import type { DayBasis, Listed, TableBasis } from './contract.ts'
import { daysBetween, isDay, lastOver, periodOf } from './days.ts'
import { DEFINITIONS } from './definitions.ts'
import { digestOf } from './digest.ts'
import { changedRows, departmentTable } from './figures.ts'
import { changedDays } from './node.ts'
import { checkedCounts } from './take-counts.ts'
import { workbook } from './workbook.ts'

const one = (code: string, more: Partial<Listed> = {}): Listed => ({
  code,
  codes: [code],
  name: `Cơ sở ${code}`,
  nameToday: '',
  demoCode: false,
  from: '2026-01-01',
  ...more,
})
const day = (facility: string, on: string, counts: Partial<DayBasis> = {}): DayBasis => ({
  facility,
  day: on,
  exchanged: 0,
  answered: 0,
  ...counts,
})
const week = (listed: Listed[], days: DayBasis[], asOf = '2026-11-25T01:00:00.000Z'): TableBasis => ({
  kind: 'week',
  from: '2026-11-16',
  until: '2026-11-22',
  asOf,
  log: '1.7',
  listImported: true,
  listed,
  days,
})

test('weeks begin on Monday, months end on their last day, in leap years too', () => {
  assert.deepEqual(periodOf('week', '2026-11-22'), { from: '2026-11-16', until: '2026-11-22' })
  assert.deepEqual(lastOver('week', '2026-11-23'), { from: '2026-11-16', until: '2026-11-22' })
  assert.deepEqual(periodOf('month', '2028-02-10'), { from: '2028-02-01', until: '2028-02-29' })
  assert.deepEqual(lastOver('month', '2027-01-01'), { from: '2026-12-01', until: '2026-12-31' })
  assert.equal(daysBetween('2026-11-16', '2026-11-22'), 7)
  assert.deepEqual([isDay('2026-02-29'), isDay('2026-2-3'), isDay('2028-02-29')], [false, false, true])
})

test('a day nobody told is not known: it is no 0, and its slips are in no percentage', () => {
  const { rows, totals } = departmentTable(
    week(
      [one('24001'), one('24002'), one('24003')],
      [
        day('24001', '2026-11-16', { records: 40, slips: 4, exchanged: 3, answered: 2 }),
        day('24001', '2026-11-17', { records: 30, slips: 0 }),
        day('24001', '2026-11-18', { exchanged: 5, answered: 1 }),
        day('24002', '2026-11-18', { exchanged: 2 }),
      ],
    ),
  )
  const [first, second, third] = rows
  assert.deepEqual([first?.issued, first?.daysReported, first?.days], [4, 2, 7])
  assert.deepEqual([first?.exchanged, first?.exchangedReported, first?.share], [8, 3, 0.75])
  assert.equal(first?.answeredShare, 3 / 8)
  assert.deepEqual([second?.issued, second?.share, second?.exchanged, second?.answeredShare], [null, null, 2, 0])
  assert.deepEqual([third?.issued, third?.share, third?.exchanged, third?.answeredShare], [null, null, 0, null])
  assert.deepEqual([totals.facilities, totals.reporting, totals.issued, totals.exchanged, totals.share], [3, 1, 4, 10, 0.75])
})

test('all silent: the total is not known either; slips issued nowhere give no percentage', () => {
  assert.equal(departmentTable(week([one('24001')], [])).totals.issued, null)
  const none = departmentTable(week([one('24001')], [day('24001', '2026-11-16', { records: 3, slips: 0 })]))
  assert.deepEqual([none.rows[0]?.issued, none.rows[0]?.share], [0, null])
})

test('a facility counts on the days it stands in the list, under all its codes; a period that runs counts to today', () => {
  const joined = one('24002', { codes: ['24002', '24X01'], from: '2026-11-19' })
  const days = [
    day('24X01', '2026-11-18', { records: 9, slips: 9, exchanged: 9 }),
    day('24X01', '2026-11-19', { records: 5, slips: 1, exchanged: 1 }),
    day('24002', '2026-11-20', { records: 5, slips: 2, exchanged: 3 }),
  ]
  const table = departmentTable(week([joined], days, '2026-11-20T03:00:00.000Z'))
  assert.deepEqual([table.counted, table.rows[0]?.days, table.rows[0]?.daysReported], ['2026-11-20', 2, 2])
  assert.deepEqual([table.rows[0]?.issued, table.rows[0]?.share, table.rows[0]?.formerCodes], [3, 4 / 3, ['24X01']])
})

test('slips of a facility outside the list are told apart', () => {
  const table = departmentTable(week([one('24001')], [day('24009', '2026-11-16', { exchanged: 6 })]))
  assert.deepEqual([table.outside, table.totals.exchanged], [{ facilities: 1, exchanged: 6 }, 0])
})

test('two tables differ by facility, and each number has its definition', () => {
  const listed = [one('24001'), one('24002')]
  const before = departmentTable(week(listed, [day('24001', '2026-11-16', { records: 1, slips: 1 })]))
  const now = departmentTable(week(listed, [day('24001', '2026-11-16', { records: 2, slips: 2 })]))
  assert.deepEqual([changedRows(before, before), changedRows(before, now)], [[], ['24001']])
  for (const d of DEFINITIONS) for (const text of [d.name, d.counted, d.source, d.until]) assert.ok(text.vi && text.en, d.id)
})

test('a node tells the days that changed, and a day that has no records any more', () => {
  const before = [
    { day: '2026-11-16', records: 2, slips: 1 },
    { day: '2026-11-17', records: 1, slips: 0 },
  ]
  const now = [
    { day: '2026-11-16', records: 2, slips: 1 },
    { day: '2026-11-18', records: 4, slips: 2 },
  ]
  assert.deepEqual(changedDays(now, before), [
    { day: '2026-11-18', records: 4, slips: 2 },
    { day: '2026-11-17', records: 0, slips: 0 },
  ])
  assert.deepEqual(changedDays(now, now), [])
  assert.equal(digestOf([...now, { day: '2026-11-17', records: 0, slips: 0 }]), digestOf(now.toReversed()))
})

test('figures that cannot be are refused whole', () => {
  const now = new Date('2026-11-23T03:00:00Z')
  const told = (days: unknown) => () => checkedCounts({ days, lastFile: null }, now)
  const good = { day: '2026-11-22', records: 2, slips: 1 }
  assert.deepEqual(told([good])().days, [good])
  for (const days of [
    'x',
    [null],
    [{ ...good, day: '2026-02-30' }],
    [{ ...good, day: '2027-01-01' }],
    [good, good],
    [{ ...good, slips: 3 }],
    [{ ...good, records: -1, slips: 0 }],
    [{ ...good, records: 1.5 }],
    [{ ...good, records: 1e9 }],
  ])
    assert.throws(told(days), { code: 'daily-counts-unreadable' }, JSON.stringify(days))
  assert.throws(() => checkedCounts({ days: [], lastFile: 'yesterday' }, now), { code: 'daily-counts-unreadable' })
})

test('the workbook: text is text, numbers are numbers, times are times, and nothing is a formula', async () => {
  const names = ['=HYPERLINK("http://x","y")', '+1', '-1+2', '@SUM(A1)', '\tTab', 'Trung tâm Y tế <Lục Nam> & "Yên Thế"\u0007']
  const listed = names.map((name, i) => one(`2400${i}`, { name, lastContact: '2026-11-22T17:30:00.000Z' }))
  const basis = week(listed, [
    day('24000', '2026-11-16', { records: 1250, slips: 1234, exchanged: 617, reportedAt: '2026-11-17T00:00:00.000Z' }),
  ])
  const files = unzipSync(await workbook({ table: departmentTable(basis), basis, definitions: DEFINITIONS }, 'vi'))
  const part = (name: string): string => strFromU8(files[name] ?? assert.fail(name))
  const sheet = part('xl/worksheets/sheet1.xml')
  for (const name of Object.keys(files).filter((f) => f.startsWith('xl/worksheets/sheet'))) assert.doesNotMatch(part(name), /<f[ >]/)
  // Shared strings: the cell names its text by number.
  const strings = [...part('xl/sharedStrings.xml').matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map((m) => m[1])
  for (const name of ['=HYPERLINK(&quot;http://x&quot;,&quot;y&quot;)', '@SUM(A1)'])
    assert.ok(
      strings.some((s) => s === name || s === name.replaceAll('&quot;', '"')),
      name,
    )
  assert.ok(strings.includes('chưa biết'))
  assert.ok(strings.some((s) => s?.startsWith('Trung tâm Y tế &lt;Lục Nam')))
  // 1234 issued, 617 exchanged: 50 %; 22/11/2026 17:30 UTC is half past midnight of the 23rd in Vietnam.
  for (const value of ['1234', '617', '0.5', String(46349 + 0.5 / 24)]) assert.match(sheet, new RegExp(`<v>${value.slice(0, 12)}`), value)
  assert.match(part('xl/workbook.xml'), /Bảng[\s\S]*Định nghĩa[\s\S]*Số liệu theo ngày/)
})

test('a long period is told by months, what was not told as not known', async () => {
  const days = [
    day('24001', '2026-01-31', { records: 3, slips: 2, exchanged: 1 }),
    day('24001', '2026-02-01', { records: 4, slips: 3, exchanged: 3 }),
    day('24001', '2026-02-02', { exchanged: 1 }),
    day('24001', '2026-03-01', { exchanged: 7 }),
  ]
  const basis: TableBasis = { ...week([one('24001')], days), kind: 'days', from: '2026-01-01', until: '2026-11-22' }
  const files = unzipSync(await workbook({ table: departmentTable(basis), basis, definitions: DEFINITIONS }, 'vi'))
  const sheet = strFromU8(files['xl/worksheets/sheet3.xml'] ?? assert.fail('no sheet'))
  const rows = [...sheet.matchAll(/<row .*?<\/row>/g)]
    .slice(1)
    .map((row) => [...row[0].matchAll(/<c ([^>]*)>.*?<v>([^<]*)/g)].map((c) => (c[1]?.includes('t="s"') ? 'text' : c[2])))
  assert.deepEqual(rows, [
    ['text', 'text', '3', '2', '1', '1', '0'],
    ['text', 'text', '4', '3', '1', '4', '0'],
    ['text', 'text', 'text', 'text', '0', '7', '0'],
  ])
})

/** A folder of claim files of an invented HIS: what passes, what does not and why, what the files are enough for. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { checkInFile, claimFile, type Stay, stay } from '@yba/people'
import { type Examined, examine } from './examine.ts'
import { type Format, reportPieces } from './report.ts'

let folder: string
let examined: Examined
const transfer = stay(1, { kind: 'inpatient-transfer' })

const change = (of: Stay, table: string, columns: Record<string, string>): Stay => ({
  ...of,
  tables: { ...of.tables, [table]: (of.tables[table] ?? []).map((row) => ({ ...row, ...columns })) },
})

/** Nothing in the report tells who the person is. */
const SECRET = [transfer.person.name, transfer.person.citizenId, transfer.person.card.number, transfer.person.address]

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yba-claims-'))
  const put = (name: string, bytes: Buffer): void => writeFileSync(join(folder, name), bytes)
  put('1-check-in.xml', checkInFile([stay(2, { kind: 'inpatient' })]))
  put('2-transfers.xml', claimFile([transfer, change(stay(3, { kind: 'inpatient-transfer' }), 'XML1', { GIOI_TINH: '7' })]))
  // Who has neither a citizen number nor the slip's number on file is recognised at no desk.
  const nameless = change(stay(4, { kind: 'outpatient' }), 'XML1', { SO_CCCD: '' })
  mkdirSync(join(folder, 'more'))
  put('more/3-no-number.xml', claimFile([nameless], { encoding: 'cdata' }))
  put('more/4-cut.xml', claimFile([transfer]).subarray(0, 900))
  put('more/notes.txt', Buffer.from('nothing'))
  examined = await examine(folder, () => undefined, new Date())
})
after(() => {
  examined.end()
  rmSync(folder, { recursive: true, force: true })
})

async function text(format: Format, lang: 'vi' | 'en', of: Examined = examined): Promise<string> {
  let whole = ''
  for await (const piece of reportPieces(of, format, lang)) whole += piece
  return whole
}

test('files and records are counted, and every rule with the column it was broken at', () => {
  const { summary } = examined
  assert.equal(summary.passed, false)
  assert.deepEqual(summary.files, { read: 3, refused: 1, ignored: [join('more', 'notes.txt')] })
  assert.deepEqual([summary.records.passed, summary.records.refused], [3, 1])
  assert.deepEqual(summary.facilities, ['24997'])
  const places = summary.rules.map((r) => [r.code, r.place])
  assert.ok(
    places.some(([code, place]) => code === 'claim-list' && place === 'XML1.GIOI_TINH'),
    JSON.stringify(places),
  )
  assert.ok(places.some(([code]) => code === 'claim-malformed'))
  assert.deepEqual(summary.tables.XML13, { records: 2, rows: 2 })
})

test('each use says how many records are enough, and what the others lack', () => {
  const of = Object.fromEntries(examined.summary.uses.map((u) => [u.use, [u.enough, u.of, u.lacks.length > 0]]))
  assert.deepEqual(of, {
    chart: [2, 3, true],
    'check-in': [1, 1, false],
    arrival: [2, 4, true],
    referral: [1, 2, true],
    outcome: [2, 3, true],
    death: [0, 0, false],
  })
  const arrival = examined.summary.uses.find((u) => u.use === 'arrival')
  assert.ok(arrival?.lacks.some((l) => l.en.includes('GIAY_CHUYEN_TUYEN')))
})

test('the report tells every record of every file, in three formats and two languages, and nobody’s name', async () => {
  const json = JSON.parse(await text('json', 'vi')) as { files: { name: string; of: { maLk: string; result: string }[] }[] }
  assert.deepEqual(
    json.files.map((f) => [f.name, f.of.map((r) => r.result).join()]),
    [
      ['1-check-in.xml', 'passed'],
      ['2-transfers.xml', 'passed,refused'],
      [join('more', '3-no-number.xml'), 'passed'],
      [join('more', '4-cut.xml'), ''],
    ],
  )
  assert.equal(json.files[1]?.of[0]?.maLk, transfer.maLk)
  for (const [format, lang] of [
    ['html', 'vi'],
    ['md', 'en'],
    ['json', 'en'],
  ] as const) {
    const whole = await text(format, lang)
    for (const secret of SECRET) assert.ok(!whole.includes(secret), `${format}: ${secret.length} letters of a patient`)
    assert.match(whole, /claim-list/)
  }
  assert.match(await text('html', 'vi'), /<html lang="vi">[\s\S]*Chưa đạt[\s\S]*<\/html>\n$/)
})

test('what stands in a file is text in the report, never markup', async () => {
  const bad = mkdtempSync(join(tmpdir(), 'yba-claims-'))
  try {
    writeFileSync(join(bad, 'x.xml'), claimFile([change(transfer, 'XML1', { GIOI_TINH: '<b>|' })]))
    const one = await examine(bad, () => undefined, new Date())
    const [html, md] = [await text('html', 'en', one), await text('md', 'en', one)]
    one.end()
    assert.ok(html.includes('&lt;b&gt;|') && !html.includes('<b>'))
    assert.ok(md.includes('\\<b\\>\\|'))
  } finally {
    rmSync(bad, { recursive: true, force: true })
  }
})

test('one MA_LK of two persons, in two files, is the fault of the second; a check-in and its record are one person', async () => {
  const place = mkdtempSync(join(tmpdir(), 'yba-claims-'))
  try {
    const [mine, other] = [stay(11, { kind: 'inpatient' }), stay(12, { kind: 'inpatient' })]
    const columns = { MA_LK: mine.maLk }
    const taken = Object.keys(other.tables).reduce((made, table) => change(made, table, columns), { ...other, maLk: mine.maLk })
    writeFileSync(join(place, '1.xml'), checkInFile([mine]))
    writeFileSync(join(place, '2.xml'), claimFile([mine]))
    writeFileSync(join(place, '3.xml'), claimFile([taken]))
    const { summary, end } = await examine(place, () => undefined, new Date())
    end()
    const told = summary.rules
      .filter((r) => r.code === 'claim-two-persons')
      .map((r) => [r.place, r.severity, r.records, r.vi.includes('1.xml')])
    assert.deepEqual(told, [['XML1.MA_LK', 'error', 1, true]], JSON.stringify(summary.rules))
    assert.deepEqual([summary.records.passed, summary.records.refused, summary.passed], [2, 1, false])
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
})

test('an empty folder is refused by name; the command ends with 1 for a refused record', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'yba-claims-'))
  try {
    for (const place of [empty, join(empty, 'không có')])
      await assert.rejects(
        examine(place, () => undefined, new Date()),
        (e: unknown) => e instanceof OutcomeError && e.code === 'conformance-no-files',
      )
  } finally {
    rmSync(empty, { recursive: true, force: true })
  }
  const yba = join(import.meta.dirname, '..', '..', '..', 'cli', 'yba.ts')
  const words = ['--disable-warning=ExperimentalWarning', yba, 'conformance', '--claims', folder, '--lang', 'vi']
  const judged = spawnSync(process.execPath, words, { encoding: 'utf8' })
  assert.equal(judged.status, 1)
  assert.match(judged.stdout, /^# Y Bạ: tệp XML của HIS đạt đến đâu/)
})

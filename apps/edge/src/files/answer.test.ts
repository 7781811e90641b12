import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerText } from './answer.ts'
import type { Taken } from './tables.ts'
import { linesVerdict, verdictOf } from './verdict.ts'

const taken = { name: 'ngay.xml', sha256: 'a'.repeat(64), takenAt: '2026-11-23T01:00:00.000Z' } as Taken
const record = { maLk: 'LK1', result: 'created', findings: [] }
const stopped = { severity: 'error', code: 'claim-too-costly', vi: 'Dừng.', en: 'Stopped.', cure: { vi: 'Chia nhỏ.', en: 'Divide it.' } }

interface Told {
  ketQua: string
  tomTat: string
  hoSo: { maLk: string; ketQua: string }[]
  loi?: { ma: string }[]
}
async function textOf(pieces: AsyncIterable<string>): Promise<Told> {
  let text = ''
  for await (const piece of pieces) text += piece
  return JSON.parse(text) as Told
}
const at = new Date('2026-11-23T02:00:00Z')
const told = (json: object, status = 200) => textOf(answerText(taken, verdictOf(status, json), 1, at))

test('a file left in the middle is never told as taken whole', async () => {
  assert.equal((await told({ records: [record] })).ketQua, 'nhan')
  const cut = await told({ records: [record], findings: [stopped] })
  assert.equal(cut.ketQua, 'nhan-mot-phan')
  assert.match(cut.tomTat, /1 nhận mới.*chưa đọc/)
  assert.equal((await told({ records: [], findings: [stopped] })).ketQua, 'tra-lai')
  assert.equal((await told({ records: [record], findings: [{ ...stopped, severity: 'warning' }] })).ketQua, 'nhan')
})

test('a fault of the site at a record is called so, and is no refusal of the record', async () => {
  const fault = { ...stopped, code: 'claim-record-trouble' }
  const { hoSo, ketQua } = await told({ records: [record, { maLk: 'LK2', result: 'refused', findings: [fault] }] })
  assert.deepEqual([ketQua, hoSo.map((h) => h.ketQua)], ['nhan-mot-phan', ['nhan-moi', 'loi-he-thong']])
})

test('line by line it says the same as at once', async () => {
  const counts = { created: 1, updated: 0, unchanged: 0, refused: 0 }
  const empty = { maLk: '', result: 'empty', findings: [{ ...stopped, severity: 'warning', code: 'claim-record-empty' }] }
  const lines = [{ state: 'stopped', counts, findings: [stopped] }, record, empty].map((l) => JSON.stringify(l)).join('\n')
  const verdict = await linesVerdict(new Blob([`${lines}\n`]).stream())
  const found = await textOf(answerText(taken, verdict, 1, at))
  assert.deepEqual(
    found.loi?.map((l) => l.ma),
    ['claim-too-costly', 'claim-record-empty'],
  )
  assert.deepEqual({ ...found, loi: undefined }, { ...(await told({ records: [record], findings: [stopped] })), loi: undefined })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerFile } from './answer.ts'
import type { Taken } from './tables.ts'

const taken = { name: 'ngay.xml', sha256: 'a'.repeat(64), takenAt: '2026-11-23T01:00:00.000Z' } as Taken
const record = { maLk: 'LK1', result: 'created', findings: [] }
const stopped = { severity: 'error', code: 'claim-too-costly', vi: 'Dừng.', en: 'Stopped.', cure: { vi: 'Chia nhỏ.', en: 'Divide it.' } }
const told = (json: Record<string, unknown>) =>
  JSON.parse(answerFile(taken, { status: 200, json }, 1, new Date('2026-11-23T02:00:00Z'))) as { ketQua: string; tomTat: string }

test('a file left in the middle is never told as taken whole', () => {
  assert.equal(told({ records: [record] }).ketQua, 'nhan')
  const cut = told({ records: [record], findings: [stopped] })
  assert.equal(cut.ketQua, 'nhan-mot-phan')
  assert.match(cut.tomTat, /1 nhận mới.*chưa đọc/)
  assert.equal(told({ records: [], findings: [stopped] }).ketQua, 'tra-lai')
  assert.equal(told({ records: [record], findings: [{ ...stopped, severity: 'warning' }] }).ketQua, 'nhan')
})

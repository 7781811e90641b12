import assert from 'node:assert/strict'
import { test } from 'node:test'
import { looksLikeJson, readReceipts } from './read.ts'

const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const code = (value: unknown): string => {
  try {
    readReceipts(bytes(value))
    return ''
  } catch (error) {
    return (error as { code: string }).code
  }
}

test('the portal’s answer as a HIS saves it: number, time, message, and what it is about', () => {
  const [one] = readReceipts(
    bytes({
      maKetQua: '200',
      maGiaoDich: 'GD-1',
      thoiGianTiepNhan: '202611241030',
      thongDiep: 'Thành công',
      MA_LK: 'LK1',
      soPhieu: '12/2026',
    }),
  )
  assert.deepEqual(one, {
    transaction: 'GD-1',
    code: '200',
    accepted: true,
    receivedAt: '2026-11-24T10:30:00+07:00',
    message: 'Thành công',
    errors: [],
    maLk: 'LK1',
    slip: '12/2026',
    findings: [],
  })
})

test('times as portals and programs write them; one that cannot be read is said', () => {
  const at = (thoiGianTiepNhan: string) => readReceipts(bytes({ maKetQua: 401, thoiGianTiepNhan }))[0]
  const read = ['20261124103059', '24/11/2026 10:30:59', '24/11/2026 10:30', '2026-11-24T03:30:00Z', '2026-11-24T10:30:00']
  for (const text of read) assert.equal(Date.parse(at(text)?.receivedAt ?? ''), Date.parse('2026-11-24T03:30:00Z'), text)
  for (const text of ['hôm qua', '202613241030', '2026-11-24']) {
    const one = at(text)
    assert.deepEqual([one?.receivedAt, one?.findings.map((f) => f.definition.code)], [undefined, ['receipt-time']], text)
  }
})

test('errors with their places, in the shapes they come in; a refusal is no acceptance', () => {
  const dsLoi = [{ maLoi: 'E01', moTaLoi: 'Sai mã thẻ', tenBang: 'XML1', tenTruong: 'MA_THE_BHYT' }, 'Sai tổng', { maLoi: 'E9' }, null, {}]
  const [one] = readReceipts(bytes([{ maKetQua: '701', dsLoi }]))
  assert.equal(one?.accepted, false)
  assert.deepEqual(one?.errors, [
    { code: 'E01', text: 'Sai mã thẻ', table: 'XML1', field: 'MA_THE_BHYT' },
    { text: 'Sai tổng' },
    { code: 'E9', text: 'E9' },
  ])
  assert.deepEqual(
    readReceipts(bytes({ maKetQua: '200' }))[0]?.findings.map((f) => f.definition.code),
    ['receipt-no-transaction'],
  )
})

test('JSON is never taken for a claim, and other JSON is no receipt', () => {
  assert.ok(looksLikeJson(bytes('\ufeff \n{"maKetQua":1}')))
  assert.ok(looksLikeJson(bytes('[]')))
  assert.ok(!looksLikeJson(bytes('<?xml version="1.0"?><GIAMDINHHS/>')))
  assert.ok(!looksLikeJson(bytes('')))
  assert.deepEqual(
    ['{', '{"a":1}', '[]', '[1]', [{ maKetQua: '200', maGiaoDich: 'x' }, { b: 1 }], Buffer.from([0x7b, 0xff]).toString('latin1')].map(code),
    ['receipt-unreadable', 'receipt-unknown', 'receipt-unknown', 'receipt-unknown', 'receipt-unknown', 'receipt-unreadable'],
  )
})

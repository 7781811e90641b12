import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { findingText } from '@yba/fhir'
import { type ClaimRecord, checkRecord, type Row, readClaim, refuses } from '../../index.ts'

const sample = (name: string): ClaimRecord[] => readClaim(readFileSync(new URL(`../testdata/${name}.xml`, import.meta.url))).records
const transfer = (): ClaimRecord => {
  const record = sample('03-inpatient-transfer-4750-base64')[0]
  assert.ok(record)
  return structuredClone(record)
}
const codes = (record: ClaimRecord): string[] => checkRecord(record).map((f) => `${f.definition.code} ${f.path}`)
/** Codes after one cell of the good record was changed. */
function after(table: string, row: number, change: Row): string[] {
  const record = transfer()
  const found = record.tables[table]?.[row]
  assert.ok(found)
  Object.assign(found, change)
  return codes(record)
}

test('valid samples of both layouts have nothing to refuse', () => {
  for (const name of [
    '01-wrapper-empty-template',
    '02-checkin-xml0',
    '03-inpatient-transfer-4750-base64',
    '06-outpatient-reexam-3176-base64',
    '08-arithmetic-other-source-4750-base64',
  ]) {
    assert.deepEqual(sample(name).flatMap(checkRecord).filter(refuses), [], name)
  }
})

test('XML13 without a transfer is refused and says so in both languages', () => {
  const record = sample('11-invalid-xml13-without-transfer')[0]
  assert.ok(record)
  const errors = checkRecord(record).filter(refuses)
  assert.deepEqual(
    errors.map((f) => f.definition.code),
    ['claim-xml13-without-transfer'],
  )
  const text = findingText(errors[0] ?? assert.fail())
  assert.match(text.vi, /XML13, dòng 1.*MA_LOAI_RV là "1"/)
  assert.match(text.en, /XML13, row 1/)
  assert.ok(text.cure.vi !== '' && text.cure.en !== '')
})

test('a finding about a diagnosis names its column and never the diagnosis', () => {
  const record = transfer()
  Object.assign(record.tables.XML1?.[0] ?? assert.fail(), { MA_BENH_KT: 'J96.0;U13/9' })
  const found = checkRecord(record).find((f) => f.path === 'XML1[1].MA_BENH_KT') ?? assert.fail()
  assert.ok(!JSON.stringify([found.values, findingText(found)]).includes('U13'))
})

test('a summary of a visit is said, not refused', () => {
  assert.ok(after('XML1', 0, { MA_LOAI_KCB: '01' }).includes('claim-table-not-for-kind XML8'))
  assert.ok(!codes(transfer()).some((c) => c.startsWith('claim-table-not-for-kind')))
})

test('every kind of mistake is named with table, row and column', () => {
  assert.deepEqual(after('XML1', 0, { MA_HSBA: '' }), ['claim-required XML1[1].MA_HSBA'])
  assert.deepEqual(after('XML2', 1, { DON_VI_TINH: 'x'.repeat(51) }), ['claim-length XML2[2].DON_VI_TINH'])
  assert.deepEqual(after('XML1', 0, { KET_QUA_DTRI: '9' }), ['claim-list XML1[1].KET_QUA_DTRI', 'claim-cross-odd XML8[1].KET_QUA_DTRI'])
  assert.deepEqual(after('XML1', 0, { MA_DOITUONG_KCB: '5.5' }), ['claim-list-unknown XML1[1].MA_DOITUONG_KCB'])
  assert.deepEqual(after('XML1', 0, { MA_DANTOC: '77' }).slice(0, 1), ['claim-list-unknown XML1[1].MA_DANTOC'])
  assert.deepEqual(after('XML1', 0, { MA_KHOA: 'K01;K03;Q9' }), ['claim-list-unknown XML1[1].MA_KHOA'])
  assert.deepEqual(after('XML1', 0, { MA_BENH_KT: 'J96.0;U13/9' }).slice(0, 1), ['claim-format-odd XML1[1].MA_BENH_KT'])
  assert.deepEqual(after('XML4', 0, { NGAY_KQ: '202602301000' }), ['claim-date XML4[1].NGAY_KQ'])
  assert.deepEqual(after('XML1', 0, { SO_NGAY_DTRI: 'ba' }), ['claim-number XML1[1].SO_NGAY_DTRI'])
  assert.deepEqual(after('XML1', 0, { MA_CSKCB: '2499' }).includes('claim-format XML1[1].MA_CSKCB'), true)
  assert.deepEqual(after('XML1', 0, { SO_CCCD: '12345' }), ['claim-format-odd XML1[1].SO_CCCD'])
  assert.deepEqual(after('XML3', 1, { NGAY_TH_YL: '202608030900' }), ['claim-date-order XML3[2].NGAY_TH_YL'])
  assert.deepEqual(after('XML5', 0, { THOI_DIEM_DBLS: '202608010800' }), ['claim-date-outside XML5[1].THOI_DIEM_DBLS'])
  assert.deepEqual(after('XML1', 0, { T_THUOC: '85482' }), ['claim-sum XML1[1].T_THUOC'])
  assert.deepEqual(after('XML13', 0, { HO_TEN: 'NGUYỄN THỊ KHÁC' }), ['claim-cross XML13[1].HO_TEN'])
  assert.deepEqual(after('XML4', 2, { MA_LK: '24997-26-000999' }), ['claim-cross XML4[3].MA_LK'])
  assert.deepEqual(after('XML4', 2, { MA_DICH_VU: '18.9999.0001' }), ['claim-cross-missing XML4[3].MA_DICH_VU'])
  assert.deepEqual(after('XML1', 0, { MA_NOI_DEN: '' }).includes('claim-required XML1[1].MA_NOI_DEN'), true)
})

test('a row whose amount is wrong is refused with the computed value', () => {
  const record = transfer()
  const row = record.tables.XML2?.[0]
  assert.ok(row)
  row.THANH_TIEN_BV = '60000'
  const found = checkRecord(record).find((f) => f.path === 'XML2[1].THANH_TIEN_BV')
  assert.equal(found?.definition.code, 'claim-sum')
  assert.equal(found.values.computed, '50700')
})

test('all mistakes come at once', () => {
  const record = transfer()
  Object.assign(record.tables.XML1?.[0] ?? {}, { HO_TEN: '', GIOI_TINH: '7', NGAY_RA: '202608011000', T_BHTT: '1' })
  const found = codes(record)
  for (const path of [
    'claim-required XML1[1].HO_TEN',
    'claim-list XML1[1].GIOI_TINH',
    'claim-date-order XML1[1].NGAY_RA',
    'claim-sum XML1[1].T_BHTT',
  ]) {
    assert.ok(found.includes(path), path)
  }
})

test('names, ids and clinical words never enter a finding', () => {
  const record = transfer()
  const one = record.tables.XML1?.[0]
  assert.ok(one)
  Object.assign(one, { SO_CCCD: '00019000001', HO_TEN: 'B'.repeat(300) })
  const text = JSON.stringify(checkRecord(record).map((f) => [f.values, findingText(f)]))
  assert.ok(!text.includes('00019000001'))
  assert.ok(!text.includes('BBBB'))
})

test('lists of dated catalogues only warn; a transfer without a slip only warns', () => {
  const record = transfer()
  delete record.tables.XML13
  assert.deepEqual(codes(record), ['claim-transfer-without-xml13 XML1[1].MA_LOAI_RV'])
  assert.ok(!checkRecord(record).some(refuses))
})

test('days of treatment follow the kind of encounter', () => {
  assert.deepEqual(after('XML1', 0, { SO_NGAY_DTRI: '2' }), ['claim-days XML1[1].SO_NGAY_DTRI'])
})

test('no text of a finding keeps an unfilled place', () => {
  const record = transfer()
  for (const rows of Object.values(record.tables)) {
    for (const row of rows) for (const [i, column] of Object.keys(row).entries()) row[column] = i % 3 === 0 ? '' : 'x'.repeat(i)
  }
  const found = checkRecord(record)
  assert.ok(new Set(found.map((f) => f.definition.code)).size >= 8)
  for (const f of found) {
    const text = findingText(f)
    for (const words of [text.vi, text.en, text.cure.vi, text.cure.en]) assert.doesNotMatch(words, /\{\w+\}/, text.code)
  }
})

test('several cards need as many places and dates', () => {
  const record = sample('06-outpatient-reexam-3176-base64')[0]
  assert.ok(record?.tables.XML1?.[0])
  record.tables.XML1[0].MA_DKBD = '24998'
  assert.deepEqual(codes(record), ['claim-format XML1[1].MA_DKBD'])
})

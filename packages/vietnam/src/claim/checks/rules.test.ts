import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { findingText } from '@yba/fhir'
import { type ClaimRecord, checkRecord, type Row, readClaim, refuses } from '../../index.ts'

const good = (): ClaimRecord => {
  const bytes = readFileSync(new URL('../testdata/03-inpatient-transfer-4750-base64.xml', import.meta.url))
  return structuredClone(readClaim(bytes).records[0] ?? assert.fail())
}

/** Table, what is changed in its first row (or a row of a table the sample lacks), and the finding that must say so. */
const CASES: [rule: string, table: string, change: Row, finding: string][] = [
  ['a slip has a number', 'XML1', { MA_DOITUONG_KCB: '1.3', MA_NOI_DI: '24998' }, 'claim-expected XML1[1].GIAY_CHUYEN_TUYEN'],
  ['a slip has an issuer', 'XML1', { MA_DOITUONG_KCB: '1.3', GIAY_CHUYEN_TUYEN: '7' }, 'claim-expected XML1[1].MA_NOI_DI'],
  ['a re-examination slip has a number', 'XML1', { MA_DOITUONG_KCB: '1.5' }, 'claim-expected XML1[1].GIAY_CHUYEN_TUYEN'],
  ['nobody refers to themselves', 'XML1', { MA_NOI_DI: '24997' }, 'claim-format-odd XML1[1].MA_NOI_DI'],
  ['a card runs forward', 'XML1', { GT_THE_TU: '20261231', GT_THE_DEN: '20260101' }, 'claim-date-order XML1[1].GT_THE_DEN'],
  ['a card is valid on arrival', 'XML1', { GT_THE_TU: '20250101', GT_THE_DEN: '20251231' }, 'claim-card-not-valid XML1[1].GT_THE_DEN'],
  ['districts before 07/2025', 'XML1', { NGAY_VAO: '202506300900', MAHUYEN_CU_TRU: '' }, 'claim-expected XML1[1].MAHUYEN_CU_TRU'],
  ['a weight is a number', 'XML1', { CAN_NANG: 'năm mươi' }, 'claim-format-odd XML1[1].CAN_NANG'],
  ['the dead are not transferred', 'XML1', { KET_QUA_DTRI: '5' }, 'claim-format-odd XML1[1].MA_LOAI_RV'],
  ['a month of settlement', 'XML1', { THANG_QT: '13' }, 'claim-format XML1[1].THANG_QT'],
  ['settled after discharge', 'XML1', { THANG_QT: '07' }, 'claim-format-odd XML1[1].THANG_QT'],
  ['paid after arrival', 'XML1', { NGAY_TTOAN: '202608010900' }, 'claim-date-order XML1[1].NGAY_TTOAN'],
  ['no disease twice', 'XML1', { MA_BENH_KT: 'J96.0;J15.9' }, 'claim-format-odd XML1[1].MA_BENH_KT'],
  ['traditional medicine has its codes', 'XML1', { MA_KHOA: 'K16' }, 'claim-expected XML1[1].MA_BENH_YHCT'],
  ['beds within the days', 'XML1', { SO_NGAY_DTRI: '1' }, 'claim-days XML1[1].SO_NGAY_DTRI'],
  ['check-in: a cost', 'XML0', { STT: '1' }, 'claim-expected XML0[1].MA_DICH_VU'],
  ['check-in: its name', 'XML0', { STT: '1', MA_THUOC: '40.17' }, 'claim-expected XML0[1].TEN_THUOC'],
  ['check-in: why inpatient', 'XML0', { NGAY_VAO_NOI_TRU: '202608030930' }, 'claim-expected XML0[1].LY_DO_VNT'],
  ['check-in: a card has a place', 'XML0', { MA_THE_BHYT: 'GD4240000000017' }, 'claim-expected XML0[1].MA_DKBD'],
  [
    'check-in: admitted after arrival',
    'XML0',
    { NGAY_VAO: '202608030930', NGAY_VAO_NOI_TRU: '202608030800' },
    'claim-date-order XML0[1].NGAY_VAO_NOI_TRU',
  ],
  ['no STT twice', 'XML2', { STT: '2' }, 'claim-format-odd XML2[2].STT'],
  ['STT counts from 1', 'XML3', { STT: '0' }, 'claim-format-odd XML3[1].STT'],
  ['no share above 100', 'XML2', { MUC_HUONG: '120' }, 'claim-format-odd XML2[1].MUC_HUONG'],
  ['shares of services', 'XML3', { TYLE_TT_DV: '70' }, 'claim-format-odd XML3[1].TYLE_TT_DV'],
  ['outside the scope the fund pays nothing', 'XML2', { PHAM_VI: '2' }, 'claim-format-odd XML2[1].THANH_TIEN_BH'],
  ['a medicine has a tender', 'XML2', { TT_THAU: '' }, 'claim-expected XML2[1].TT_THAU'],
  ['a medicine has a prescriber', 'XML2', { MA_BAC_SI: '' }, 'claim-expected XML2[1].MA_BAC_SI'],
  ['a medicine of a service', 'XML2', { MA_DICH_VU: '99.9999.9999' }, 'claim-cross-missing XML2[1].MA_DICH_VU'],
  ['departments of the stay', 'XML2', { MA_KHOA: 'K40' }, 'claim-cross-missing XML2[1].MA_KHOA'],
  ['no result before its order', 'XML4', { NGAY_KQ: '202608030800' }, 'claim-date-order XML4[1].NGAY_KQ'],
  ['HIV: a regimen for tuberculosis', 'XML6', { LOAI_DTRI_LAO: '2' }, 'claim-expected XML6[1].PHACDO_DTRI_LAO'],
  ['HIV: PCR of an exposed child', 'XML6', { MA_TINH_TRANG_DK: '2;1' }, 'claim-expected XML6[1].MA_KQ_XN_PCR'],
  [
    'HIV: days of ARV',
    'XML6',
    { MA_XU_TRI: '1', NGAY_BAT_DAU_XU_TRI: '20260801', NGAY_KET_THUC_XU_TRI: '20260811', SO_NGAY_CAP_THUOC_ARV: '90' },
    'claim-days XML6[1].SO_NGAY_CAP_THUOC_ARV',
  ],
  ['HIV: line of another regimen', 'XML6', { MA_PHAC_DO_DIEU_TRI: 'KHAC' }, 'claim-expected XML6[1].MA_BAC_PHAC_DO'],
  ['HIV: regimens are a catalogue', 'XML6', { PHACDO_DTRI_LAO: '14' }, 'claim-list-unknown XML6[1].PHACDO_DTRI_LAO'],
  [
    'HIV: treatment of tuberculosis runs forward',
    'XML6',
    { NGAYBD_DTRI_LAO: '20260801', NGAYKT_DTRI_LAO: '20260701' },
    'claim-format-odd XML6[1].NGAYKT_DTRI_LAO',
  ],
  [
    'tuberculosis: treatment runs forward',
    'XML15',
    { NGAYBD_DTRI_LAO: '20260801', NGAYKT_DTRI_LAO: '20260701' },
    'claim-format-odd XML15[1].NGAYKT_DTRI_LAO',
  ],
  ['discharge: times of the stay', 'XML7', { NGAY_VAO: '202608020900' }, 'claim-cross-odd XML7[1].NGAY_VAO'],
  ['discharge: leave is complete', 'XML7', { SO_NGAY_NGHI: '7' }, 'claim-expected XML7[1].NGOAITRU_TUNGAY'],
  [
    'discharge: leave counts both ends',
    'XML7',
    { SO_NGAY_NGHI: '7', NGOAITRU_TUNGAY: '20260806', NGOAITRU_DENNGAY: '20260813' },
    'claim-days XML7[1].SO_NGAY_NGHI',
  ],
  ['discharge: the end of a pregnancy', 'XML7', { MA_DINH_CHI_THAI: '1' }, 'claim-expected XML7[1].TUOI_THAI'],
  ['discharge: weeks of a pregnancy', 'XML7', { TUOI_THAI: '50' }, 'claim-format-odd XML7[1].TUOI_THAI'],
  ['discharge: a department of the stay', 'XML7', { MA_KHOA_RV: 'K33' }, 'claim-cross-missing XML7[1].MA_KHOA_RV'],
  ['summary: the result of the stay', 'XML8', { KET_QUA_DTRI: '1' }, 'claim-cross-odd XML8[1].KET_QUA_DTRI'],
  ['summary: the kind of care', 'XML8', { MA_LOAI_KCB: '04' }, 'claim-cross-odd XML8[1].MA_LOAI_KCB'],
  ['birth: within the stay', 'XML9', { NGAY_SINH_CON: '202608010900' }, 'claim-date-outside XML9[1].NGAY_SINH_CON'],
  ['pregnancy rest: says so', 'XML10', { CHAN_DOAN_RV: 'Dọa sẩy thai' }, 'claim-format-odd XML10[1].CHAN_DOAN_RV'],
  ['pregnancy rest: days', 'XML10', { SO_NGAY: '29', TU_NGAY: '20260713', DEN_NGAY: '20260811' }, 'claim-days XML10[1].SO_NGAY'],
  [
    'sick leave: at most 30 days',
    'XML11',
    { SO_NGAY_NGHI: '31', TU_NGAY: '20260801', DEN_NGAY: '20260831' },
    'claim-format-odd XML11[1].SO_NGAY_NGHI',
  ],
  ['referral: on request twice', 'XML13', { MA_LYDO_CT: '3' }, 'claim-cross-odd XML13[1].MA_LYDO_CT'],
  ['referral: an escort has a title', 'XML13', { CHUCDANH_NGUOI_HT: '' }, 'claim-expected XML13[1].CHUCDANH_NGUOI_HT'],
  ['re-examination: not before arrival', 'XML14', { NGAY_CT: '20260701' }, 'claim-date-order XML14[1].NGAY_CT'],
  ['re-examination: the day stands in XML1', 'XML14', { NGAY_CT: '20260805' }, 'claim-expected XML1[1].NGAY_TAI_KHAM'],
]

const codes = (record: ClaimRecord): string[] => checkRecord(record).map((f) => `${f.definition.code} ${f.path}`)

for (const [rule, table, change, expected] of CASES) {
  test(`${table}: ${rule}`, () => {
    const record = good()
    const known = record.tables[table]?.[0]
    if (known) Object.assign(known, change)
    else record.tables[table] = [{ MA_LK: record.maLk, ...change }]
    assert.ok(!codes(good()).includes(expected), 'the sample itself is without it')
    assert.ok(codes(record).includes(expected), codes(record).join('\n'))
  })
}

test('a stay without notes of its course is told; one of XML3 without its code in XML1', () => {
  const record = good()
  delete record.tables.XML5
  assert.ok(codes(record).includes('claim-table-expected XML5'))
  Object.assign(record.tables.XML1?.[0] ?? {}, { MA_PTTT_QT: '96.04' })
  Object.assign(record.tables.XML3?.[0] ?? {}, { MA_PTTT_QT: '39.95' })
  assert.ok(codes(record).includes('claim-cross-missing XML3[1].MA_PTTT_QT'))
})

test('a birth weight stands in XML1 too', () => {
  const record = good()
  Object.assign(record.tables.XML1?.[0] ?? {}, { CAN_NANG_CON: '3100;2900' })
  record.tables.XML9 = [{ MA_LK: record.maLk, CAN_NANG_CON: '2500' }]
  assert.ok(codes(record).includes('claim-cross-odd XML9[1].CAN_NANG_CON'))
})

test('what only the insurer asks for does not keep a record out of the chart', () => {
  const soft = CASES.filter(([, , , f]) => /^claim-(expected|format-odd|cross-odd|cross-missing|card-not-valid|days|date-outside)/.test(f))
  assert.ok(soft.length > 35)
  for (const [rule, table, change, expected] of soft) {
    const record = good()
    Object.assign(record.tables[table]?.[0] ?? {}, change)
    for (const f of checkRecord(record).filter((x) => `${x.definition.code} ${x.path}` === expected)) {
      assert.ok(!refuses(f), rule)
      assert.doesNotMatch(Object.values(findingText(f)).join(), /\{\w+\}/, rule)
    }
  }
})

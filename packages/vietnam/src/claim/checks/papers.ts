/** Papers and programme tables (XML6 to XML15): what one column asks of another, and what must agree with XML1. */

import type { Finding } from '@yba/fhir'
import { foldName } from '../../names/fold.ts'
import { slipNumber } from '../../referral/slip-number.ts'
import * as outcomes from '../outcomes.ts'
import type { ClaimRecord, Row } from '../types.ts'
import { at, daysInclusive, list, numbered } from './cells.ts'
import { cell } from './place.ts'

interface Paper {
  table: string
  row: Row
  number: number
  one: Row | undefined
  record: ClaimRecord
  out: Finding[]
}

const say = (
  p: Paper,
  definition: Parameters<typeof cell>[0],
  column: string,
  more: { rule: string; ruleEn?: string; computed?: number },
) => p.out.push(cell(definition, p.table, p.number, column, at(p.row, column), { ...more, ruleEn: more.ruleEn ?? more.rule }))

function expects(p: Paper, why: string, whyEn: string, ...columns: string[]): void {
  for (const column of columns) if (at(p.row, column) === '') say(p, outcomes.claimExpected, column, { rule: why, ruleEn: whyEn })
}

function sameAsStay(p: Paper, ...columns: string[]): void {
  for (const column of columns) {
    const value = at(p.row, column)
    if (value !== '' && p.one && at(p.one, column) !== '' && value !== at(p.one, column))
      say(p, outcomes.claimCrossOdd, column, { rule: `XML1.${column}` })
  }
}

/** Days of leave count both ends (QĐ 4750, example of XML10). */
function leaveDays(p: Paper, days: string, from: string, to: string): void {
  const computed = daysInclusive(at(p.row, from), at(p.row, to))
  if (at(p.row, days) !== '' && !Number.isNaN(computed) && computed !== Number(at(p.row, days)))
    say(p, outcomes.claimDays, days, { computed, rule: `${to} − ${from} + 1` })
}

/** Weeks of gestation a paper may say. */
function pregnancyEnded(p: Paper, ...columns: string[]): void {
  if (at(p.row, 'MA_DINH_CHI_THAI') === '1') expects(p, 'MA_DINH_CHI_THAI là 1', 'MA_DINH_CHI_THAI is 1', ...columns)
  const weeks = at(p.row, 'TUOI_THAI')
  if (weeks !== '' && !(Number(weeks) >= 1 && Number(weeks) <= 42))
    say(p, outcomes.claimFormatOdd, 'TUOI_THAI', { rule: '1 đến 42 tuần', ruleEn: '1 to 42 weeks' })
}

function tuberculosis(p: Paper): void {
  const [from, to] = [at(p.row, 'NGAYBD_DTRI_LAO'), at(p.row, 'NGAYKT_DTRI_LAO')]
  if (from !== '' && to !== '' && to < from)
    say(p, outcomes.claimFormatOdd, 'NGAYKT_DTRI_LAO', { rule: `NGAYBD_DTRI_LAO (${from}) ≤ NGAYKT_DTRI_LAO` })
}

function hiv(p: Paper): void {
  tuberculosis(p)
  if (at(p.row, 'LOAI_DTRI_LAO') !== '0' && at(p.row, 'LOAI_DTRI_LAO') !== '')
    expects(p, 'LOAI_DTRI_LAO khác 0', 'LOAI_DTRI_LAO is not 0', 'PHACDO_DTRI_LAO', 'NGAYBD_DTRI_LAO')
  if (list(p.row, 'MA_TINH_TRANG_DK').includes('1'))
    expects(p, 'MA_TINH_TRANG_DK có 1', 'MA_TINH_TRANG_DK names 1', 'LAN_XN_PCR', 'NGAY_XN_PCR', 'NGAY_KQ_XN_PCR', 'MA_KQ_XN_PCR')
  if (list(p.row, 'MA_XU_TRI').includes('1')) {
    expects(p, 'MA_XU_TRI có 1', 'MA_XU_TRI names 1', 'NGAY_BAT_DAU_XU_TRI', 'NGAY_KET_THUC_XU_TRI', 'SO_NGAY_CAP_THUOC_ARV')
    const most = daysInclusive(at(p.row, 'NGAY_BAT_DAU_XU_TRI'), at(p.row, 'NGAY_KET_THUC_XU_TRI')) - 1
    if (Number(at(p.row, 'SO_NGAY_CAP_THUOC_ARV')) > most)
      say(p, outcomes.claimDays, 'SO_NGAY_CAP_THUOC_ARV', { computed: most, rule: '≤ NGAY_KET_THUC_XU_TRI − NGAY_BAT_DAU_XU_TRI' })
  }
  if (at(p.row, 'MA_PHAC_DO_DIEU_TRI') === 'KHAC')
    expects(p, 'MA_PHAC_DO_DIEU_TRI là KHAC', 'MA_PHAC_DO_DIEU_TRI is KHAC', 'MA_BAC_PHAC_DO')
}

const LEAVE = ['SO_NGAY_NGHI', 'NGOAITRU_TUNGAY', 'NGOAITRU_DENNGAY']

function discharge(p: Paper): void {
  sameAsStay(p, 'NGAY_VAO', 'NGAY_RA')
  pregnancyEnded(p, 'NGUYENNHAN_DINHCHI', 'THOIGIAN_DINHCHI', 'TUOI_THAI')
  if (LEAVE.some((column) => at(p.row, column) !== '')) expects(p, 'có ngày nghỉ', 'days of leave are given', ...LEAVE)
  leaveDays(p, 'SO_NGAY_NGHI', 'NGOAITRU_TUNGAY', 'NGOAITRU_DENNGAY')
  const stay = list(p.one, 'MA_KHOA').map((code) => code.slice(0, 3))
  const elsewhere = list(p.row, 'MA_KHOA_RV').some((code) => !stay.includes(code.slice(0, 3)))
  if (p.one && elsewhere) say(p, outcomes.claimCrossMissing, 'MA_KHOA_RV', { rule: 'XML1.MA_KHOA' })
}

const summary = (p: Paper): void => sameAsStay(p, 'NGAY_VAO', 'NGAY_RA', 'MA_LOAI_KCB', 'KET_QUA_DTRI')

function birth(p: Paper): void {
  const weights = list(p.one, 'CAN_NANG_CON')
  const weight = at(p.row, 'CAN_NANG_CON')
  if (weights.length > 0 && weight !== '' && !weights.includes(weight))
    say(p, outcomes.claimCrossOdd, 'CAN_NANG_CON', { rule: 'XML1.CAN_NANG_CON' })
  const born = at(p.row, 'NGAY_SINH_CON')
  const [from, to] = [at(p.one, 'NGAY_VAO'), at(p.one, 'NGAY_RA')]
  if (born.length === 12 && from !== '' && to !== '' && (born < from || born > to))
    say(p, outcomes.claimDateOutside, 'NGAY_SINH_CON', { rule: `${from}–${to}` })
}

/** The paper gives leave for the pregnancy itself, and says so. */
function pregnancyRest(p: Paper): void {
  leaveDays(p, 'SO_NGAY', 'TU_NGAY', 'DEN_NGAY')
  const words = at(p.row, 'CHAN_DOAN_RV')
  if (words !== '' && !foldName(words).includes(foldName('dưỡng thai')))
    say(p, outcomes.claimFormatOdd, 'CHAN_DOAN_RV', { rule: 'có chữ "dưỡng thai"', ruleEn: 'says "dưỡng thai"' })
}

/** Days one paper of sick leave may give (TT 25/2025; 180 in the tuberculosis programme, A15 to A19). */
const MOST_LEAVE = 30
const MOST_LEAVE_TB = 180

function sickLeave(p: Paper): void {
  leaveDays(p, 'SO_NGAY_NGHI', 'TU_NGAY', 'DEN_NGAY')
  pregnancyEnded(p, 'NGUYENNHAN_DINHCHI', 'TUOI_THAI')
  const codes = [at(p.one, 'MA_BENH_CHINH'), ...list(p.one, 'MA_BENH_KT')]
  const most = codes.some((code) => /^A1[5-9]/.test(code)) ? MOST_LEAVE_TB : MOST_LEAVE
  // The loss of a pregnancy has limits of its own.
  if (at(p.row, 'MA_DINH_CHI_THAI') !== '1' && Number(at(p.row, 'SO_NGAY_NGHI')) > most)
    say(p, outcomes.claimFormatOdd, 'SO_NGAY_NGHI', { rule: `tối đa ${most} ngày`, ruleEn: `at most ${most} days` })
}

/** MA_LOAI_RV 5 and MA_LYDO_CT 3 both say that the patient asked for the transfer. */
function referral(p: Paper): void {
  const number = at(p.row, 'GIAY_CHUYEN_TUYEN')
  if (slipNumber(number) !== number) say(p, outcomes.claimSlipNumberForm, 'GIAY_CHUYEN_TUYEN', { rule: '' })
  const [leave, reason] = [at(p.one, 'MA_LOAI_RV'), at(p.row, 'MA_LYDO_CT')]
  if (reason !== '' && (leave === '2' || leave === '5') && (leave === '5') !== (reason === '3'))
    say(p, outcomes.claimCrossOdd, 'MA_LYDO_CT', { rule: `XML1.MA_LOAI_RV (${leave})` })
  if (at(p.row, 'HOTEN_NGUOI_HT') !== '') expects(p, 'có người hộ tống', 'somebody escorts', 'CHUCDANH_NGUOI_HT')
  if (at(p.row, 'CHUCDANH_NGUOI_HT') !== '') expects(p, 'có người hộ tống', 'somebody escorts', 'HOTEN_NGUOI_HT')
}

function reexamination(p: Paper): void {
  const [made, from] = [at(p.row, 'NGAY_CT'), at(p.one, 'NGAY_VAO').slice(0, 8)]
  if (made !== '' && from !== '' && made < from) say(p, outcomes.claimDateOrder, 'NGAY_CT', { rule: `XML1.NGAY_VAO (${from}) ≤ NGAY_CT` })
}

const PAPERS: Record<string, (p: Paper) => void> = {
  XML6: hiv,
  XML7: discharge,
  XML8: summary,
  XML9: birth,
  XML10: pregnancyRest,
  XML11: sickLeave,
  XML13: referral,
  XML14: reexamination,
  XML15: tuberculosis,
}

/** Every paper of the record. */
export function checkPapers(record: ClaimRecord): Finding[] {
  const out: Finding[] = []
  const one = record.tables.XML1?.[0]
  for (const [table, check] of Object.entries(PAPERS)) {
    for (const [row, number] of numbered(record, table)) check({ table, row, number, one, record, out })
  }
  return out
}

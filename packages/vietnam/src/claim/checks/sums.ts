/** Money: each row by itself, then the totals of XML1. */

import type { Finding } from '@yba/fhir'
import * as outcomes from '../outcomes.ts'
import type { ClaimRecord, Row } from '../types.ts'
import { cell } from './place.ts'

/** Prices are rounded to three decimals and many systems round a row to whole đồng. */
const ROW_TOLERANCE = 1
/** Totals add values as written; a cent per row for their own rounding. */
const CENT = 0.01

const NUMBER = /^\d+(\.\d+)?$/
/** Value of a column; NaN when it is not a number (the field check says so already, comparisons then pass). */
const num = (row: Row | undefined, column: string): number => {
  const text = row?.[column] ?? ''
  if (text === '') return 0
  return NUMBER.test(text) ? Number(text) : Number.NaN
}
const far = (a: number, b: number, tolerance: number): boolean => Math.abs(a - b) > tolerance + 1e-6
const money = (value: number): string => String(Math.round(value * 100) / 100)

function expectRow(
  table: string,
  row: Row,
  at: number,
  column: string,
  computed: number,
  rule: string,
  odd: boolean,
  out: Finding[],
): void {
  if (!far(num(row, column), computed, ROW_TOLERANCE)) return
  const definition = odd ? outcomes.claimSumOdd : outcomes.claimSum
  out.push(cell(definition, table, at, column, row[column] ?? '', { computed: money(computed), rule }))
}

function checkRow(
  table: string,
  row: Row,
  at: number,
  hospital: number,
  insured: number,
  ruleBv: string,
  ruleBh: string,
  out: Finding[],
): void {
  expectRow(table, row, at, 'THANH_TIEN_BV', hospital, ruleBv, false, out)
  // T_TRANTT is a ceiling that lowers what the fund pays.
  const capped = num(row, 'T_TRANTT') > 0
  expectRow(table, row, at, 'THANH_TIEN_BH', insured, ruleBh, capped, out)
  const parts = ['T_NGUONKHAC_NSNN', 'T_NGUONKHAC_VTNN', 'T_NGUONKHAC_VTTN', 'T_NGUONKHAC_CL']
  const other = parts.reduce((sum, column) => sum + num(row, column), 0)
  expectRow(table, row, at, 'T_NGUONKHAC', other, `= ${parts.join(' + ')}`, false, out)
  const [bv, bh] = [num(row, 'THANH_TIEN_BV'), num(row, 'THANH_TIEN_BH')]
  const odd = capped || num(row, 'T_NGUONKHAC') > 0
  const support = num(row, 'T_NGUONKHAC')
  const fund = (bh * num(row, 'MUC_HUONG')) / 100
  const own = bv - bh
  const co = bh - fund
  expectRow(table, row, at, 'T_BNTT', Math.max(0, own - support), '= THANH_TIEN_BV − THANH_TIEN_BH', odd, out)
  const beyond = Math.max(0, support - own)
  expectRow(table, row, at, 'T_BNCCT', Math.max(0, co - beyond), '= THANH_TIEN_BH − T_BHTT', odd, out)
  expectRow(table, row, at, 'T_BHTT', Math.max(0, fund - Math.max(0, beyond - co)), '= THANH_TIEN_BH × MUC_HUONG / 100', odd, out)
}

interface Totals {
  rows: number
  bv2: number
  bv: number
  bh: number
  supplies: number
  own: number
  co: number
  fund: number
  fee: number
  other: number
}

function add(totals: Totals, row: Row, isMedicine: boolean): void {
  const bv = num(row, 'THANH_TIEN_BV')
  totals.rows++
  totals.bv += bv
  if (isMedicine) totals.bv2 += bv
  else if ((row.MA_VAT_TU ?? '') !== '') totals.supplies += bv
  totals.bh += num(row, 'THANH_TIEN_BH')
  totals.own += num(row, 'T_BNTT')
  totals.co += num(row, 'T_BNCCT')
  totals.fund += num(row, 'T_BHTT')
  if (row.MA_PTTT === '1') totals.fee += num(row, 'T_BHTT')
  totals.other += num(row, 'T_NGUONKHAC')
}

function checkTotals(one: Row, t: Totals, out: Finding[]): void {
  const tolerance = CENT * (t.rows + 1)
  const expect = (column: string, computed: number, rule: string, odd = false): void => {
    if (!far(num(one, column), computed, tolerance)) return
    const definition = odd ? outcomes.claimSumOdd : outcomes.claimSum
    out.push(cell(definition, 'XML1', 1, column, one[column] ?? '', { computed: money(computed), rule }))
  }
  expect('T_THUOC', t.bv2, '= Σ XML2.THANH_TIEN_BV')
  expect('T_VTYT', t.supplies, '= Σ XML3.THANH_TIEN_BV (MA_VAT_TU)')
  expect('T_TONGCHI_BV', t.bv, '= Σ XML2, XML3.THANH_TIEN_BV')
  expect('T_TONGCHI_BH', t.bh, '= Σ XML2, XML3.THANH_TIEN_BH')
  expect('T_BNTT', t.own, '= Σ XML2, XML3.T_BNTT')
  expect('T_BNCCT', t.co, '= Σ XML2, XML3.T_BNCCT')
  expect('T_NGUONKHAC', t.other, '= Σ XML2, XML3.T_NGUONKHAC')
  expect('T_BHTT', num(one, 'T_TONGCHI_BH') - num(one, 'T_BNCCT'), '= T_TONGCHI_BH − T_BNCCT', t.other > 0)
  expect('T_BHTT_GDV', t.fee, '= Σ XML2, XML3.T_BHTT (MA_PTTT = 1)')
}

/** Arithmetic of QĐ 130 as amended: rows of XML2 and XML3, then the totals of XML1. */
export function checkSums(record: ClaimRecord): Finding[] {
  const out: Finding[] = []
  const totals: Totals = { rows: 0, bv2: 0, bv: 0, bh: 0, supplies: 0, own: 0, co: 0, fund: 0, fee: 0, other: 0 }
  for (const [i, row] of (record.tables.XML2 ?? []).entries()) {
    const bv = num(row, 'SO_LUONG') * num(row, 'DON_GIA')
    const bh = (bv * num(row, 'TYLE_TT_BH')) / 100
    checkRow('XML2', row, i + 1, bv, bh, '= SO_LUONG × DON_GIA', '= SO_LUONG × DON_GIA × TYLE_TT_BH / 100', out)
    add(totals, row, true)
  }
  for (const [i, row] of (record.tables.XML3 ?? []).entries()) {
    const share = num(row, 'SO_LUONG') * (num(row, 'TYLE_TT_DV') / 100)
    const bh = (share * num(row, 'DON_GIA_BH') * num(row, 'TYLE_TT_BH')) / 100
    const ruleBh = '= SO_LUONG × DON_GIA_BH × TYLE_TT_DV / 100 × TYLE_TT_BH / 100'
    checkRow('XML3', row, i + 1, share * num(row, 'DON_GIA_BV'), bh, '= SO_LUONG × DON_GIA_BV × TYLE_TT_DV / 100', ruleBh, out)
    add(totals, row, false)
  }
  const one = record.tables.XML1?.[0]
  if (one) checkTotals(one, totals, out)
  return out
}

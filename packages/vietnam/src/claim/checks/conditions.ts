/** Columns that must be filled because of another one. */

import type { Finding } from '@yba/fhir'
import * as outcomes from '../outcomes.ts'
import type { ClaimRecord, Row } from '../types.ts'
import { cell } from './place.ts'

type Need = { column: string; vi: string; en: string; soft?: boolean }

const get = (row: Row, column: string): string => row[column] ?? ''

function need(table: string, row: Row, number: number, needs: Need[], out: Finding[]): void {
  for (const { column, vi, en, soft } of needs) {
    if (get(row, column) !== '') continue
    out.push(cell(soft ? outcomes.claimExpected : outcomes.claimRequired, table, number, column, '', { rule: vi, ruleEn: en }))
  }
}

function cardNeeds(row: Row): Need[] {
  if (get(row, 'MA_THE_BHYT') === '') return []
  const why = { vi: 'có thẻ BHYT', en: 'the patient has an insurance card' }
  return ['MA_DKBD', 'GT_THE_TU', 'GT_THE_DEN'].map((column) => ({ column, ...why }))
}

function xml1Needs(row: Row): Need[] {
  const needs = cardNeeds(row)
  const leave = get(row, 'MA_LOAI_RV')
  if (leave === '2' || leave === '5') {
    needs.push({ column: 'MA_NOI_DEN', vi: `MA_LOAI_RV là ${leave} (chuyển cơ sở)`, en: `MA_LOAI_RV is ${leave} (transfer)` })
  }
  const kind = get(row, 'MA_LOAI_KCB')
  if (kind === '03' || kind === '04') {
    const why = { vi: 'điều trị nội trú', en: 'inpatient treatment', soft: true }
    needs.push({ column: 'NGAY_VAO_NOI_TRU', ...why }, { column: 'LY_DO_VNT', ...why })
  }
  return needs
}

/** As many values as cards, in card order (QĐ 4750, XML1). */
function cardCounts(row: Row, out: Finding[]): void {
  const cards = get(row, 'MA_THE_BHYT').split(';').filter(Boolean).length
  if (cards < 2) return
  for (const column of ['MA_DKBD', 'GT_THE_TU', 'GT_THE_DEN']) {
    const value = get(row, column)
    if (value !== '' && value.split(';').length !== cards) {
      const text = { rule: `có ${cards} thẻ thì cần ${cards} giá trị`, ruleEn: `${cards} cards need ${cards} values` }
      out.push(cell(outcomes.claimFormat, 'XML1', 1, column, value, text))
    }
  }
}

function xml3Needs(row: Row): Need[] {
  const group = get(row, 'MA_NHOM')
  const needs: Need[] = []
  if (get(row, 'MA_DICH_VU') === '' && get(row, 'MA_VAT_TU') === '') {
    needs.push({ column: 'MA_DICH_VU', vi: 'không có mã vật tư', en: 'there is no supply code' })
  }
  if (get(row, 'MA_VAT_TU') !== '') needs.push({ column: 'TEN_VAT_TU', vi: 'có mã vật tư', en: 'there is a supply code' })
  else if (get(row, 'MA_DICH_VU') !== '') needs.push({ column: 'TEN_DICH_VU', vi: 'có mã dịch vụ', en: 'there is a service code' })
  if (['1', '2', '3', '8', '18'].includes(group)) {
    const why = { vi: `MA_NHOM là ${group}`, en: `MA_NHOM is ${group}`, soft: true }
    needs.push({ column: 'NGUOI_THUC_HIEN', ...why }, { column: 'NGAY_TH_YL', ...why })
  }
  if (group === '15') needs.push({ column: 'MA_GIUONG', vi: 'dòng tiền giường', en: 'bed-day row', soft: true })
  if (group === '12') needs.push({ column: 'MA_XANG_DAU', vi: 'dòng vận chuyển', en: 'transport row', soft: true })
  return needs
}

function xml4Needs(row: Row): Need[] {
  if (get(row, 'GIA_TRI') === '') return []
  return [
    { column: 'NGAY_KQ', vi: 'đã có giá trị kết quả', en: 'a result value is present' },
    { column: 'TEN_CHI_SO', vi: 'đã có giá trị kết quả', en: 'a result value is present', soft: true },
  ]
}

/** Checks the conditional columns of XML1 to XML4 and of XML13's escort. */
export function checkConditions(record: ClaimRecord): Finding[] {
  const out: Finding[] = []
  const one = record.tables.XML1?.[0]
  if (one) {
    need('XML1', one, 1, xml1Needs(one), out)
    cardCounts(one, out)
    const main = get(one, 'MA_BENH_CHINH')
    if (main.includes(';')) {
      out.push(cell(outcomes.claimFormat, 'XML1', 1, 'MA_BENH_CHINH', main, { rule: 'chỉ một mã bệnh', ruleEn: 'exactly one code' }))
    }
  }
  for (const [i, row] of (record.tables.XML3 ?? []).entries()) need('XML3', row, i + 1, xml3Needs(row), out)
  for (const [i, row] of (record.tables.XML4 ?? []).entries()) need('XML4', row, i + 1, xml4Needs(row), out)
  return out
}

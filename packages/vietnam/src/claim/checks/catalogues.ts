/** Codes of dated catalogues: an unknown or oddly formed value is a warning, because the catalogue may be newer than ours. */

import type { Finding } from '@yba/fhir'
import { departmentName, ethnicName } from '../../codes/display.ts'
import * as outcomes from '../outcomes.ts'
import type { ClaimRecord, Row } from '../types.ts'
import { cell } from './place.ts'

/** ICD-10 as claims write it: dot kept, no dagger or asterisk, up to three characters after the dot (TT 06/2026). */
const ICD = /^[A-Z]\d{2}(\.\d{1,3})?$/
const MOST_SECONDARY = 12

const parts = (row: Row, column: string): string[] =>
  (row[column] ?? '')
    .split(';')
    .map((v) => v.trim())
    .filter(Boolean)

function icd(row: Row, out: Finding[]): void {
  for (const column of ['MA_BENH_CHINH', 'MA_BENH_KT']) {
    const odd = parts(row, column).filter((code) => !ICD.test(code))
    if (odd.length === 0) continue
    const text = { rule: 'mã ICD-10 có dạng A00.0', ruleEn: 'ICD-10 codes look like A00.0' }
    out.push(cell(outcomes.claimFormatOdd, 'XML1', 1, column, odd.join(';'), text))
  }
  const secondary = parts(row, 'MA_BENH_KT')
  if (secondary.length > MOST_SECONDARY) {
    const text = { rule: `tối đa ${MOST_SECONDARY} mã`, ruleEn: `at most ${MOST_SECONDARY} codes` }
    out.push(cell(outcomes.claimFormatOdd, 'XML1', 1, 'MA_BENH_KT', secondary.join(';'), text))
  }
}

/** Departments K01 to K99 with their sub-codes (QĐ 1804/2026). */
const isDepartment = (code: string): boolean => departmentName(code) !== undefined || /^K(4[89]|5\d|60|99)/.test(code)

/** ICD-10 forms, departments and ethnic group of XML1. */
export function checkCatalogues(record: ClaimRecord): Finding[] {
  const out: Finding[] = []
  const one = record.tables.XML1?.[0]
  if (!one) return out
  icd(one, out)
  const ethnic = one.MA_DANTOC ?? ''
  if (ethnic !== '' && ethnicName(ethnic) === undefined) {
    out.push(cell(outcomes.claimListUnknown, 'XML1', 1, 'MA_DANTOC', ethnic, { rule: 'QĐ 121-TCTK/PPCĐ' }))
  }
  const unknown = parts(one, 'MA_KHOA').filter((code) => !isDepartment(code))
  if (unknown.length > 0) {
    out.push(cell(outcomes.claimListUnknown, 'XML1', 1, 'MA_KHOA', unknown.join(';'), { rule: 'MA_KHOA (QĐ 5937, QĐ 1804)' }))
  }
  return out
}

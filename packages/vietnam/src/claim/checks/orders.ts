/** Rows of XML2 to XML5 among themselves and with XML1: numbers, scope, percentages, joins by code and department. */

import type { Finding } from '@yba/fhir'
import { isClaimTime } from '../../dates/claim-date.ts'
import * as outcomes from '../outcomes.ts'
import type { ClaimRecord, Row } from '../types.ts'
import { at, list, numbered } from './cells.ts'
import { cell } from './place.ts'

/** STT counts from 1 and names one row. */
function numbers(record: ClaimRecord, out: Finding[]): void {
  for (const table of Object.keys(record.tables)) {
    const seen = new Set<string>()
    for (const [row, number] of numbered(record, table)) {
      const stt = at(row, 'STT')
      if (stt === '') continue
      if (Number(stt) === 0 || seen.has(stt)) {
        const rule = { rule: 'đếm từ 1, không lặp trong bảng', ruleEn: 'counts from 1, no number twice in a table' }
        out.push(cell(outcomes.claimFormatOdd, table, number, 'STT', stt, rule))
      }
      seen.add(stt)
    }
  }
}

/** TYLE_TT_DV of QĐ 4750: examinations 100, 30, 10, 0; shared beds 50, 33; second interventions 50, 80. */
const SERVICE_SHARES = ['100', '80', '50', '33', '30', '10', '0']

function money(row: Row, table: string, number: number, out: Finding[]): void {
  const odd = (column: string, rule: string, ruleEn: string): void => {
    out.push(cell(outcomes.claimFormatOdd, table, number, column, at(row, column), { rule, ruleEn }))
  }
  for (const column of ['TYLE_TT_BH', 'TYLE_TT_DV', 'MUC_HUONG'])
    if (Number(at(row, column)) > 100) odd(column, 'tối đa 100', 'at most 100')
  const share = at(row, 'TYLE_TT_DV')
  if (share !== '' && Number(share) <= 100 && !SERVICE_SHARES.includes(share)) {
    odd('TYLE_TT_DV', SERVICE_SHARES.join(', '), SERVICE_SHARES.join(', '))
  }
  if (at(row, 'PHAM_VI') === '2' && Number(at(row, 'THANH_TIEN_BH')) > 0) {
    odd('THANH_TIEN_BH', 'PHAM_VI là 2 (ngoài phạm vi): 0', 'PHAM_VI is 2 (outside the scope): 0')
  }
}

const expected = (row: Row, table: string, number: number, column: string, rule: string, ruleEn: string, out: Finding[]): void => {
  if (at(row, column) === '') out.push(cell(outcomes.claimExpected, table, number, column, '', { rule, ruleEn }))
}

/** Blood (7) and what belongs to it (17) has no tender and no registration. */
const WITHOUT_TENDER = ['7', '17']

function medicines(record: ClaimRecord, out: Finding[]): void {
  for (const [row, number] of numbered(record, 'XML2')) {
    money(row, 'XML2', number, out)
    const group = at(row, 'MA_NHOM')
    if (!WITHOUT_TENDER.includes(group)) expected(row, 'XML2', number, 'TT_THAU', `MA_NHOM là ${group}`, `MA_NHOM is ${group}`, out)
    expected(row, 'XML2', number, 'MA_BAC_SI', 'bác sĩ chỉ định thuốc', 'the prescribing doctor', out)
  }
}

function services(record: ClaimRecord, out: Finding[]): void {
  for (const [row, number] of numbered(record, 'XML3')) {
    money(row, 'XML3', number, out)
    if (at(row, 'MA_NHOM') === '10') expected(row, 'XML3', number, 'TT_THAU', 'MA_NHOM là 10', 'MA_NHOM is 10', out)
  }
  const one = record.tables.XML1?.[0]
  const beds = numbered(record, 'XML3').reduce((sum, [row]) => sum + (at(row, 'MA_NHOM') === '15' ? Number(at(row, 'SO_LUONG')) : 0), 0)
  const days = at(one, 'SO_NGAY_DTRI')
  if (/^\d+$/.test(days) && beds > Number(days)) {
    const rule = { computed: beds, rule: '≥ Σ XML3.SO_LUONG (MA_NHOM 15)' }
    out.push(cell(outcomes.claimDays, 'XML1', 1, 'SO_NGAY_DTRI', days, rule))
  }
}

/** A joint or sub-department (`K0319`, `K16.1`) is known by its first three characters. */
const department = (code: string): string => code.slice(0, 3)

/** Codes that one table names and another must hold. */
function joins(record: ClaimRecord, out: Finding[]): void {
  const one = record.tables.XML1?.[0]
  const missing = (table: string, number: number, column: string, codes: string[], rule: string): void => {
    if (codes.length > 0) out.push(cell(outcomes.claimCrossMissing, table, number, column, codes.join(';'), { rule }))
  }
  const done = new Set((record.tables.XML3 ?? []).map((row) => at(row, 'MA_DICH_VU')))
  const departments = new Set(list(one, 'MA_KHOA').map(department))
  const operations = new Set(list(one, 'MA_PTTT_QT'))
  for (const [row, number] of numbered(record, 'XML2')) {
    const codes = list(row, 'MA_DICH_VU').filter((code) => !done.has(code))
    missing('XML2', number, 'MA_DICH_VU', codes, 'XML3.MA_DICH_VU')
  }
  for (const table of ['XML2', 'XML3'].filter(() => departments.size > 0)) {
    // Once a table: a department left out of XML1 is named by every row of its ward.
    const strange = numbered(record, table).filter(([row]) => list(row, 'MA_KHOA').some((code) => !departments.has(department(code))))
    const codes = new Set(strange.flatMap(([row]) => list(row, 'MA_KHOA')).filter((code) => !departments.has(department(code))))
    missing(table, strange[0]?.[1] ?? 1, 'MA_KHOA', [...codes], 'XML1.MA_KHOA')
  }
  for (const [row, number] of numbered(record, 'XML3')) {
    const codes = list(row, 'MA_PTTT_QT').filter((code) => !operations.has(code))
    if (operations.size > 0) missing('XML3', number, 'MA_PTTT_QT', codes, 'XML1.MA_PTTT_QT')
  }
}

/** A result is not older than the first order of its service. */
function results(record: ClaimRecord, out: Finding[]): void {
  const ordered = new Map<string, string>()
  for (const row of record.tables.XML3 ?? []) {
    const [code, time] = [at(row, 'MA_DICH_VU'), at(row, 'NGAY_YL')]
    if (isClaimTime(time) && (ordered.get(code) ?? '9') > time) ordered.set(code, time)
  }
  for (const [row, number] of numbered(record, 'XML4')) {
    const [time, first] = [at(row, 'NGAY_KQ'), ordered.get(at(row, 'MA_DICH_VU'))]
    if (isClaimTime(time) && first !== undefined && time < first) {
      out.push(cell(outcomes.claimDateOrder, 'XML4', number, 'NGAY_KQ', time, { rule: `XML3.NGAY_YL (${first}) ≤ NGAY_KQ` }))
    }
  }
}

/** Rows of orders and results. */
export function checkOrders(record: ClaimRecord): Finding[] {
  const out: Finding[] = []
  for (const check of [numbers, medicines, services, joins, results]) check(record, out)
  return out
}

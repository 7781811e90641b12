/** One column at a time: filled, type, length, list, pattern. */

import type { Finding } from '@yba/fhir'
import { isClaimDate, isClaimTime } from '../../dates/claim-date.ts'
import * as outcomes from '../outcomes.ts'
import type { ClaimField, ClaimTable } from '../tables/index.ts'
import { CLOSED_LISTS, DATED_LISTS, PATTERNS } from '../tables/lists.ts'
import type { ClaimRecord, Row } from '../types.ts'
import { cell } from './place.ts'

const NUMBER = /^\d+(\.\d+)?$/
const DECIMALS: Partial<Record<ClaimField['type'], number>> = { dec2: 2, dec3: 3 }

const isBirth = (text: string): boolean =>
  /^\d{12}$/.test(text) && isClaimTime(text.replace(/^(\d{4})00/, '$101').replace(/^(\d{6})00/, '$101'))

function isTimeLike(field: ClaimField, value: string): boolean {
  switch (field.type) {
    case 'date':
      return isClaimDate(value)
    case 'time':
      // Unknown day and month of birth are written 0000.
      return field.name === 'NGAY_SINH' ? isBirth(value) : isClaimTime(value)
    case 'dates':
      return value.split(';').every(isClaimDate)
    default:
      return isClaimDate(value) || isClaimTime(value)
  }
}

const FORM: Partial<Record<ClaimField['type'], string>> = {
  date: 'yyyymmdd',
  time: 'yyyymmddHHMM',
  dates: 'yyyymmdd;yyyymmdd',
  dateOrTime: 'yyyymmdd / yyyymmddHHMM',
}

function checkNumber(table: ClaimTable, row: number, field: ClaimField, value: string): Finding | null {
  const text = { rule: 'số không âm, dấu thập phân là dấu chấm', ruleEn: 'a number ≥ 0 with a dot as decimal sign' }
  if (!NUMBER.test(value)) return cell(outcomes.claimNumber, table, row, field.name, value, text)
  const decimals = value.split('.')[1]?.length ?? 0
  // QĐ 1931/2026 lets MUC_HUONG be 47.5; every other int column is whole.
  if (field.type === 'int' && decimals > 0 && field.name !== 'MUC_HUONG') {
    return cell(outcomes.claimNumber, table, row, field.name, value, { rule: 'số nguyên', ruleEn: 'a whole number' })
  }
  const most = DECIMALS[field.type]
  if (most !== undefined && decimals > most) {
    const rule = { rule: `số có tối đa ${most} chữ số thập phân`, ruleEn: `a number with at most ${most} decimals` }
    return cell(outcomes.claimNumber, table, row, field.name, value, rule)
  }
  return null
}

function checkForm(table: ClaimTable, row: number, field: ClaimField, value: string): Finding | null {
  const form = FORM[field.type]
  if (form) return isTimeLike(field, value) ? null : cell(outcomes.claimDate, table, row, field.name, value, { rule: form })
  return field.type === 'text' ? null : checkNumber(table, row, field, value)
}

function checkList(table: ClaimTable, row: number, field: ClaimField, value: string): Finding | null {
  const list = field.list ?? ''
  const closed = CLOSED_LISTS[list]
  if (closed && !value.split(';').every((v) => closed.has(v))) {
    const codes = [...closed]
    const rule = codes.length > 6 ? `${codes[0]}..${codes.at(-1)}` : codes.join(', ')
    return cell(outcomes.claimList, table, row, field.name, value, { rule })
  }
  const dated = DATED_LISTS[list]
  if (dated && !dated.has(value)) return cell(outcomes.claimListUnknown, table, row, field.name, value, { rule: list })
  return null
}

function checkPattern(table: ClaimTable, row: number, field: ClaimField, value: string): Finding | null {
  const pattern = PATTERNS[field.like ?? '']
  if (!pattern || pattern.test.test(value)) return null
  const text = { rule: pattern.vi, ruleEn: pattern.en }
  // A paper of a foreigner and a bed of a special ward have other forms: kept, and said.
  const odd = field.like === 'paper' || field.like === 'bed'
  return cell(odd ? outcomes.claimFormatOdd : outcomes.claimFormat, table, row, field.name, value, text)
}

function checkField(table: ClaimTable, row: number, field: ClaimField, value: string, out: Finding[]): void {
  if (value === '') {
    if (field.required === 'always') {
      const text = { rule: 'cột bắt buộc', ruleEn: 'the column is required' }
      out.push(cell(outcomes.claimRequired, table, row, field.name, '', text))
    }
    return
  }
  if (value.length > field.maxLength) {
    out.push(cell(outcomes.claimLength, table, row, field.name, '', { value: value.length, rule: field.maxLength }))
  }
  const problem = checkForm(table, row, field, value) ?? checkList(table, row, field, value) ?? checkPattern(table, row, field, value)
  if (problem) out.push(problem)
}

/** Columns we do not insist on: the annex and practice differ (see the notes of the table files). */
const RELAXED = new Set(['XML13.TEN_DICH_VU', 'XML1.CAN_NANG'])

function checkRow(table: ClaimTable, fields: ClaimField[], row: Row, number: number, out: Finding[]): void {
  for (const field of fields) {
    const value = row[field.name] ?? ''
    if (value === '' && RELAXED.has(`${table.name}.${field.name}`)) {
      const text = { rule: 'quyết định yêu cầu cột này', ruleEn: 'the decision asks for it' }
      out.push(cell(outcomes.claimExpected, table, number, field.name, '', text))
    } else checkField(table, number, field, value, out)
  }
}

/** Checks every cell of a record against its table definition. */
export function checkFields(record: ClaimRecord, tables: ReadonlyMap<string, ClaimTable>): Finding[] {
  const out: Finding[] = []
  for (const [name, rows] of Object.entries(record.tables)) {
    const table = tables.get(name)
    if (!table) continue
    rows.forEach((row, i) => {
      checkRow(table, table.layouts[record.layout], row, i + 1, out)
    })
  }
  return out
}

/** What must agree between tables. */

import { type Finding, finding } from '@yba/fhir'
import * as outcomes from '../outcomes.ts'
import type { ClaimTable } from '../tables/index.ts'
import type { ClaimRecord, Row } from '../types.ts'
import { cell } from './place.ts'

const get = (row: Row | undefined, column: string): string => row?.[column] ?? ''

function oneEncounter(record: ClaimRecord, out: Finding[]): void {
  for (const [table, rows] of Object.entries(record.tables)) {
    for (const [i, row] of rows.entries()) {
      const maLk = get(row, 'MA_LK')
      if (maLk !== '' && maLk !== record.maLk)
        out.push(cell(outcomes.claimCross, table, i + 1, 'MA_LK', maLk, { rule: `XML1.MA_LK (${record.maLk})` }))
    }
  }
}

function sameAsXml1(record: ClaimRecord, one: Row, tables: ReadonlyMap<string, ClaimTable>, out: Finding[]): void {
  for (const [name, rows] of Object.entries(record.tables)) {
    const fields = tables.get(name)?.layouts[record.layout].filter((f) => f.same !== undefined && f.same in one) ?? []
    for (const [i, row] of rows.entries()) {
      for (const field of fields) {
        const value = get(row, field.name)
        if (value !== '' && value.trim() !== get(one, field.same ?? '').trim()) {
          out.push(cell(outcomes.claimCross, name, i + 1, field.name, value, { rule: `XML1.${field.same}` }))
        }
      }
    }
  }
}

function transfer(record: ClaimRecord, one: Row, out: Finding[]): void {
  const leave = get(one, 'MA_LOAI_RV')
  const slips = record.tables.XML13 ?? []
  const transferred = leave === '2' || leave === '5'
  if (!transferred) {
    for (const i of slips.keys()) {
      out.push(
        finding(outcomes.claimXml13WithoutTransfer, { table: 'XML13', row: i + 1, field: 'MA_LOAI_RV', value: leave }, `XML13[${i + 1}]`),
      )
    }
    return
  }
  if (slips.length === 0)
    out.push(
      finding(outcomes.claimTransferWithoutXml13, { table: 'XML1', row: 1, field: 'MA_LOAI_RV', value: leave }, 'XML1[1].MA_LOAI_RV'),
    )
  const to = get(slips[0], 'MA_CSKCB_DEN') || get(slips[0], 'MA_NOI_DEN')
  const column = record.layout === '3176' ? 'MA_CSKCB_DEN' : 'MA_NOI_DEN'
  // The renamed column of 3176 still names the receiver that XML1 names.
  if (record.layout === '3176' && to !== '' && to !== get(one, 'MA_NOI_DEN')) {
    out.push(cell(outcomes.claimCross, 'XML13', 1, column, to, { rule: `XML1.MA_NOI_DEN (${get(one, 'MA_NOI_DEN')})` }))
  }
  if (get(one, 'MA_NOI_DEN') !== '' && get(one, 'MA_NOI_DEN') === get(one, 'MA_CSKCB')) {
    const text = { rule: 'nơi chuyển đến phải khác cơ sở gửi', ruleEn: 'the receiver must differ from the sender' }
    out.push(cell(outcomes.claimFormat, 'XML1', 1, 'MA_NOI_DEN', get(one, 'MA_NOI_DEN'), text))
  }
}

/** The record summary belongs to a stay: inpatient, day inpatient, under observation. */
export const SUMMARY_KINDS = ['03', '04', '06']

function summaries(record: ClaimRecord, one: Row, out: Finding[]): void {
  const value = get(one, 'MA_LOAI_KCB')
  if (!record.tables.XML8?.length || value === '' || SUMMARY_KINDS.includes(value)) return
  out.push(finding(outcomes.claimTableNotForKind, { table: 'XML8', kinds: SUMMARY_KINDS.join(', '), value }, 'XML8'))
}

function results(record: ClaimRecord, out: Finding[]): void {
  const services = new Set((record.tables.XML3 ?? []).map((row) => get(row, 'MA_DICH_VU')))
  for (const [i, row] of (record.tables.XML4 ?? []).entries()) {
    const code = get(row, 'MA_DICH_VU')
    if (code !== '' && !services.has(code))
      out.push(cell(outcomes.claimCrossMissing, 'XML4', i + 1, 'MA_DICH_VU', code, { rule: 'XML3.MA_DICH_VU' }))
  }
}

/** MA_LK everywhere, columns that repeat XML1, XML13 only with a transfer, results with their service. */
export function checkCross(record: ClaimRecord, tables: ReadonlyMap<string, ClaimTable>): Finding[] {
  const out: Finding[] = []
  const heads = record.tables.XML1 ?? []
  if (heads.length !== 1) {
    if (!record.tables.XML0)
      out.push(finding(outcomes.claimXml1Missing, { table: 'XML1', row: 1, field: 'MA_LK', found: heads.length }, 'XML1'))
  }
  oneEncounter(record, out)
  const one = heads[0]
  if (!one) return out
  if (record.facility !== '' && get(one, 'MA_CSKCB') !== '' && record.facility !== get(one, 'MA_CSKCB')) {
    out.push(cell(outcomes.claimCross, 'XML1', 1, 'MA_CSKCB', get(one, 'MA_CSKCB'), { rule: `THONGTINDONVI.MACSKCB (${record.facility})` }))
  }
  if (
    record.tables.XML7?.[0] &&
    get(record.tables.XML7[0], 'MA_YTE') !== '' &&
    get(record.tables.XML7[0], 'MA_YTE') !== get(one, 'MA_BN')
  ) {
    out.push(cell(outcomes.claimCross, 'XML7', 1, 'MA_YTE', get(record.tables.XML7[0], 'MA_YTE'), { rule: 'XML1.MA_BN' }))
  }
  sameAsXml1(record, one, tables, out)
  transfer(record, one, out)
  summaries(record, one, out)
  results(record, out)
  return out
}

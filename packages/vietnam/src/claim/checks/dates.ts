/** Order of times inside one encounter. Texts of one length compare as they stand. */

import type { Finding } from '@yba/fhir'
import { isClaimTime } from '../../dates/claim-date.ts'
import * as outcomes from '../outcomes.ts'
import type { ClaimRecord, Row } from '../types.ts'
import { daysInclusive } from './cells.ts'
import { cell } from './place.ts'

const get = (row: Row | undefined, column: string): string => row?.[column] ?? ''

/** Both present and readable, and the earlier one lies after the later one. */
const wrong = (earlier: string, later: string): boolean => isClaimTime(earlier) && isClaimTime(later) && earlier > later

function order(table: string, row: Row, number: number, pairs: [string, string][], out: Finding[]): void {
  for (const [first, second] of pairs) {
    const [a, b] = [get(row, first), get(row, second)]
    if (wrong(a, b)) out.push(cell(outcomes.claimDateOrder, table, number, second, b, { rule: `${first} (${a}) ≤ ${second}` }))
  }
}

function stay(record: ClaimRecord, out: Finding[]): void {
  const one = record.tables.XML1?.[0]
  const [from, to] = [get(one, 'NGAY_VAO'), get(one, 'NGAY_RA')]
  if (!isClaimTime(from) || !isClaimTime(to)) return
  const watch: [string, string][] = [
    ['XML2', 'NGAY_YL'],
    ['XML3', 'NGAY_YL'],
    ['XML5', 'THOI_DIEM_DBLS'],
  ]
  for (const [table, column] of watch) {
    for (const [i, row] of (record.tables[table] ?? []).entries()) {
      const at = get(row, column)
      if (isClaimTime(at) && (at < from || at > to)) {
        out.push(cell(outcomes.claimDateOutside, table, i + 1, column, at, { rule: `${from}–${to}` }))
      }
    }
  }
}

function papers(record: ClaimRecord, out: Finding[]): void {
  const end = get(record.tables.XML1?.[0], 'NGAY_RA').slice(0, 8)
  const leave = record.tables.XML7?.[0]
  if (leave && end !== '' && get(leave, 'NGAY_CT') !== '' && get(leave, 'NGAY_CT') !== end) {
    out.push(cell(outcomes.claimCross, 'XML7', 1, 'NGAY_CT', get(leave, 'NGAY_CT'), { rule: `XML1.NGAY_RA (${end})` }))
  }
  const slip = record.tables.XML14?.[0]
  const next = get(slip, 'NGAY_HEN_KL').slice(0, 8)
  if (!slip || next === '') return
  if (end !== '' && next < end) {
    out.push(cell(outcomes.claimDateOrder, 'XML14', 1, 'NGAY_HEN_KL', next, { rule: `XML1.NGAY_RA (${end}) ≤ NGAY_HEN_KL` }))
  }
  const planned = get(record.tables.XML1?.[0], 'NGAY_TAI_KHAM').split(';')
  if (!planned.includes(next)) {
    out.push(cell(outcomes.claimCrossMissing, 'XML14', 1, 'NGAY_HEN_KL', next, { rule: 'XML1.NGAY_TAI_KHAM' }))
  }
}

/** SO_NGAY_DTRI: none for a visit (01, 07, 09); last day − first day + 1 for a stay (02, 03, 04, 06). */
function treatmentDays(one: Row, out: Finding[]): void {
  const [from, to, kind, value] = [get(one, 'NGAY_VAO'), get(one, 'NGAY_RA'), get(one, 'MA_LOAI_KCB'), get(one, 'SO_NGAY_DTRI')]
  if (!isClaimTime(from) || !isClaimTime(to) || !/^\d+$/.test(value)) return
  const stay = ['02', '03', '04', '06'].includes(kind)
  if (!stay && !['01', '07', '09'].includes(kind)) return
  const computed = stay ? daysInclusive(from, to) : 0
  if (computed >= 0 && Number(value) !== computed) {
    const rule = stay ? 'NGAY_RA − NGAY_VAO + 1' : `MA_LOAI_KCB ${kind}: 0`
    out.push(cell(outcomes.claimDays, 'XML1', 1, 'SO_NGAY_DTRI', value, { computed, rule }))
  }
}

/** NGAY_VAO ≤ NGAY_VAO_NOI_TRU ≤ NGAY_RA; orders before their execution and results; papers dated with the discharge. */
export function checkDates(record: ClaimRecord): Finding[] {
  const out: Finding[] = []
  const one = record.tables.XML1?.[0]
  if (one) {
    order(
      'XML1',
      one,
      1,
      [
        ['NGAY_VAO', 'NGAY_RA'],
        ['NGAY_VAO', 'NGAY_VAO_NOI_TRU'],
        ['NGAY_VAO_NOI_TRU', 'NGAY_RA'],
      ],
      out,
    )
    treatmentDays(one, out)
    const [born, from] = [get(one, 'NGAY_SINH'), get(one, 'NGAY_VAO')]
    if (/^\d{12}$/.test(born) && isClaimTime(from) && born.slice(0, 4) > from.slice(0, 4)) {
      out.push(cell(outcomes.claimDateOrder, 'XML1', 1, 'NGAY_SINH', born, { rule: `NGAY_SINH ≤ NGAY_VAO (${from})` }))
    }
  }
  for (const [i, row] of (record.tables.XML2 ?? []).entries()) order('XML2', row, i + 1, [['NGAY_YL', 'NGAY_TH_YL']], out)
  for (const [i, row] of (record.tables.XML3 ?? []).entries()) {
    order(
      'XML3',
      row,
      i + 1,
      [
        ['NGAY_YL', 'NGAY_TH_YL'],
        ['NGAY_YL', 'NGAY_KQ'],
      ],
      out,
    )
  }
  stay(record, out)
  papers(record, out)
  return out
}

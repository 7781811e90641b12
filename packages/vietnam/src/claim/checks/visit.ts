/** The visit as a whole: why the patient came, which slip, whose card, what came of it. Warnings: care goes on, the insurer asks. */

import { type Finding, finding } from '@yba/fhir'
import * as outcomes from '../outcomes.ts'
import type { ClaimRecord, Row } from '../types.ts'
import { at, dayNumber, list, numbered } from './cells.ts'
import { cell } from './place.ts'

type Say = (definition: Parameters<typeof cell>[0], column: string, value: string, rule: string, ruleEn?: string) => void

/** MA_DOITUONG_KCB 1.3 (with a slip) and 1.5 (re-examination) name the slip and who issued it (QĐ 3276/2025). */
function slip(one: Row, say: Say): void {
  const why: Record<string, [string, string]> = {
    '1.3': ['đến theo phiếu chuyển (MA_DOITUONG_KCB 1.3)', 'came with a referral slip (MA_DOITUONG_KCB 1.3)'],
    '1.5': ['đến theo phiếu hẹn khám lại (MA_DOITUONG_KCB 1.5)', 'came with a re-examination slip (MA_DOITUONG_KCB 1.5)'],
  }
  const [vi, en] = why[at(one, 'MA_DOITUONG_KCB')] ?? []
  for (const column of ['GIAY_CHUYEN_TUYEN', 'MA_NOI_DI']) if (vi && at(one, column) === '') say(outcomes.claimExpected, column, '', vi, en)
  const from = at(one, 'MA_NOI_DI')
  if (from !== '' && from === at(one, 'MA_CSKCB')) {
    say(outcomes.claimFormatOdd, 'MA_NOI_DI', from, 'nơi chuyển đi phải khác cơ sở này', 'the sender must differ from this facility')
  }
}

/** Each card runs forward, and one of them on the day of arrival. */
function cards(one: Row, say: Say): void {
  const [from, to] = [at(one, 'GT_THE_TU').split(';'), at(one, 'GT_THE_DEN').split(';')]
  const arrived = dayNumber(at(one, 'NGAY_VAO'))
  const spans = list(one, 'MA_THE_BHYT').map((_, i) => [dayNumber(from[i] ?? ''), dayNumber(to[i] ?? '')] as const)
  spans.forEach(([start, end], i) => {
    if (start > end) say(outcomes.claimDateOrder, 'GT_THE_DEN', to[i] ?? '', `GT_THE_TU (${from[i]}) ≤ GT_THE_DEN`)
  })
  const known = spans.filter(([start, end]) => !Number.isNaN(start) && !Number.isNaN(end))
  if (known.length === 0 || Number.isNaN(arrived) || known.some(([start, end]) => start <= arrived && arrived <= end)) return
  say(outcomes.claimCardNotValid, 'GT_THE_DEN', at(one, 'GT_THE_DEN'), `NGAY_VAO (${at(one, 'NGAY_VAO').slice(0, 8)})`)
}

/** Districts were abolished on 01/07/2025 (Law 72/2025); visits before name theirs. */
const DISTRICTS_UNTIL = '20250701'

function person(one: Row, say: Say): void {
  const from = at(one, 'NGAY_VAO')
  if (from.length === 12 && from < DISTRICTS_UNTIL && at(one, 'MAHUYEN_CU_TRU') === '') {
    say(outcomes.claimExpected, 'MAHUYEN_CU_TRU', '', 'đến khám trước 01/07/2025', 'the visit was before 01/07/2025')
  }
  const weight = at(one, 'CAN_NANG')
  if (weight !== '' && !(/^\d+(\.\d{1,2})?$/.test(weight) && Number(weight) > 0)) {
    say(outcomes.claimFormatOdd, 'CAN_NANG', weight, 'số kg, tối đa 2 chữ số thập phân', 'kilograms, at most 2 decimals')
  }
}

function outcome(one: Row, say: Say): void {
  const [result, leave, month] = [at(one, 'KET_QUA_DTRI'), at(one, 'MA_LOAI_RV'), at(one, 'THANG_QT')]
  if (result === '5' && leave !== '' && leave !== '1') {
    say(outcomes.claimFormatOdd, 'MA_LOAI_RV', leave, 'KET_QUA_DTRI là 5 (tử vong)', 'KET_QUA_DTRI is 5 (died)')
  }
  if (month !== '' && !(Number(month) >= 1 && Number(month) <= 12)) {
    say(outcomes.claimFormat, 'THANG_QT', month, 'tháng 1 đến 12', 'a month from 1 to 12')
  }
  const settled = `${at(one, 'NAM_QT')}${month.padStart(2, '0')}`
  const ended = at(one, 'NGAY_RA').slice(0, 6)
  if (/^\d{6}$/.test(settled) && /^\d{6}$/.test(ended) && settled < ended) {
    say(outcomes.claimFormatOdd, 'THANG_QT', month, `không trước tháng ra viện (${ended})`, `not before the month of discharge (${ended})`)
  }
  const paid = at(one, 'NGAY_TTOAN')
  if (paid !== '' && paid < at(one, 'NGAY_VAO')) say(outcomes.claimDateOrder, 'NGAY_TTOAN', paid, 'NGAY_VAO ≤ NGAY_TTOAN')
}

function diagnoses(one: Row, say: Say): void {
  const main = at(one, 'MA_BENH_CHINH')
  const others = list(one, 'MA_BENH_KT')
  const twice = others.filter((code, i) => code === main || others.indexOf(code) !== i)
  if (twice.length > 0) {
    say(outcomes.claimFormatOdd, 'MA_BENH_KT', twice.join(';'), 'không lặp mã bệnh', 'no code twice')
  }
  if (list(one, 'MA_KHOA').some((code) => code.startsWith('K16')) && at(one, 'MA_BENH_YHCT') === '') {
    say(outcomes.claimExpected, 'MA_BENH_YHCT', '', 'điều trị tại Khoa Y học cổ truyền', 'treated in traditional medicine')
  }
}

/** Kinds of care whose course is told (QĐ 4750, XML5). */
const WITH_COURSE = ['02', '03', '04', '05', '06', '08', '09']

function tables(record: ClaimRecord, one: Row, out: Finding[]): void {
  const kind = at(one, 'MA_LOAI_KCB')
  if (WITH_COURSE.includes(kind) && !record.tables.XML5?.length) {
    out.push(finding(outcomes.claimTableExpected, { table: 'XML5', rule: `MA_LOAI_KCB ${kind}` }, 'XML5'))
  }
  if (record.tables.XML14?.length && at(one, 'NGAY_TAI_KHAM') === '') {
    out.push(cell(outcomes.claimExpected, 'XML1', 1, 'NGAY_TAI_KHAM', '', { rule: 'có XML14', ruleEn: 'XML14 is present' }))
  }
}

/** XML0: one cost that opened the visit, with its name; the inpatient part has its reason. */
function checkIns(record: ClaimRecord, out: Finding[]): void {
  for (const [row, number] of numbered(record, 'XML0')) {
    const expect = (column: string, rule: string, ruleEn: string): void => {
      if (at(row, column) === '') out.push(cell(outcomes.claimExpected, 'XML0', number, column, '', { rule, ruleEn }))
    }
    const costs = ['DICH_VU', 'THUOC', 'VAT_TU'].filter((name) => at(row, `MA_${name}`) !== '')
    if (costs.length === 0) expect('MA_DICH_VU', 'không có mã thuốc, mã vật tư', 'there is no medicine and no supply')
    for (const name of costs) expect(`TEN_${name}`, `có MA_${name}`, `MA_${name} is filled`)
    if (at(row, 'NGAY_VAO_NOI_TRU') !== '') expect('LY_DO_VNT', 'có NGAY_VAO_NOI_TRU', 'NGAY_VAO_NOI_TRU is filled')
    if (at(row, 'MA_THE_BHYT') !== '')
      for (const column of ['MA_DKBD', 'GT_THE_TU', 'GT_THE_DEN']) expect(column, 'có thẻ BHYT', 'the patient has an insurance card')
    const [from, inside] = [at(row, 'NGAY_VAO'), at(row, 'NGAY_VAO_NOI_TRU')]
    if (inside !== '' && inside < from)
      out.push(cell(outcomes.claimDateOrder, 'XML0', number, 'NGAY_VAO_NOI_TRU', inside, { rule: `NGAY_VAO (${from}) ≤ NGAY_VAO_NOI_TRU` }))
  }
}

/** XML0 and XML1: slip by reason of the visit, cards, codes, result, settlement, tables the kind of care asks for. */
export function checkVisit(record: ClaimRecord): Finding[] {
  const out: Finding[] = []
  checkIns(record, out)
  const one = record.tables.XML1?.[0]
  if (!one) return out
  const say: Say = (definition, column, value, rule, ruleEn = rule) => {
    out.push(cell(definition, 'XML1', 1, column, value, { rule, ruleEn }))
  }
  for (const check of [slip, cards, person, outcome, diagnoses]) check(one, say)
  tables(record, one, out)
  return out
}

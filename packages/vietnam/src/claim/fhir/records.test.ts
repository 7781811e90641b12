/** XML6, 9, 10, 11 and 15 as papers of the chart, and traditional-medicine diagnoses as lines of it. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { validate } from '@yba/fhir'
import fc from 'fast-check'
import type * as fhir4 from 'fhir/r4.d.ts'
import { type ClaimRecord, claimToFhir, type Row, readClaim, referralFromChart } from '../../index.ts'
import { legalRow } from '../../testing/legal-rows.ts'
import { claimTable } from '../tables/index.ts'
import { sectionWords } from './forms/values.ts'
import { RECORD_PAGES } from './record-pages.ts'

const facility = { code: '24997', name: 'Bệnh viện Đa khoa tỉnh Bắc Giang' }
const file = readFileSync(new URL('../testdata/03-inpatient-transfer-4750-base64.xml', import.meta.url))
const sample = (): ClaimRecord => structuredClone(readClaim(file).records[0] ?? assert.fail())

function plan(tables: Record<string, Row[]>, one: Row = {}): fhir4.FhirResource[] {
  const record = sample()
  record.tables = { ...record.tables, ...tables, XML1: [{ ...record.tables.XML1?.[0], ...one }] }
  return claimToFhir(record, { facility }).resources.map((r) => r.resource)
}

const paperOf = (resources: fhir4.FhirResource[], table: string): fhir4.Composition =>
  resources.filter((r) => r.resourceType === 'Composition').find((c) => c.meta?.source?.includes(`#${table}/`)) ?? assert.fail(table)
const read = (paper: fhir4.Composition): Record<string, string | undefined> =>
  Object.fromEntries((paper.section ?? []).map((s) => [s.title, sectionWords(s)]))

test('a sick-leave certificate: its number, day, days, signer and words, each with its label', () => {
  const row = {
    SO_CT: '25-000123',
    SO_SERI: '24997000123',
    DON_VI: 'Công ty May <Mẫu>',
    CHAN_DOAN_RV: 'Viêm phổi & suy hô hấp',
    PP_DIEUTRI: 'Nội khoa',
    SO_NGAY_NGHI: '7',
    TU_NGAY: '20260805',
    DEN_NGAY: '20260811',
    MA_DINH_CHI_THAI: '0',
    MA_BS: '000031/BG-CCHN',
    NGAY_CT: '20260805',
  }
  const paper = paperOf(plan({ XML11: [row] }), 'XML11')
  assert.deepEqual(
    [paper.title, paper.identifier?.value, paper.date, paper.author[0]?.display],
    ['Giấy chứng nhận nghỉ việc hưởng bảo hiểm xã hội', '25-000123', '2026-08-05', '000031/BG-CCHN'],
  )
  assert.deepEqual(read(paper), {
    'Chẩn đoán và điều trị': 'Chẩn đoán ra viện: Viêm phổi & suy hô hấp\nPhương pháp điều trị: Nội khoa\nĐình chỉ thai nghén: Không',
    'Thời gian nghỉ': 'Số ngày nghỉ: 7\nTừ ngày: 05/08/2026\nĐến ngày: 11/08/2026',
    'Chứng từ': 'Số seri / số định danh chứng từ: 24997000123\nĐơn vị công tác đóng BHXH: Công ty May <Mẫu>',
  })
})

test('HIV and tuberculosis: codes in words, lists one by one, and the record restricted', () => {
  const hiv = {
    NGAYKD_HIV: '20200115',
    MA_XU_TRI: '1;4',
    KQ_XNTL_VR: '1',
    PHACDO_DTRI_LAO: '2',
    MA_PHAC_DO_DIEU_TRI: 'TDF/3TC/DTG',
    MA_LOAI_BN: '9',
  }
  const tb = { PHANLOAI_LAO_VITRI: '1', PHANLOAI_LAO_KT: '3', PHACDO_DTRI_LAO: '1' }
  const resources = plan({ XML6: [hiv], XML15: [tb, { ...tb, PHANLOAI_LAO_HIV: '1' }] })
  const paper = paperOf(resources, 'XML6')
  const said = Object.values(read(paper)).join('\n').split('\n')
  for (const line of [
    'Ngày khẳng định HIV: 15/01/2020',
    'Mã xử trí: Điều trị ARV; Cotrimoxazol',
    'Kết quả tải lượng vi rút: Không phát hiện',
  ])
    assert.ok(said.includes(line), line)
  // A list that is not ours, and a code no list has, are said as they were written.
  for (const line of ['Phác đồ điều trị lao: 2', 'Loại đối tượng đến khám: 9']) assert.ok(said.includes(line), line)
  const all = resources.filter((r) => r.resourceType === 'Composition' && /#XML(6|15)\//.test(r.meta?.source ?? ''))
  assert.deepEqual(
    all.map((r) => r.meta?.security?.map((s) => s.code)),
    [['R'], undefined, ['R']],
  )
  const treated = read(paperOf(resources, 'XML15'))
  assert.match(treated['Phân loại lao'] ?? '', /: Lao phổi\n.*: Đa kháng/)
  assert.match(treated['Điều trị lao'] ?? '', /A1: 2HRZE\/4RHE/)
})

test('every column is on the page or repeats what the stay says, is no fact of care, or is the key', () => {
  for (const [table, page] of Object.entries(RECORD_PAGES)) {
    const { layouts } = claimTable(table) ?? assert.fail(table)
    const shown = new Set([...page.sections.flatMap((s) => s.columns), ...page.elsewhere])
    for (const layout of ['4750', '3176'] as const)
      assert.deepEqual(
        layouts[layout].filter((f) => f.same === undefined && !shown.has(f.name)).map((f) => f.name),
        [],
        `${table} ${layout}`,
      )
  }
})

test('any legal row gives valid R4, and each filled column on the page is told', () => {
  for (const [table, page] of Object.entries(RECORD_PAGES))
    fc.assert(
      fc.property(legalRow(table, '3176'), (row) => {
        const paper = paperOf(plan({ [table]: [row] }), table)
        const linked = JSON.parse(JSON.stringify(paper).replaceAll(/#key:(Patient|Encounter)\/[^"]+/g, '$1/x')) as fhir4.Composition
        assert.deepEqual(
          validate(linked).map((f) => f.definition.code),
          [],
        )
        const labels = Object.values(read(paper)).join('\n')
        for (const column of page.sections.flatMap((s) => s.columns))
          if ((row[column] ?? '').trim() !== '') assert.ok(labels.includes(`${claimTable(table)?.columns.get(column)?.label}: `), column)
      }),
      { numRuns: 8 },
    )
})

test('traditional-medicine diagnoses stand in the chart after the ICD ones, with the words that name them', () => {
  const resources = plan({}, { MA_BENH_YHCT: 'U50.011;U62.392.4', CHAN_DOAN_RV: 'Viêm phổi; U50.011 Phế ung; Suy hô hấp; Tăng huyết áp' })
  const lines = resources.filter((r) => r.resourceType === 'Condition').map((c) => [c.code?.coding?.[0]?.code, c.code?.text])
  assert.deepEqual(lines.slice(-2), [
    ['U50.011', 'Phế ung'],
    ['U62.392.4', 'Chẩn đoán y học cổ truyền'],
  ])
  const stay = resources.find((r) => r.resourceType === 'Encounter')
  assert.equal(stay?.diagnosis?.length, lines.length - 2)
})

test('a referral from the chart keeps them in a place of their own, never among the ICD codes', () => {
  const chart = plan({}, { MA_BENH_YHCT: 'U50.011' })
  const doctor = { name: 'Nguyễn Thị Ánh', licence: '000031/BG-CCHN' }
  const slip = referralFromChart(chart, { facility, to: { code: '', name: '' }, doctor, departure: '2026-08-05T10:00:00+07:00' })
  assert.equal(slip.traditionalDiagnosis, 'U50.011')
  assert.ok(slip.diagnoses.length > 0 && slip.diagnoses.every((d) => !d.code.startsWith('U50')))
})

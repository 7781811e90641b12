import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { extensionUrl, validate } from '@yba/fhir'
import fc from 'fast-check'
import type * as fhir4 from 'fhir/r4.d.ts'
import { type ClaimRecord, claimToFhir, type Layout, type Row, readClaim, rowFromForm, writeTable } from '../../../index.ts'
import { legalRow } from '../../../testing/legal-rows.ts'

const facility = { code: '24997', name: 'Bệnh viện Đa khoa tỉnh Bắc Giang' }
const read = (name: string): ClaimRecord =>
  readClaim(readFileSync(new URL(`../../testdata/${name}.xml`, import.meta.url))).records[0] ?? assert.fail()
const INPATIENT = read('03-inpatient-transfer-4750-base64')
const VISIT = read('06-outpatient-reexam-3176-base64')
const FORMS = ['XML7', 'XML8', 'XML13', 'XML14']
const LAYOUTS: Layout[] = ['4750', '3176']

interface Paper {
  composition: fhir4.Composition
  slip: fhir4.Appointment | undefined
}

/** The papers of a record as another program reads them from JSON, references filled in. */
function papers(record: ClaimRecord): Paper[] {
  const { resources } = claimToFhir(record, { facility })
  const ids = new Map(resources.map((r, i) => [r.key, `${r.resource.resourceType}/id${i}`]))
  const json = JSON.stringify(resources.map((r) => r.resource))
  const stored = JSON.parse(
    json.replaceAll(/#key:((?:[^"\\]|\\.)+)/g, (_, key: string) => ids.get(JSON.parse(`"${key}"`)) ?? ''),
  ) as fhir4.FhirResource[]
  return resources.flatMap((r, i): Paper[] => {
    const composition = stored[i]
    if (composition?.resourceType !== 'Composition') return []
    const at = resources.findIndex((other) => other.key === `${r.key}/appointment`)
    const slip = at < 0 ? undefined : stored[at]
    return [{ composition, slip: slip?.resourceType === 'Appointment' ? slip : undefined }]
  })
}

const withRow = (table: string, layout: Layout, row: Row): ClaimRecord => ({
  ...INPATIENT,
  layout,
  tables: { XML1: INPATIENT.tables.XML1 ?? [], [table]: [row] },
})

for (const table of FORMS) {
  for (const layout of LAYOUTS) {
    test(`${table} of QĐ ${layout} ⇄ FHIR: any legal value in any column, empty, longest and future columns come back byte by byte`, () => {
      fc.assert(
        fc.property(legalRow(table, layout, { future: true }), (row) => {
          const [paper] = papers(withRow(table, layout, row))
          assert.ok(paper)
          assert.deepEqual([...validate(paper.composition), ...(paper.slip ? validate(paper.slip) : [])], [])
          const back = rowFromForm(paper.composition, paper.slip)
          assert.equal(back?.table, table)
          assert.equal(back?.layout, layout)
          assert.equal(writeTable(table, [back?.row ?? {}], layout), writeTable(table, [row], layout))
        }),
        { numRuns: 25 },
      )
    })
  }
}

const asWritten = (c: fhir4.Composition): string[] =>
  (c.extension ?? []).flatMap((e) => (e.url === extensionUrl('claim-column') ? [e.extension?.[0]?.valueString ?? ''] : []))

test('ordinary papers stand in elements of FHIR; nothing is left to be kept as written', () => {
  for (const record of [INPATIENT, VISIT]) {
    const found = papers(record)
    assert.ok(found.length > 0)
    for (const { composition } of found) assert.deepEqual(asWritten(composition), [], composition.title)
  }
})

test('a discharge paper, a summary and a slip read as documents', () => {
  const found = papers(INPATIENT)
  assert.deepEqual(
    found.map(({ composition: c }) => [c.title, c.identifier?.value, c.section?.map((s) => s.title)]),
    [
      ['Giấy ra viện', '26000123', ['Chẩn đoán ra viện', 'Phương pháp điều trị', 'Người bệnh và đợt điều trị']],
      [
        'Tóm tắt hồ sơ bệnh án',
        undefined,
        [
          'Chẩn đoán vào viện',
          'Chẩn đoán ra viện',
          'Quá trình bệnh lý và diễn biến lâm sàng',
          'Tóm tắt kết quả cận lâm sàng',
          'Phương pháp điều trị',
          'Người bệnh và đợt điều trị',
        ],
      ],
      [
        'Giấy chuyển cơ sở khám bệnh, chữa bệnh',
        '42/2026/GCT',
        [
          'Dấu hiệu lâm sàng',
          'Chẩn đoán ra viện',
          'Quá trình bệnh lý và diễn biến lâm sàng',
          'Tóm tắt kết quả cận lâm sàng',
          'Phương pháp điều trị',
          'Dịch vụ kỹ thuật đã làm',
          'Thuốc đã dùng',
          'Hướng điều trị',
          'Người bệnh và đợt điều trị',
        ],
      ],
    ],
  )
  const [leave] = found
  assert.equal(leave?.composition.date, '2026-08-05')
  assert.match(leave?.composition.author[0]?.display ?? '', /\p{Lu}/u)
})

test('a re-examination slip is an appointment asked for on its day, with the precision written', () => {
  const [visit] = papers(VISIT)
  assert.equal(visit?.slip?.requestedPeriod?.[0]?.start, '2026-09-07')
  assert.equal(visit?.slip?.status, 'proposed')
  const row = { ...VISIT.tables.XML14?.[0], NGAY_HEN_KL: '202609070800' }
  const [old] = papers({ ...VISIT, layout: '4750', tables: { ...VISIT.tables, XML14: [row] } })
  assert.equal(old?.slip?.requestedPeriod?.[0]?.start, '2026-09-07T08:00:00+07:00')
})

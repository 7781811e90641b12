import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import fc from 'fast-check'
import { CLAIM_TABLES, checkRecord, type Layout, layoutOn, type Row, readClaim, writeClaim, writeTable } from '../../index.ts'
import { legalRow } from '../../testing/legal-rows.ts'
import { refuses } from '../checks/check.ts'
import { checkFields } from '../checks/fields.ts'

const LAYOUTS: Layout[] = ['4750', '3176']
const TABLES = [...CLAIM_TABLES.keys()]
const CARRIERS = ['base64', 'base64-bom', 'inline', 'cdata'] as const

/** A table whose root is its row holds one row. */
const isForm = (name: string): boolean => CLAIM_TABLES.get(name)?.path.length === 1

/** A record with every table of the layout, one or two rows each. */
const everyTable = (layout: Layout): fc.Arbitrary<Record<string, Row[]>> =>
  fc.record(
    Object.fromEntries(
      TABLES.map((name) => [
        name,
        fc
          .array(legalRow(name, layout, { future: true }), { minLength: 1, maxLength: isForm(name) ? 1 : 2 })
          .map((rows) => rows.map((row) => ({ ...row, MA_LK: '24997-26-000777' }))),
      ]),
    ),
  )

for (const layout of LAYOUTS) {
  test(`every table of QĐ ${layout}: what we write our reader takes, with the same values, in every carrier, and writes to the same bytes`, () => {
    fc.assert(
      fc.property(everyTable(layout), fc.constantFrom(...CARRIERS), (tables, carrier) => {
        const file = { facility: '24997', madeOn: '20260805', layout, records: [{ tables }] }
        const bytes = writeClaim(file, carrier)
        const read = readClaim(bytes)
        const [record] = read.records
        assert.ok(record)
        assert.equal(record.layout, layout)
        // Random letters may read as an old font; turning those into Unicode is another matter (letters.test.ts).
        fc.pre(!record.findings.some((f) => f.definition.code.startsWith('claim-letters')))
        assert.deepEqual(
          record.findings.filter((f) => f.definition.code !== 'claim-column-unknown'),
          [],
        )
        for (const name of TABLES) {
          assert.equal(writeTable(name, record.tables[name] ?? [], layout), writeTable(name, tables[name] ?? [], layout), name)
        }
        assert.ok(writeClaim({ ...file, records: [record] }, carrier).equals(bytes))
      }),
      { numRuns: 4, endOnFailure: true },
    )
  })

  test(`a legal value of any column of QĐ ${layout} is not refused by the checks of single columns`, () => {
    fc.assert(
      fc.property(everyTable(layout), (tables) => {
        const record = readClaim(writeClaim({ facility: '24997', madeOn: '20260805', layout, records: [{ tables }] })).records[0]
        assert.ok(record)
        const found = checkFields({ ...record, tables }, CLAIM_TABLES).filter(refuses)
        assert.deepEqual(
          found.map((f) => `${f.definition.code} ${f.path}`),
          [],
        )
      }),
      { numRuns: 4, endOnFailure: true },
    )
  })
}

test('a second row of a table that is one form is refused, not written into the first', () => {
  const row = { MA_LK: '1' }
  assert.throws(
    () => writeTable('XML13', [row, row], '3176'),
    (error) => error instanceof OutcomeError && error.code === 'claim-table-twice',
  )
  assert.match(writeTable('XML2', [row, row], '3176'), /(<CHI_TIET_THUOC>.*){2}/)
})

test('columns of no layout are kept and told', () => {
  const tables = { XML1: [{ MA_LK: '1' }], XML5: [{ MA_LK: '1', STT: '1', COT_NAM_2027: 'a<b' }] }
  const read = readClaim(writeClaim({ facility: '24997', madeOn: '20260805', records: [{ tables }] }))
  assert.equal(read.records[0]?.tables.XML5?.[0]?.COT_NAM_2027, 'a<b')
  const told = (read.records[0] ? checkRecord(read.records[0]) : []).filter((f) => f.definition.code === 'claim-column-unknown')
  assert.deepEqual(
    told.map((f) => [f.values.table, f.values.field]),
    [['XML5', 'COT_NAM_2027']],
  )
})

test('the layout written is the one in force that day: QĐ 3176 from 01/01/2025, QĐ 4750 before', () => {
  assert.deepEqual(['20240701', '20241231', '20250101', '20260805', '202412312359', ''].map(layoutOn), [
    '4750',
    '4750',
    '3176',
    '3176',
    '4750',
    '3176',
  ])
  const columns = (madeOn: string): boolean =>
    'MA_CSKCB_DEN' in
    (readClaim(writeClaim({ facility: '24997', madeOn, records: [{ tables: { XML13: [{ MA_LK: '1' }] } }] })).records[0]?.tables
      .XML13?.[0] ?? {})
  assert.equal(columns('20241231'), false)
  assert.equal(columns('20250101'), true)
})

test('a file without any sign of its layout is read by the date its stay ended', () => {
  const read = (NGAY_RA: string) => {
    const file = readClaim(
      writeClaim({ facility: '24997', madeOn: '20260805', records: [{ tables: { XML1: [{ MA_LK: '1', NGAY_RA }] } }] }),
    )
    return [file.layout, file.records[0]?.layout]
  }
  assert.deepEqual(read('202412300900'), ['unknown', '4750'])
  assert.deepEqual(read('202608050900'), ['unknown', '3176'])
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { type ClaimFile, type LegacyEncoding, type Row, readClaim, toLegacyText, writeClaim } from '../../index.ts'
import { claimTable } from '../tables/index.ts'

const sample = readFileSync(new URL('../testdata/03-inpatient-transfer-4750-base64.xml', import.meta.url))
const known = readClaim(sample)
const tables = known.records[0]?.tables ?? {}

/** The tables with every text as a system of that time would write it. */
function old(encoding: LegacyEncoding, only: (table: string, field: string) => boolean = () => true): Record<string, Row[]> {
  const text = (table: string, field: string) => claimTable(table)?.columns.get(field)?.type === 'text' && only(table, field)
  const row = (table: string, r: Row) =>
    Object.fromEntries(Object.entries(r).map(([field, value]) => [field, text(table, field) ? toLegacyText(value, encoding) : value]))
  return Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, rows.map((r) => row(name, r))]))
}
const file = (changed: Record<string, Row[]>, carrier: Parameters<typeof writeClaim>[1] = 'base64') =>
  writeClaim({ facility: '24997', madeOn: '20260805', layout: '4750', records: [{ tables: changed }] }, carrier)
const letters = (read: ClaimFile) =>
  (read.records[0]?.findings ?? [])
    .filter((f) => f.definition.code.startsWith('claim-letters'))
    .map((f) => `${f.definition.code} ${f.path}`)
const codes = (read: ClaimFile) => new Set(letters(read).map((l) => l.split(' ')[0]))

test('a record in VNI or TCVN3 is turned into the very same record, with a finding for each column', () => {
  for (const encoding of ['vni', 'tcvn3'] as const) {
    for (const carrier of ['base64', 'inline'] as const) {
      const read = readClaim(file(old(encoding), carrier))
      const record = read.records[0]
      assert.deepEqual([...codes(read)], ['claim-letters-converted'], encoding)
      assert.ok(letters(read).includes('claim-letters-converted XML1[1].DIA_CHI'), letters(read).join())
      for (const [name, rows] of Object.entries(tables))
        for (const [at, row] of rows.entries())
          for (const [field, value] of Object.entries(row))
            assert.equal(record?.tables[name]?.[at]?.[field]?.toLowerCase(), value.toLowerCase(), `${encoding} ${name}.${field}`)
      // VNI keeps capitals, so the record has the digest it has in Unicode.
      if (encoding === 'vni') assert.equal(record?.digest, known.records[0]?.digest)
      assert.match(record?.raw.XML1 ?? '', encoding === 'vni' ? /xaõ Taân Yeân/ : /x· T©n Yªn/, 'what came is kept as it came')
    }
  }
})

test('the bytes of an old font are read like the letters they turn into', () => {
  const bytes = (encoding: LegacyEncoding) => Buffer.from(file(old(encoding), 'inline').toString('utf8'), 'latin1')
  for (const encoding of ['vni', 'tcvn3'] as const) {
    const read = readClaim(bytes(encoding))
    assert.deepEqual([...codes(read)], ['claim-letters-converted'], encoding)
    assert.equal(read.records[0]?.tables.XML1?.[0]?.DIA_CHI, 'Số 1, xã Tân Yên, tỉnh Bắc Ninh')
  }
  // Inside base64 as well, the file around it being plain.
  const inner = old('tcvn3')
  const wrapped = file(inner, 'base64').toString('utf8')
  const packed = wrapped.replaceAll(/<NOIDUNGFILE>([^<]+)</g, (_, text: string) => {
    const eight = Buffer.from(Buffer.from(text, 'base64').toString('utf8'), 'latin1')
    return `<NOIDUNGFILE>${eight.toString('base64')}<`
  })
  assert.equal(readClaim(Buffer.from(packed)).records[0]?.tables.XML1?.[0]?.DIA_CHI, 'Số 1, xã Tân Yên, tỉnh Bắc Ninh')
})

test('what is not sure refuses the record and names the column; Unicode beside an old font is told apart', () => {
  // One table by another program: Unicode in one, VNI in the other. Each text has enough words to be sure.
  const mixed = readClaim(file(old('vni', (table, field) => table === 'XML13' && field !== 'HO_TEN')))
  assert.deepEqual([...codes(mixed)], ['claim-letters-converted'])
  assert.ok(!letters(mixed).some((l) => l.includes('XML1[')), 'Unicode is left alone')
  // Half a text in each.
  const half = structuredClone(tables)
  assert.ok(half.XML13?.[0])
  half.XML13[0].QT_BENHLY = `${toLegacyText('Bệnh nhân khó thở, điều trị tại trạm', 'tcvn3')} và không đỡ nên chuyển viện`
  const refused = readClaim(file(half))
  assert.deepEqual(letters(refused), ['claim-letters-unsure XML13[1].QT_BENHLY'])
  const found = refused.records[0]?.findings.find((f) => f.definition.code === 'claim-letters-unsure')
  assert.equal(found?.definition.severity, 'error')
  assert.match(String(found?.values.evidence), /TCVN3 \(ABC\): .+=/, 'the letters are the evidence')
  // Bytes that are no font's.
  const foreign = Buffer.from('<GIAMDINHHS><X>Zażółć gęślą jaźń Grüße Straße</X></GIAMDINHHS>', 'latin1')
  assert.throws(
    () => readClaim(foreign),
    (e: unknown) => e instanceof OutcomeError && e.code === 'claim-encoding',
  )
})

test('a check-in file of an old font becomes Unicode, too', () => {
  const checkIn = readFileSync(new URL('../testdata/02-checkin-xml0.xml', import.meta.url)).toString('utf8')
  const before = readClaim(Buffer.from(checkIn)).records.map((r) => r.tables.XML0?.[0])
  const read = readClaim(Buffer.from(toLegacyText(checkIn, 'vni'), 'latin1'))
  assert.deepEqual(
    read.records.map((r) => r.tables.XML0?.[0]),
    before,
  )
  assert.ok(letters(read).length > 0)
})

test('what nobody sees is taken out of a text and told; a lost letter and a picture in a name are told; no finding shows the name', () => {
  const changed = structuredClone(tables)
  const [one, paper] = [changed.XML1?.[0], changed.XML13?.[0]]
  assert.ok(one && paper)
  const name = one.HO_TEN ?? ''
  assert.ok(name.includes(' '))
  one.HO_TEN = `\u202e${name.replace(' ', '\t\n')}\u200b`
  one.DIA_CHI = `${one.DIA_CHI}\u2066\u0085`
  // What ends in a line break is one name.
  paper.HO_TEN = `${name} \u{1f600}\n`
  paper.QT_BENHLY = 'Ho 3 ngày\nkhông s\ufffdt'
  const read = readClaim(file(changed)).records[0]
  assert.equal(read?.tables.XML1?.[0]?.HO_TEN, name)
  assert.equal(read?.tables.XML1?.[0]?.DIA_CHI, tables.XML1?.[0]?.DIA_CHI)
  assert.equal(read?.tables.XML13?.[0]?.QT_BENHLY, 'Ho 3 ngày\nkhông s\ufffdt', 'the lines of a story stay')
  const told = (read?.findings ?? []).filter((f) => /^claim-(hidden|letter-lost|name-signs|name-lines)/.test(f.definition.code))
  assert.deepEqual(told.map((f) => `${f.definition.code} ${f.path} ${f.values.evidence}`.trim()).sort(), [
    'claim-hidden-characters XML1[1].DIA_CHI U+2066, U+0085',
    'claim-hidden-characters XML1[1].HO_TEN U+202E, U+200B',
    'claim-letter-lost XML13[1].QT_BENHLY U+FFFD',
    'claim-name-lines XML1[1].HO_TEN',
    'claim-name-signs XML13[1].HO_TEN',
  ])
  assert.ok(told.every((f) => f.definition.severity === 'warning' && !JSON.stringify(f.values).includes(name.split(' ')[0] ?? name)))
  assert.match(read?.raw.XML1 ?? '', /\u202e/, 'what came is kept as it came')
})

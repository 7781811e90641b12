import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { type ClaimRecord, readClaim, readClaimGently, writeClaim } from '../../index.ts'

const sample = (name: string): Buffer => readFileSync(new URL(`../testdata/${name}.xml`, import.meta.url))
const TRANSFER = '03-inpatient-transfer-4750-base64'
const REEXAM = '06-outpatient-reexam-3176-base64'

function first(bytes: Uint8Array): ClaimRecord {
  const record = readClaim(bytes).records[0]
  assert.ok(record)
  return record
}
const refusal = (bytes: Uint8Array | string): string => {
  try {
    readClaim(typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
  } catch (error) {
    if (error instanceof OutcomeError) return error.code
    throw error
  }
  return 'accepted'
}
const wrap = (content: string, name = 'XML1'): string =>
  `<GIAMDINHHS><THONGTINDONVI><MACSKCB>24997</MACSKCB></THONGTINDONVI><THONGTINHOSO><DANHSACHHOSO><HOSO><FILEHOSO><LOAIHOSO>${name}</LOAIHOSO><NOIDUNGFILE>${content}</NOIDUNGFILE></FILEHOSO></HOSO></DANHSACHHOSO></THONGTINHOSO></GIAMDINHHS>`

test('a transfer in base64 is read with exact texts and its layout', () => {
  const file = readClaim(sample(TRANSFER))
  assert.equal(file.facility, '24997')
  assert.equal(file.layout, '4750')
  assert.equal(file.madeOn, '20260805')
  const record = first(sample(TRANSFER))
  assert.equal(record.maLk, '24997-26-000123')
  assert.equal(record.tables.XML1?.[0]?.DIA_CHI, 'Số 1, xã Tân Yên, tỉnh Bắc Ninh')
  assert.equal(record.tables.XML2?.[0]?.SO_LUONG, '6.000')
  assert.ok(record.raw.XML5?.includes('CSST<M98_T38.7_HA120/70_NT26_SP92_HL2>'))
})

test('QĐ 3176 is told from QĐ 4750; escaped letters come back', () => {
  assert.equal(readClaim(sample(REEXAM)).layout, '3176')
  assert.equal(first(sample(REEXAM)).tables.XML1?.[0]?.HO_TEN, 'HOÀNG VĂN MẪU & SỐ <2>')
})

test('the empty template holds no record; a check-in file one per encounter', () => {
  const empty = readClaim(sample('01-wrapper-empty-template'))
  assert.deepEqual(empty.records, [])
  assert.deepEqual(
    empty.findings.map((f) => f.definition.code),
    ['claim-record-empty'],
  )
  const checkIn = readClaim(sample('02-checkin-xml0'))
  assert.deepEqual(
    checkIn.records.map((r) => r.maLk),
    ['24997-26-000001', '24997-26-000002'],
  )
})

test('the same record in four carriers has one digest; one changed letter has another', () => {
  const known = first(sample(TRANSFER))
  const file = { facility: '24997', madeOn: '20260805', layout: known.layout, records: [known] }
  for (const carrier of ['base64', 'base64-bom', 'inline', 'cdata'] as const) {
    const again = first(writeClaim(file, carrier))
    assert.deepEqual(again.tables, known.tables, carrier)
    assert.equal(again.digest, known.digest, carrier)
  }
  const changed = structuredClone(known.tables)
  assert.ok(changed.XML4?.[0])
  changed.XML4[0].GIA_TRI = '15.9'
  assert.notEqual(first(writeClaim({ ...file, records: [{ tables: changed }] })).digest, known.digest)
})

test('inline XML is kept byte for byte, with letters outside the basic plane before it', () => {
  const inner = '<TONG_HOP>\n  <MA_LK>1</MA_LK><HO_TEN><![CDATA[A < B]]></HO_TEN></TONG_HOP>'
  const source = wrap(inner).replace('<GIAMDINHHS>', '<GIAMDINHHS><!-- 𠮷🙂 -->')
  const record = first(Buffer.from(source))
  assert.equal(record.raw.XML1, inner)
  assert.equal(record.tables.XML1?.[0]?.HO_TEN, 'A < B')
})

test('escaped XML inside NOIDUNGFILE, and a byte-order mark before base64, are read', () => {
  const inner = '<TONG_HOP><MA_LK>7</MA_LK></TONG_HOP>'
  assert.equal(first(Buffer.from(wrap(inner.replaceAll('<', '&lt;')))).maLk, '7')
  assert.equal(first(Buffer.from(wrap(`\ufeff${Buffer.from(inner).toString('base64')}`))).maLk, '7')
})

test('blank lines before the declaration and a declaration inside inline XML are forgiven', () => {
  const inner = '<?xml version="1.0" encoding="utf-8"?><TONG_HOP><MA_LK>8</MA_LK></TONG_HOP>'
  const record = first(Buffer.from(`\r\n<?xml version="1.0" encoding="utf-8"?>\r\n${wrap(inner)}`))
  assert.equal(record.maLk, '8')
  assert.equal(record.raw.XML1, '<TONG_HOP><MA_LK>8</MA_LK></TONG_HOP>')
})

test('entities and DOCTYPE are refused by name before anything expands', () => {
  const bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
  assert.equal(refusal(`<?xml version="1.0"?>${bomb}<GIAMDINHHS>&b;</GIAMDINHHS>`), 'claim-doctype')
  assert.equal(refusal(`${bomb}<CHI_TIEU_TRANG_THAI_KCB>&b;</CHI_TIEU_TRANG_THAI_KCB>`), 'claim-doctype')
  const inside = first(Buffer.from(wrap(Buffer.from(`${bomb}<TONG_HOP><MA_LK>&b;</MA_LK></TONG_HOP>`).toString('base64'))))
  assert.deepEqual(
    inside.findings.map((f) => f.definition.code),
    ['claim-doctype'],
  )
})

test('other encodings, cut files, foreign roots and deep nesting are refused by name', () => {
  assert.equal(refusal(Buffer.from('\ufeff<GIAMDINHHS/>', 'utf16le')), 'claim-encoding')
  assert.equal(refusal(Buffer.from([0x3c, 0x47, 0xd0, 0x28, 0x3e])), 'claim-encoding')
  assert.equal(refusal('<?xml version="1.0" encoding="windows-1258"?><GIAMDINHHS>ệ</GIAMDINHHS>'), 'claim-encoding')
  assert.equal(refusal(sample(TRANSFER).subarray(0, 9000)), 'claim-malformed')
  assert.equal(refusal('<HoSoBenhAn/>'), 'claim-root')
  assert.equal(refusal(''), 'claim-malformed')
  assert.equal(refusal(Buffer.from('PK\x03\x04\x14\x00', 'latin1')), 'claim-packed')
  assert.equal(refusal(Buffer.from([0x1f, 0x8b, 8, 0])), 'claim-packed')
  assert.equal(refusal(`<GIAMDINHHS>${'<a>'.repeat(60)}${'</a>'.repeat(60)}</GIAMDINHHS>`), 'claim-too-large')
})

test('a broken table is a finding of its record, the others are still read', () => {
  const bad = first(Buffer.from(wrap('####')))
  assert.deepEqual(
    bad.findings.map((f) => f.definition.code),
    ['claim-content'],
  )
  const wrong = first(Buffer.from(wrap('<KHAC/>')))
  assert.deepEqual(
    wrong.findings.map((f) => f.definition.code),
    ['claim-table-root'],
  )
})

test('two records of one encounter, a table sent twice and a wrong count are said', () => {
  const known = first(sample(TRANSFER))
  const twice = writeClaim({ facility: '24997', madeOn: '20260805', layout: '4750', records: [known, known] })
  const file = readClaim(Buffer.from(twice.toString().replace('<SOLUONGHOSO>2<', '<SOLUONGHOSO>5<')))
  assert.deepEqual(
    file.findings.map((f) => f.definition.code),
    ['claim-count'],
  )
  assert.deepEqual(
    file.records.map((r) => r.findings.map((f) => f.definition.code)),
    [[], ['claim-record-twice']],
  )
  const table = '<FILEHOSO><LOAIHOSO>XML1</LOAIHOSO><NOIDUNGFILE><TONG_HOP><MA_LK>1</MA_LK></TONG_HOP></NOIDUNGFILE></FILEHOSO>'
  const doubled = first(Buffer.from(wrap('').replace(/<FILEHOSO>.*<\/FILEHOSO>/, table + table)))
  assert.deepEqual(
    doubled.findings.map((f) => f.definition.code),
    ['claim-table-twice'],
  )
})

test('unknown tables and columns are kept and reported', () => {
  const record = first(Buffer.from(wrap('<TONG_HOP><MA_LK>1</MA_LK><COT_LA>x</COT_LA></TONG_HOP>')))
  assert.equal(record.tables.XML1?.[0]?.COT_LA, 'x')
  assert.deepEqual(
    record.findings.map((f) => `${f.definition.code} ${f.values.field}`),
    ['claim-column-unknown COT_LA'],
  )
  const other = first(Buffer.from(wrap('<KHAC><A>1</A></KHAC>', 'XML12')))
  assert.equal(other.raw.XML12, '<KHAC><A>1</A></KHAC>')
  assert.deepEqual(
    other.findings.map((f) => f.definition.code),
    ['claim-table-unknown'],
  )
})

test('a column called __proto__ is only a name', () => {
  const record = first(Buffer.from(wrap('<TONG_HOP><MA_LK>1</MA_LK><__proto__>x</__proto__></TONG_HOP>')))
  assert.equal(record.tables.XML1?.[0]?.MA_LK, '1')
  assert.equal(({} as Record<string, unknown>).x, undefined)
})

test('a large file read in steps is the same file, and others have their turn many times', async () => {
  const text = sample(TRANSFER).toString('utf8')
  const [stay = ''] = /<HOSO>[\s\S]*<\/HOSO>/.exec(text) ?? []
  const large = Buffer.from(text.replace(stay, () => stay.repeat(60)))
  let pauses = 0
  const gently = await readClaimGently(large, async () => {
    pauses++
  })
  assert.deepEqual(gently.records[59]?.tables, first(sample(TRANSFER)).tables)
  assert.equal(gently.records.length, 60)
  // One at least for each record and each half megabyte.
  assert.ok(pauses >= 60 + large.length / (512 * 1024), `${pauses}`)
})

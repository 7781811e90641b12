import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  abbreviationsIn,
  type ClaimRecord,
  claimFromReferral,
  claimTable,
  claimToFhir,
  type Layout,
  type ReferralContent,
  type Row,
  readClaim,
  referralFromChart,
  referralGaps,
  slipKey,
  slipNumber,
  visitOfNumber,
} from '../index.ts'

const facility = { code: '24997', name: 'Bệnh viện Đa khoa tỉnh Bắc Giang' }
function sample(): ClaimRecord {
  const record = readClaim(readFileSync(new URL('../claim/testdata/03-inpatient-transfer-4750-base64.xml', import.meta.url))).records[0]
  assert.ok(record)
  return record
}
function referralOf(record: ClaimRecord): ReferralContent {
  const paper = claimToFhir(record, { facility }).papers.find((p) => p.kind === 'referral')
  assert.ok(paper)
  return paper
}
const codes = (content: ReferralContent): string[] => referralGaps(content).map((f) => `${f.definition.code} ${f.path}`)

test('XML13 lies complete as a referral with the number of the HIS, and has nothing to add', () => {
  const content = referralOf(sample())
  assert.deepEqual(content.numbers, { slip: '42/2026/GCT', file: 'HS-24997-26-0042', register: '0042', source: 'his' })
  assert.equal(content.to.name, 'Bệnh viện Bạch Mai')
  assert.equal(content.departure, '2026-08-05T10:00:00+07:00')
  assert.deepEqual(codes(content), [])
})

test('XML13 → referral → XML13 loses nothing', () => {
  const record = sample()
  assert.deepEqual(claimFromReferral(referralOf(record), '4750'), { ...record.tables.XML13?.[0] })
})

/** Any text as a claim holds it: no outer spaces (they are trimmed), some letters that need care. */
const words = fc
  .array(fc.constantFrom('sốt', 'ho', 'khó thở', '<', '&', '"', 'SpO2 88%', ';', '\n', 'Đ'), { minLength: 1, maxLength: 8 })
  .map((w) => w.join(' ').trim() || 'x')
const minute = fc.integer({ min: 0, max: 59 }).map((m) => `2026080510${String(m).padStart(2, '0')}`)

test('any XML13 makes the round trip in both layouts', () => {
  const row = fc.record({
    text: words,
    other: words,
    at: minute,
    reason: fc.constantFrom('1', '2', '3'),
    kt: fc.constantFrom('', 'I10', 'I10;E78.5'),
    birth: fc.constantFrom('195800000000', '195804000000', '199004120000'),
  })
  fc.assert(
    fc.property(row, fc.constantFrom<Layout[]>('4750', '3176'), (v, layout) => {
      const base = sample()
      const old = base.tables.XML13?.[0] ?? {}
      const made: Row = Object.fromEntries((claimTable('XML13')?.layouts[layout] ?? []).map((f) => [f.name, old[f.name] ?? '']))
      Object.assign(made, {
        DAU_HIEU_LS: v.text,
        QT_BENHLY: v.other,
        HUONG_DIEU_TRI: v.other,
        NGAY_RA: v.at,
        MA_LYDO_CT: v.reason,
        MA_BENH_KT: v.kt,
        NGAY_SINH: v.birth,
      })
      if (layout === '3176') Object.assign(made, { MA_CSKCB_DI: '24998;24996', MA_CSKCB_DEN: '01929', TINH_TRANG_CT: v.text })
      const content = referralOf({ ...base, layout, tables: { ...base.tables, XML13: [made] } })
      assert.deepEqual(claimFromReferral(content, layout), made)
    }),
  )
})

test('a referral is composed from the chart when the HIS made none', () => {
  const { resources } = claimToFhir(sample(), { facility })
  const ids = new Map(resources.map((r, i) => [r.key, `${r.resource.resourceType}/id${i}`]))
  const chart = resources.map((r, i) => ({
    ...JSON.parse(JSON.stringify(r.resource).replaceAll(/#key:([^"]+)/g, (_, key: string) => ids.get(key) ?? '')),
    id: `id${i}`,
  }))
  const draft = referralFromChart(chart, {
    facility,
    to: { code: '01929', name: 'Bệnh viện Bạch Mai' },
    doctor: { licence: '000001/BG-CCHN' },
    departure: '2026-08-05T12:00:00+07:00',
  })
  assert.equal(draft.patient.name, 'NGUYỄN THỊ THỬ NGHIỆM')
  assert.equal(draft.patient.citizenId, '000190000017')
  assert.equal(draft.encounter.id, '24997-26-000123')
  assert.deepEqual(
    draft.diagnoses.map((d) => d.code),
    ['J15.9', 'J96.0', 'I10'],
  )
  assert.match(draft.results, /WBC 15,8 G\/L \(03\/08\/2026\)/)
  assert.match(draft.results, /Hình ảnh viêm phổi thùy dưới phổi phải/)
  assert.match(draft.signs, /Khó thở tăng.*Mạch 118 lần\/phút, nhiệt độ 38,9 °C, huyết áp 100\/60 mmHg/)
  assert.ok(!JSON.stringify(draft).includes('CSST<'))
  assert.deepEqual(
    draft.medicines.map((m) => [m.name, m.quantity]),
    [
      ['Ceftriaxon THU 1g', '6'],
      ['Natri clorid THU 0,9% x 500ml', '3'],
      ['Oxy dược dụng 99,5%', '2.5'],
    ],
  )
  assert.deepEqual(
    codes(draft).filter((c) => c.includes('missing')),
    ['referral-item-missing numbers.slip', 'referral-item-missing direction'],
  )
})

test('gaps: receiver is the sender, departure before admission, no code, abbreviations', () => {
  const good = referralOf(sample())
  assert.deepEqual(codes({ ...good, to: good.from }), ['referral-to-self to'])
  assert.deepEqual(codes({ ...good, to: { code: '1929', name: '' } }), ['referral-receiver-code to'])
  assert.deepEqual(codes({ ...good, departure: '2026-08-01T10:00:00+07:00' }), ['referral-departure-before-admission departure'])
  assert.deepEqual(codes({ ...good, diagnoses: [] }), ['referral-item-missing diagnoses'])
  assert.deepEqual(codes({ ...good, signs: 'BN SHH, THA' }), [
    'referral-abbreviation signs',
    'referral-abbreviation signs',
    'referral-abbreviation signs',
  ])
})

test('abbreviations are whole words only, each once', () => {
  assert.deepEqual(abbreviationsIn('BN sốt, BN ho; ĐTĐ týp 2'), [
    { short: 'BN', long: 'người bệnh' },
    { short: 'ĐTĐ', long: 'đái tháo đường' },
  ])
  assert.deepEqual(abbreviationsIn('ABN, BNP, Tha thiết, SpO2 88%'), [])
  assert.deepEqual(abbreviationsIn('PT% 41 %; PT 13,2 giây; PT: 14 giây'), [], 'prothrombin, not an operation')
  assert.deepEqual(abbreviationsIn('PT 14 giây, chỉ định PT cấp cứu'), [{ short: 'PT', long: 'phẫu thuật' }])
})

test('one number typed in several ways has one key; other numbers have others', () => {
  const ways = [
    '90001/2026/GCT',
    '90001/2026/gct',
    '90001/2026/GC\u0422',
    '90001\uff0f2026\uff0fGCT',
    '90001/2026\u00a0/GCT',
    '90001/2026/G\u200bCT',
  ]
  for (const way of ways) assert.equal(slipKey(way), '90001/2026/GCT', way)
  assert.equal(slipKey('số 12/đ'), 'SỐ12/Đ')
  assert.notEqual(slipKey('90001/2026/GCT'), slipKey('90001/2026/GCT-YB'))
  assert.deepEqual([slipNumber('1/2026~12'), visitOfNumber('1/2026~12'), visitOfNumber('1/2026~x')], ['1/2026', 12, undefined])
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type ClaimRecord, claimToFhir, type PaperContent, readClaim } from '../../index.ts'

const facility = { code: '24997', name: 'Bệnh viện Đa khoa tỉnh Bắc Giang' }
function sample(): ClaimRecord {
  const record = readClaim(readFileSync(new URL('../testdata/03-inpatient-transfer-4750-base64.xml', import.meta.url))).records[0]
  assert.ok(record)
  return structuredClone(record)
}
const papers = (record: ClaimRecord): PaperContent[] => claimToFhir(record, { facility }).papers

test('columns that XML13 leaves empty come from XML1, which must hold the same', () => {
  const record = sample()
  Object.assign(record.tables.XML13?.[0] ?? {}, {
    MA_BENH_CHINH: '',
    MA_BENH_KT: '',
    CHAN_DOAN_RV: '',
    MA_THE_BHYT: '',
    GT_THE_DEN: '',
    NGAY_SINH: '',
    DIA_CHI: '',
  })
  const [slip] = papers(record)
  assert.ok(slip?.kind === 'referral')
  assert.deepEqual(
    slip.diagnoses.map((d) => d.code),
    ['J15.9', 'J96.0', 'I10'],
  )
  assert.equal(slip.diagnosisText, 'Viêm phổi do vi khuẩn, không đặc hiệu; Suy hô hấp cấp')
  assert.deepEqual(slip.patient.cards, [
    { number: 'GD4240000000017', validFrom: '2026-01-01', validTo: '2026-12-31', registeredAt: '24997' },
  ])
  assert.equal(slip.patient.birthDate, '1990-04-12')
})

test('the summary joins XML7 and XML8 and lists a daily medicine once with its total', () => {
  const record = sample()
  const first = record.tables.XML2?.[0] ?? assert.fail()
  record.tables.XML2?.push({ ...first, STT: '4', NGAY_YL: '202608040800' })
  const summary = papers(record).find((p) => p.kind === 'summary')
  assert.ok(summary?.kind === 'summary')
  assert.equal(summary.number, '26000123')
  assert.equal(summary.encounter.department, 'Khoa Nội tổng hợp')
  assert.equal(summary.outcome, '4')
  assert.equal(summary.issuedOn, '2026-08-05')
  assert.deepEqual(
    summary.medicines.filter((m) => m.name === 'Ceftriaxon THU 1g').map((m) => m.quantity),
    ['12'],
  )
})

test('without XML8 there is no summary', () => {
  const record = sample()
  delete record.tables.XML8
  assert.deepEqual(
    papers(record).map((p) => p.kind),
    ['referral'],
  )
})

test('a patient who came as an emergency and is sent on within a day, not on request, is an emergency transfer', () => {
  const emergency = (one: Record<string, string>, slip: Record<string, string> = {}): boolean | undefined => {
    const record = sample()
    Object.assign(record.tables.XML1?.[0] ?? {}, { NGAY_VAO: '202608050100', NGAY_RA: '202608050640', ...one })
    Object.assign(record.tables.XML13?.[0] ?? {}, { NGAY_VAO: '202608050100', NGAY_RA: '202608050640', ...one, MA_LYDO_CT: '2', ...slip })
    const [paper] = papers(record)
    assert.ok(paper?.kind === 'referral')
    return paper.emergency
  }
  assert.equal(emergency({ MA_DOITUONG_KCB: '2' }), true)
  assert.equal(emergency({ MA_DOITUONG_KCB: '1.1' }), undefined)
  assert.equal(emergency({ MA_DOITUONG_KCB: '2', NGAY_VAO: '202608030100' }), undefined, 'two days in the wards')
  assert.equal(emergency({ MA_DOITUONG_KCB: '2' }, { MA_LYDO_CT: '3' }), undefined, 'on request')
})

test('an outcome names no medicine to go on with: XML2 does not say which was taken home', () => {
  const inpatient = sample()
  const [row] = inpatient.tables.XML2 ?? []
  assert.ok(row)
  inpatient.tables.XML2?.push({ ...row, STT: '9', NGAY_YL: inpatient.tables.XML1?.[0]?.NGAY_RA ?? '' })
  const visit = structuredClone(inpatient)
  Object.assign(visit.tables.XML1?.[0] ?? {}, { MA_LOAI_KCB: '01' })
  delete visit.tables.XML7
  delete visit.tables.XML8
  for (const record of [inpatient, visit]) {
    const { outcome } = claimToFhir(record, { facility })
    assert.ok(outcome)
    assert.deepEqual([outcome.facts.medicines, outcome.tables.includes('XML2')], [[], false])
  }
})

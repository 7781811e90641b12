import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { extensionUrl, facilitySystem, SYSTEM, validate } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'
import {
  type ClaimPlan,
  type ClaimRecord,
  claimToFhir,
  type PlannedResource,
  printValue,
  type Row,
  readClaim,
  readVitalSigns,
  resultValue,
} from '../../index.ts'
import { nameWithStrength, readDose } from './dose.ts'

const facility = { code: '24997', name: 'Bệnh viện Đa khoa tỉnh Bắc Giang' }
const read = (name: string): ClaimRecord =>
  readClaim(readFileSync(new URL(`../testdata/${name}.xml`, import.meta.url))).records[0] ?? assert.fail()
const plan = (name: string): ClaimPlan => claimToFhir(read(name), { facility })
const transfer = (): ClaimPlan => plan('03-inpatient-transfer-4750-base64')
const ofType = <T extends fhir4.FhirResource>(p: ClaimPlan, type: T['resourceType']): T[] =>
  p.resources.filter((r): r is PlannedResource<T> => r.resource.resourceType === type).map((r) => r.resource)

test('every planned resource is valid R4, has a source, an identifier and a key of its own', () => {
  for (const name of ['03-inpatient-transfer-4750-base64', '06-outpatient-reexam-3176-base64', '08-arithmetic-other-source-4750-base64']) {
    const { resources } = plan(name)
    const types = new Map(resources.map((r, i) => [r.key, `${r.resource.resourceType}/id${i}`]))
    assert.equal(types.size, resources.length)
    for (const { key, resource } of resources) {
      const text = JSON.stringify(resource)
      for (const [, target] of text.matchAll(/#key:([^"]+)/g)) assert.ok(types.has(target ?? ''), `${key} → ${target}`)
      const linked = JSON.parse(text.replaceAll(/#key:([^"]+)/g, (_, target: string) => types.get(target) ?? ''))
      assert.deepEqual(validate(linked), [], key)
      assert.match(resource.meta?.source ?? '', /^urn:yba:claim:24997:24997-26-\d{6}#XML\d+\/\d+$/)
      assert.ok(text.includes('"identifier"'), key)
    }
  }
})

test('patient: citizen id, cards, number of the facility, partial birth date, codes as extensions', () => {
  const [her] = ofType<fhir4.Patient>(transfer(), 'Patient')
  assert.deepEqual(
    her?.identifier?.map((i) => [i.system, i.value]),
    [
      [facilitySystem.mrn('24997'), 'BN-THU-0001'],
      [SYSTEM.cccd, '000190000017'],
      [SYSTEM.bhyt, 'GD4240000000017'],
      [SYSTEM.bhyt, '0000000017'],
    ],
  )
  assert.equal(her?.birthDate, '1990-04-12')
  assert.equal(her?.gender, 'female')
  assert.equal(her?.address?.[0]?.extension?.find((e) => e.url === extensionUrl('address-commune'))?.valueCoding?.code, '07339')
  const [him] = ofType<fhir4.Patient>(plan('06-outpatient-reexam-3176-base64'), 'Patient')
  assert.equal(him?.birthDate, '1958')
  assert.equal(him?.name?.[0]?.text, 'HOÀNG VĂN MẪU & SỐ <2>')
})

test('one coverage per card, each with its own place and dates', () => {
  const cards = ofType<fhir4.Coverage>(plan('06-outpatient-reexam-3176-base64'), 'Coverage')
  assert.deepEqual(
    cards.map((c) => [c.identifier?.[0]?.value, c.period?.start, c.period?.end, c.extension?.[0]?.valueReference?.identifier?.value]),
    [
      ['HT3240000000025', '2025-01-01', '2026-06-14', '24998'],
      ['HT3240000000026', '2026-06-15', '2027-06-14', '24997'],
    ],
  )
})

test('encounter and diagnoses: period, class, destination, ranks; a text is paired with a code only when counts agree', () => {
  const made = transfer()
  const [stay] = ofType<fhir4.Encounter>(made, 'Encounter')
  assert.equal(stay?.class.code, 'IMP')
  assert.deepEqual(stay?.period, { start: '2026-08-03T09:00:00+07:00', end: '2026-08-05T10:00:00+07:00' })
  assert.equal(stay?.hospitalization?.destination?.identifier?.value, '01929')
  assert.equal(stay?.hospitalization?.dischargeDisposition?.coding?.[0]?.code, '2')
  assert.deepEqual(
    ofType<fhir4.Condition>(made, 'Condition').map((c) => [c.code?.coding?.[0]?.code, c.code?.text]),
    [
      ['J15.9', 'Viêm phổi do vi khuẩn, không đặc hiệu'],
      ['J96.0', 'Suy hô hấp cấp'],
      ['I10', 'Tăng huyết áp vô căn (nguyên phát)'],
    ],
  )
})

test('medicines keep dose, route, quantity and times', () => {
  const [first] = ofType<fhir4.MedicationRequest>(transfer(), 'MedicationRequest')
  assert.equal(first?.medicationCodeableConcept?.text, 'Ceftriaxon THU 1g')
  assert.equal(first?.dosageInstruction?.[0]?.text, '1 lọ/lần * 2 lần/ngày * 01 ngày [2 lọ/ngày]; Tiêm tĩnh mạch chậm')
  assert.equal(first?.authoredOn, '2026-08-03T09:45:00+07:00')
  assert.deepEqual(first?.dispenseRequest?.quantity, { value: 6, unit: 'Lọ' })
})

test('a medicine reads by name with strength, route in words, dose and days', () => {
  const [injection, drip] = ofType<fhir4.MedicationRequest>(transfer(), 'MedicationRequest')
  assert.equal(injection?.dosageInstruction?.[0]?.route?.text, 'Tiêm')
  assert.deepEqual(injection?.dosageInstruction?.[0]?.timing?.repeat?.boundsDuration?.value, 1)
  assert.deepEqual(injection?.dosageInstruction?.[0]?.doseAndRate, [{ doseQuantity: { value: 1, unit: 'lọ' } }])
  assert.equal(drip?.medicationCodeableConcept?.text, 'Natri clorid THU 0,9% x 500ml')
  const prescription = ofType<fhir4.MedicationRequest>(plan('06-outpatient-reexam-3176-base64'), 'MedicationRequest')[0]
  assert.equal(prescription?.dosageInstruction?.[0]?.timing?.repeat?.boundsDuration?.value, 28)
  assert.equal(prescription?.dosageInstruction?.[0]?.route?.text, 'Uống')
})

test('who acted has a name where the site knows the licence; papers stay as they were written', () => {
  const record = read('03-inpatient-transfer-4750-base64')
  const made = claimToFhir(record, { facility, nameOf: (licence) => (licence === '000001/BG-CCHN' ? 'Nguyễn Bình An' : undefined) })
  assert.equal(ofType<fhir4.ClinicalImpression>(made, 'ClinicalImpression')[0]?.assessor?.display, 'Nguyễn Bình An')
  const composed = (p: ClaimPlan): string => JSON.stringify(ofType(p, 'Composition'))
  assert.equal(composed(made), composed(plan('03-inpatient-transfer-4750-base64')))
})

test('names and strengths are joined once; a dose is read as it is written or not at all', () => {
  assert.equal(nameWithStrength('Furosemid 20mg', '20mg/2ml'), 'Furosemid 20mg/2ml')
  assert.equal(nameWithStrength('Ringer lactat', '500ml'), 'Ringer lactat 500ml')
  assert.equal(nameWithStrength('Ceftriaxon 1g', '1g'), 'Ceftriaxon 1g')
  assert.deepEqual(readDose('0,5 viên/lần x 3 lần/ngày x 05 ngày'), {
    timing: {
      repeat: { boundsDuration: { value: 5, unit: 'ngày', system: SYSTEM.ucum, code: 'd' }, frequency: 3, period: 1, periodUnit: 'd' },
    },
    doseAndRate: [{ doseQuantity: { value: 0.5, unit: 'viên' } }],
  })
  assert.deepEqual(readDose('theo chỉ định 3 ngày'), {})
})

test('a range or a flag the laboratory wrote beside a value is that value’s; other words stay a note', () => {
  const lab = (cells: Row): fhir4.Observation => {
    const record = structuredClone(read('03-inpatient-transfer-4750-base64'))
    Object.assign(record.tables.XML4?.[0] ?? assert.fail(), cells)
    const made = claimToFhir(record, { facility })
    return ofType<fhir4.Observation>(made, 'Observation').find((o) => o.code.text === 'WBC') ?? assert.fail()
  }
  const bounds = (o: fhir4.Observation) => [
    o.referenceRange?.[0]?.low?.value,
    o.referenceRange?.[0]?.high?.value,
    o.interpretation?.[0]?.text,
  ]
  assert.deepEqual(bounds(lab({ MO_TA: '4,0 - 10,0' })), [4, 10, 'Cao'])
  assert.deepEqual(bounds(lab({ GIA_TRI: '3.2 [4.0-10.0]' })), [4, 10, 'Thấp'])
  assert.deepEqual(bounds(lab({ MO_TA: 'Tham chiếu: < 10 G/L', GIA_TRI: '9' })), [undefined, 10, 'Bình thường'])
  assert.deepEqual(bounds(lab({ KET_LUAN: 'Tăng' })), [undefined, undefined, 'Cao'])
  assert.deepEqual(bounds(lab({ MO_TA: '4 - 10 mmol/L' })), [undefined, undefined, undefined])
  const noted = lab({ MO_TA: 'mẫu tan máu, từ 4 đến 10 giờ' })
  assert.deepEqual([...bounds(noted), noted.note?.[0]?.text], [undefined, undefined, undefined, 'mẫu tan máu, từ 4 đến 10 giờ'])
})

test('a stay has its days, its wards and beds, and the slip the patient came with', () => {
  const record = structuredClone(read('03-inpatient-transfer-4750-base64'))
  Object.assign(record.tables.XML1?.[0] ?? {}, { GIAY_CHUYEN_TUYEN: '7/2026/GCT', MA_NOI_DI: '24998' })
  const [stay] = ofType<fhir4.Encounter>(claimToFhir(record, { facility }), 'Encounter')
  assert.equal(stay?.length?.value, 3)
  assert.match(stay?.location?.[0]?.location.display ?? '', /^Khoa Nội tổng hợp, giường [HTCK]\d{3}$/)
  assert.deepEqual(stay?.hospitalization?.preAdmissionIdentifier, { system: facilitySystem.referral('24998'), value: '7/2026/GCT' })
})

test('results stand under their service; imaging has its conclusion; supplies and transport make nothing', () => {
  const made = transfer()
  const reports = ofType<fhir4.DiagnosticReport>(made, 'DiagnosticReport')
  assert.deepEqual(
    reports.map((r) => [r.code.coding?.[0]?.code, r.result?.length ?? 0, r.conclusion]),
    [
      ['22.0121.1369', 2, undefined],
      ['18.0119.0028', 0, 'Hình ảnh viêm phổi thùy dưới phổi phải'],
    ],
  )
  assert.deepEqual(
    ofType<fhir4.Procedure>(made, 'Procedure').map((p) => [p.category?.text, p.code?.text, p.performedDateTime]),
    [['Khám bệnh', 'Khám Nội', '2026-08-03T09:00:00+07:00']],
  )
  const lab = ofType<fhir4.Observation>(made, 'Observation').filter((o) => o.category?.[0]?.coding?.[0]?.code === 'laboratory')
  assert.deepEqual(
    lab.map((o) => [o.code.text, printValue(o), o.effectiveDateTime, o.issued]),
    [
      ['WBC', '15.8 G/L', '2026-08-03T09:20:00+07:00', '2026-08-03T09:55:00+07:00'],
      ['HGB', '118 g/L', '2026-08-03T09:20:00+07:00', '2026-08-03T09:55:00+07:00'],
    ],
  )
})

test('notes are kept word for word and their vital signs become observations', () => {
  const made = transfer()
  const notes = ofType<fhir4.ClinicalImpression>(made, 'ClinicalImpression')
  assert.match(notes[0]?.summary ?? '', /CSST<M98_T38\.7_HA120\/70_NT26_SP92_HL2>$/)
  assert.equal(notes[1]?.note?.[0]?.text, 'Hội chẩn: Hội chẩn khoa: chỉ định chuyển tuyến')
  const signs = ofType<fhir4.Observation>(made, 'Observation').filter((o) => o.meta?.source?.endsWith('#XML5/1'))
  assert.deepEqual(
    signs.map((o) => o.component?.map((c) => c.valueQuantity?.value) ?? o.valueQuantity?.value),
    [98, 38.7, 26, 92, [120, 70]],
  )
  assert.deepEqual(readVitalSigns('CSST<M75_HA110/70_xx>'), { pulse: 75, systolic: 110, diastolic: 70 })
  assert.equal(readVitalSigns('không có'), null)
})

test('values keep what was written', () => {
  const text = (value: string, unit = ''): string => printValue({ ...resultValue(value, unit) } as fhir4.Observation)
  for (const value of ['6.10', '15.8', '15,8', '0', '12345678901234567890', '118.0']) assert.equal(text(value), value)
  assert.equal(text('< 0.5', 'ng/mL'), '<0.5 ng/mL')
  assert.equal(resultValue('15,8', '').valueQuantity?.value, 15.8)
  assert.equal(resultValue('15,800', '').valueString, '15,800')
  assert.equal(resultValue('Âm tính', '').valueString, 'Âm tính')
  assert.equal(resultValue('>= 100', 'mg/L').valueQuantity?.comparator, '>=')
})

test('the same record gives the same plan', () => {
  assert.equal(JSON.stringify(transfer()), JSON.stringify(transfer()))
})

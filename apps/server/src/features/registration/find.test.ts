import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { facilitySystem, SYSTEM } from '@yba/fhir'
import { accessFeature, systemCaller } from '../../access/index.ts'
import type { FhirResource } from '../../store/types.ts'
import type { SignedIn } from '../../testing/browser.ts'
import { type TestSite, testSite } from '../../testing/site.ts'
import { audit } from '../audit/index.ts'
import type { FindAnswer } from './contract.ts'
import { registration } from './index.ts'
import { readTerms } from './terms.ts'

let t: TestSite
let desk: SignedIn

interface Person {
  name: string
  born: string
  mrn: string
  cccd?: string
  cards?: string[]
  phone?: string
}

const PEOPLE: Person[] = [
  {
    name: 'Nguyễn Thị Lan',
    born: '1990-03-04',
    mrn: 'BN000001',
    cccd: '000190000001',
    cards: ['GD4240000000001', '0000000001'],
    phone: '0912000001',
  },
  { name: 'Nguyễn Thị Lân', born: '1962-01-01', mrn: 'BN000002', cccd: '000162000002', cards: ['HT3240000000002', '0000000002'] },
  { name: 'Đặng Văn Đức', born: '1990', mrn: '2400003', phone: '0243000003' },
  { name: 'Trần Nguyễn Minh', born: '1985-12-31', mrn: 'BN000004' },
]

const patient = (p: Person) =>
  ({
    resourceType: 'Patient',
    name: [{ text: p.name }],
    gender: 'female',
    birthDate: p.born,
    address: [{ text: 'Thôn Đồng Mới, xã Đại Sơn' }],
    identifier: [
      { system: facilitySystem.mrn('24997'), value: p.mrn },
      ...(p.cccd ? [{ system: SYSTEM.cccd, value: p.cccd }] : []),
      ...(p.cards ?? []).map((value) => ({ system: SYSTEM.bhyt, value })),
    ],
    ...(p.phone ? { telecom: [{ system: 'phone', value: p.phone }] } : {}),
  }) as unknown as FhirResource

before(async () => {
  t = await testSite({ features: [accessFeature, registration, audit] })
  const store = t.site.store.as(systemCaller('test', '24997'))
  await store.transact((tx) => tx.write(PEOPLE.map((p) => ({ kind: 'create', resource: patient(p) }))))
  desk = await t.as('reception')
})
after(() => t.close())

const find = (q: string) => desk.json<FindAnswer>(`/fhir/Patient/$find?q=${encodeURIComponent(q)}`)
const names = async (q: string) => (await find(q)).rows.map((r) => r.name).toSorted()

test('a name without accents, in any order, by the beginnings of words, also typed as composed letters', async () => {
  assert.deepEqual(await names('nguyen lan'), ['Nguyễn Thị Lan', 'Nguyễn Thị Lân'])
  assert.deepEqual(await names('lan thi nguyen'), ['Nguyễn Thị Lan', 'Nguyễn Thị Lân'])
  assert.deepEqual(await names('dang duc'), ['Đặng Văn Đức'])
  assert.deepEqual(await names('Đặng Văn Đức'.normalize('NFD')), ['Đặng Văn Đức'])
  assert.deepEqual(await names('minh nguy'), ['Trần Nguyễn Minh'])
  assert.deepEqual(await names('khong ai'), [])
})

test('citizen id, both forms of the card, record number, phone, each said as the reason', async () => {
  const cases: [string, string, string][] = [
    ['000190000001', 'Nguyễn Thị Lan', 'citizen-id'],
    ['GD4240000000001', 'Nguyễn Thị Lan', 'card'],
    ['gd4240000000001', 'Nguyễn Thị Lan', 'card'],
    ['0000000002', 'Nguyễn Thị Lân', 'card'],
    ['bn000004', 'Trần Nguyễn Minh', 'mrn'],
    ['2400003', 'Đặng Văn Đức', 'mrn'],
    ['0912 000 001', 'Nguyễn Thị Lan', 'phone'],
    ['+84912000001', 'Nguyễn Thị Lan', 'phone'],
  ]
  for (const [typed, name, why] of cases) {
    const { rows } = await find(typed)
    assert.deepEqual(
      rows.map((r) => r.name),
      [name],
      typed,
    )
    assert.deepEqual(rows[0]?.why, [why], typed)
  }
})

test('a year of birth, alone or with a name', async () => {
  assert.deepEqual(await names('1990'), ['Nguyễn Thị Lan', 'Đặng Văn Đức'])
  assert.deepEqual(await names('nguyen 1990'), ['Nguyễn Thị Lan'])
  assert.deepEqual((await find('1962 lan')).rows[0]?.why, ['name', 'birth-year'])
})

test('a row tells people apart: number, citizen id, card, phone, address', async () => {
  const [row] = (await find('000190000001')).rows
  assert.deepEqual(row && { ...row, id: '' }, {
    id: '',
    name: 'Nguyễn Thị Lan',
    birthDate: '1990-03-04',
    sex: '2',
    mrn: 'BN000001',
    citizenId: '000190000001',
    card: 'GD4240000000001',
    phone: '0912000001',
    address: 'Thôn Đồng Mới, xã Đại Sơn',
    why: ['citizen-id'],
  })
})

test('accents first, the place of a tone, đ and d, raw telex: one name', async () => {
  const why = async (q: string) => (await find(q)).rows.map((r) => [r.name, r.why.join(' ')])
  assert.deepEqual(await why('lân'), [
    ['Nguyễn Thị Lân', 'name-marks'],
    ['Nguyễn Thị Lan', 'name'],
  ])
  assert.deepEqual(await why('ddawngj ddwcs'), [['Đặng Văn Đức', 'name']])
  assert.deepEqual(await names('nguyeenx thij lan'), ['Nguyễn Thị Lan', 'Nguyễn Thị Lân'])
  assert.deepEqual(await why('Nguyễn Lan 04/03/1990'), [['Nguyễn Thị Lan', 'name-marks birth-date']])
  assert.deepEqual(await names('nguyen lan 05/03/1990'), [])
})

test('the code of a card: by its numbers, and beside it who has the name and the year; it stands in no address', async () => {
  const scan = (q: string) =>
    desk.json<FindAnswer>('/fhir/Patient/$find', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ q }),
    })
  const citizen = await scan('000190000001||Nguyễn Thị Lan|04031990|Nữ|Đại Sơn, Bắc Ninh|01052021')
  assert.deepEqual(
    citizen.rows.map((r) => [r.name, r.why.join(' ')]),
    [['Nguyễn Thị Lan', 'name-marks birth-date citizen-id']],
  )
  assert.equal(citizen.card?.birthDate, '1990-03-04')
  const name = Buffer.from('Nguyễn Thị Lân').toString('hex')
  const insured = await scan(`HT3240000000002|${name}|01/01/1962|2|-|24 - 997|01/01/2026|-|01/01/2026$`)
  assert.deepEqual(
    insured.rows.map((r) => [r.name, r.why.join(' ')]),
    [['Nguyễn Thị Lân', 'name-marks birth-date card']],
  )
  // Another number, the same name and year: shown before anybody is registered twice.
  const other = await scan('000190999999||Nguyễn Thị Lan|05061990|Nữ|Đại Sơn|01052021')
  assert.deepEqual(
    other.rows.map((r) => [r.name, r.why.join(' ')]),
    [['Nguyễn Thị Lan', 'name-marks birth-year']],
  )
  assert.deepEqual(
    (await find('GD 4 24 0000000001')).rows.map((r) => r.name),
    ['Nguyễn Thị Lan'],
  )
})

test('a slip by its number: the referral, and its person where they are known', async () => {
  const store = t.site.store.as(systemCaller('test', '24997'))
  const [person] = (await find('000190000001')).rows
  const task = {
    resourceType: 'Task',
    identifier: [{ system: facilitySystem.referral('24997'), value: '77/2026/GCT' }],
    status: 'draft',
    intent: 'order',
    for: { reference: `Patient/${person?.id}`, display: person?.name },
    requester: { display: 'Bệnh viện gửi' },
  }
  await store.transact((tx) => tx.write([{ kind: 'create', resource: task as unknown as FhirResource }]))
  const answer = await find('77/2026/gct')
  assert.deepEqual(
    answer.slips?.map((s) => [s.number, s.name, s.patient]),
    [['77/2026/GCT', 'Nguyễn Thị Lan', person?.id]],
  )
  assert.deepEqual(
    answer.rows.map((r) => [r.name, r.why.join(' ')]),
    [['Nguyễn Thị Lan', 'slip']],
  )
})

test('one letter finds nobody, and says so', async () => {
  const answer = await desk.fetch('/fhir/Patient/$find?q=n')
  assert.equal(answer.status, 400)
  assert.match(await answer.text(), /search-too-short/)
})

test('a search is one audit row with the patients it showed and without what was typed', async () => {
  const { rows } = await find('dang duc')
  const auditor = await t.as('auditor')
  const listed: { rows: { action: string; patients: string[] }[] } = await auditor.json(
    `/fhir/AuditEvent/$list?patient=${rows[0]?.id}&limit=1`,
  )
  assert.equal(listed.rows[0]?.action, 'search')
  assert.deepEqual(listed.rows[0]?.patients, [rows[0]?.id])
  assert.ok(!JSON.stringify(listed).includes('duc'))
})

test('what is typed is read as words, a year and numbers', () => {
  assert.deepEqual(readTerms('  Lê  1990 '), { words: ['Lê'], year: '1990', identifiers: [], phones: [] })
  assert.deepEqual(readTerms('0912.345.678'), { words: [], identifiers: [['0912345678']], phones: ['0912345678'] })
  assert.deepEqual(readTerms('2150'), { words: [], identifiers: [['2150']], phones: [] })
  assert.deepEqual(readTerms('AB1234567890123').identifiers, [['AB1234567890123', '34567890123'.slice(1)]])
})

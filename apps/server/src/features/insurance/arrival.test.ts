/** The HIS of the receiver says that the patient is here: its files close what a desk would click. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkInFile, claimFile, type Person, type Stay, stay } from '@yba/people'
import type { Encounter } from 'fhir/r4.d.ts'
import { systemCaller } from '../../access/index.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { effects, signSlip, transition, until } from '../../testing/referral.ts'
import type { ReferralView } from '../referral/contract.ts'
import type { ImportedRecord } from './contract.ts'
import { importClaim } from './index.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

const HIS = systemCaller('import:his', '01929')
const take = async (bytes: Buffer): Promise<ImportedRecord | undefined> => (await importClaim(p.receiver.site, HIS, bytes)).records[0]
const codes = (record: ImportedRecord | undefined) => {
  assert.notEqual(record?.result, 'refused', JSON.stringify(record?.findings.filter((f) => f.severity === 'error')))
  return record?.findings.filter((f) => /arriv/.test(f.code)).map((f) => f.code)
}

/** A slip that has come to the receiver, and the stay its HIS opens for the person: today, nine in the morning. */
async function came(seed: number, how: { number?: string; who?: Person } = {}) {
  const slip = await p.slip(p.sender, seed)
  await signSlip(p.sender, slip.id)
  const task = await until(p.receiver, slip.number, 'delivered')
  const person = stay(seed, { kind: 'inpatient-transfer', facility: '24997' }).person
  return { slip, task, his: stayOf(seed, how.who ?? person, how.number === undefined ? slip.number : how.number) }
}

function stayOf(seed: number, person: Person, number: string): Stay {
  const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10)
  const his = stay(seed + 5000, { kind: 'outpatient', facility: '01929', patient: { person, mrn: `BM-${seed}` }, start: today })
  const one = his.tables.XML1?.[0] ?? {}
  // Now, as the clock of the desk says: what lies ahead nobody has seen yet.
  const now = new Date(Date.now() + 7 * 3_600_000).toISOString().replace(/[-T:]/g, '').slice(0, 12)
  delete his.tables.XML14
  Object.assign(one, {
    NGAY_VAO: now,
    NGAY_RA: now,
    NGAY_TAI_KHAM: '',
    ...(number ? { MA_NOI_DI: '24997', GIAY_CHUYEN_TUYEN: number } : {}),
  })
  for (const [table, columns] of [
    ['XML2', ['NGAY_YL', 'NGAY_TH_YL']],
    ['XML3', ['NGAY_YL', 'NGAY_TH_YL', 'NGAY_KQ']],
    ['XML4', ['NGAY_KQ']],
    ['XML5', ['THOI_DIEM_DBLS']],
  ] as const)
    for (const row of his.tables[table] ?? []) for (const column of columns) if (row[column]) row[column] = now
  return his
}

test('by the number on the record: arrived at both sites, in the stay the HIS opened, at the time it says; again it changes nothing', async () => {
  const { slip, task, his } = await came(801)
  const record = await take(claimFile([his]))
  assert.deepEqual([record?.result, codes(record)], ['created', ['arrived-by-file']], JSON.stringify(record?.findings))
  await until(p.sender, slip.number, 'arrived')
  const view = (await (await p.receiver.at('vanthu')).get(`/fhir/Task/${task}/$view`)).json as ReferralView
  assert.equal(view.patient.id, record?.patient?.id)
  const step = view.history.find((h) => h.event === 'arrive')
  assert.equal(step?.by, 'Phần mềm bệnh viện (HIS)')
  const [type = '', id = ''] = (record?.encounter ?? '').split('/')
  const encounter = (await p.receiver.site.store.as(HIS).read(type, id)).resource() as unknown as Encounter
  assert.equal(new Date(step?.occurredAt ?? '').getTime(), new Date(encounter.period?.start ?? '').getTime(), 'NGAY_VAO, nothing else')
  assert.equal((await effects(p.receiver.sql, '24997', slip.number)).encounters, 0, 'no second stay')
  const again = await take(claimFile([his]))
  assert.deepEqual([again?.result, codes(again)], ['unchanged', []])
  assert.equal((await effects(p.hub.sql, '24997', slip.number)).events.filter((e) => e === 'arrive').length, 1)
})

test('by the citizen id from a check-in that names no slip; two slips that wait are for a person to choose', async () => {
  const { slip, his } = await came(802)
  const record = await take(checkInFile([his]))
  assert.deepEqual([record?.result, codes(record)], ['created', ['arrived-by-file']], JSON.stringify(record?.findings))
  await until(p.sender, slip.number, 'arrived')

  const one = await came(803, { number: '' })
  const person = stay(803, { kind: 'inpatient-transfer', facility: '24997' }).person
  const second = await p.slip(p.other, 804, { patient: { person, mrn: 'LN-804' } })
  await signSlip(p.other, second.id)
  await until(p.receiver, second.number, 'delivered')
  assert.deepEqual(codes(await take(claimFile([one.his]))), ['arrival-file-many-slips'])
  assert.deepEqual((await effects(p.receiver.sql, '24997', one.slip.number)).tasks, ['delivered'])
})

test("somebody else's record with the number, a slip that is void, one that was clicked already: nothing is done twice or for the wrong person", async () => {
  const other = stay(899, { kind: 'outpatient', facility: '01929' }).person
  const wrong = await came(805, { who: other })
  assert.deepEqual(codes(await take(claimFile([wrong.his]))), ['arrival-file-other-person'])
  assert.deepEqual((await effects(p.receiver.sql, '24997', wrong.slip.number)).tasks, ['delivered'])

  const gone = await came(806)
  assert.equal((await transition(await p.sender.at('vanthu'), gone.slip.id, 'void', 'nhầm')).status, 200)
  await until(p.receiver, gone.slip.number, 'void')
  assert.deepEqual(codes(await take(claimFile([gone.his]))), ['arrival-file-not-possible'])

  const clicked = await came(807)
  assert.equal((await transition(await p.receiver.at('tiepdon'), clicked.task, 'arrive')).status, 200)
  await until(p.receiver, clicked.slip.number, 'arrived')
  assert.deepEqual(codes(await take(claimFile([clicked.his]))), [])
  assert.equal((await effects(p.hub.sql, '24997', clicked.slip.number)).events.filter((e) => e === 'arrive').length, 1)
})

test('the record came first, the slip after it: the next sending of the record records the arrival', async () => {
  const person = stay(808, { kind: 'inpatient-transfer', facility: '24997' }).person
  const slip = await p.slip(p.sender, 808)
  const his = stayOf(808, person, slip.number)
  assert.deepEqual(codes(await take(claimFile([his]))), [])
  await signSlip(p.sender, slip.id)
  await until(p.receiver, slip.number, 'delivered')
  assert.deepEqual(codes(await take(claimFile([his]))), ['arrived-by-file'])
  await until(p.sender, slip.number, 'arrived')
})

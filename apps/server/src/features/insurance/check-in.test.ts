/** Check-in (XML0) against the import: it opens the stay, and never takes away what a record has said. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkInFile, checkInRows, claimFile, type Stay, stay } from '@yba/people'
import { bhxhOf, writeClaim } from '@yba/vietnam'
import type { Encounter, Patient } from 'fhir/r4.d.ts'
import { systemCaller } from '../../access/index.ts'
import { type TestSite, testSite } from '../../testing/site.ts'
import { putFacilities } from '../directory/index.ts'
import type { ComposeAnswer, ReferralView } from '../referral/contract.ts'
import type { ImportedRecord } from './contract.ts'
import { importClaim } from './index.ts'

let t: TestSite
before(async () => {
  t = await testSite({ role: 'facility' })
  const facility = (code: string, name: string) => ({ code, name, managing_body: '', active: true, slip_keys: [], client_keys: [] })
  await putFacilities(
    t.site.store,
    [facility('24997', 'Bệnh viện Đa khoa tỉnh Bắc Giang'), facility('01929', 'Bệnh viện Bạch Mai')],
    new Date(),
  )
})
after(() => t.close())

const caller = systemCaller('import:his', '24997')
const take = async (bytes: Buffer): Promise<ImportedRecord[]> => (await importClaim(t.site, caller, bytes)).records
const inpatient = (seed: number): Stay => stay(seed, { kind: 'inpatient-transfer', facility: '24997' })

async function read<R>(reference: string | undefined): Promise<R & { meta?: { versionId?: string } }> {
  const [type = '', id = ''] = (reference ?? '').split('/')
  return (await t.site.store.as(caller).read(type, id)).resource() as never
}
const errors = (r: ImportedRecord | undefined) => JSON.stringify(r?.findings.filter((f) => f.severity === 'error'))

test('a check-in opens the stay of a new person; the ward, then the whole record follow on the same stay', async () => {
  const one = inpatient(601)
  const [opened] = await take(checkInFile([one]))
  assert.equal(opened?.result, 'created', errors(opened))
  assert.deepEqual([opened?.patient?.name, opened?.patient?.mrn], [one.person.name, one.mrn])
  const begun = await read<Encounter>(opened?.encounter)
  assert.deepEqual([begun.status, begun.period?.end, begun.diagnosis, begun.class.code], ['in-progress', undefined, undefined, 'IMP'])
  assert.match((begun.meta && JSON.stringify(begun.meta)) || '', /#XML0/)

  const [admitted] = await take(checkInFile([one], { admitted: true }))
  assert.deepEqual([admitted?.result, admitted?.encounter], ['updated', opened?.encounter], errors(admitted))
  assert.equal((await take(checkInFile([one], { admitted: true })))[0]?.result, 'unchanged')

  const [whole] = await take(claimFile([one]))
  assert.deepEqual(
    [whole?.result, whole?.encounter, whole?.patient?.id],
    ['updated', opened?.encounter, opened?.patient?.id],
    errors(whole),
  )
  assert.ok(whole?.referral)
  assert.equal((await read<Encounter>(whole?.encounter)).status, 'finished')
})

test('a check-in that comes late, or of a person who is known better, takes nothing away', async () => {
  const one = inpatient(602)
  const [whole] = await take(claimFile([one]))
  const before = await read<Patient>(`Patient/${whole?.patient?.id}`)
  assert.ok(before.address?.length && before.telecom?.length)
  const [late] = await take(checkInFile([one]))
  assert.deepEqual([late?.result, late?.findings.map((f) => f.code)], ['unchanged', ['claim-check-in-late']])
  assert.equal((await read<Encounter>(whole?.encounter)).status, 'finished')

  // Another visit of the same person, checked in with a card that is new.
  const next = stay(603, { kind: 'outpatient', facility: '24997', patient: { person: one.person, mrn: one.mrn }, start: '2026-11-01' })
  const card = 'DN4240000000603'
  const rows = checkInRows(next).map((row) => ({ ...row, MA_THE_BHYT: card }))
  const [again] = await take(writeClaim({ facility: '24997', madeOn: '20261101', layout: '4750', records: [{ tables: { XML0: rows } }] }))
  assert.deepEqual([again?.result, again?.patient?.id], ['created', whole?.patient?.id], errors(again))
  const after = await read<Patient>(`Patient/${whole?.patient?.id}`)
  assert.deepEqual([after.address, after.telecom, after.name], [before.address, before.telecom, before.name])
  assert.deepEqual(
    after.identifier?.map((i) => i.value),
    [...(before.identifier ?? []).map((i) => i.value), card, bhxhOf(card)],
  )
})

test('a check-in of before the admission that comes after the one that tells it is older: told, and the stay stays inpatient', async () => {
  const one = inpatient(606)
  const [first, ward] = checkInRows(one, { admitted: true })
  assert.ok(first && ward?.NGAY_VAO_NOI_TRU)
  const file = (...rows: (typeof first)[]) =>
    writeClaim({ facility: '24997', madeOn: '20261101', layout: '4750', records: [{ tables: { XML0: rows } }] })
  const clinic = { ...first, MA_LOAI_KCB: '01', NGAY_YL: first.NGAY_VAO ?? '' }
  const [admitted] = await take(file(clinic, ward))
  const stands = await read<Encounter>(admitted?.encounter)
  assert.deepEqual([admitted?.result, stands.class.code], ['created', 'IMP'], errors(admitted))
  assert.match(JSON.stringify(stands.extension), /inpatient-since/, 'told by the row of the ward, not by the first')

  const [older] = await take(file(clinic))
  assert.deepEqual([older?.result, older?.findings.map((f) => f.code)], ['unchanged', ['claim-check-in-older']])
  assert.equal((await read<Encounter>(admitted?.encounter)).meta?.versionId, stands.meta?.versionId)

  // It knows of an hour after the admission: the HIS took the admission back.
  const [later] = await take(file({ ...clinic, NGAY_YL: ward.NGAY_VAO_NOI_TRU.replace(/^\d{4}/, '2027') }))
  assert.equal(later?.result, 'updated', errors(later))
  assert.equal((await read<Encounter>(admitted?.encounter)).class.code, 'AMB')
})

test('a list of a morning names many persons: each record keeps its own rows only, and a wrong row stays out alone', async () => {
  const [a, b] = [inpatient(604), inpatient(605)]
  const rows = [...checkInRows(a), ...checkInRows(b).map((row) => ({ ...row, GIOI_TINH: '9' }))]
  const file = writeClaim({ facility: '24997', madeOn: '20261101', layout: '4750', records: [{ tables: { XML0: rows.slice(0, 1) } }] })
  assert.equal((await take(file))[0]?.result, 'created')
  const both = await take(checkInFile([a, { ...b, tables: { ...b.tables, XML1: [{ ...b.tables.XML1?.[0], GIOI_TINH: '9' }] } } as Stay]))
  assert.deepEqual(
    both.map((r) => r.result),
    ['unchanged', 'refused'],
  )
  assert.ok(both[1]?.findings.some((f) => f.path === 'XML0[1].GIOI_TINH'))
  const [kept] = await t.site.store.sql<{ raw: string }>('select raw from claim_record where ma_lk = $1', [a.maLk])
  const text = (await t.site.store.blobs.get(kept?.raw ?? '')).toString('utf8')
  assert.ok(text.includes(a.person.name) && !text.includes(b.person.name))
})

const posted = (body: unknown) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

test('door b: from a check-in the doctor types six things, and the slip lacks nothing; the claim that follows joins it', async () => {
  const one = inpatient(610)
  const [opened] = await take(checkInFile([one]))
  const doctor = await t.as('doctor')
  const patient = opened?.patient?.id ?? ''
  const { id } = await doctor.json<ComposeAnswer>('/fhir/Task/$compose', posted({ patient, to: '01929' }))
  const view = () => doctor.json<ReferralView>(`/fhir/Task/${id}/$view`)
  const { draft } = await view()
  assert.ok(draft)
  assert.equal(draft.content.encounter.id, one.maLk, 'the stay of the check-in, though no ward is named yet')
  assert.ok(draft.content.encounter.admitted && draft.content.patient.cards[0]?.number)
  const typed = {
    signs: 'Sốt cao, khó thở.',
    results: 'X-quang mờ đáy phổi phải.',
    diagnosisText: 'J18.9 Viêm phổi; I10 Tăng huyết áp',
    treatment: { method: 'Kháng sinh, thở oxy.' },
    condition: 'Tỉnh, mạch 100 lần/phút.',
    direction: 'Điều trị chuyên khoa hô hấp.',
  }
  const saved = await doctor.json<{ findings: { severity: string; path?: string }[] }>(
    `/fhir/Task/${id}/$save-draft`,
    posted({ kind: 'referral', content: { ...draft.content, ...typed }, draftVersion: draft.draftVersion }),
  )
  assert.deepEqual(
    saved.findings.filter((f) => f.severity === 'error'),
    [],
  )
  assert.deepEqual(
    (await view()).draft?.content.diagnoses.map((d) => d.code),
    ['J18.9', 'I10'],
  )
  assert.deepEqual((await doctor.json<ComposeAnswer>('/fhir/Task/$compose', posted({ patient }))).id, id, 'begun twice is one slip')

  // The claim at the end of the stay: same slip, under its own number; the HIS's is a second name of it.
  const [whole] = await take(claimFile([one]))
  assert.equal(whole?.referral?.id, id, errors(whole))
  assert.ok(['slip-joined', 'slip-file-differs'].every((code) => whole?.findings.some((f) => f.code === code)))
  const joined = await view()
  assert.deepEqual(joined.hisNumbers, [one.tables.XML13?.[0]?.GIAY_CHUYEN_TUYEN])
  assert.equal(joined.draft?.content.history, one.tables.XML13?.[0]?.QT_BENHLY, 'what was empty is filled')
  assert.equal(joined.draft?.content.signs, typed.signs, 'what was typed stands')
  const differ = joined.proposal?.changes.map((c) => c.path) ?? []
  assert.ok(joined.proposal?.of === 'draft' && ['signs', 'diagnosisText', 'direction'].every((path) => differ.includes(path)), `${differ}`)

  // Item by item; an old screen, and an item that does not differ, decide nothing.
  const settle = async (body: unknown) => (await doctor.fetch(`/fhir/Task/${id}/$settle-file`, posted(body))).json()
  const { at } = joined.proposal ?? { at: '' }
  assert.match(JSON.stringify(await settle({ take: ['signs'], at: '2026-01-01T00:00:00.000Z' })), /file-settled/)
  assert.match(JSON.stringify(await settle({ take: ['history'], at })), /request-incomplete/)
  await settle({ take: ['diagnosisText'], at })
  const after = await view()
  assert.equal(after.proposal, undefined)
  assert.equal(after.draft?.content.diagnosisText, one.tables.XML13?.[0]?.CHAN_DOAN_RV)
  assert.deepEqual([after.draft?.content.signs, after.draft?.content.direction], [typed.signs, typed.direction])
  assert.ok(!(await take(claimFile([one])))[0]?.findings.some((f) => f.code === 'slip-kept'), 'what was settled is no news')
})

test('a person known by a card only: those who may be this one are shown first, a certain one is not doubled, a stay is not invented', async () => {
  const one =
    [611, 612, 613, 614, 615, 616].map(inpatient).find((s) => s.person.birthDate.length === 10) ?? assert.fail('all of a year only')
  const doctor = await t.as('doctor')
  const { name, birthDate, sex, citizenId, card } = one.person
  const start = async (body: unknown) => {
    const answer = await doctor.fetch('/fhir/Task/$compose', posted(body))
    return { status: answer.status, json: (await answer.json()) as ComposeAnswer }
  }
  const person = { name, birthDate, sex, card: { number: card.number } }
  assert.equal((await start({ person })).status, 422, 'when they came must be said')
  const today = t.site.clock.now().toISOString().slice(0, 10)
  const first = await start({ person, admitted: today })
  assert.equal(first.status, 201)
  // The same card again: certainly the same person, and the slip that is there.
  assert.equal((await start({ person, admitted: today })).json.id, first.json.id)
  // A namesake of the same year, with another number: a person looks first.
  const namesake = { ...person, citizenId: '000160000611', card: undefined, birthDate: birthDate.slice(0, 4) }
  assert.equal((await start({ person: namesake, admitted: today })).status, 409)
  const other = await start({ person: namesake, admitted: today, isNew: true })
  assert.equal(other.status, 201)
  assert.notEqual(other.json.id, first.json.id)
  // The check-in of the first one, by their card: the same person, and the slip gets its stay.
  const rows = checkInRows(one)
  const begun = `${today.replaceAll('-', '')}0001`
  for (const row of rows) Object.assign(row, { NGAY_VAO: begun, NGAY_YL: begun, SO_CCCD: citizenId })
  const [record] = await take(writeClaim({ facility: '24997', madeOn: '20261101', layout: '4750', records: [{ tables: { XML0: rows } }] }))
  assert.ok(
    record?.findings.some((f) => f.code === 'slip-stay-joined'),
    JSON.stringify(record),
  )
  const view = await doctor.json<ReferralView>(`/fhir/Task/${first.json.id}/$view`)
  assert.equal(view.draft?.content.encounter.id, one.maLk)
  assert.match(view.draft?.content.encounter.admitted ?? '', /T00:01/)
})

test('four clicks at once for a person known by a card only are one person and one slip', async () => {
  const one =
    [621, 622, 623, 624, 625, 626].map(inpatient).find((s) => s.person.birthDate.length === 10) ?? assert.fail('all of a year only')
  const doctor = await t.as('doctor')
  const { name, birthDate, sex, card } = one.person
  const admitted = t.site.clock.now().toISOString().slice(0, 10)
  const body = { person: { name, birthDate, sex, card: { number: card.number } }, admitted }
  const clicks = await Promise.all([1, 2, 3, 4].map(() => doctor.json<ComposeAnswer>('/fhir/Task/$compose', posted(body))))
  assert.equal(new Set(clicks.map((c) => c.id)).size, 1)
})

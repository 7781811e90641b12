/** A slip composed twice is one draft; a patient sent back or on has a slip that names the first (exchange.md T20). */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { effects, eventually, signSlip, transition, until } from '../../testing/referral.ts'
import type { ReferralView } from './contract.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

test('slow: from the received slip the way back opens as a draft with what is known; twice is one draft', async () => {
  const slip = await p.slip(p.sender, 951)
  await signSlip(p.sender, slip.id)
  const there = await until(p.receiver, slip.number, 'delivered')
  const doctor = await p.receiver.at('bs.mot')
  assert.equal((await transition(await p.receiver.at('tiepdon'), there, 'arrive')).status, 200)
  assert.equal((await transition(doctor, there, 'start-care')).status, 200)
  await until(p.receiver, slip.number, 'in-care')
  const view = (await doctor.get(`/fhir/Task/${there}/$view`)).json as ReferralView
  const patient = view.patient.id
  const request = { patient, basedOn: there, to: '24997' }
  const answers = await Promise.all([1, 2, 3].map(() => doctor.post('/fhir/Task/$compose', request)))
  assert.deepEqual(
    answers.map((a) => [a.status, a.code]),
    Array(3).fill([201, '']),
  )
  const ids = new Set(answers.map((a) => a.json.id as string))
  assert.equal(ids.size, 1, 'a second click opens the draft that is there')
  const [id = ''] = ids
  const draft = ((await doctor.get(`/fhir/Task/${id}/$view`)).json as ReferralView).draft?.content
  assert.deepEqual(draft?.basedOn, { issuer: { code: '24997', name: 'Bệnh viện Đa khoa tỉnh Bắc Giang' }, number: slip.number })
  assert.equal(draft?.to.code, '24997')
  assert.deepEqual(draft?.diagnoses, view.content.diagnoses)
  assert.ok(draft?.earlier.some((e) => e.facility.code === '24997'))
  assert.notEqual(draft?.numbers.slip, slip.number, 'a slip of its own')
  const own = await doctor.post('/fhir/Task/$compose', { patient })
  assert.equal(own.status, 201)
  assert.notEqual(own.json.id, id, 'another slip is another draft')
  assert.equal((await doctor.post('/fhir/Task/$compose', { patient, basedOn: id })).code, 'request-incomplete')
  // Registered from the slip, the person has no number of this hospital: the paper names one of ours, always the same.
  assert.match(draft?.patient.mrn ?? '', /^YB-[0-9A-F]{12}$/)
  const content = { ...draft, direction: 'Theo dõi tiếp tại tuyến trước.', signs: 'Tỉnh, tiếp xúc tốt.' }
  const { draftVersion } = ((await doctor.get(`/fhir/Task/${id}/$view`)).json as ReferralView).draft ?? { draftVersion: 0 }
  assert.equal((await doctor.post(`/fhir/Task/${id}/$save-draft`, { kind: 'referral', content, draftVersion })).status, 200)
  await signSlip(p.receiver, id ?? '')
  // From a visit, not from a bed: the default policy takes it by itself.
  await until(p.sender, draft?.numbers.slip ?? '', 'accepted')
})

test('a draft is put up for signing: refused by name while something is missing, then in the tray, and signed from there', async () => {
  const slip = await p.slip(p.sender, 952)
  const doctor = await p.sender.at('bs.mot')
  const view = async (id: string): Promise<ReferralView> => (await doctor.get(`/fhir/Task/${id}/$view`)).json as ReferralView
  const patient = (await view(slip.id)).patient.id
  const { id } = (await doctor.post('/fhir/Task/$compose', { patient, another: true })).json as { id: string }
  const draft = await view(id)
  assert.equal(draft.state, 'draft')
  assert.ok(draft.allowed.includes('submit'), 'who composes may submit')
  assert.equal((await transition(doctor, id, 'submit')).code, 'referral-gaps-open')
  assert.equal((await view(id)).state, 'draft')
  const content = { ...draft.content, to: { code: '01929', name: 'Bệnh viện Bạch Mai' }, direction: 'Đề nghị khám chuyên khoa.' }
  const saved = await doctor.post(`/fhir/Task/${id}/$save-draft`, { kind: 'referral', content, draftVersion: draft.draft?.draftVersion })
  assert.deepEqual(
    (saved.json as { findings: { severity: string; path: string }[] }).findings.filter((f) => f.severity === 'error'),
    [],
  )
  assert.equal((await transition(await p.sender.at('tiepdon'), id, 'submit')).code, 'not-permitted')
  assert.equal((await transition(doctor, id, 'submit')).status, 200)
  const waits = await view(id)
  assert.equal(waits.state, 'to-sign')
  assert.deepEqual(waits.history.map((h) => h.event).slice(-1), ['submit'])
  const tray = (await doctor.get('/fhir/Task/$worklist?list=tray')).json as { rows: { id: string }[] }
  assert.ok(tray.rows.some((row) => row.id === id))
  assert.equal((await transition(doctor, id, 'submit')).code, 'transition-not-allowed', 'once')
  await signSlip(p.sender, id)
  await until(p.receiver, waits.number, 'delivered')
})

test('another place is proposed: the sender is told, one step sends the same papers there, a second press sends nothing more', async () => {
  const slip = await p.slip(p.sender, 953)
  await signSlip(p.sender, slip.id)
  const there = await until(p.receiver, slip.number, 'delivered')
  const desk = await p.receiver.at('vanthu')
  const decline = (to: string) => desk.post(`/fhir/Task/${there}/$transition`, { event: 'decline', to })
  for (const to of ['24997', '01929', '99999']) assert.equal((await decline(to)).code, 'facility-required', to)
  assert.equal((await decline('24998')).status, 200)
  await until(p.sender, slip.number, 'declined')
  const sender = await p.sender.at('vanthu')
  const seen = async () => (await sender.get(`/fhir/Task/${slip.id}/$view`)).json as ReferralView
  const told = await eventually(seen, (v) => v.elsewhere?.matter !== undefined, 'the sender is told')
  assert.deepEqual(told.elsewhere?.to, { code: '24998', name: 'Trung tâm Y tế Lục Nam' })
  assert.ok(told.allowed.includes('readdress'))
  const rows = (await sender.get('/fhir/Task/$attention?state=open')).json.rows as { id: string; kind: string }[]
  assert.deepEqual(
    rows.map((r) => [r.id, r.kind]),
    [[told.elsewhere?.matter, 'declined']],
  )
  const send = () => sender.post(`/fhir/Task/${slip.id}/$transition`, { event: 'readdress', to: '24998' })
  assert.equal((await send()).status, 200)
  assert.equal((await send()).code, 'already-readdressed')
  const child = `${slip.number}~2`
  const there2 = await until(p.other, child, 'delivered')
  const papers = ((await (await p.other.at('bs.mot')).get(`/fhir/Task/${there2}/$view`)).json as ReferralView).documents
  assert.deepEqual(
    papers.map((d) => d.digest),
    told.documents.map((d) => d.digest),
    'the same papers',
  )
  await until(p.sender, child, 'delivered')
  const after = await seen()
  assert.deepEqual([after.state, after.elsewhere?.matter, after.allowed.includes('readdress')], ['declined', undefined, false])
  assert.deepEqual((await effects(p.hub.sql, '24997', slip.number)).events, ['send', 'deliver', 'decline', 'readdress'])
  assert.deepEqual((await sender.get('/fhir/Task/$attention?state=open')).json.rows, [])
  assert.equal((await transition(await p.other.at('tiepdon'), there2, 'arrive')).status, 200)
  await until(p.sender, child, 'arrived')
})

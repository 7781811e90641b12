/** What a person sees is what they sign, and what they may not read they are not shown. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Desk, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { eventually, rowCounts, rowOf, signSlip, transition, until } from '../../testing/referral.ts'
import type { ReferralView } from './contract.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

const viewOf = async (desk: Desk, id: string): Promise<ReferralView> => (await desk.get(`/fhir/Task/${id}/$view`)).json as ReferralView
const sign = (desk: Desk, id: string, more: object) => desk.post(`/fhir/Task/${id}/$sign`, { kind: 'referral', ...more })

test('a draft changed between reading and signing is not signed; the version on screen is', async () => {
  const { id } = await p.slip(p.sender, 91)
  const [one, two, signer] = [await p.sender.at('bs.mot'), await p.sender.at('bs.hai'), await p.sender.at('ky')]
  const seen = (await viewOf(one, id)).draft
  assert.ok(seen)
  const changed = { ...seen.content, signs: 'Một câu người ký chưa đọc.' }
  const saved = await two.post(`/fhir/Task/${id}/$save-draft`, { kind: 'referral', content: changed, draftVersion: seen.draftVersion })
  assert.equal(saved.status, 200)
  const counts = await rowCounts(p.sender)
  const late = await sign(one, id, { role: 'doctor', draftVersion: seen.draftVersion })
  assert.deepEqual([late.status, late.code], [409, 'draft-changed'])
  assert.deepEqual(await rowCounts(p.sender), counts)
  assert.equal((await sign(one, id, { role: 'doctor', draftVersion: saved.json.draftVersion })).status, 200)
  const other = await sign(signer, id, { role: 'authorised', digest: 'ab'.repeat(32) })
  assert.deepEqual([other.status, other.code], [409, 'draft-changed'])
  const paper = (await viewOf(signer, id)).documents.find((d) => d.kind === 'referral')
  assert.equal((await sign(signer, id, { role: 'authorised', digest: paper?.digest })).status, 200)
})

test('number, issuer and person of a draft are not the writer’s to change', async () => {
  const { id } = await p.slip(p.sender, 92)
  const doctor = await p.sender.at('bs.mot')
  const { content, draftVersion } = (await viewOf(doctor, id)).draft ?? assert.fail('no draft')
  const forged = {
    ...content,
    from: { code: '01929', name: 'Bệnh viện Bạch Mai' },
    numbers: { ...content.numbers, slip: '1/2026/GIA' },
    patient: { ...content.patient, name: 'NGƯỜI KHÁC', citizenId: '000190000777', birthDate: '1950-01-01', mrn: 'BN-KHAC' },
  }
  assert.equal((await doctor.post(`/fhir/Task/${id}/$save-draft`, { kind: 'referral', content: forged, draftVersion })).status, 200)
  const now = await viewOf(doctor, id)
  assert.deepEqual([now.content.from, now.content.numbers, now.content.patient], [content.from, content.numbers, content.patient])
  assert.equal(now.patient.name, content.patient.name)
})

test('a slip goes to a facility of the directory, under its name there; to nobody else can it be signed', async () => {
  const { id } = await p.slip(p.sender, 99)
  const doctor = await p.sender.at('bs.mot')
  const draft = async () => (await viewOf(doctor, id)).draft ?? assert.fail('no draft')
  const to = async (code: string, name: string) => {
    const { content, draftVersion } = await draft()
    return doctor.post(`/fhir/Task/${id}/$save-draft`, { kind: 'referral', content: { ...content, to: { code, name } }, draftVersion })
  }
  // The hub's own code is known from the directory it signs.
  await eventually(
    () => p.sender.sql('select 1 from directory_kept'),
    (rows) => rows.length === 1,
    'the directory is here',
  )
  for (const [code, fault] of [
    ['99999', 'addressee-unknown'],
    ['24000', 'addressee-hub'],
  ] as const) {
    const saved = await to(code, 'Bệnh viện Bạch Mai')
    assert.equal(saved.status, 200, saved.code)
    assert.ok(saved.json.findings.some((f: { code: string; path: string }) => f.code === fault && f.path === 'to'))
    const seen = await viewOf(doctor, id)
    assert.deepEqual(
      [seen.content.to, seen.to],
      [
        { code, name: '' },
        { code, name: '' },
      ],
      'the writer’s word for the name is not taken',
    )
    assert.ok(seen.findings.some((f) => f.code === fault))
    const counts = await rowCounts(p.sender)
    const refused = await sign(doctor, id, { role: 'doctor', draftVersion: seen.draft?.draftVersion })
    assert.deepEqual([refused.status, refused.code], [422, fault])
    assert.deepEqual(await rowCounts(p.sender), counts, 'nothing is frozen')
  }
  await to('01929', 'Bệnh viện Bịa Đặt')
  const { content, draftVersion } = await draft()
  assert.equal(content.to.name, 'Bệnh viện Bạch Mai')
  assert.equal((await sign(doctor, id, { role: 'doctor', draftVersion })).status, 200)
})

test('reception is told who comes and what may be done, not what the papers say', async () => {
  const { id, number } = await p.slip(p.sender, 93)
  const [doctor, reception] = [await p.sender.at('bs.mot'), await p.sender.at('tiepdon')]
  const { content } = await viewOf(doctor, id)
  const shown = await reception.get(`/fhir/Task/${id}/$view`)
  assert.deepEqual([shown.status, shown.json.number, shown.json.patient.name], [200, number, content.patient.name])
  const text = JSON.stringify(shown.json)
  for (const words of [content.signs, content.results, content.treatment.method, content.direction]) {
    assert.ok(words.length > 3)
    assert.ok(!text.includes(JSON.stringify(words).slice(1, -1)), words)
  }
  const paper = await reception.get(`/fhir/Task/${id}/$preview`)
  assert.deepEqual([paper.status, paper.code], [403, 'not-permitted'])
})

test('reception reads no diagnosis on any path: lists, the resource, its versions, searches, the stay', async () => {
  const { id, number } = await p.slip(p.sender, 97)
  const [doctor, reception] = [await p.sender.at('bs.mot'), await p.sender.at('tiepdon')]
  const { content, diagnosis } = await viewOf(doctor, id)
  const words = [content.diagnosisText, ...content.diagnoses.map((d) => d.code)].filter((w) => w.length > 2)
  assert.ok(diagnosis && words.length > 1)
  const silent = (what: string, json: unknown): void => {
    const text = JSON.stringify(json)
    for (const word of words) assert.ok(!text.includes(JSON.stringify(word).slice(1, -1)), `${what}: ${word}`)
  }
  await signSlip(p.sender, id)
  const there = await until(p.receiver, number, 'delivered')
  const [desk, care] = [await p.receiver.at('tiepdon'), await p.receiver.at('bs.mot')]
  assert.equal((await transition(desk, there, 'arrive')).status, 200)
  const { patient, validity } = (await desk.get(`/fhir/Task/${there}/$view`)).json as ReferralView
  for (const [at, task] of [
    [reception, id],
    [desk, there],
  ] as const) {
    const read = await at.get(`/fhir/Task/${task}`)
    assert.deepEqual([read.status, read.json.identifier[0].value, read.json.for.display], [200, number, patient.name])
    assert.ok(
      read.json.meta.tag.some((t: { code: string }) => t.code === 'SUBSETTED'),
      'says that it is not whole',
    )
    silent('read', read.json)
    silent('vread', (await at.get(`/fhir/Task/${task}/_history/1`)).json)
    silent('history', (await at.get(`/fhir/Task/${task}/_history`)).json)
    silent('search', (await at.get(`/fhir/Task?identifier=${encodeURIComponent(number)}`)).json)
    silent('list', (await at.get('/fhir/Task/$worklist?list=all')).json)
    silent('view', (await at.get(`/fhir/Task/${task}/$view`)).json)
    silent('attention', (await at.get('/fhir/Task/$attention')).json)
  }
  assert.ok(validity?.until, 'how long the slip holds')
  const stay = await desk.get(`/fhir/Encounter?patient=Patient/${patient.id}&_revinclude=Task:encounter&_include=Encounter:patient`)
  const types = stay.json.entry.map((e: { resource: { resourceType: string } }) => e.resource.resourceType)
  assert.deepEqual(types.sort(), ['Encounter', 'Patient', 'Task'])
  silent('included', stay.json)
  const held = stay.json.entry.find((e: { resource: { resourceType: string } }) => e.resource.resourceType === 'Encounter').resource
  silent('stay', (await desk.get(`/fhir/Encounter/${held.id}/_history`)).json)
  // What is not shown cannot be asked for either, and cannot be written away.
  const asked = await desk.get(`/fhir/Encounter?reason-code:missing=false`)
  assert.deepEqual([asked.status, asked.code], [403, 'search-not-shown'])
  assert.equal((await desk.get('/fhir/Patient?_has:Encounter:patient:reason-code=x')).code, 'search-not-shown')
  const put = await desk.put(`/fhir/Encounter/${held.id}`, { ...held, status: 'cancelled' })
  assert.deepEqual([put.status, put.code], [422, 'subsetted-write'], 'it says of itself that it is a part')
  const { meta: _meta, ...unmarked } = held
  const again = await desk.put(`/fhir/Encounter/${held.id}`, { ...unmarked, status: 'cancelled' })
  assert.deepEqual([again.status, again.code], [403, 'not-shown-whole'])
  const whole = await care.get(`/fhir/Task/${there}`)
  assert.equal(whole.json.description, content.diagnosisText)
})

test('a step says when and why in readable words, and not later than now', async () => {
  const { id, number } = await p.slip(p.sender, 94)
  const doctor = await p.sender.at('bs.mot')
  assert.equal((await sign(doctor, id, { role: 'doctor' })).status, 200)
  assert.equal((await sign(await p.sender.at('ky'), id, { role: 'authorised' })).status, 200)
  const there = await until(p.receiver, number, 'delivered')
  const desk = await p.receiver.at('vanthu')
  const counts = await rowCounts(p.receiver)
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
  for (const bad of ['hôm qua', '2026-11-20T09:00', 5, tomorrow, '2026-13-40T00:00:00Z']) {
    const answer = await desk.post(`/fhir/Task/${there}/$transition`, { event: 'accept', occurredAt: bad })
    assert.deepEqual([answer.status, answer.code], [400, 'request-incomplete'], String(bad))
  }
  for (const reason of [{ a: 1 }, 'x'.repeat(3000)]) {
    const answer = await desk.post(`/fhir/Task/${there}/$transition`, { event: 'decline', reason })
    assert.deepEqual([answer.status, answer.code], [400, 'request-incomplete'])
  }
  assert.deepEqual(await rowCounts(p.receiver), counts)
  assert.equal((await transition(desk, there, 'accept')).status, 200)
})

test('a draft that would hold up the page setter is refused before it is read', async () => {
  const { id } = await p.slip(p.sender, 96)
  const doctor = await p.sender.at('bs.mot')
  const { content, draftVersion } = (await viewOf(doctor, id)).draft ?? assert.fail('no draft')
  const huge = { ...content, medicines: Array.from({ length: 100 }, () => ({ name: 'thuốc '.repeat(1500) })) }
  const answer = await doctor.post(`/fhir/Task/${id}/$save-draft`, { kind: 'referral', content: huge, draftVersion })
  assert.deepEqual([answer.status, answer.code], [413, 'body-too-large'])
})

test('a draft is composed for ids, and nothing else', async () => {
  const doctor = await p.sender.at('bs.mot')
  for (const body of [{}, { patient: { a: 1 } }, { patient: '../x' }, { patient: 'x', encounter: ['y'] }, { patient: 'x', to: 5 }, null]) {
    const answer = await doctor.post('/fhir/Task/$compose', body)
    assert.deepEqual([answer.status, answer.code], [400, 'request-incomplete'], JSON.stringify(body))
  }
})

test('words that are members of every object are no events', async () => {
  const { id } = await p.slip(p.sender, 95)
  const doctor = await p.sender.at('bs.mot')
  for (const event of ['__proto__', 'constructor', 'toString', ['void'], {}, 7]) {
    const answer = await doctor.post(`/fhir/Task/${id}/$transition`, { event, reason: 'thử' })
    assert.deepEqual([answer.status, answer.code], [400, 'request-incomplete'], JSON.stringify(event))
  }
})

test('reading is a mark on a referral of this site; a mark on anything else is not found and leaves nothing', async () => {
  const { id, number } = await p.slip(p.sender, 98)
  const doctor = await p.sender.at('bs.mot')
  const unread = async () =>
    (await doctor.get(`/fhir/Task/$worklist?list=all&q=${encodeURIComponent(number)}`)).json.rows[0].unread as boolean
  assert.equal(await unread(), true)
  const nothing = await doctor.post('/fhir/Task/01a20000-0000-7000-8000-000000000000/$mark-read')
  assert.equal(nothing.status, 404)
  assert.deepEqual(await p.sender.sql('select task from referral_read'), [])
  assert.equal((await doctor.post(`/fhir/Task/${id}/$mark-read`)).status, 204)
  assert.equal(await unread(), false)
})

test('F16: a paper whose words are of an old font is accepted with issues: not a byte is changed, each reader is told, the list shows it', async () => {
  const { id, number } = await p.slip(p.sender, 195)
  const doctor = await p.sender.at('bs.mot')
  const { content, draftVersion } = (await viewOf(doctor, id)).draft ?? assert.fail('no draft')
  // As somebody pastes it from an old document: TCVN3.
  const condition = 'BÖnh nh©n tØnh, khã thë nhÑ, ®· ®iÒu trÞ t¹i tr¹m'
  assert.equal(
    (await doctor.post(`/fhir/Task/${id}/$save-draft`, { kind: 'referral', content: { ...content, condition }, draftVersion })).status,
    200,
  )
  assert.equal((await sign(doctor, id, { role: 'doctor' })).status, 200)
  assert.equal((await sign(await p.sender.at('ky'), id, { role: 'authorised' })).status, 200)
  const there = await until(p.receiver, number, 'delivered')
  const reader = await p.receiver.at('bs.mot')
  const paper = (await viewOf(reader, there)).documents.find((d) => d.kind === 'referral')
  assert.deepEqual(
    paper?.issues?.map((i) => [i.code, i.severity, i.path]),
    [['paper-letters', 'warning', 'condition']],
  )
  assert.equal((await viewOf(reader, there)).content.condition, condition, 'signed bytes say what they said')
  assert.equal((await rowOf(await p.receiver.at('vanthu'), number))?.issues, 1)
  const kept = await reader.get(`/fhir/DocumentReference/${paper?.id}/$issues`)
  assert.deepEqual([kept.status, kept.json.findings], [200, paper?.issues])
  const [atHub] = await p.hub.sql<{ n: string }>('select count(*) as n from document_issue where digest = $1', [paper?.digest])
  assert.equal(Number(atHub?.n), 1)
})

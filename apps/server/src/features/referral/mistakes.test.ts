/** F3: one number, two contents, and both sides know. F8: written for the wrong person, out of the chart, kept as evidence. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addUser, systemCaller } from '../../access/index.ts'
import { type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { ask, closeLoop, contentOf, effects, eventually, parcelOf, signSlip, transition, until } from '../../testing/referral.ts'
import { TEST_PASSWORD } from '../../testing/site.ts'
import { documentFacts, fileDocument, findDocument } from '../documents/index.ts'
import { openAlerts } from '../exchange/index.ts'
import type { AttentionRow, EvidenceRow } from './contract.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

const SENDER = '24997'
const RECEIVER = '01929'
const attentionAt = async (node: TestNode, number: string): Promise<AttentionRow[]> =>
  ((await (await node.at('vanthu')).get('/fhir/Task/$attention')).json.rows as AttentionRow[]).filter((r) => r.number === number)

/** Papers of a site that stand in somebody's chart. */
async function inCharts(node: TestNode, number: string): Promise<unknown[]> {
  const rows = await node.sql<{ content: string }>('select content from res where not deleted')
  return rows
    .map((r) => JSON.parse(r.content))
    .filter((d) => d.resourceType === 'DocumentReference' && d.context?.related?.[0]?.identifier?.value === number && d.subject?.reference)
    .map((d) => d.status)
}

test('F3: the first content stands, and sender, receiver and hub all see that another came', async () => {
  const slip = await p.slip(p.sender, 901)
  await signSlip(p.sender, slip.id)
  await until(p.receiver, slip.number, 'delivered')
  const content = await contentOf(p.sender, slip.id)
  const other = parcelOf({ ...content, condition: 'Nội dung khác.' })
  // As a site restored from a copy would: its outbox holds another paper under the same number.
  const body = { ...other, documents: other.documents.map(({ bytesBase64: _bytes, ...document }) => document) }
  await p.sender.site.store.blobs.put(Buffer.from(other.documents[0].bytesBase64, 'base64'))
  await p.sender.sql(
    `insert into outbox(id, issuer, number, kind, body, next_at, created_at) values (gen_random_uuid(), $1, $2, 'parcel', $3, now(), now())`,
    [SENDER, slip.number, JSON.stringify(body)],
  )
  const told = (node: TestNode) =>
    eventually(
      () => attentionAt(node, slip.number),
      (rows) => rows.length > 0,
      'the finding',
    )
  const [ours] = await told(p.sender)
  assert.deepEqual([ours?.kind, ours?.why.code], ['refused-paper', 'duplicate-identifier-different-content'])
  const [theirs] = await told(p.receiver)
  assert.deepEqual([theirs?.kind, theirs?.why.code, theirs?.can], ['number-clash', 'number-clash', ['accept', 'note']])
  assert.ok((await openAlerts(p.hub.site.store)).some((a) => a.kind === 'number-clash'))
  const before = await effects(p.receiver.sql, SENDER, slip.number)
  assert.equal((await ask(p.sender, '/fhir/$submit', other)).code, 'duplicate-identifier-different-content')
  assert.deepEqual(await effects(p.receiver.sql, SENDER, slip.number), before)
  assert.equal((await attentionAt(p.receiver, slip.number)).length, 1, 'said once')
  const desk = await p.receiver.at('vanthu')
  assert.equal((await desk.post('/fhir/Task/$settle', { id: theirs?.id, how: 'accept', note: 'Đã đối chiếu.' })).status, 200)
  assert.ok(!(await openAlerts(p.receiver.site.store)).some((a) => a.kind === 'number-clash'))
})

test('a slip the hub never took is not settled by following the hub: it stays among the matters until it goes out or is void', async () => {
  const slip = await p.slip(p.sender, 907)
  await p.sender.sql(
    `insert into outbox(id, issuer, number, kind, body, next_at, created_at) values (gen_random_uuid(), $1, $2, 'parcel', '{"documents": []}', now(), now())`,
    [SENDER, slip.number],
  )
  const [matter] = await eventually(
    () => attentionAt(p.sender, slip.number),
    (rows) => rows.length > 0,
    'the refusal',
  )
  assert.deepEqual([matter?.kind, matter?.can], ['refused-paper', ['again', 'note']])
  const desk = await p.sender.at('vanthu')
  const follow = { id: matter?.id, how: 'accept' }
  assert.equal((await desk.post('/fhir/Task/$settle', follow)).code, 'hub-has-nothing')
  assert.equal((await attentionAt(p.sender, slip.number)).length, 1)
  assert.equal((await transition(desk, slip.id, 'void', 'ghi nhầm')).status, 200)
  const left = await attentionAt(p.sender, slip.number)
  assert.deepEqual(
    left.map((one) => one.can),
    [['accept', 'note']],
  )
  assert.equal((await desk.post('/fhir/Task/$settle', follow)).status, 200)
  assert.deepEqual(await attentionAt(p.sender, slip.number), [])
})

test('F13: an outcome under a number and version that stands here with other words is put aside and told, never mixed; its correction goes on', async () => {
  const [one, two] = [await p.slip(p.sender, 905), await p.slip(p.sender, 906)]
  for (const slip of [one, two]) await signSlip(p.sender, slip.id)
  await closeLoop(p.receiver, await until(p.receiver, one.number, 'delivered'))
  await until(p.sender, one.number, 'completed')
  const { store } = p.sender.site
  const number = `PH-${SENDER}-${two.number}`
  // As after a hub and a receiver that were put back to different hours: the sender keeps an outcome nobody else knows.
  const kept = await store.as(systemCaller('test', SENDER)).transact(async (tx) => {
    const found = await findDocument(tx, { kind: 'outcome', issuer: RECEIVER, number: `PH-${SENDER}-${one.number}`, version: 1 })
    const paper = documentFacts((found ?? assert.fail('no outcome')).resource())
    return fileDocument(tx, { ...paper, number, thread: { ...paper.thread, number: two.number } }, [])
  })
  const there = await until(p.receiver, two.number, 'delivered')
  await closeLoop(p.receiver, there)
  const [parked] = await eventually(
    () => p.sender.sql<{ error: string }>('select error from feed_parked where number = $1', [two.number]),
    (rows) => rows.length > 0,
    'put aside',
  )
  assert.equal(parked?.error, 'paper-other-content')
  const now = await store.as(systemCaller('test', SENDER)).read('DocumentReference', kept.id)
  assert.equal(now?.versionId, kept.versionId)
  const acts = await p.sender.sql(
    `select 1 from res where not deleted and content like '%DocumentReference/' || $1 || '"%' and content like '%Provenance%'`,
    [kept.id],
  )
  assert.equal(acts.length, 0, 'no signature of the other paper hangs on it')
  const doctor = await p.receiver.at('bs.mot')
  assert.equal(
    (await doctor.post(`/fhir/Task/${there}/$correct`, { kind: 'outcome', reason: 'Hai bản khác nhau sau khi khôi phục.' })).status,
    200,
  )
  const { outcomeDraft } = (await doctor.get(`/fhir/Task/${there}/$view`)).json
  const content = { ...outcomeDraft.content, course: 'Diễn biến tốt, đã đối chiếu.' }
  const draft = { kind: 'outcome', content, draftVersion: outcomeDraft.draftVersion }
  assert.equal((await doctor.post(`/fhir/Task/${there}/$save-draft`, draft)).status, 200)
  assert.equal((await doctor.post(`/fhir/Task/${there}/$sign`, { kind: 'outcome', role: 'doctor' })).status, 200)
  await until(p.sender, two.number, 'completed')
  const versions = await store
    .as(systemCaller('test', SENDER))
    .transact((tx) => Promise.all([1, 2].map((version) => findDocument(tx, { kind: 'outcome', issuer: RECEIVER, number, version }))))
  assert.equal(versions[0]?.id, kept.id)
  const { outcome } = (await (await p.sender.at('bs.mot')).get(`/fhir/Task/${two.id}/$view`)).json
  assert.equal(outcome.course, 'Diễn biến tốt, đã đối chiếu.')
  assert.equal(documentFacts((versions[1] ?? assert.fail('no correction')).resource()).correction, 1)
})

test('F8: voided as written for the wrong person: out of every chart and off the index, kept for the auditor, the receiver told', async () => {
  const slip = await p.slip(p.sender, 902)
  await signSlip(p.sender, slip.id)
  const there = await until(p.receiver, slip.number, 'delivered')
  assert.equal((await transition(await p.receiver.at('tiepdon'), there, 'arrive')).status, 200)
  await until(p.sender, slip.number, 'arrived')
  for (const node of [p.hub, p.sender, p.receiver]) assert.notDeepEqual(await inCharts(node, slip.number), [], node.settings.name)
  const [linked] = await p.hub.sql<{ n: string }>('select count(*) as n from person_link')
  // After the arrival both must agree: the sender asks, the receiver does it.
  assert.equal((await transition(await p.sender.at('vanthu'), slip.id, 'ask-void', 'ghi nhầm người bệnh')).status, 200)
  await eventually(
    () => effects(p.receiver.sql, SENDER, slip.number),
    (e) => e.events.includes('ask-void'),
    'the request',
  )
  const desk = await p.receiver.at('vanthu')
  const request = { event: 'void', reason: 'ghi nhầm người bệnh', wrongPatient: true }
  assert.equal((await desk.post(`/fhir/Task/${there}/$transition`, request)).status, 200)
  await until(p.sender, slip.number, 'void')
  await until(p.receiver, slip.number, 'void')
  for (const node of [p.hub, p.sender, p.receiver]) {
    assert.deepEqual(await inCharts(node, slip.number), [], node.settings.name)
    assert.notDeepEqual((await effects(node.sql, SENDER, slip.number)).papers, [], 'the papers are there')
  }
  const [left] = await p.hub.sql<{ n: string }>('select count(*) as n from person_link')
  assert.equal(Number(left?.n), Number(linked?.n) - 1, 'a source no paper speaks of is linked to nobody')
  const [told] = await attentionAt(p.receiver, slip.number)
  assert.deepEqual([told?.kind, told?.why.code], ['wrong-patient', 'slip-wrong-patient'])
  const stays = await p.receiver.sql<{ content: string }>('select content from res where not deleted')
  const stay = stays
    .map((r) => JSON.parse(r.content))
    .find((e) => e.resourceType === 'Encounter' && e.identifier?.[0]?.value === `YB-${SENDER}-${slip.number}`)
  assert.equal(stay?.status, 'entered-in-error', 'nothing was charted in the stay')
  for (const node of [p.sender, p.receiver]) {
    await addUser(
      node.site.store.sql,
      { login: 'kiem', name: 'Tạ Văn Kiểm', role: 'auditor', departments: [], password: TEST_PASSWORD },
      new Date(),
    )
    const auditor = await node.at('kiem')
    const rows = ((await auditor.get('/fhir/Task/$evidence')).json.rows as EvidenceRow[]).filter((r) => r.number === slip.number)
    assert.deepEqual([rows.length, rows[0]?.reason, rows[0]?.documents.length], [1, 'ghi nhầm người bệnh', 2])
    const paper = rows[0]?.documents.find((d) => d.kind === 'referral')
    assert.equal((await auditor.get(`/fhir/Task/${rows[0]?.id}/$evidence?document=${paper?.id}`)).status, 200)
    assert.equal((await auditor.get(`/fhir/Task/${rows[0]?.id}/$evidence?document=nobody`)).status, 400)
    assert.equal((await (await node.at('bs.mot')).get('/fhir/Task/$evidence')).status, 403)
  }
})

/** Hostile nodes against a real hub: what each attempt is answered, what it leaves behind, when it ends, and how a node comes back. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { addUser } from '../../access/index.ts'
import { type Attacker, attacker } from '../../testing/attacker.ts'
import { type SignedIn, signIn } from '../../testing/browser.ts'
import { type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { ask, contentOf, eventually, outboxOf, parcelOf, rowCounts, until } from '../../testing/referral.ts'
import { TEST_PASSWORD } from '../../testing/site.ts'
import type { ConductAnswer, ConductRow, OwnStanding, QuarantineAnswer } from './conduct/contract.ts'
import { HARVEST } from './conduct.ts'
import { openAlerts } from './index.ts'
import { forwardQuarantined, keepQuarantined, noteTried, quarantinedCase, settleQuarantined } from './tables/quarantine.ts'

let p: TestProvince
let bad: Attacker
let operator: SignedIn
before(async () => {
  p = await testProvince()
  bad = hostile(p.other)
  const people = { password: TEST_PASSWORD, departments: [] }
  await addUser(p.hub.site.store.sql, { login: 'truc', name: 'Người Vận Hành', role: 'hub-operator', ...people }, new Date())
  await addUser(p.hub.site.store.sql, { login: 'kythuat', name: 'Kỹ Thuật', role: 'administrator', ...people }, new Date())
  await addUser(p.other.site.store.sql, { login: 'quantri', name: 'Quản Trị', role: 'administrator', ...people }, new Date())
  operator = await signIn(p.hub.settings.baseUrl, 'truc', TEST_PASSWORD)
})
after(() => p.close())

/** Clean hands: nobody suspended, nothing counted. */
beforeEach(async () => {
  for (const table of ['node_appeal', 'node_suspension', 'node_misdeed', 'node_asked']) await p.hub.sql(`delete from ${table}`)
  await p.hub.sql('update alert set cleared_at = now() where cleared_at is null')
  // The directory stays open to the suspended: what they may not read tells.
  for (const node of [p.sender, p.receiver, p.other])
    await eventually(
      () => hostile(node).call('GET', '/fhir/Task?_count=1'),
      (a) => a.status === 200,
      'the hub forgot the suspension',
    )
})

/** A node of the province whose software is not ours: it has the true key and does what it likes. */
function hostile(node: TestNode): Attacker {
  const { client } = node.site.keys
  assert.ok(client)
  return attacker(p.hub.settings.baseUrl, node.settings.facility.code, client.kid, client.privateKey)
}

const post = (who: Attacker, path: string, json: unknown) =>
  who.call('POST', path, { body: JSON.stringify(json), headers: { 'idempotency-key': randomUUID() } })

async function rowOf(facility: string): Promise<ConductRow> {
  const { rows } = await operator.json<ConductAnswer>('/fhir/Organization/$conduct')
  const row = rows.find((r) => r.facility === facility)
  assert.ok(row)
  return row
}

const decide = (what: string, facility: string, reason: string) =>
  operator.fetch(`/fhir/Organization/$${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ facility, reason }),
  })

async function sent(seed: number) {
  const content = await contentOf(p.sender, (await p.slip(p.sender, seed)).id)
  const parcel = parcelOf(content)
  assert.equal((await ask(p.sender, '/fhir/$submit', parcel)).status, 200)
  await until(p.receiver, content.numbers.slip, 'delivered')
  return { content, parcel, digest: parcel.documents[0].digest, thread: parcel.thread }
}

test('another facility’s papers, threads and numbers: named, nothing written, counted, audited', async () => {
  const { parcel, digest, thread } = await sent(301)
  const counts = await rowCounts(p.hub)
  const step = { thread, event: 'accept', occurredAt: parcel.occurredAt, by: parcel.by }
  const tries: [string, Promise<{ status: number; code: string }>][] = [
    ['submits a slip of another facility', post(bad, '/fhir/$submit', parcel)],
    ['reads bytes it is no party of', bad.call('GET', `/fhir/$document?sha256=${digest}`)],
    ['takes a step in a thread of others', post(bad, '/fhir/Task/$transition', step)],
    ['takes a step as sender', post(bad, '/fhir/Task/$transition', { ...step, event: 'void', reason: 'phá' })],
  ]
  for (const [what, answer] of tries) assert.deepEqual([(await answer).status, (await answer).code], [404, 'thread-unknown'], what)
  assert.deepEqual(await rowCounts(p.hub), counts)
  const feed = await bad.call('GET', '/fhir/$events?after=&wait=0')
  assert.equal(feed.status, 200)
  assert.ok(!feed.text.includes(thread.number))
  for (const path of ['/fhir/Task?_count=50', '/fhir/DocumentReference?_count=50', '/fhir/Patient?_count=50']) {
    const found = await bad.call('GET', path)
    assert.ok(!found.text.includes(thread.number), `${path}: ${found.text.slice(0, 200)}`)
  }
  const row = await rowOf('24998')
  assert.deepEqual(
    row.misdeeds.filter((m) => m.kind === 'thread-unknown').map((m) => m.count),
    [4],
  )
  const audited = await p.hub.sql(`select 1 from audit where caller = '24998' and outcome = 'thread-unknown'`)
  assert.equal(audited.length, 4)
  assert.equal(row.suspended, null)
})

test('altered bytes, a forged version and a stale key: named, nothing written', async () => {
  const node = hostile(p.sender)
  const content = await contentOf(p.sender, (await p.slip(p.sender, 302)).id)
  const parcel = parcelOf(content)
  const [paper] = parcel.documents
  const bytes = Buffer.from(paper.bytesBase64, 'base64')
  const altered = Buffer.from(bytes.toString('utf8').replace('"status":"final"', '"status":"amended"')).toString('base64')
  const counts = await rowCounts(p.hub)
  const one = (more: object) => post(node, '/fhir/$submit', { ...parcel, documents: [{ ...paper, ...more }] })
  for (const [what, answer, code] of [
    ['bytes changed under their digest', await one({ bytesBase64: altered }), 'digest-mismatch'],
    ['digest of other bytes', await one({ digest: 'ab'.repeat(32) }), 'digest-mismatch'],
    ['content digest of other content', await one({ contentDigest: 'ab'.repeat(32) }), 'digest-mismatch'],
    ['base64 that is none', await one({ bytesBase64: '*'.repeat(5000) }), 'digest-mismatch'],
    ['a version the paper does not say', await one({ version: 7 }), 'parcel-incomplete'],
    ['a print that is no PDF', await one({ pdf: 'ab'.repeat(32), pdfBase64: 'AAAA' }), 'digest-mismatch'],
  ] as const) {
    assert.equal(answer.code, code, what)
    assert.deepEqual(await rowCounts(p.hub), counts, what)
  }
  assert.ok((await rowOf('24997')).suspended, 'five altered papers in an hour are enough')
})

test('F16: what the hub cannot read is refused with its place, and kept as it came, twenty of a node at most', async () => {
  await p.hub.sql('delete from node_quarantine')
  const node = hostile(p.sender)
  const parcel = parcelOf(await contentOf(p.sender, (await p.slip(p.sender, 307)).id))
  const broken = { ...parcel, patient: { ...parcel.patient, cards: 'không phải danh sách' } }
  const answer = await post(node, '/fhir/$submit', broken)
  assert.deepEqual([answer.status, answer.code], [400, 'parcel-incomplete'])
  assert.match(answer.json.issue[0].details.text, /patient/)
  const list = async () =>
    (await operator.json<{ rows: { id: string; facility: string; place: string }[] }>('/fhir/Organization/$quarantine')).rows
  const [kept] = await list()
  assert.deepEqual([kept?.facility, kept?.place], ['24997', 'patient'])
  const copy = await operator.fetch(`/fhir/Organization/$quarantine?id=${kept?.id}`)
  assert.equal(await copy.text(), JSON.stringify(broken))
  for (let i = 0; i < 25; i++) await post(node, '/fhir/$submit', { ...broken, occurredAt: String(i) })
  assert.equal((await list()).length, 20)
  assert.equal((await operator.fetch(`/fhir/Organization/$quarantine?id=${kept?.id}`)).status, 404)
})

test('a thief with a stolen token or a caught request is refused, told of, and never held against the node', async () => {
  const token = await bad.good()
  const thief = hostile(p.other)
  for (let i = 0; i < 30; i++) assert.equal((await bad.call('GET', '/fhir/$directory', { token, by: thief.keys })).code, 'invalid-proof')
  const headers = await bad.headers('GET', '/fhir/$directory')
  const url = `${p.hub.settings.baseUrl}/fhir/$directory`
  assert.equal((await fetch(url, { headers })).status, 200)
  for (let i = 0; i < 30; i++) assert.equal((await fetch(url, { headers })).status, 401)
  const all = (row: ConductRow) => row.misdeeds.reduce((sum, m) => sum + m.count, 0)
  const row = await eventually(
    () => rowOf('24998'),
    (r) => all(r) === 60,
    'all are counted',
  )
  assert.equal(row.suspended, null)
  const told = row.misdeeds.map((m) => [m.kind, m.count, m.score])
  assert.deepEqual(told, [
    ['invalid-proof', 30, 0],
    ['proof-replayed', 30, 0],
  ])
  const alerts = await openAlerts(p.hub.site.store)
  assert.ok(alerts.some((a) => a.kind === 'node-impersonated' && a.subject === '24998'))
  assert.equal((await bad.call('GET', '/fhir/$directory')).status, 200)
})

async function misbehave(): Promise<void> {
  const thread = { issuer: '24997', number: 'KHONG-CO/1' }
  const step = { thread, event: 'accept', occurredAt: '2026-11-20T08:00:00.000Z', by: { id: 'x', display: 'y', role: 'z' } }
  await eventually(
    () => post(bad, '/fhir/Task/$transition', step),
    (a) => a.code === 'node-suspended',
    'suspended',
  )
}

test('who goes on is suspended by itself: told why, since when and how to appeal; the operator hears, appeal and lift work, history stays', async () => {
  await misbehave()
  const refusal = await bad.call('GET', '/fhir/$events?after=&wait=0')
  assert.deepEqual([refusal.status, refusal.code], [403, 'node-suspended'])
  assert.equal(refusal.json.suspension.cause, 'thread-unknown')
  assert.match(refusal.text, /appeal/)
  assert.ok((await openAlerts(p.hub.site.store)).some((a) => a.kind === 'node-suspended' && a.role === 'hub-operator'))

  const admin = await signIn(p.other.settings.baseUrl, 'quantri', TEST_PASSWORD)
  const own = await admin.json<OwnStanding>('/fhir/Organization/$own-standing')
  assert.equal(own.standing?.suspended?.cause, 'thread-unknown')
  const appeal = (text: string) =>
    admin.fetch('/fhir/Organization/$appeal-suspension', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    })
  assert.equal((await appeal('ngắn')).status, 422)
  assert.equal((await appeal('Phần mềm lỗi khi đổi số phiếu, đã sửa.')).status, 200)
  const twice = await appeal('Phần mềm lỗi khi đổi số phiếu, đã sửa.')
  assert.match(await twice.text(), /appeal-waits/)
  assert.ok((await openAlerts(p.hub.site.store)).some((a) => a.kind === 'node-appeal'))

  assert.equal((await decide('confirm-suspension', '24998', 'Chưa thấy bản sửa, đã gọi điện.')).status, 200)
  assert.equal((await rowOf('24998')).suspended?.appeals[0]?.decision, 'confirmed')
  assert.equal((await appeal('Đã cài bản sửa 1.2.3, xin kiểm tra lại.')).status, 200)
  assert.equal((await decide('lift-suspension', '24998', 'x')).status, 422)
  assert.equal((await decide('lift-suspension', '24998', 'Đã kiểm tra bản sửa.')).status, 200)
  await eventually(
    () => bad.call('GET', '/fhir/$events?after=&wait=0'),
    (a) => a.status === 200,
    'let in again',
  )
  const after = await admin.json<OwnStanding>('/fhir/Organization/$own-standing')
  assert.equal(after.standing?.suspended, null)
  const [past] = (await rowOf('24998')).story
  assert.equal(past?.liftReason, 'Đã kiểm tra bản sửa.')
  assert.deepEqual(
    past?.appeals.map((a) => a.decision),
    ['lifted', 'confirmed'],
  )
  assert.ok(!(await openAlerts(p.hub.site.store)).some((a) => a.subject === '24998'))
  // What was judged once is not judged again.
  assert.equal(
    (
      await post(bad, '/fhir/Task/$transition', {
        thread: { issuer: '24997', number: 'X' },
        event: 'accept',
        occurredAt: '2026-11-20T08:00:00.000Z',
        by: { id: 'x', display: 'y', role: 'z' },
      })
    ).code,
    'thread-unknown',
  )
  assert.equal((await decide('lift-suspension', '24998', 'Không còn gì để gỡ.')).status, 409)
})

test('slow: a node suspended by hand loses nothing: its outbox waits, says why, and drains when it is let in', async () => {
  assert.equal((await decide('suspend', '99999', 'không có cơ sở này')).status, 404)
  assert.equal((await decide('suspend', '24997', 'Nghi lộ khóa, đang xác minh.')).status, 200)
  assert.equal((await decide('suspend', '24997', 'Nghi lộ khóa, đang xác minh.')).status, 409)
  await eventually(
    () => ask(p.sender, '/fhir/$submit', {}).catch((error: { extra?: { why?: string } }) => ({ status: 0, code: error.extra?.why ?? '' })),
    (a) => a.code === 'node-suspended',
    'the suspension is felt',
  )
  const content = await contentOf(p.sender, (await p.slip(p.sender, 303)).id)
  const { documents, ...parcel } = parcelOf(content)
  const { bytesBase64, ...document } = documents[0]
  const { enqueue } = await import('./index.ts')
  await p.sender.site.store.blobs.put(Buffer.from(bytesBase64, 'base64'))
  await enqueue(p.sender.site.store, randomUUID(), 'parcel', parcel.thread, { ...parcel, documents: [document] }, new Date())
  await eventually(
    () => p.sender.sql<{ attempts: number }>(`select attempts from outbox where state = 'pending'`),
    (rows) => rows.length === 1 && Number(rows[0]?.attempts) > 0,
    'it was tried and waits',
  )
  assert.deepEqual(await outboxOf(p.sender, 'refused'), [])
  const held = await p.sender.sql<{ body: string }>('select to_jsonb(l)::text as body from exchange_line l')
  assert.match(held[0]?.body ?? '', /node-suspended/)
  assert.equal((await decide('lift-suspension', '24997', 'Khóa không lộ.')).status, 200)
  await until(p.receiver, content.numbers.slip, 'delivered')
})

test('an emergency passes a suspension: parcel, steps, papers and the feed of its thread, and nothing else', async () => {
  const node = hostile(p.sender)
  const content = { ...(await contentOf(p.sender, (await p.slip(p.sender, 304)).id)), emergency: true }
  const plain = parcelOf(await contentOf(p.sender, (await p.slip(p.sender, 305)).id))
  assert.equal((await decide('suspend', '24997', 'Thử làn cấp cứu khi đình chỉ.')).status, 200)
  await eventually(
    () => node.call('GET', '/fhir/$events?after=&wait=0'),
    (a) => a.code === 'node-suspended',
    'the suspension is felt',
  )
  assert.equal((await post(node, '/fhir/$submit', plain)).code, 'node-suspended')
  // Saying so is not enough: the signed slip must say it.
  assert.equal((await post(node, '/fhir/$submit', { ...plain, priority: 'stat' })).code, 'node-suspended')
  const parcel = { ...parcelOf(content), priority: 'stat' }
  const sentNow = await post(node, '/fhir/$submit', parcel)
  assert.deepEqual([sentNow.status, sentNow.json?.state], [200, 'sent'], sentNow.text.slice(0, 300))
  await until(p.receiver, content.numbers.slip, 'delivered')
  const step = {
    thread: parcel.thread,
    event: 'void',
    reason: 'nhầm người',
    occurredAt: parcel.occurredAt,
    by: parcel.by,
    priority: 'stat',
  }
  const feed = await node.call('GET', '/fhir/$events?after=&wait=0&lane=stat')
  assert.ok(feed.text.includes(content.numbers.slip))
  assert.ok(feed.json.events.every((e: { thread: { priority?: string } }) => e.thread.priority === 'stat'))
  assert.equal((await node.call('GET', `/fhir/$document?sha256=${parcel.documents[0].digest}`)).status, 200)
  assert.equal((await node.call('GET', '/fhir/Task?_count=1')).code, 'node-suspended')
  assert.equal((await post(node, '/fhir/Task/$transition', step)).status, 200)
})

test('F22: a node that suddenly asks for its old papers by the hundred is suspended; its usual work is not touched', async () => {
  const node = hostile(p.sender)
  const reader = hostile(p.receiver)
  // Its own software is off: whoever asks has its key.
  await p.receiver.close()
  const base = await contentOf(p.sender, (await p.slip(p.sender, 309)).id)
  const digests: string[] = []
  for (let i = 0; i <= HARVEST.least + 1; i++) {
    const parcel = parcelOf({ ...base, numbers: { ...base.numbers, slip: `${i}/2026/CU` } })
    // So many at once is more than a node's measure: it waits as it is told.
    await eventually(
      () => post(node, '/fhir/$submit', parcel),
      (said) => said.status === 200,
      'taken',
    )
    digests.push(parcel.documents[0].digest)
  }
  const [fresh, ...old] = digests
  // Eight days pass for all but one.
  await p.hub.sql(
    `update res set lu = lu - interval '8 days' where content like '{"resourceType":"DocumentReference"%' and content not like '%' || $1 || '%'`,
    [fresh],
  )
  const ask = (digest: string | undefined) => reader.call('GET', `/fhir/$document?sha256=${digest}`)
  for (const digest of old.slice(0, HARVEST.least)) {
    assert.equal((await ask(digest)).status, 200)
    // What is fresh, and the same paper again, is no other old paper.
    if (digest === old[0]) for (let i = 0; i < 5; i++) assert.deepEqual([(await ask(fresh)).status, (await ask(digest)).status], [200, 200])
  }
  assert.equal((await rowOf('01929')).suspended, null, 'sixty are somebody reading up on old cases')
  await ask(old[HARVEST.least])
  const row = await rowOf('01929')
  assert.deepEqual([row.suspended?.cause, row.suspended?.automatic], ['harvest', true])
  const told = await eventually(
    () => ask(old[0]),
    (a) => a.status !== 200,
    'the suspension is known',
  )
  assert.deepEqual([told.status, told.code], [403, 'node-suspended'])
  assert.equal((await node.call('GET', '/fhir/Task?_count=1')).status, 200, 'nobody else feels it')
  // Its software comes back to a hub that lets it in: suspended it would only ask again after a while.
  assert.equal((await decide('lift-suspension', '01929', 'Đã gọi cho cơ sở, không lộ khóa.')).status, 200)
  await eventually(
    () => ask(fresh),
    (a) => a.status === 200,
    'let in again',
  )
  await p.receiver.open()
})

test('F10: documents of a node whose clock is wrong are taken, and the hub’s console shows how far it is off', async () => {
  for (const minutes of [10, -10]) {
    const wrong = hostile(p.other)
    const skew = minutes * 60_000
    const first = await wrong.token({ skew })
    assert.equal(first.code, 'clock-skew')
    const here = Date.parse(first.json.serverTime)
    assert.equal((await wrong.token({ skew, claims: { exp: Math.floor(here / 1000) + 60 } })).status, 200)
    const row = await rowOf('24998')
    assert.ok(row.skewMs !== null && Math.abs(row.skewMs - skew) < 30_000, `${row.skewMs}`)
  }
})

test('F16: what is held back is tried again as it came, refused with a reason its sender reads, or handed on; each once, audited', async () => {
  await p.hub.sql('delete from node_quarantine')
  const node = hostile(p.sender)
  const content = await contentOf(p.sender, (await p.slip(p.sender, 308)).id)
  const parcel = parcelOf(content)
  // The receiver is missing in the hub's directory: not the sender's fault.
  const receiver = p.receiver.settings.facility.code
  await p.hub.sql('update directory_facility set active = false where code = $1', [receiver])
  assert.equal((await post(node, '/fhir/$submit', parcel)).code, 'parcel-incomplete')
  await post(node, '/fhir/$submit', { ...parcel, occurredAt: 'hôm qua' })
  const list = async () => (await operator.json<QuarantineAnswer>('/fhir/Organization/$quarantine')).rows
  const settle = async (act: object, who = operator) => {
    const headers = { 'content-type': 'application/json' }
    const response = await who.fetch('/fhir/Organization/$quarantine-settle', { method: 'POST', headers, body: JSON.stringify(act) })
    const text = await response.text()
    return { status: response.status, code: /"code":"([a-z-]+-[a-z-]+)"/.exec(text)?.[1] ?? '' }
  }
  const rows = await list()
  const good = rows.find((r) => r.place.startsWith('receiver')) ?? assert.fail('not held back')
  const bad = rows.find((r) => r.place === 'occurredAt') ?? assert.fail('not held back')
  assert.deepEqual(
    [good.number, good.state, good.role, good.words?.code],
    [content.numbers.slip, 'open', 'hub-operator', 'parcel-incomplete'],
  )

  const technician = await signIn(p.hub.settings.baseUrl, 'kythuat', TEST_PASSWORD)
  const refusing = { id: bad.id, act: 'refuse', reason: 'Không phải việc của tôi.' }
  assert.deepEqual(await settle(refusing, technician), { status: 403, code: 'quarantine-of-others' })
  assert.deepEqual(await settle({ id: good.id, act: 'take-in' }), { status: 400, code: 'parcel-incomplete' })
  assert.ok((await list()).find((r) => r.id === good.id)?.tried, 'what it was refused with this time stands beside it')
  await p.hub.sql('update directory_facility set active = true where code = $1', [receiver])
  assert.equal((await settle({ id: good.id, act: 'take-in' })).status, 200)
  await until(p.receiver, content.numbers.slip, 'delivered')
  assert.deepEqual(await settle({ id: good.id, act: 'refuse', reason: 'đã nhận rồi, không từ chối nữa' }), {
    status: 409,
    code: 'quarantine-settled',
  })

  assert.deepEqual(await settle({ id: bad.id, act: 'forward', role: 'administrator', reason: 'ngắn' }), {
    status: 422,
    code: 'conduct-reason-needed',
  })
  assert.equal((await settle({ id: bad.id, act: 'forward', role: 'administrator', reason: 'Nhờ xem giúp giờ trong tin này.' })).status, 200)
  assert.ok((await openAlerts(p.hub.site.store)).some((a) => a.kind === 'quarantine-forwarded' && a.role === 'administrator'))
  const reason = 'Giờ ghi trong tin không đọc được, xin gửi lại.'
  assert.equal((await settle({ id: bad.id, act: 'refuse', reason }, technician)).status, 200)
  assert.ok(!(await openAlerts(p.hub.site.store)).some((a) => a.kind === 'quarantine-forwarded'))
  const told = await node.call('GET', '/fhir/$standing')
  assert.deepEqual(
    told.json.refused.map((r: { reason: string }) => r.reason),
    [reason],
  )
  assert.deepEqual((await list()).map((r) => [r.state, r.settled?.by]).toSorted(), [
    ['refused', 'Kỹ Thuật'],
    ['taken', 'Người Vận Hành'],
  ])
  const audited = await p.hub.sql(`select 1 from audit where detail like 'quarantine %' and action = 'operation'`)
  assert.equal(audited.length, 4)
  for (const id of ['x', good.id.replaceAll(/[0-9a-f]/g, '0')]) assert.equal((await settle({ id, act: 'take-in' })).status, 404)
})

test('what somebody was handed stays until it is settled, however much comes after it; what is settled is not written on', async () => {
  const { store } = p.hub.site
  await p.hub.sql('delete from node_quarantine')
  const words = { code: 'parcel-incomplete', vi: 'x', en: 'x', cure: { vi: 'x', en: 'x' } }
  const ids = Array.from({ length: 30 }, () => randomUUID())
  const keep = (id: string, i: number) =>
    keepQuarantined(
      store,
      { id, facility: '24997', route: '$submit', code: words.code, place: '', number: '', words, key: id, bytes: Buffer.from(id) },
      new Date(Date.now() + i * 1000),
    )
  const [handed = '', ...rest] = ids
  await keep(handed, 0)
  await forwardQuarantined(store, handed, 'administrator', 'Nhờ xem giúp giờ trong tin này.')
  for (const [i, id] of rest.entries()) await keep(id, i + 1)
  assert.equal((await quarantinedCase(store, handed))?.role, 'administrator')
  const kept = await p.hub.sql<{ n: string }>('select count(*) as n from node_quarantine')
  assert.equal(Number(kept[0]?.n), 21, 'twenty, and what was handed on')
  await settleQuarantined(store, handed, { state: 'refused', by: 'Kỹ Thuật', reason: 'Giờ không đọc được.' }, new Date())
  await noteTried(store, handed, words)
  assert.equal((await quarantinedCase(store, handed))?.tried, null)
  await p.hub.sql('delete from node_quarantine')
})

test('F14: a flood is throttled with Retry-After and, sustained, suspends; an emergency of the same node passes all along, others feel nothing', async () => {
  const node = hostile(p.sender)
  const content = { ...(await contentOf(p.sender, (await p.slip(p.sender, 306)).id)), emergency: true }
  let throttled = 0
  const end = Date.now() + 60_000
  while (Date.now() < end && !(await rowOf('24997')).suspended) {
    const answers = await Promise.all(Array.from({ length: 200 }, () => node.call('GET', '/fhir/$directory')))
    for (const a of answers.filter((one) => one.status === 429)) {
      assert.ok(['too-many-requests', 'too-many-at-once'].includes(a.code), a.code)
      assert.ok(Number(a.headers.get('retry-after')) >= 1)
      throttled += 1
    }
  }
  assert.ok(throttled >= 900)
  assert.equal((await rowOf('24997')).suspended?.cause, 'flood')
  assert.ok((await p.hub.sql('select 1 from node_misdeed')).length < 10, 'a flood is no flood of rows')
  const urgent = { 'x-urgent': '1', 'idempotency-key': randomUUID() }
  const said = await node.call('POST', '/fhir/$submit', {
    body: JSON.stringify({ ...parcelOf(content), priority: 'stat' }),
    headers: urgent,
  })
  assert.equal(said.status, 200, said.text.slice(0, 300))
  assert.equal((await hostile(p.other).call('GET', '/fhir/$events?after=&wait=0')).status, 200)
})

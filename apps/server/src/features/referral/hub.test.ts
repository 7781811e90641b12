/** The hub against lost answers, repeated messages and nodes that are not what they say. Failure modes F2 and F3. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { type LossyLine, lossyLine } from '../../testing/lossy-line.ts'
import {
  ask,
  assertOneEffect,
  closeLoop,
  contentOf,
  effects,
  eventually,
  parcelOf,
  rowCounts,
  signSlip,
  until,
} from '../../testing/referral.ts'

let p: TestProvince
let line: LossyLine
before(async () => {
  line = await lossyLine()
  // The stranger of these tests misbehaves more than a hub would bear for an hour.
  p = await testProvince({ line, hubLimits: { misdeeds: 10_000 } })
})
after(async () => {
  await p.close()
  await line.close()
})

/** A slip that was never sent, as content. */
async function content(seed: number, node: TestNode = p.sender) {
  return contentOf(node, (await p.slip(node, seed)).id)
}

const step = (issuer: string, number: string, event: string, more: object = {}) => ({
  thread: { issuer, number },
  event,
  occurredAt: '2026-11-20T09:00:00.000Z',
  by: { id: 'x', display: 'Người thử', role: 'referral-desk' },
  ...more,
})

test('F2: every message loses its first answer after the hub committed; each has one effect', async () => {
  const seen = new Set<string>()
  line.swallow = (path, key) => {
    if (!/\$submit|\$transition/.test(path) || seen.has(key)) return false
    seen.add(key)
    return true
  }
  const slip = await p.slip(p.sender, 41)
  await signSlip(p.sender, slip.id)
  await closeLoop(p.receiver, await until(p.receiver, slip.number, 'delivered', 60_000))
  await until(p.sender, slip.number, 'completed', 60_000)
  await until(p.receiver, slip.number, 'completed', 60_000)
  line.swallow = () => false
  assert.equal(line.lost, 8, 'slip, delivered, accepted, arrived, care, outcome paper, answer, filed')
  const sites = [p.hub, p.sender, p.receiver].map((n) => ({ name: n.settings.name, sql: n.sql }))
  await assertOneEffect(sites, '24997', slip.number)
  const [left] = await p.sender.sql<{ n: string }>(`select count(*) as n from outbox where state <> 'acked'`)
  assert.equal(Number(left?.n), 0)
})

test('the same key again gives the stored answer; over other content it is refused', async () => {
  const slip = await content(42)
  const [parcel, key] = [parcelOf(slip), randomUUID()]
  const first = await ask(p.sender, '/fhir/$submit', parcel, key)
  assert.equal(first.status, 200, JSON.stringify(first.json))
  // The receiver's node says by itself that it has it: what is counted stands still after that.
  await until(p.receiver, slip.numbers.slip, 'delivered')
  const counts = await rowCounts(p.hub)
  assert.deepEqual((await ask(p.sender, '/fhir/$submit', parcel, key)).json, first.json)
  const other = await ask(p.sender, '/fhir/$submit', { ...parcel, occurredAt: '2026-11-20T08:00:01.000Z' }, key)
  assert.deepEqual([other.status, other.code], [409, 'idempotency-key-reused'])
  assert.deepEqual(await rowCounts(p.hub), counts)

  // Replays stay what they were, although the thread has moved on meanwhile.
  const accept = step('24997', slip.numbers.slip, 'accept')
  const moved = await ask(p.receiver, '/fhir/Task/$transition', accept, key)
  assert.equal(moved.json.state, 'accepted', 'keys of different nodes are different keys')
  assert.equal((await ask(p.sender, '/fhir/$submit', parcel, key)).json.state, 'sent')
  assert.deepEqual((await ask(p.receiver, '/fhir/Task/$transition', accept, key)).json, moved.json)
  const changed = await ask(p.receiver, '/fhir/Task/$transition', { ...accept, event: 'decline', reason: 'hết giường' }, key)
  assert.deepEqual([changed.status, changed.code], [409, 'idempotency-key-reused'])
  assert.deepEqual((await effects(p.hub.sql, '24997', slip.numbers.slip)).events.slice(0, 1), ['send'])
})

test('a crowd of the same message, under one key and under many, is one referral', async () => {
  const slip = await content(43)
  const parcel = parcelOf(slip)
  const key = randomUUID()
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => ask(p.sender, '/fhir/$submit', parcel, i < 4 ? key : randomUUID())))
  assert.deepEqual(new Set(answers.map((a) => a.status)), new Set([200]), JSON.stringify(answers.map((a) => a.code)))
  const found = await effects(p.hub.sql, '24997', slip.numbers.slip)
  assert.equal(found.tasks.length, 1)
  assert.deepEqual(found.papers, [`24997|${slip.numbers.slip}|1`])
  assert.equal(found.events.filter((e) => e === 'send').length, 1)
})

test('F3: one number and version with other content is refused, as another version it is welcome', async () => {
  const slip = await content(44)
  const first = parcelOf(slip)
  assert.equal((await ask(p.sender, '/fhir/$submit', first)).status, 200)
  await eventually(
    () => effects(p.hub.sql, '24997', slip.numbers.slip),
    (e) => e.events.includes('deliver'),
    'delivered',
  )
  const counts = await rowCounts(p.hub)
  const changed = { ...slip, condition: `${slip.condition} Sửa lại.` }
  const refused = await ask(p.sender, '/fhir/$submit', parcelOf(changed))
  assert.deepEqual([refused.status, refused.code], [409, 'duplicate-identifier-different-content'])
  assert.deepEqual(await rowCounts(p.hub), counts)
  const { digest } = first.documents[0]
  const outOfOrder = [
    parcelOf(changed, 2),
    parcelOf(changed, 2, { version: 1, digest, issued: false }),
    parcelOf(changed, 2, { version: 1, digest: digest.replaceAll(/[0-9]/g, 'a') }),
    parcelOf(changed, 3, { version: 2, digest }),
  ]
  for (const parcel of outOfOrder) {
    const early = await ask(p.sender, '/fhir/$submit', parcel)
    assert.deepEqual([early.status, early.code], [409, 'version-out-of-order'])
  }
  assert.deepEqual(await rowCounts(p.hub), counts)
  const correction = await ask(p.sender, '/fhir/$submit', parcelOf(changed, 2, { version: 1, digest }))
  assert.equal(correction.status, 200, JSON.stringify(correction.json))
  assert.deepEqual(
    (await effects(p.hub.sql, '24997', slip.numbers.slip)).papers,
    [1, 2].map((v) => `24997|${slip.numbers.slip}|${v}`),
  )
})

test('a node that is not a party, or not who it says, is refused by name and nothing is written', async () => {
  const [mine, theirs] = [await content(45), await content(46, p.other)]
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(mine))).status, 200)
  const number = mine.numbers.slip
  await eventually(
    () => effects(p.hub.sql, '24997', number),
    (e) => e.events.includes('deliver'),
    'delivered',
  )
  const { documents, ...rest } = parcelOf(theirs)
  const [paper] = documents
  const good = parcelOf(await content(47))
  const altered = (from: string, to: string) => {
    const text = Buffer.from(good.documents[0].bytesBase64, 'base64').toString('utf8')
    return Buffer.from(text.replace(from, to)).toString('base64')
  }
  const withBytes = (bytesBase64: string) => ({ ...good, documents: [{ ...good.documents[0], bytesBase64 }] })
  const submit = '/fhir/$submit'
  const act = '/fhir/Task/$transition'
  const cases: [string, TestNode, string, unknown, number, string][] = [
    ['a slip of another facility', p.sender, submit, parcelOf(theirs), 404, 'thread-unknown'],
    [
      'its own thread around a foreign slip',
      p.sender,
      submit,
      { ...rest, thread: { issuer: '24997', number: 'X/1' }, documents },
      404,
      'thread-unknown',
    ],
    [
      'a foreign slip said to be its own',
      p.sender,
      submit,
      { ...rest, thread: { issuer: '24997', number: theirs.numbers.slip }, documents: [{ ...paper, issuer: '24997' }] },
      404,
      'thread-unknown',
    ],
    [
      'papers for a thread it is no party of',
      p.other,
      submit,
      { ...parcelOf(theirs), thread: { issuer: '24997', number } },
      404,
      'thread-unknown',
    ],
    ['a slip into a received thread', p.receiver, submit, parcelOf(mine), 404, 'thread-unknown'],
    [
      'an outcome by the sender',
      p.sender,
      submit,
      { ...parcelOf(mine), documents: [{ ...parcelOf(mine).documents[0], kind: 'outcome' }] },
      404,
      'thread-unknown',
    ],
    [
      'an outcome by a third',
      p.other,
      submit,
      { ...parcelOf(theirs), thread: { issuer: '24997', number }, documents: [{ ...paper, kind: 'outcome' }] },
      404,
      'thread-unknown',
    ],
    ['altered bytes', p.sender, submit, withBytes(altered(mine.from.name, 'Bệnh viện Khác')), 422, 'digest-mismatch'],
    ['cut bytes', p.sender, submit, withBytes(good.documents[0].bytesBase64.slice(0, 400)), 422, 'digest-mismatch'],
    ['no bytes', p.sender, submit, withBytes(''), 422, 'digest-mismatch'],
    [
      'a wrong content digest',
      p.sender,
      submit,
      { ...good, documents: [{ ...good.documents[0], contentDigest: 'ab' }] },
      422,
      'digest-mismatch',
    ],
    [
      'a PDF that is not the one named',
      p.sender,
      submit,
      { ...good, documents: [{ ...good.documents[0], pdf: 'ab', pdfBase64: 'QQ==' }] },
      422,
      'digest-mismatch',
    ],
    [
      'a number that is not the slip’s',
      p.sender,
      submit,
      { ...good, documents: [{ ...good.documents[0], number: 'X/9' }] },
      400,
      'parcel-incomplete',
    ],
    [
      'a version that is not the slip’s',
      p.sender,
      submit,
      { ...good, documents: [{ ...good.documents[0], version: 7 }] },
      400,
      'parcel-incomplete',
    ],
    ['no documents', p.sender, submit, { ...good, documents: [] }, 400, 'parcel-incomplete'],
    ['documents that are none', p.sender, submit, { ...good, documents: [null] }, 400, 'parcel-incomplete'],
    ['no person', p.sender, submit, { ...good, patient: undefined }, 400, 'parcel-incomplete'],
    ['nobody who did it', p.sender, submit, { ...good, by: undefined }, 400, 'parcel-incomplete'],
    [
      'signatures that are no list',
      p.sender,
      submit,
      { ...good, documents: [{ ...good.documents[0], signatures: 'x' }] },
      400,
      'parcel-incomplete',
    ],
    ['a step on a foreign thread', p.other, act, step('24997', number, 'accept'), 404, 'thread-unknown'],
    ['a step on a thread nobody has', p.sender, act, step('24997', 'X/404', 'void', { reason: 'x' }), 404, 'slip-not-sent'],
    ["the receiver's step by the sender", p.sender, act, step('24997', number, 'accept'), 409, 'transition-not-allowed'],
    ["the sender's step by the receiver", p.receiver, act, step('24997', number, 'void', { reason: 'x' }), 409, 'transition-not-allowed'],
    ["the hub's own step", p.sender, act, step('24997', number, 'send'), 409, 'transition-not-allowed'],
    ['a step nobody knows', p.receiver, act, step('24997', number, 'explode'), 409, 'transition-not-allowed'],
    ['an answer before care', p.receiver, act, step('24997', number, 'answer'), 409, 'transition-not-allowed'],
    ['a void without a reason', p.sender, act, step('24997', number, 'void'), 422, 'reason-required'],
    ['a step by nobody', p.receiver, act, step('24997', number, 'accept', { by: undefined }), 400, 'parcel-incomplete'],
    ['a step at no time', p.receiver, act, step('24997', number, 'accept', { occurredAt: 'hôm qua' }), 400, 'parcel-incomplete'],
  ]
  const counts = await rowCounts(p.hub)
  for (const [what, node, path, body, status, code] of cases) {
    const answer = await ask(node, path, body)
    assert.deepEqual([answer.status, answer.code], [status, code], what)
    assert.deepEqual(await rowCounts(p.hub), counts, what)
  }
  assert.equal((await ask(p.receiver, act, step('24997', number, 'arrive'))).status, 200)
  const early = await ask(p.receiver, act, step('24997', number, 'answer'))
  assert.deepEqual([early.status, early.code], [409, 'outcome-not-registered'])
  const alien = await ask(
    p.receiver,
    act,
    step('24997', number, 'answer', { document: { issuer: '24997', number, version: 1, digest: '' } }),
  )
  assert.deepEqual([alien.status, alien.code], [409, 'outcome-not-registered'], 'the slip itself is no outcome')
})

test('bytes are given to the two parties only', async () => {
  const slip = await content(48)
  const parcel = parcelOf(slip)
  assert.equal((await ask(p.sender, '/fhir/$submit', parcel)).status, 200)
  const path = `/fhir/$document?sha256=${parcel.documents[0].digest}`
  for (const node of [p.sender, p.receiver])
    assert.equal((await node.hub().bytes(path)).toString('base64'), parcel.documents[0].bytesBase64)
  for (const [node, where] of [
    [p.other, path],
    [p.sender, `/fhir/$document?sha256=${'0'.repeat(64)}`],
  ] as const) {
    await assert.rejects(node.hub().bytes(where), { name: 'HubRefusal', status: 404, code: 'thread-unknown' })
  }
  await assert.rejects(p.sender.hub().bytes('/fhir/$document?sha256=../../etc'), { status: 400, code: 'parcel-incomplete' })
})

test('the feed tells its events in the order of their numbers, each node only its own', async () => {
  const [a, b] = [await content(49), await content(50)]
  for (const slip of [a, b]) assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(slip))).status, 200)
  for (const slip of [a, b])
    await eventually(
      () => effects(p.hub.sql, '24997', slip.numbers.slip),
      (e) => e.events.includes('deliver'),
      'delivered',
    )
  // The thread that began first moves last.
  assert.equal((await ask(p.receiver, '/fhir/Task/$transition', step('24997', a.numbers.slip, 'accept'))).status, 200)
  const feed = await p.receiver
    .hub()
    .json<{ events: { cursor: string; thread: { thread: { number: string } } }[] }>('GET', '/fhir/$events?after=&wait=0')
  const numbers = feed.events.map((e) => Number(e.cursor.split('.')[1]))
  // A node moves its cursor event by event: one told too early would carry the cursor past one not yet told.
  assert.deepEqual(
    numbers,
    [...numbers].sort((x, y) => x - y),
  )
  assert.ok([a, b].every((s) => feed.events.some((e) => e.thread.thread.number === s.numbers.slip)))
  const foreign = await p.other.hub().json<{ events: unknown[] }>('GET', '/fhir/$events?after=&wait=0')
  assert.deepEqual(foreign.events, [])
})

test('slow: what is no verdict of the hub ends no message: a gateway without its hub, a node that is not let in', async () => {
  for (const [i, status] of [404, 403, 400, 200].entries()) {
    line.instead = (path) => (/submit/.test(path) ? { status, html: '<h1>nginx</h1>' } : undefined)
    const slip = await p.slip(p.sender, 51 + i)
    await signSlip(p.sender, slip.id)
    const tried = async () =>
      (await p.sender.sql<{ state: string; attempts: number }>('select state, attempts from outbox where number = $1', [slip.number]))[0]
    const row = await eventually(tried, (r) => (r?.attempts ?? 0) > 0 || r?.state === 'refused', 'tried')
    assert.equal(row?.state, 'pending', String(status))
    line.instead = () => undefined
    await until(p.receiver, slip.number, 'delivered')
  }
  // The hub knows the node no more; what is signed meanwhile waits.
  await p.sender.close()
  await p.hub.sql(`update node_client set active = false where facility = '24997'`)
  await p.sender.open()
  const slip = await p.slip(p.sender, 56)
  await signSlip(p.sender, slip.id)
  // Whoever of the node asks first finds out for all: the slip itself need not be tried.
  const lineState = () => p.sender.sql<{ up: boolean; why: string }>('select up, why from exchange_line')
  const told = await eventually(lineState, (rows) => rows[0]?.up === false, 'the node knows that it is not let in')
  assert.equal(told[0]?.why, 'status-401')
  const waits = async () => (await p.sender.sql<{ state: string }>('select state from outbox where number = $1', [slip.number]))[0]
  assert.equal((await eventually(waits, (r) => r !== undefined, 'queued'))?.state, 'pending')
  await p.hub.sql(`update node_client set active = true where facility = '24997'`)
  await until(p.receiver, slip.number, 'delivered')
})

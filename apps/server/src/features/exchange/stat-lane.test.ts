/** Emergencies overtake: in the sender's outbox, in the hub's feed, on the receiver's list; within a thread nothing does. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { ReferralContent } from '@yba/vietnam'
import { readSiteKeys } from '../../box/site-keys.ts'
import { attacker } from '../../testing/attacker.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { hammer, JSON_BOMBS } from '../../testing/hammer.ts'
import { contentOf, eventually, outboxOf, parcelOf, until } from '../../testing/referral.ts'
import { enqueue, type StoredParcel } from './index.ts'
import { dueMessages } from './tables.ts'

let p: TestProvince
let base: ReferralContent
before(async () => {
  p = await testProvince()
  base = await contentOf(p.sender, (await p.slip(p.sender, 801)).id)
})
after(() => p.close())

async function queue(number: string, stat: boolean): Promise<void> {
  const { documents, ...parcel } = parcelOf({ ...base, numbers: { ...base.numbers, slip: number }, ...(stat ? { emergency: true } : {}) })
  const { bytesBase64, ...document } = documents[0]
  const { store } = p.sender.site
  await store.blobs.put(Buffer.from(bytesBase64, 'base64'))
  const body: StoredParcel = { ...parcel, documents: [document], ...(stat ? { priority: 'stat' as const } : {}) }
  await enqueue(store, randomUUID(), 'parcel', parcel.thread, body, new Date())
}

const sent = (like: string) =>
  p.hub.sql<{ number: string; stat: boolean }>(
    `select payload::jsonb->>'number' as number, (payload::jsonb->>'stat')::boolean as stat from event
     where kind = 'referral.thread' and payload::jsonb->>'number' like $1 and (payload::jsonb->>'version') = '1' order by n`,
    [like],
  )

test('a late stat slip is sent before the routine ones that wait; the signed slip says what it is', async () => {
  await p.receiver.close()
  await p.hub.close()
  for (let i = 0; i < 30; i++) await queue(`${i}/2026/THUONG`, false)
  await queue('1/2026/CAPCUU', true)
  const [first] = await dueMessages(p.sender.site.store, new Date(), 5)
  assert.equal(first?.number, '1/2026/CAPCUU')
  await p.hub.open()
  await eventually(
    () => outboxOf(p.sender, 'pending'),
    (rows) => rows.length === 0,
    'drained',
  )
  const order = await sent('%/2026/%U%')
  assert.equal(order.length, 31)
  // One routine message may have been the probe that found the hub, and those of one round are under way together.
  const place = order.findIndex((o) => o.number === '1/2026/CAPCUU')
  assert.ok(place <= 6, `at place ${place}`)
  assert.deepEqual(
    order.filter((o) => o.stat).map((o) => o.number),
    ['1/2026/CAPCUU'],
  )
})

test('a receiver that was away hears of the emergency by its own lane, and shows it on top', async () => {
  const lane = await p.receiver.sql('select 1 from feed_cursor')
  assert.ok(lane.length >= 0)
  await p.receiver.open()
  await until(p.receiver, '1/2026/CAPCUU', 'delivered')
  await until(p.receiver, '29/2026/THUONG', 'delivered')
  const desk = await p.receiver.at('vanthu')
  const rows = (await desk.get('/fhir/Task/$worklist?list=received')).json.rows as { number: string; stat?: boolean }[]
  assert.deepEqual([rows[0]?.number, rows[0]?.stat], ['1/2026/CAPCUU', true])
  const cursors = await p.receiver.sql<{ source: string }>('select source from feed_cursor order by source')
  assert.deepEqual(
    cursors.map((c) => c.source),
    ['hub', 'hub/stat'],
  )
  const [task] = await p.receiver.sql<{ priority: string }>(
    `select content::jsonb->>'priority' as priority from res where not deleted and content::jsonb->>'resourceType' = 'Task'
       and content::jsonb->'identifier'->0->>'value' = '1/2026/CAPCUU'`,
  )
  assert.equal(task?.priority, 'stat')
})

test('the stat lane tells the stat threads alone', async () => {
  const all = await p.receiver.hub().json<{ events: unknown[] }>('GET', '/fhir/$events?after=&wait=0')
  const stat = await p.receiver
    .hub()
    .json<{ events: { thread: { thread: { number: string } } }[] }>('GET', '/fhir/$events?after=&wait=0&lane=stat')
  assert.ok(all.events.length >= 31)
  assert.deepEqual(
    stat.events.map((e) => e.thread.thread.number),
    ['1/2026/CAPCUU'],
  )
})

test('a stat message takes the earlier ones of its thread along, in their order', async () => {
  await p.sender.close()
  await p.sender.open()
  await p.hub.close()
  await queue('2/2026/CAPCUU', false)
  const { store } = p.sender.site
  const thread = { issuer: '24997', number: '2/2026/CAPCUU' }
  const by = { id: 'x', display: 'Nguyễn Thị Ánh', role: 'doctor' }
  const message = {
    thread,
    event: 'void' as const,
    occurredAt: new Date().toISOString(),
    reason: 'ghi nhầm',
    by,
    priority: 'stat' as const,
  }
  await enqueue(store, randomUUID(), 'transition', thread, message, new Date())
  const rows = await p.sender.sql<{ kind: string; priority: string }>(
    `select kind, priority from outbox where number = '2/2026/CAPCUU' order by seq`,
  )
  assert.deepEqual(rows, [
    { kind: 'parcel', priority: 'stat' },
    { kind: 'transition', priority: 'stat' },
  ])
  await p.hub.open()
  await eventually(
    () => p.hub.sql<{ event: string }>(`select entry->>'event' as event from referral_history where number = '2/2026/CAPCUU' order by seq`),
    (story) => story.map((s) => s.event).join() === 'send,void',
    'sent, then void',
  )
})

test('slow: deep and endless JSON hammers at the hub: the emergency of another hospital crosses in the middle of it', async () => {
  const { client } = await readSiteKeys(p.other.settings.folder)
  assert.ok(client)
  const other = attacker(p.hub.settings.baseUrl, p.other.settings.facility.code, client.kid, client.privateKey)
  // Without the largest: here all sites and the hammer share one process.
  const blows = hammer(JSON_BOMBS.slice(0, 3), 2, (body) =>
    other.call('POST', '/fhir/$submit', { body, headers: { 'idempotency-key': randomUUID() } }),
  )
  try {
    await blows.strokes(4)
    await queue('3/2026/CAPCUU', true)
    await until(p.receiver, '3/2026/CAPCUU', 'delivered')
    const before = [...blows.heard.values()].reduce((a, b) => a + b, 0)
    await blows.strokes(before + 2)
  } finally {
    await blows.stop()
  }
  for (const said of blows.heard.keys()) assert.match(said, /^(4\d\d|503) [a-z-]+$/)
})

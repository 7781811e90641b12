/**
 * `npm run test:long`: the hub is away while two facilities queue hundreds of messages; then it comes back. Failure mode
 * F1: everything gets there, in order within each thread, once. Prints the rate. `YBA_MESSAGES` sets how many threads.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { contentOf, eventually, outboxOf, parcelOf } from '../../testing/referral.ts'
import { enqueue, type StoredParcel } from './index.ts'

const THREADS = Number(process.env.YBA_MESSAGES ?? 300)

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

test(`${THREADS} threads from two facilities drain in order after an outage`, async (t) => {
  const senders: [TestNode, number][] = [
    [p.sender, 701],
    [p.other, 702],
  ]
  const contents = await Promise.all(senders.map(async ([node, seed]) => contentOf(node, (await p.slip(node, seed)).id)))
  await p.hub.close()
  for (let i = 0; i < THREADS; i++) {
    const [node] = senders[i % 2] as [TestNode, number]
    const base = contents[i % 2]
    assert.ok(base)
    const content = { ...base, numbers: { ...base.numbers, slip: `${i}/2026/TAI` } }
    const { documents, ...parcel } = parcelOf(content)
    const { bytesBase64, ...document } = documents[0]
    await node.site.store.blobs.put(Buffer.from(bytesBase64, 'base64'))
    const stored: StoredParcel = { ...parcel, documents: [document] }
    const { store } = node.site
    await enqueue(store, randomUUID(), 'parcel', parcel.thread, stored, new Date())
    const message = { thread: parcel.thread, event: 'void' as const, occurredAt: parcel.occurredAt, by: parcel.by, reason: 'thử tải' }
    if (i % 3 === 0) await enqueue(store, randomUUID(), 'transition', parcel.thread, message, new Date())
  }
  const begun = performance.now()
  await p.hub.open()
  const left = async () => (await Promise.all(senders.map(([node]) => outboxOf(node, 'pending')))).flat().length
  await eventually(left, (n) => n === 0, 'drained', 600_000)
  const seconds = (performance.now() - begun) / 1000
  const stories = await p.hub.sql<{ number: string; events: string[] }>(
    `select number, array_agg(entry->>'event' order by seq) as events from referral_history where number like '%/2026/TAI' group by number`,
  )
  assert.equal(stories.length, THREADS)
  for (const { number, events } of stories) {
    const i = Number(number.split('/')[0])
    const known = events.filter((e) => e !== 'deliver')
    assert.deepEqual(known, i % 3 === 0 ? ['send', 'void'] : ['send'], number)
  }
  for (const [node] of senders) assert.deepEqual(await outboxOf(node, 'refused'), [])
  const messages = THREADS + Math.ceil(THREADS / 3)
  t.diagnostic(`${messages} messages in ${seconds.toFixed(1)} s, ${(messages / seconds).toFixed(0)} a second`)
})

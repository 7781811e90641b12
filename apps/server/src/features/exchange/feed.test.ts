/** The node's ear: one thread that cannot be taken in does not keep the others out, and is taken in when it can be. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { globSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { type LossyLine, lossyLine } from '../../testing/lossy-line.ts'
import { ask, contentOf, effects, eventually, parcelOf, rowOf, until } from '../../testing/referral.ts'
import type { ReferralEvent } from '../referral/transitions.ts'
import { enqueue, HubRefusal, unpackPapers } from './index.ts'

let line: LossyLine
let p: TestProvince
before(async () => {
  line = await lossyLine()
  p = await testProvince({ line })
})
after(async () => {
  await p.close()
  await line.close()
})

const asked = (path: string): number => line.passed.filter((one) => one.split('?')[0] === path).length

const content = async (seed: number) => contentOf(p.sender, (await p.slip(p.sender, seed)).id)

test('slow: a paper that the hub cannot give is put aside, the next slip comes in, and the first when the paper is back', async () => {
  const [lost, next] = [await content(601), await content(602)]
  await p.receiver.close()
  const parcel = parcelOf(lost)
  assert.equal((await ask(p.sender, '/fhir/$submit', parcel)).status, 200)
  const digest = parcel.documents[0].digest
  const [file] = globSync(join(p.hub.settings.folder, 'blobs', '**', `*${digest.slice(-40)}*`))
  assert.ok(file, 'the bytes at the hub')
  renameSync(file, `${file}.away`)
  // What came a moment ago a hub may have in memory; this one was started anew.
  await p.hub.close()
  await p.hub.open()
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(next))).status, 200)
  await p.receiver.open()

  await until(p.receiver, next.numbers.slip, 'delivered')
  assert.equal(await rowOf(await p.receiver.at('vanthu'), lost.numbers.slip), undefined)
  const parked = await p.receiver.sql<{ number: string }>('select number from feed_parked')
  assert.deepEqual(parked, [{ number: lost.numbers.slip }])

  // Put aside means in the database: a restart does not forget it.
  await p.receiver.close()
  await p.receiver.open()
  renameSync(`${file}.away`, file)
  await until(p.receiver, lost.numbers.slip, 'delivered', 30_000)
  assert.deepEqual(await p.receiver.sql('select number from feed_parked'), [])
  assert.deepEqual((await effects(p.receiver.sql, '24997', lost.numbers.slip)).tasks, ['delivered'])
})

test('a hub that began a new epoch is read again from the start; nothing doubles', async () => {
  const slip = await content(603)
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(slip))).status, 200)
  await until(p.receiver, slip.numbers.slip, 'delivered')
  const before = await effects(p.receiver.sql, '24997', slip.numbers.slip)
  await p.receiver.close()
  await p.receiver.sql(`update feed_cursor set cursor = '999.5'`)
  await p.receiver.open()
  const cursor = async () => (await p.receiver.sql<{ cursor: string }>('select cursor from feed_cursor'))[0]?.cursor ?? ''
  await eventually(cursor, (c) => c !== '' && !c.startsWith('999.'), 'a cursor of the new epoch')
  assert.deepEqual(await effects(p.receiver.sql, '24997', slip.numbers.slip), before)
})

/** Slips of one person under numbers of their own, as the hub takes them. */
async function submitted(count: number, name: string): Promise<ReturnType<typeof parcelOf>[]> {
  const base = await content(604)
  const parcels = Array.from({ length: count }, (_, i) =>
    parcelOf({ ...base, numbers: { ...base.numbers, slip: `${i + 1}/2026/${name}` } }),
  )
  for (const parcel of parcels) assert.equal((await ask(p.sender, '/fhir/$submit', parcel)).status, 200)
  return parcels
}

const delivered = (name: string) =>
  p.hub.sql<{ number: string }>(`select number from referral_history where entry->>'event' = 'deliver' and number like $1`, [
    `%/2026/${name}`,
  ])

test('many slips come in by few requests; one whose bytes the hub has lost is put aside by itself', async () => {
  await p.receiver.close()
  const parcels = await submitted(15, 'NHIEU')
  const digest = parcels[4]?.documents[0].digest ?? ''
  const [file] = globSync(join(p.hub.settings.folder, 'blobs', '**', `*${digest.slice(-40)}*`))
  assert.ok(file, 'the bytes at the hub')
  renameSync(file, `${file}.away`)
  await p.hub.close()
  await p.hub.open()
  line.passed.length = 0
  await p.receiver.open()
  await eventually(
    () => delivered('NHIEU'),
    (rows) => rows.length === 14,
    'fourteen delivered',
  )
  assert.deepEqual(await p.receiver.sql('select number from feed_parked'), [{ number: '5/2026/NHIEU' }])
  // Two groups of threads; what one of them lacked is asked for alone, and again when its time has come.
  assert.ok(asked('/fhir/$documents') <= 4, `${asked('/fhir/$documents')} requests for many`)
  const singles = line.passed.filter((path) => path.startsWith('/fhir/$document?'))
  assert.ok(
    singles.every((path) => path.endsWith(digest)),
    'alone only what is lost',
  )
  renameSync(`${file}.away`, file)
  await until(p.receiver, '5/2026/NHIEU', 'delivered', 30_000)
  for (const { thread } of parcels) assert.deepEqual((await effects(p.receiver.sql, '24997', thread.number)).tasks, ['delivered'])
})

test('bytes of several papers come in one answer, to the parties of their threads only', async () => {
  const digests = (await submitted(3, 'GOP')).map((parcel) => parcel.documents[0].digest)
  const path = `/fhir/$documents?sha256=${digests.join(',')}`
  const papers = unpackPapers(await p.receiver.hub().bytes(path))
  assert.deepEqual(
    papers.map((one) => one.sha256),
    digests,
  )
  const refused = (code: string) => (error: unknown) => error instanceof HubRefusal && error.code === code
  const alone = await p.other
    .hub()
    .bytes(`/fhir/$document?sha256=${digests[0]}`)
    .catch((error: unknown) => error)
  assert.ok(alone instanceof HubRefusal)
  await assert.rejects(p.other.hub().bytes(path), refused(alone.code))
  await assert.rejects(p.receiver.hub().bytes(`${path},x`), refused('parcel-incomplete'))
})

test('steps of many threads travel together: a lost answer doubles none, a refused one stops no other, a thread keeps its order', async () => {
  await submitted(6, 'BUOC')
  await eventually(
    () => delivered('BUOC'),
    (rows) => rows.length === 6,
    'six delivered',
  )
  await p.hub.close()
  const propose = (i: number, event: ReferralEvent) => {
    const thread = { issuer: '24997', number: `${i}/2026/BUOC` }
    const by = { id: 'vanthu', display: 'Hoàng Minh Ước', role: 'referral-desk' as const }
    const body = { thread, event, occurredAt: new Date().toISOString(), by }
    return enqueue(p.receiver.site.store, randomUUID(), 'transition', thread, body, new Date())
  }
  for (const i of [1, 2, 3, 4, 5]) await propose(i, 'accept')
  // Nobody has asked to cancel: the hub does not take this one.
  await propose(6, 'confirm-cancel')
  for (const i of [1, 2]) await propose(i, 'arrive')
  line.passed.length = 0
  let lose = 1
  line.swallow = (path) => path === '/fhir/Task/$transitions' && lose-- > 0
  await p.hub.open()
  const open = () => p.receiver.sql<{ number: string }>(`select number from outbox where state = 'pending'`)
  await eventually(open, (rows) => rows.length === 0, 'all answered')
  line.swallow = () => false
  const story = async (i: number) =>
    (
      await p.hub.sql<{ event: string }>(
        `select entry->>'event' as event from referral_history where issuer = '24997' and number = $1 and scope = 'hub' order by seq`,
        [`${i}/2026/BUOC`],
      )
    ).map((row) => row.event)
  for (const i of [1, 2]) assert.deepEqual(await story(i), ['send', 'deliver', 'accept', 'arrive'])
  for (const i of [3, 4, 5]) assert.deepEqual(await story(i), ['send', 'deliver', 'accept'])
  assert.deepEqual(await story(6), ['send', 'deliver'])
  const refused = await p.receiver.sql<{ number: string; last_error: string }>(
    `select number, last_error from outbox where state = 'refused' and number like '%BUOC'`,
  )
  assert.deepEqual(refused, [{ number: '6/2026/BUOC', last_error: 'transition-not-allowed' }])
  assert.equal(line.lost, 1)
  assert.ok(asked('/fhir/Task/$transitions') >= 2, 'lost and sent again')
})

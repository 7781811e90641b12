/** What cannot be sent becomes a person's work, keeps nobody else waiting, and settles itself when it gets through (F15). */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { globSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemCaller } from '../../access/index.ts'
import { type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { contentOf, eventually, parcelOf, signSlip, until } from '../../testing/referral.ts'
import { enqueue, type StoredParcel } from './index.ts'
import { buryUnreachable } from './tables/dead-letters.ts'

const MINUTE = 60_000
let ahead = 0
let p: TestProvince
before(async () => {
  p = await testProvince({ clock: { now: () => new Date(Date.now() + ahead) } })
})
after(() => p.close())

interface Letter extends Record<string, unknown> {
  cause: string
  code: string
  role: string
  settlement: string | null
}

const letters = (node: TestNode, number: string) =>
  node.sql<Letter>('select cause, code, role, settlement from dead_letter where number = $1 order by id', [number])
const outbox = (node: TestNode, number: string) =>
  node.sql<{ id: string; state: string; attempts: number }>('select id::text, state, attempts from outbox where number = $1 order by seq', [
    number,
  ])
const tries = (node: TestNode, message: string) =>
  node.sql<{ code: string; times: number }>('select code, times from message_try where message = $1 order by first_at', [message])

/** Lays a signed-looking parcel into the sender's outbox without anybody's work. */
async function queue(seed: number): Promise<{ number: string; digest: string }> {
  const { documents, ...parcel } = parcelOf(await contentOf(p.sender, (await p.slip(p.sender, seed)).id))
  const { bytesBase64, ...document } = documents[0]
  const digest = await p.sender.site.store.blobs.put(Buffer.from(bytesBase64, 'base64'))
  const stored: StoredParcel = { ...parcel, documents: [document] }
  await enqueue(p.sender.site.store, randomUUID(), 'parcel', parcel.thread, stored, p.sender.site.clock.now())
  return { number: parcel.thread.number, digest }
}

/** Lets time pass, and the outbox look: it listens to the site's log. */
async function pass(node: TestNode, ms: number): Promise<void> {
  ahead += ms
  await node.site.store.as(systemCaller('test', '24997')).transact(async (tx) => tx.emit({ kind: 'test.time', thread: 'Test/time' }))
}

/** Lets the pauses pass until the letter is there. */
async function untilDead(node: TestNode, number: string): Promise<Letter> {
  const [letter] = await eventually(
    async () => {
      await pass(node, MINUTE)
      return letters(node, number)
    },
    (l) => l.length > 0,
    `${number} is a dead letter`,
  )
  return letter as Letter
}

test('F15: a message that fails at home is put aside after five tries, others pass, and it goes when it can', async () => {
  const digest = await queue(701)
  const [file] = globSync(join(p.sender.settings.folder, 'blobs', '**', `*${digest.digest.slice(-40)}*`))
  assert.ok(file)
  // Taken away before the outbox has looked, or after it has sent: only the first is what this test is about.
  renameSync(file, `${file}.away`)
  const [row] = await outbox(p.sender, digest.number)
  if (row?.state === 'acked') assert.fail('the message was faster than the test')
  const letter = await untilDead(p.sender, digest.number)
  assert.equal(letter.cause, 'failing')
  assert.equal(letter.role, 'administrator')
  const slip = await p.slip(p.sender, 702)
  await signSlip(p.sender, slip.id)
  await until(p.receiver, slip.number, 'delivered')
  assert.equal((await outbox(p.sender, digest.number))[0]?.state, 'pending')
  renameSync(`${file}.away`, file)
  await pass(p.sender, 20 * MINUTE)
  await eventually(
    () => outbox(p.sender, digest.number),
    (o) => o[0]?.state === 'acked',
    'sent after all',
  )
  assert.equal((await letters(p.sender, digest.number))[0]?.settlement, 'delivered')
})

test('F15: a message over which the hub stumbles waits by itself; the next thread goes past it', async () => {
  await p.hub.sql(`create function stumble() returns trigger language plpgsql as $$ begin
    if new.number = current_setting('yba.poison', true) or exists (select from poison where number = new.number) then raise 'poison'; end if;
    return new; end $$`)
  await p.hub.sql('create table poison(number text)')
  await p.hub.sql('create trigger stumble before insert on referral_history for each row execute function stumble()')
  const content = await contentOf(p.sender, (await p.slip(p.sender, 703)).id)
  await p.hub.sql('insert into poison values ($1)', [content.numbers.slip])
  const { documents, ...parcel } = parcelOf(content)
  const { bytesBase64, ...document } = documents[0]
  await p.sender.site.store.blobs.put(Buffer.from(bytesBase64, 'base64'))
  const id = randomUUID()
  await enqueue(p.sender.site.store, id, 'parcel', parcel.thread, { ...parcel, documents: [document] }, p.sender.site.clock.now())
  const slip = await p.slip(p.sender, 704)
  await signSlip(p.sender, slip.id)
  await until(p.receiver, slip.number, 'delivered')
  const letter = await untilDead(p.sender, content.numbers.slip)
  assert.deepEqual([letter.cause, letter.code], ['failing', 'unforeseen'])
  const known = await tries(p.sender, id)
  assert.equal(known.length, 1)
  assert.ok((known[0]?.times ?? 0) >= 5)
  // The hub was mended.
  await p.hub.sql('drop trigger stumble on referral_history')
  await pass(p.sender, 20 * MINUTE)
  await until(p.receiver, content.numbers.slip, 'delivered')
  assert.equal((await letters(p.sender, content.numbers.slip))[0]?.settlement, 'delivered')
})

test('what the hub refuses is a dead letter of the desk at once, with its reason', async () => {
  const content = await contentOf(p.sender, (await p.slip(p.sender, 705)).id)
  const parcel = parcelOf({ ...content, to: { code: '99999', name: 'Nơi không có' } })
  const { bytesBase64, ...document } = parcel.documents[0]
  await p.sender.site.store.blobs.put(Buffer.from(bytesBase64, 'base64'))
  const id = randomUUID()
  await enqueue(p.sender.site.store, id, 'parcel', parcel.thread, { ...parcel, documents: [document] }, p.sender.site.clock.now())
  const [letter] = await eventually(
    () => letters(p.sender, content.numbers.slip),
    (l) => l.length > 0,
    'the letter',
  )
  assert.deepEqual(letter, { cause: 'refused', code: 'parcel-incomplete', role: 'referral-desk', settlement: null })
  assert.equal((await outbox(p.sender, content.numbers.slip))[0]?.state, 'refused')
  const [why] = await p.sender.sql<{ words: { vi?: string } }>('select words from message_try where message = $1', [id])
  assert.match(why?.words.vi ?? '', /99999/)
})

test('the line is known to be down, since when and why, and to be up again', async () => {
  const line = async () => (await p.sender.sql<{ up: boolean; why: string | null }>('select up, why from exchange_line'))[0]
  await eventually(line, (l) => l?.up === true, 'the line is up')
  await p.hub.close()
  const down = await eventually(line, (l) => l?.up === false, 'the line is down')
  assert.ok(['connection-refused', 'cut', 'no-answer'].includes(down?.why ?? ''), down?.why ?? '')
  await p.hub.open()
  await eventually(line, (l) => l?.up === true && l.why === null, 'the line is up again')
})

interface PlanNode {
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Join Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: PlanNode[]
}

/** Rows that were taken into the hand to answer a question. */
const handled = (node: PlanNode): number =>
  node['Actual Loops'] *
    (node['Actual Rows'] +
      (node['Rows Removed by Filter'] ?? 0) +
      (node['Rows Removed by Join Filter'] ?? 0) +
      (node['Rows Removed by Index Recheck'] ?? 0)) +
  (node.Plans ?? []).reduce((sum, one) => sum + handled(one), 0)

test('a long outage: each message that waits is looked at by itself, not compared with every other', async () => {
  const many = 3000
  await p.sender.close()
  await p.sender.sql('truncate outbox, dead_letter')
  await p.sender.sql(
    `insert into outbox(id, issuer, number, kind, body, next_at, created_at)
     select gen_random_uuid(), '24997', i || '/2026/DAI', 'transition', '{}', now(), now() - interval '4 days' from generate_series(1, $1::int) i`,
    [many],
  )
  const bury = (sql: typeof p.sender.sql) => buryUnreachable({ sql: sql as never }, new Date(), 'administrator', new Date())
  assert.equal(await bury(p.sender.sql), many)
  let work = 0
  // The next pass, which finds nothing new: the database carries it out and says what it had to handle.
  await bury(async (text, values) => {
    const [row] = await p.sender.sql<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(`explain (analyze, format json) ${text}`, values)
    work = handled(row?.['QUERY PLAN'][0]?.Plan as PlanNode)
    return []
  })
  assert.ok(work >= many && work <= 10 * many, `${work} rows for ${many} messages`)
})

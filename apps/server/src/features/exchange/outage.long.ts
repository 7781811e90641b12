/**
 * `npm run test:long`: failure mode F1. The hub is away for three days; two hospitals queue tens of thousands of messages,
 * and at the end some emergencies. Meanwhile each node asks less often than on a working day; then everything gets there,
 * once and in order within each thread, the emergencies first, at 10,000 messages in ten minutes or better, and the hub's
 * memory stays bounded. `YBA_MESSAGES` sets how many (50,000).
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { FACILITIES } from '../../testing/exchange.ts'
import { queueSlip } from '../../testing/history/run.ts'
import { NODES, openWorld, type World } from '../../testing/history/world.ts'
import { exampleSlip, type Mint, mintOf } from '../../testing/parcel-mint.ts'
import { eventually } from '../../testing/referral.ts'

const MESSAGES = Number(process.env.YBA_MESSAGES ?? 50_000)
const THREADS = Math.ceil(MESSAGES / 2)
const EMERGENCIES = 20
const THREE_DAYS_S = 72 * 3600
const WATCH_MS = 60_000

let world: World
let mints: Record<'sender' | 'other', Mint>
before(async () => {
  world = await openWorld()
  const content = { ...exampleSlip(), to: { code: FACILITIES.receiver.code, name: FACILITIES.receiver.name } }
  const { authority } = world.province
  mints = {
    sender: await mintOf(authority, content, FACILITIES.sender),
    other: await mintOf(authority, content, FACILITIES.other),
  }
})
after(() => world.close())

const rss = (pid: number): number => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

/**
 * How often the nodes asked in a while. With the hub there: requests, for they share connections; a request line begins
 * in one piece. Without it nobody takes the request: every connection is one.
 */
async function requests(ms: number): Promise<number> {
  let seen = 0
  const before = world.line.seen.connections
  world.line.watch = (direction, piece) => {
    if (direction === 'up' && /^(GET|POST) \/\S* HTTP\/1\.1\r\n/.test(piece.toString('latin1', 0, 2_000))) seen += 1
  }
  await delay(ms)
  world.line.watch = null
  return Math.max(seen, world.line.seen.connections - before)
}

async function queue(number: string, sender: 'sender' | 'other', stat: boolean): Promise<void> {
  await queueSlip(world, mints[sender], { issuer: FACILITIES[sender].code, number, sender, stat, acts: [] })
}

/** A void behind each slip: a second message of the same thread, told by the table itself. */
const VOIDS = `
insert into outbox(id, issuer, number, kind, body, next_at, created_at)
select gen_random_uuid(), issuer, number, 'transition', jsonb_build_object('thread', jsonb_build_object('issuer', issuer, 'number', number),
  'event', 'void', 'occurredAt', body->>'occurredAt', 'by', body->'by', 'reason', 'ghi nhầm'), now(), now()
from outbox where kind = 'parcel' and number like '%/2026/TAI' order by seq`

const pending = async (): Promise<number> => {
  const rows = await Promise.all(
    NODES.map((n) => world.node(n).sql<{ n: number }>(`select count(*)::int as n from outbox where state = 'pending'`)),
  )
  return rows.flat().reduce((sum, r) => sum + r.n, 0)
}

test(`three days without the hub, ${MESSAGES} messages`, { timeout: 4 * 3600_000 }, async (t) => {
  // A quiet working day: what the nodes ask while everything is there and nothing happens.
  await delay(5_000)
  const normal = await requests(WATCH_MS)
  await world.stop('hub')
  for (let i = 0; i < THREADS; i++) await queue(`${i}/2026/TAI`, i % 2 ? 'other' : 'sender', false)
  for (const name of ['sender', 'other'] as const) await world.node(name).sql(VOIDS)
  await delay(20_000)
  const away = await requests(WATCH_MS)
  t.diagnostic(`${away} requests a minute without the hub, ${normal} with it and nothing to send: ${(away / normal).toFixed(2)}`)
  assert.ok(away <= 1.1 * normal, `${away} requests in the outage, ${normal} before it`)
  // Three days later everywhere, and the nodes have been restarted once.
  for (const name of NODES) {
    await world.stop(name)
    await world.start(name, { clockOffsetSeconds: THREE_DAYS_S })
  }
  for (let i = 0; i < EMERGENCIES; i++) await queue(`${i}/2026/CAPCUU`, i % 2 ? 'other' : 'sender', true)
  const total = await pending()
  const begun = performance.now()
  await world.start('hub', { clockOffsetSeconds: THREE_DAYS_S })
  let highest = 0
  const watching = setInterval(() => {
    highest = Math.max(highest, rss(world.pid('hub')))
  }, 5_000)
  try {
    await eventually(pending, (n) => n === 0, 'drained', 4 * 3600_000)
  } finally {
    clearInterval(watching)
  }
  const seconds = (performance.now() - begun) / 1000
  await checkOrder()
  t.diagnostic(
    `${total} messages in ${seconds.toFixed(0)} s, ${(total / seconds).toFixed(1)} a second (bar 16.7), hub at most ${highest.toFixed(0)} MB, load ${loadavg()[0]?.toFixed(1)}`,
  )
  assert.ok(highest < 1_000, `the hub grew to ${highest} MB`)
})

async function checkOrder(): Promise<void> {
  const hub = world.node('hub')
  const stories = await hub.sql<{ number: string; events: string[] }>(
    `select number, array_agg(entry->>'event' order by seq) as events from referral_history group by number`,
  )
  assert.equal(stories.length, THREADS + EMERGENCIES)
  for (const { number, events } of stories) {
    const known = events.filter((e) => e !== 'deliver')
    assert.deepEqual(known, number.endsWith('TAI') ? ['send', 'void'] : ['send'], number)
  }
  for (const name of NODES) {
    const refused = await world
      .node(name)
      .sql(`select number from outbox where state = 'refused' and body->>'event' is distinct from 'deliver'`)
    assert.deepEqual(refused, [], name)
  }
  const order = await hub.sql<{ issuer: string; number: string }>(
    `select payload::jsonb->>'issuer' as issuer, payload::jsonb->>'number' as number from event where kind = 'referral.thread' and payload::jsonb->>'version' = '1' order by n`,
  )
  // The nodes find the hub again at different moments: each sends its own emergencies first.
  for (const sender of ['sender', 'other'] as const) {
    const mine = order.filter((o) => o.issuer === FACILITIES[sender].code)
    const places = mine.flatMap((o, i) => (o.number.endsWith('CAPCUU') ? [i] : []))
    assert.equal(places.length, EMERGENCIES / 2)
    // What was under way beside the first of them may be routine.
    assert.ok((places.at(-1) ?? 0) < EMERGENCIES / 2 + 8, `${sender}: emergencies at ${places}`)
  }
}

/**
 * `npm run test:long`: failure mode F1. The hub is away for three days; two hospitals queue their slips, corrections and
 * voids, a third one patients who come with the paper and what is done for them: tens of thousands of messages, made by the
 * functions of desks and workers in the sites' own processes. Meanwhile each node asks less often than on a working day;
 * then everything gets there, once and in order within each thread, emergencies of the moment past all that waits, and the
 * hub's memory stays bounded. `YBA_OUTAGE_MESSAGES` sets how many (50,000); `YBA_OUTAGE_LOG` names a file that is told.
 */
import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { BulkJob, MintPlan } from '../../testing/bulk.ts'
import { FACILITIES } from '../../testing/exchange.ts'
import { watchProgress } from '../../testing/history/patience.ts'
import { sweep } from '../../testing/history/sweep.ts'
import { NODES, openWorld, SITES, type World } from '../../testing/history/world.ts'
import { exampleSlip, mintKeys } from '../../testing/parcel-mint.ts'
import { residentMb } from '../../testing/process-figures.ts'

const MESSAGES = Number(process.env.YBA_OUTAGE_MESSAGES ?? 50_000)
const SENDERS = ['sender', 'other'] as const
type Sender = (typeof SENDERS)[number]
/** Of ten slips one is voided, one corrected (two messages), three patients come with the paper (four messages each). */
const PER_SLIP = 1 + 0.1 + 0.2 + 0.3 * 4
const SLIPS = Math.ceil(MESSAGES / PER_SLIP / SENDERS.length / 10) * 10
const SHAPE = { voided: [0], corrected: [1], arrived: [3, 6, 9], steps: ['start-care', 'interim', 'return'] } as const
const NAME: Record<Sender, string> = { sender: 'TAI', other: 'TAB' }
const EMERGENCIES = 10
const THREE_DAYS_S = 72 * 3600
const WATCH_MS = 60_000
const TOLD_MS = 1_800_000
const DRAIN_MS = 6 * 3600_000
/** Not one message got through for so long: none will. */
const STALL_MS = 300_000
/** Routine messages that may get through between the making of an emergency and its own: those under way, and a few. */
const OVERTAKEN_AT_MOST = 16

let world: World
let plans: Record<Sender, MintPlan>
before(async () => {
  world = await openWorld()
  const content = { ...exampleSlip(), to: { code: FACILITIES.receiver.code, name: FACILITIES.receiver.name } }
  const plan = async (name: Sender): Promise<MintPlan> => {
    const facility = FACILITIES[name]
    return { keys: await mintKeys(world.province.authority, facility), content, facility }
  }
  plans = { sender: await plan('sender'), other: await plan('other') }
})
after(() => world.close())

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

const count = async (what: string): Promise<number> => {
  const rows = await Promise.all(NODES.map((n) => world.node(n).sql<{ n: number }>(`select count(*)::int as n from ${what}`)))
  return rows.flat().reduce((sum, r) => sum + r.n, 0)
}
const pending = (): Promise<number> => count(`outbox where state = 'pending'`)

/** Threads the hub tells of that are not at their receiver yet: all of them are for the same one. */
async function undelivered(): Promise<number> {
  const threads = `select count(*)::int as n from referral_history where scope = 'hub' and seq = 1`
  const [hub, there] = await Promise.all([
    world.node('hub').sql<{ n: number }>(threads),
    world.node('receiver').sql<{ n: number }>(threads),
  ])
  return (hub[0]?.n ?? 0) - (there[0]?.n ?? 0)
}

/** All that waits after three days, made at the three hospitals at once. */
async function makeWork(say: (line: string) => void): Promise<void> {
  const { voided, corrected, arrived, steps } = SHAPE
  const slips = (name: Sender): BulkJob => ({ kind: 'slips', plan: plans[name], name: NAME[name], from: 0, to: SLIPS, voided, corrected })
  const arrivals = (name: Sender): BulkJob => ({
    kind: 'paper-arrivals',
    plan: plans[name],
    name: NAME[name],
    from: 0,
    to: SLIPS,
    arrived,
    steps,
  })
  const tell = async (who: (typeof NODES)[number], job: BulkJob): Promise<void> => {
    const { messages, seconds, cpuSeconds } = await world.bulk(who, job)
    const each = ((cpuSeconds / messages) * 1000).toFixed(1)
    say(
      `${who}, ${job.kind} of ${job.name}: ${messages} messages in ${seconds.toFixed(0)} s, ${(messages / seconds).toFixed(1)} a second, ${each} CPU ms each`,
    )
  }
  const receiver = async (): Promise<void> => {
    for (const name of SENDERS) await tell('receiver', arrivals(name))
  }
  await Promise.all([...SENDERS.map((name) => tell(name, slips(name))), receiver()])
}

/** Until nothing waits at a node and everything is at its receiver; at three moments emergencies are made. Gives their names. */
async function drain(total: number, say: (line: string) => void): Promise<{ names: string[]; highest: number }> {
  const begun = performance.now()
  const names: string[] = []
  const moments = [0.9, 0.5, 0.2]
  let highest = 0
  let told = 0
  const leftNow = async (): Promise<number> => (await pending()) + (await undelivered())
  let left = await leftNow()
  const stopWatching = watchProgress(world.patience, STALL_MS, () => left)
  for (; left > 0; left = await leftNow()) {
    highest = Math.max(highest, residentMb(world.pid('hub')))
    const seconds = (performance.now() - begun) / 1000
    if (seconds - told >= 30) {
      told = seconds
      say(`${seconds.toFixed(0)} s: ${left} left, hub ${residentMb(world.pid('hub')).toFixed(0)} MB, load ${loadavg()[0]?.toFixed(1)}`)
    }
    if (left < total * (moments[0] ?? 0)) {
      const name = `CC${moments.shift()}`
      names.push(name)
      await Promise.all(
        SENDERS.map((who) =>
          world.bulk(who, { kind: 'slips', plan: plans[who], name: `${name}${who}`, from: 0, to: EMERGENCIES, stat: true }),
        ),
      )
    }
    await world.patience.pause(1_000)
  }
  stopWatching()
  return { names, highest }
}

test(`three days without the hub, ${MESSAGES} messages`, { timeout: 8 * 3600_000 }, async (t) => {
  const log = process.env.YBA_OUTAGE_LOG
  const say = (line: string): void => {
    t.diagnostic(line)
    if (log) appendFileSync(log, `${new Date().toISOString()} ${line}\n`)
  }
  // A quiet working day: what the nodes ask while everything is there and nothing happens.
  await delay(5_000)
  const normal = await requests(WATCH_MS)
  await world.stop('hub')
  await makeWork(say)
  await delay(20_000)
  const away = await requests(WATCH_MS)
  say(`${away} requests a minute without the hub, ${normal} with it and nothing to send: ${(away / normal).toFixed(2)}`)
  assert.ok(away <= 1.1 * normal, `${away} requests in the outage, ${normal} before it`)
  // Three days later everywhere, and the nodes have been restarted once.
  for (const name of NODES) {
    await world.stop(name)
    await world.start(name, { clockOffsetSeconds: THREE_DAYS_S })
  }
  const total = await pending()
  // Whoever waits for 72 hours is told to people, whatever the number.
  let letters = 0
  await world.patience.within(
    () => `${total} messages to be told to people after 72 hours: ${letters} are`,
    TOLD_MS,
    async () => {
      for (; letters < total; letters = await count('dead_letter where settled_at is null')) await world.patience.pause(1_000)
    },
  )
  await world.start('hub', { clockOffsetSeconds: THREE_DAYS_S })
  const begun = performance.now()
  const cpuBefore = SITES.map(world.cpu)
  const { names, highest } = await world.patience.within('everything to get through', DRAIN_MS, () => drain(total, say))
  const seconds = (performance.now() - begun) / 1000
  const all = await count('outbox')
  const each = SITES.map((name, i) => `${name} ${(((world.cpu(name) - (cpuBefore[i] ?? 0)) * 1000) / all).toFixed(1)}`)
  say(
    `${total} queued and ${all - total} that followed in ${seconds.toFixed(0)} s: ${(total / seconds).toFixed(1)} queued ones a second (bar 16.7), hub at most ${highest.toFixed(0)} MB, load ${loadavg()[0]?.toFixed(1)}; CPU ms per message: ${each.join(', ')}`,
  )
  assert.equal(names.length, 3, 'emergencies were made at three moments of the drain')
  await checkEverything(names, say)
  assert.ok(highest < 1_000, `the hub grew to ${highest} MB`)
})

async function checkEverything(names: readonly string[], say: (line: string) => void): Promise<void> {
  const numbers = new Set<string>()
  for (const who of SENDERS) {
    for (let i = 0; i < SLIPS; i++) numbers.add(`${i}/2026/${NAME[who]}`)
    for (const name of names) for (let i = 0; i < EMERGENCIES; i++) numbers.add(`${i}/2026/${name}${who}`)
  }
  // The last answers are still on their way to the senders: as long as they come, it is waited for them.
  let faults = await sweep(world, numbers)
  let fewest = faults.length
  for (let since = Date.now(); faults.length > 0 && Date.now() - since < STALL_MS; faults = await sweep(world, numbers)) {
    if (faults.length < fewest) [fewest, since] = [faults.length, Date.now()]
    await delay(5_000)
  }
  assert.deepEqual(faults.slice(0, 20), [])
  for (const name of NODES) {
    const refused = `select number, body->>'event' as event from outbox where state = 'refused' and body->>'event' is distinct from 'deliver' limit 20`
    assert.deepEqual(await world.node(name).sql(refused), [], name)
  }
  assert.equal(await count('dead_letter where settled_at is null'), 0, 'what got through waits for nobody')
  await checkOrder()
  await checkOvertaking(say)
}

/** Per thread and site: what was queued first stands first in the story; and each slip is there once, with all its steps. */
async function checkOrder(): Promise<void> {
  const stories = await world
    .node('hub')
    .sql<{ number: string; events: string[] }>(
      `select number, array_agg(entry->>'event' order by seq) as events from referral_history where scope = 'hub' group by number`,
    )
  for (const { number, events } of stories) {
    const known = events.filter((e) => e !== 'deliver')
    const digit = Number(number.split('/')[0]) % 10
    if (number.includes('/CC')) assert.deepEqual(known, ['send'], number)
    else if (SHAPE.voided.some((d) => d === digit)) assert.deepEqual(known, ['send', 'void'], number)
    else if (SHAPE.corrected.some((d) => d === digit)) assert.deepEqual(known, ['send', 'correct'], number)
    else if (SHAPE.arrived.some((d) => d === digit)) {
      assert.equal(known.filter((e) => e === 'send').length, 1, number)
      assert.deepEqual(
        known.filter((e) => e !== 'send'),
        ['arrive', ...SHAPE.steps],
        number,
      )
    } else assert.deepEqual(known, ['send'], number)
  }
}

/** An emergency passes the routine ones of its node, whatever their number. */
async function checkOvertaking(say: (line: string) => void): Promise<void> {
  for (const who of SENDERS) {
    const rows = await world.node(who).sql<{ number: string; seconds: number; overtaken: number }>(
      `select s.number, extract(epoch from s.acked_at - s.created_at)::float8 as seconds, (select count(*)::int from outbox r
         where r.priority = 'routine' and r.acked_at > s.created_at and r.acked_at < s.acked_at) as overtaken
       from outbox s where s.priority = 'stat' and s.kind = 'parcel'`,
    )
    assert.equal(rows.length, 3 * EMERGENCIES, `${who}: emergencies made during the drain`)
    const longest = Math.max(...rows.map((r) => r.seconds))
    const most = Math.max(...rows.map((r) => r.overtaken))
    say(`${who}: ${rows.length} emergencies during the drain, through after ${longest.toFixed(1)} s at most, ${most} routine ones before`)
    assert.ok(most <= OVERTAKEN_AT_MOST, `${who}: ${most} routine messages came before an emergency`)
  }
}

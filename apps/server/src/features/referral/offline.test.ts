/**
 * Sites that were away (DESIGN section 9): whatever the sender did meanwhile and in whatever order the hub hears of it,
 * an arrival, an outcome and a death recorded at the receiver stand; what the hub refuses, a person sees with both stories.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Random, random } from '@yba/people'
import fc from 'fast-check'
import type { Site } from '../../site.ts'
import { type Answer, type TestNode, type TestProvince, testProvince, testSeed } from '../../testing/exchange.ts'
import {
  ask,
  contentOf,
  type Effects,
  effects,
  eventually,
  outboxOf,
  parcelOf,
  rowOf,
  signSlip,
  transition,
  until,
  writeOutcome,
} from '../../testing/referral.ts'
import type { AttentionRow } from './contract.ts'
import { rebuild } from './machine.ts'
import { runTimers } from './timers.ts'
import type { ReferralEvent } from './transitions.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

const SENDER = '24997'
const HOUR = 3_600_000

const tell = (node: TestNode, number: string, event: ReferralEvent): Promise<Answer> =>
  ask(node, '/fhir/Task/$transition', {
    thread: { issuer: SENDER, number },
    event,
    occurredAt: '2026-11-20T09:00:00.000Z',
    by: { id: 'x', display: 'Người thử', role: 'referral-desk' },
    reason: 'lý do',
    on: '2026-12-01',
  })

/** All threads of a slip at a site: the first and its children. */
async function family(node: TestNode, number: string): Promise<Effects[]> {
  const all = await Promise.all(['', '~1', '~2', '~3'].map((suffix) => effects(node.sql, SENDER, number + suffix)))
  return all.filter((e) => e.tasks.length > 0)
}

test('slow: at the hub: in every order of delivery the receiver’s arrival and death are taken, and each state is its story', async () => {
  const hubLater = Object.create(p.hub.site, { clock: { value: { now: () => new Date(Date.now() + 25 * HOUR) } } }) as Site
  const senders = fc.array(fc.constantFrom<ReferralEvent>('request-cancel', 'void', 'died', 'add-info', 'ask-void'), { maxLength: 4 })
  const before = fc.subarray<ReferralEvent>(['deliver', 'accept', 'ask-info', 'schedule'])
  const care = fc.subarray<ReferralEvent>(['start-care', 'interim', 'end-care', 'died'])
  let seed = 700
  await fc.assert(
    fc.asyncProperty(senders, before, care, fc.boolean(), fc.infiniteStream(fc.nat(5)), async (theirs, first, then, oneYear, dice) => {
      const slip = await contentOf(p.sender, (await p.slip(p.sender, seed++)).id)
      const number = slip.numbers.slip
      assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf({ ...slip, oneYear }))).status, 200)
      const ours: ReferralEvent[] = [...first, 'arrive', ...then]
      const told = [...theirs]
      while (ours.length + told.length > 0) {
        const roll = dice.next().value ?? 0
        if (roll === 5) await runTimers(hubLater)
        const receiver = told.length === 0 || (ours.length > 0 && roll % 2 === 0)
        const event = receiver ? ours.shift() : told.shift()
        if (!event) continue
        const answer = await tell(receiver ? p.receiver : p.sender, number, event)
        if (receiver && ['arrive', 'died'].includes(event)) assert.equal(answer.status, 200, `${event}: ${answer.code}`)
        else assert.ok([200, 409, 422].includes(answer.status), `${event}: ${answer.status} ${answer.code}`)
      }
      const threads = await family(p.hub, number)
      const events = threads.flatMap((t) => t.events)
      assert.ok(events.includes('arrive'), events.join())
      if (then.includes('died')) assert.ok(events.includes('died'), events.join())
      for (const thread of threads) assert.deepEqual(thread.tasks, [rebuild(thread.story)], thread.events.join())
    }),
    { numRuns: 12, endOnFailure: true },
  )
})

/** Keeps a site's messages back until they are let go: the line of this site is down longer than the other's. */
const hold = (node: TestNode) => node.sql(`update outbox set next_at = '2099-01-01', last_error = 'held' where state = 'pending'`)
const letGo = (node: TestNode) => node.sql(`update outbox set next_at = now() where last_error = 'held' and state = 'pending'`)

const drained = (node: TestNode) =>
  eventually(
    () => outboxOf(node, 'pending'),
    (rows) => rows.length === 0,
    `${node.settings.name} drains`,
    90_000,
  )

interface Plan {
  id: string
  number: string
  there: string
  outcome: boolean
  died: boolean
  accepted: boolean
}

async function ready(r: Random, seed: number): Promise<Plan> {
  const slip = await p.slip(p.sender, seed)
  await signSlip(p.sender, slip.id)
  const there = await until(p.receiver, slip.number, 'delivered')
  return { ...slip, there, outcome: r.int(0, 1) === 1, died: r.int(0, 2) === 0, accepted: r.int(0, 1) === 1 }
}

/** What the receiver's people record without a line. */
async function receive(plan: Plan): Promise<void> {
  const doctor = await p.receiver.at('bs.mot')
  const good = (answer: Answer) => assert.ok(answer.status < 300, `${answer.status} ${answer.code}`)
  if (plan.accepted) good(await transition(await p.receiver.at('vanthu'), plan.there, 'accept'))
  good(await transition(await p.receiver.at('tiepdon'), plan.there, 'arrive'))
  if (plan.outcome) await writeOutcome(p.receiver, plan.there)
  if (plan.died) good(await transition(doctor, plan.there, 'died'))
}

async function waitForPending(node: TestNode, number: string, event: string): Promise<void> {
  await eventually(
    () => outboxOf(node, 'pending'),
    (rows) => rows.some((row) => row.number === number && row.event === event),
    `${event} waits`,
  )
}

const LONGER = [
  ['receiver', 'with two real nodes: a line that is down at both, then longer at the receiver; arrival, outcome and death win'],
  ['sender', 'slow: with two real nodes: a line that is down at both, then longer at the sender; arrival, outcome and death win'],
] as const

for (const [i, [longer, name]] of LONGER.entries()) {
  test(name, async (t) => {
    const seed = testSeed()
    t.diagnostic(`YBA_SEED=${seed}`)
    const r = random(seed, `offline ${longer}`)
    // The hardest is always there: written and signed at the receiver, voided at the sender.
    const plans: Plan[] = [{ ...(await ready(r, 730 + 2 * i)), outcome: true, died: false }, await ready(r, 731 + 2 * i)]
    await p.hub.close()
    const desk = await p.sender.at('vanthu')
    for (const plan of plans) {
      const event: ReferralEvent = plan === plans[0] ? 'void' : r.pick(['void', 'request-cancel'])
      assert.equal((await transition(desk, plan.id, event, 'nhầm')).status, 200)
      await receive(plan)
      if (plan.outcome) await waitForPending(p.receiver, plan.number, 'answer')
    }
    await hold(p[longer])
    await p.hub.open()
    await drained(longer === 'sender' ? p.receiver : p.sender)
    await letGo(p[longer])
    await drained(p.sender)
    await drained(p.receiver)
    for (const plan of plans) await oneStory(plan, seed)
  })
}

/** Every site tells the same, and nothing of what the receiver recorded is missing from it. */
async function oneStory({ number, outcome, died }: Plan, seed: number): Promise<void> {
  const say = (all: Effects[]) => `${number} of seed ${seed}: ${all.map((e) => `${e.tasks} ${e.events}`).join(' | ')}`
  const [hub] = await eventually(
    () => Promise.all([p.hub, p.sender, p.receiver].map((n) => family(n, number))),
    (all) => new Set(all.map((one) => JSON.stringify(one.map((e) => [e.tasks, e.events, e.papers])))).size === 1,
    `one story of ${number}, seed ${seed}`,
  )
  assert.ok(hub)
  // A step that opened a thread of its own is told in both.
  const events = hub.flatMap((e) => e.story.filter((step) => !step.child).map((step) => step.event))
  assert.equal(events.filter((e) => e === 'arrive').length, 1, say(hub))
  assert.equal(events.filter((e) => e === 'answer').length, outcome ? 1 : 0, say(hub))
  assert.equal(hub.flatMap((e) => e.papers).filter((x) => x.includes('PH-')).length, outcome ? 1 : 0, say(hub))
  assert.equal(events.filter((e) => e === 'died').length, died ? 1 : 0, say(hub))
  for (const thread of hub) assert.deepEqual(thread.tasks, [rebuild(thread.story)], say(hub))
}

const openAt = async (node: TestNode, login: string): Promise<AttentionRow[]> =>
  (await (await node.at(login)).get('/fhir/Task/$attention')).json.rows

test('what the hub refuses waits for a person of that role, with both stories, until it is settled', async () => {
  const slip = await p.slip(p.sender, 740)
  await signSlip(p.sender, slip.id)
  const there = await until(p.receiver, slip.number, 'delivered')
  await p.hub.close()
  const desk = await p.receiver.at('vanthu')
  assert.equal((await transition(desk, there, 'accept')).status, 200)
  await hold(p.receiver)
  await p.hub.open()
  assert.equal((await tell(p.sender, slip.number, 'void')).status, 200)
  await letGo(p.receiver)
  const row = (
    await eventually(
      () => openAt(p.receiver, 'vanthu'),
      (rows) => rows.some((r) => r.number === slip.number),
      'the finding',
    )
  ).find((r) => r.number === slip.number)
  assert.ok(row)
  assert.deepEqual([row.kind, row.event, row.why.code, row.hub.was], ['refused-step', 'accept', 'transition-not-allowed', 'void'])
  assert.equal(row.ours.by, 'Hoàng Minh Ước')
  assert.equal(row.referral?.id, there)
  assert.deepEqual(
    (await openAt(p.receiver, 'tiepdon')).filter((r) => r.number === slip.number),
    [],
    'reception does not accept slips',
  )
  const again = await desk.post('/fhir/Task/$settle', { id: row.id, how: 'again' })
  assert.deepEqual([again.status, again.code], [409, 'transition-not-allowed'])
  assert.equal((await desk.post('/fhir/Task/$settle', { id: row.id, how: 'note', note: 'Đã gọi nơi chuyển.' })).status, 200)
  const [noted] = (await openAt(p.receiver, 'vanthu')).filter((r) => r.id === row.id)
  assert.deepEqual([noted?.notes.length, noted?.can], [1, ['accept', 'note']])
  assert.equal((await desk.post('/fhir/Task/$settle', { id: row.id, how: 'accept' })).status, 200)
  assert.equal((await desk.post('/fhir/Task/$settle', { id: row.id, how: 'accept' })).code, 'attention-unknown')
  const story = (await desk.get('/fhir/Task/$attention?state=settled')).json.rows as AttentionRow[]
  const kept = story.find((r) => r.id === row.id)
  assert.deepEqual([kept?.settled?.by, kept?.settled?.how, kept?.notes[0]?.by], ['Hoàng Minh Ước', 'accept', 'Hoàng Minh Ước'])
  assert.equal((await rowOf(desk, slip.number))?.proposed, undefined, 'nothing hangs on the row any more')
})

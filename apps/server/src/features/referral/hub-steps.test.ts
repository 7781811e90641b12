/** The whole table at the hub, over real HTTP: cancelling, questions, visits, third facilities, slips that come late. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type Answer, type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import {
  ask,
  contentOf,
  effects,
  eventually,
  outboxOf,
  parcelOf,
  signSlip,
  transition,
  until,
  writeOutcome,
} from '../../testing/referral.ts'
import type { ReferralView } from './contract.ts'
import { rebuild } from './machine.ts'
import { EVENT_TEXT, type ReferralEvent, type ReferralState } from './transitions.ts'

let p: TestProvince
before(async () => {
  // What is tried here is the table, not the rate: thousands of steps in a minute are no day of a hospital.
  p = await testProvince({
    hubLimits: { perSecond: 1000, burst: 10_000, perMinute: 100_000, signInsPerSecond: 1000, signInBurst: 10_000 },
  })
})
after(() => p.close())

const SENDER = '24997'
const events = Object.keys(EVENT_TEXT) as ReferralEvent[]

/** A slip that the hub holds and the receiver's node has. */
async function sent(seed: number): Promise<string> {
  const slip = await contentOf(p.sender, (await p.slip(p.sender, seed)).id)
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(slip))).status, 200)
  await eventually(
    () => effects(p.hub.sql, SENDER, slip.numbers.slip),
    (e) => e.events.includes('deliver'),
    'delivered',
  )
  return slip.numbers.slip
}

const tell = (node: TestNode, number: string, event: string, more: object = {}): Promise<Answer> =>
  ask(node, '/fhir/Task/$transition', {
    thread: { issuer: SENDER, number },
    event,
    occurredAt: '2026-11-20T09:00:00.000Z',
    by: { id: 'x', display: 'Người thử', role: 'referral-desk' },
    ...more,
  })

/** Takes steps in turn; each must lead where it says. */
async function walk(number: string, steps: [TestNode, ReferralEvent, ReferralState, object?][]): Promise<void> {
  for (const [node, event, state, more] of steps) {
    const answer = await tell(node, number, event, { reason: 'lý do', ...more })
    assert.deepEqual([answer.status, answer.json?.state], [200, state], `${event}: ${answer.code}`)
  }
}

test('slow: a question and its answer, an appointment moved, a cancelling refused: back to where it was', async () => {
  const number = await sent(301)
  await walk(number, [
    [p.receiver, 'ask-info', 'info-needed'],
    [p.sender, 'add-info', 'delivered', { reason: 'Đã có kết quả CT.' }],
    [p.receiver, 'accept', 'accepted'],
    [p.receiver, 'schedule', 'scheduled', { on: '2026-12-01' }],
    [p.receiver, 'reschedule', 'scheduled', { on: '2026-12-03' }],
    [p.sender, 'request-cancel', 'cancel-requested'],
    [p.receiver, 'refuse-cancel', 'scheduled'],
  ])
  const answer = await tell(p.receiver, number, 'reschedule', { on: '30/12/2026' })
  assert.deepEqual([answer.status, answer.code], [422, 'date-required'])
  assert.equal((await tell(p.sender, number, 'request-cancel')).code, 'reason-required')
  const last = await tell(p.sender, number, 'request-cancel', { reason: 'nhầm nơi' })
  assert.deepEqual(
    last.json.history.filter((h: { on?: string }) => h.on).map((h: { on: string }) => h.on),
    ['2026-12-01', '2026-12-03'],
    'rescheduling keeps the earlier day',
  )
  await walk(number, [[p.receiver, 'confirm-cancel', 'cancelled']])
})

test('a paper sent later answers the question; one that is not there does not', async () => {
  const slip = await contentOf(p.sender, (await p.slip(p.sender, 302)).id)
  const number = slip.numbers.slip
  const first = parcelOf(slip)
  assert.equal((await ask(p.sender, '/fhir/$submit', first)).status, 200)
  await eventually(
    () => effects(p.hub.sql, SENDER, number),
    (e) => e.events.includes('deliver'),
    'delivered',
  )
  await walk(number, [[p.receiver, 'ask-info', 'info-needed']])
  const document = { issuer: SENDER, number, version: 2, digest: '' }
  assert.equal((await tell(p.sender, number, 'add-info', { document })).code, 'reason-required')
  assert.equal(
    (
      await ask(
        p.sender,
        '/fhir/$submit',
        parcelOf({ ...slip, condition: 'Đã ổn định.' }, 2, { version: 1, digest: first.documents[0].digest }),
      )
    ).status,
    200,
  )
  assert.equal((await tell(p.sender, number, 'add-info', { document })).json.state, 'delivered')
})

test('F6: a cancelling races an arrival: the arrival wins and the sender is told', async () => {
  const first = await sent(303)
  await walk(first, [
    [p.sender, 'request-cancel', 'cancel-requested'],
    [p.receiver, 'arrive', 'arrived'],
  ])
  await until(p.sender, first, 'arrived')
  for (let round = 0; round < 12; round++) {
    const number = await sent(10_304 + round)
    const step: [TestNode, ReferralEvent] = round % 2 ? [p.sender, 'request-cancel'] : [p.sender, 'void']
    const race = [() => tell(...stepOf(step, number)), () => tell(p.receiver, number, 'arrive')]
    // Who is heard first changes from round to round.
    const [one, two] = await Promise.all((round % 3 ? race : race.toReversed()).map((go) => go()))
    const [taken, arrive] = round % 3 ? [one, two] : [two, one]
    assert.equal(arrive?.status, 200)
    assert.equal(arrive?.json.state, 'arrived')
    if (taken?.status !== 200) assert.equal(taken?.status, 409, taken?.code)
    const first = await effects(p.hub.sql, SENDER, number)
    const child = await effects(p.hub.sql, SENDER, `${number}~2`)
    // A void that was a moment earlier stands, and the arrival beside it.
    assert.deepEqual([...first.tasks, ...child.tasks], first.tasks[0] === 'void' ? ['void', 'arrived'] : ['arrived'])
    assert.equal(rebuild(first.story), first.tasks[0])
  }
})

const stepOf = ([node, event]: [TestNode, ReferralEvent], number: string): Parameters<typeof tell> => [
  node,
  number,
  event,
  { reason: 'hủy' },
]

test('slow: the receiver was away, the slip was cancelled: arrival, care and outcome count all the same, as a visit of its own', async () => {
  const slip = await p.slip(p.sender, 305)
  await signSlip(p.sender, slip.id)
  const there = await until(p.receiver, slip.number, 'delivered')
  await walk(slip.number, [[p.sender, 'request-cancel', 'cancel-requested']])
  await walk(slip.number, [[p.receiver, 'confirm-cancel', 'cancelled']])
  await until(p.receiver, slip.number, 'cancelled')
  const reception = await p.receiver.at('tiepdon')
  assert.equal((await transition(reception, there, 'arrive')).status, 200)
  const visit = `${slip.number}~2`
  const id = await until(p.receiver, visit, 'arrived')
  const view = (await (await p.receiver.at('bs.mot')).get(`/fhir/Task/${id}/$view`)).json as ReferralView
  assert.ok(view.patient.id, 'the person registered at the desk')
  assert.equal(view.partOf, slip.number)
  // A node that was away speaks of the thread it knew.
  assert.equal((await tell(p.receiver, slip.number, 'start-care')).json.thread.number, visit)
  await until(p.receiver, visit, 'in-care')
  await writeOutcome(p.receiver, id)
  const filed = await until(p.sender, visit, 'completed')
  const back = (await (await p.sender.at('bs.mot')).get(`/fhir/Task/${filed}/$view`)).json as ReferralView
  assert.equal(back.outcome?.number, `PH-${SENDER}-${visit}`)
  assert.deepEqual((await effects(p.hub.sql, SENDER, slip.number)).tasks, ['cancelled'], 'the first thread stays what it was')
  for (const node of [p.sender, p.receiver]) assert.deepEqual(await outboxOf(node, 'refused'), [])
})

test('a patient is sent on: the third facility has the slip, the first thread is closed', async () => {
  const slip = await p.slip(p.sender, 306)
  await signSlip(p.sender, slip.id)
  const there = await until(p.receiver, slip.number, 'delivered')
  assert.equal((await transition(await p.receiver.at('tiepdon'), there, 'arrive')).status, 200)
  const doctor = await p.receiver.at('bs.mot')
  const send = (to?: string) => doctor.post(`/fhir/Task/${there}/$transition`, { event: 'redirect', ...(to ? { to } : {}) })
  for (const to of [undefined, '99999', '01929']) assert.equal((await send(to)).code, 'facility-required', String(to))
  assert.equal((await tell(p.receiver, slip.number, 'redirect', { to: SENDER })).code, 'facility-required')
  assert.equal((await send('24998')).status, 200)
  await until(p.sender, slip.number, 'redirected')
  const onward = await until(p.other, `${slip.number}~2`, 'delivered')
  const view = (await (await p.other.at('bs.mot')).get(`/fhir/Task/${onward}/$view`)).json as ReferralView
  assert.equal(view.content.numbers.slip, slip.number)
  assert.deepEqual([view.from.code, view.to.code, view.partOf], [SENDER, '24998', slip.number])
  assert.equal((await tell(p.receiver, `${slip.number}~2`, 'accept')).code, 'thread-unknown')
  await until(p.sender, `${slip.number}~2`, 'delivered')
})

test('a mistaken arrival is taken back until something is charted; the same stay begins again', async () => {
  const slip = await p.slip(p.sender, 307)
  await signSlip(p.sender, slip.id)
  const there = await until(p.receiver, slip.number, 'delivered')
  const reception = await p.receiver.at('tiepdon')
  const stays = async () =>
    (await p.receiver.sql<{ content: string }>('select content from res where not deleted'))
      .map((r) => JSON.parse(r.content) as { resourceType: string; status: string; identifier?: { value: string }[] })
      .filter((e) => e.resourceType === 'Encounter' && e.identifier?.some((i) => i.value === `YB-${SENDER}-${slip.number}`))
      .map((e) => e.status)
  assert.equal((await transition(reception, there, 'arrive')).status, 200)
  assert.equal((await transition(reception, there, 'undo-arrival')).code, 'reason-required')
  assert.equal((await transition(reception, there, 'undo-arrival', 'bấm nhầm')).status, 200)
  await until(p.receiver, slip.number, 'delivered')
  assert.deepEqual(await stays(), ['entered-in-error'])
  assert.equal((await transition(reception, there, 'arrive')).status, 200)
  await until(p.sender, slip.number, 'arrived')
  assert.deepEqual(await stays(), ['arrived'])
  assert.equal((await transition(await p.receiver.at('bs.mot'), there, 'start-care')).status, 200)
  assert.equal((await transition(reception, there, 'undo-arrival', 'muộn')).code, 'transition-not-allowed')
})

test('a paper slip comes before its message: the arrival stands, the slip joins it by number', async () => {
  const slip = await contentOf(p.sender, (await p.slip(p.sender, 308)).id)
  const number = slip.numbers.slip
  const shadow = { person: { name: slip.patient.name, birthDate: slip.patient.birthDate, sex: slip.patient.sex } }
  assert.equal((await tell(p.receiver, number, 'arrive')).code, 'thread-unknown', 'without the paper nobody knows who it is')
  assert.equal((await tell(p.receiver, number, 'accept', { shadow })).code, 'thread-unknown')
  const arrived = await tell(p.receiver, number, 'arrive', { shadow })
  assert.deepEqual([arrived.status, arrived.json.state], [200, 'arrived'])
  const early = await until(p.receiver, number, 'arrived')
  const bare = await (await p.receiver.at('bs.mot')).get(`/fhir/Task/${early}/$view`)
  assert.deepEqual([bare.status, bare.json.content, bare.json.patient.name], [200, undefined, slip.patient.name])
  // So often that strangers would be suspended: a facility whose paper is late may speak of its own number.
  for (let i = 0; i < 12; i++)
    assert.equal((await tell(p.sender, number, 'void', { reason: 'x' })).code, 'slip-not-sent', 'nobody claims a slip that is not there')
  assert.equal((await tell(p.receiver, number, 'undo-arrival', { reason: 'x' })).code, 'slip-missing')
  const merged = await ask(p.sender, '/fhir/$submit', parcelOf(slip))
  assert.deepEqual([merged.status, merged.json.state], [200, 'arrived'], merged.code)
  const found = await effects(p.hub.sql, SENDER, number)
  assert.deepEqual([found.tasks, found.events], [['arrived'], ['arrive', 'send']])
  const at = await until(p.receiver, number, 'arrived')
  const view = await eventually(
    async () => (await (await p.receiver.at('bs.mot')).get(`/fhir/Task/${at}/$view`)).json as ReferralView,
    (v) => v.content?.numbers?.slip === number,
    'the slip is shown',
  )
  assert.equal(view.diagnosis, slip.diagnosisText)
})

test('after the arrival both facilities must agree to void; a death is recorded by either, and takes the outcome', async () => {
  const number = await sent(309)
  await walk(number, [[p.receiver, 'arrive', 'arrived']])
  assert.equal((await tell(p.sender, number, 'void', { reason: 'nhầm' })).code, 'void-needs-both')
  await walk(number, [[p.sender, 'ask-void', 'arrived']])
  assert.equal((await tell(p.sender, number, 'void', { reason: 'nhầm' })).code, 'void-needs-both', 'asking is not agreeing')
  await walk(number, [[p.receiver, 'void', 'void']])
  const other = await sent(310)
  await walk(other, [
    [p.sender, 'died', 'died'],
    [p.receiver, 'died', 'died'],
  ])
  const status = async () =>
    (await p.hub.sql<{ content: string }>('select content from res where not deleted'))
      .map((r) => JSON.parse(r.content) as { resourceType: string; status: string; identifier?: { value: string }[] })
      .find((t) => t.resourceType === 'Task' && t.identifier?.[0]?.value === other)?.status
  assert.equal(await status(), 'failed')
})

test('slow: for every generated history of events the state rebuilt from the log is the projection: visits and shadows too', async () => {
  let seed = 320
  const kinds = ['slip', 'one-year', 'shadow'] as const
  const seen = new Set<string>()
  const held = () => p.hub.sql('select facility, kind, sum(count) as times from node_misdeed where weight > 0 group by 1, 2 order by 1, 2')
  const before = await held()
  const steps = fc.array(fc.tuple(fc.constantFrom(...events), fc.boolean()), { minLength: 20, maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), async (list, late) => {
      const kind = kinds[seed % 3] ?? 'slip'
      const slip = await contentOf(p.sender, (await p.slip(p.sender, seed++)).id)
      const number = slip.numbers.slip
      const parcel = parcelOf({ ...slip, oneYear: kind === 'one-year' })
      const { name, birthDate, sex } = slip.patient
      const shadow = { person: { name, birthDate, sex } }
      const first = kind === 'shadow' ? await tell(p.receiver, number, 'arrive', { shadow }) : await ask(p.sender, '/fhir/$submit', parcel)
      assert.equal(first.status, 200)
      for (const [i, [event, bySender]] of list.entries()) {
        if (kind === 'shadow' && i === late % list.length) assert.equal((await ask(p.sender, '/fhir/$submit', parcel)).status, 200)
        const numbers = event === 'also-numbered' ? { aliases: [`${number}/HIS`] } : {}
        const more = { reason: 'lý do', on: '2026-12-01', to: '24998', ...numbers }
        const answer = await tell(bySender ? p.sender : p.receiver, number, event, more)
        assert.ok([200, 404, 409, 422].includes(answer.status), `${event} ${answer.status} ${answer.code}`)
      }
      for (const suffix of ['', '~1', '~2', '~3', '~4', '~5']) {
        const found = await effects(p.hub.sql, SENDER, number + suffix)
        if (found.tasks.length === 0) continue
        seen.add(`${kind}${suffix}`)
        assert.deepEqual(found.tasks, [rebuild(found.story)], `${number}${suffix}: ${found.events}`)
      }
    }),
    { numRuns: 9, endOnFailure: true },
  )
  for (const kind of kinds) assert.ok(seen.has(kind), kind)
  assert.deepEqual(await held(), before, 'nothing honest is held against a node')
})

/** A slip of one year (TT 01/2025 Art. 12, Annex III): it stays open, each visit is a thread of its own, the hub ends it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Site } from '../../site.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { ask, contentOf, effects, eventually, outboxOf, parcelOf, rowOf, transition, until, writeOutcome } from '../../testing/referral.ts'
import type { ReferralView } from './contract.ts'
import { dueEvent, runTimers } from './timers.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

const SENDER = '24997'

/** A slip of one year, signed on 20 November 2026, that the receiver's node has; gives its number and the receiver's Task. */
async function oneYear(seed: number): Promise<{ number: string; there: string }> {
  const slip = await contentOf(p.sender, (await p.slip(p.sender, seed)).id)
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf({ ...slip, oneYear: true }))).status, 200)
  return { number: slip.numbers.slip, there: await until(p.receiver, slip.numbers.slip, 'delivered') }
}

const hubAt = (now: Date): Site => Object.create(p.hub.site, { clock: { value: { now: () => now } } }) as Site

test('from the first visit on the slip stays open; visits may overlap, each has its outcome, the parent lists them', async () => {
  const { number, there } = await oneYear(501)
  const reception = await p.receiver.at('tiepdon')
  const doctor = await p.receiver.at('bs.mot')
  assert.equal((await transition(reception, there, 'arrive')).status, 200)
  await until(p.receiver, number, 'multi-use')
  const first = await until(p.receiver, `${number}~1`, 'arrived')
  const again = await transition(reception, there, 'arrive')
  assert.deepEqual([again.status, again.json.state], [409, 'arrived'], 'nobody has seen the patient yet: it is the same arrival')
  assert.equal((await transition(doctor, first, 'start-care')).status, 200)
  await until(p.sender, `${number}~1`, 'in-care')
  // The next month: the outcome of the first visit is not written yet.
  assert.equal((await transition(reception, there, 'arrive')).status, 200)
  const second = await until(p.receiver, `${number}~2`, 'arrived')
  const rows = [await rowOf(doctor, `${number}~1`), await rowOf(doctor, `${number}~2`)]
  assert.deepEqual([rows[0]?.use, rows[1]?.use], [1, 2])
  assert.notEqual(rows[0]?.id, rows[1]?.id)
  await writeOutcome(p.receiver, first)
  await until(p.sender, `${number}~1`, 'completed')
  assert.equal((await transition(doctor, second, 'start-care')).status, 200)
  await until(p.sender, `${number}~2`, 'in-care')
  const parent = (await doctor.get(`/fhir/Task/${there}/$view`)).json as ReferralView
  assert.deepEqual(
    parent.uses?.map((u) => [u.number, u.use, u.state]),
    [
      [`${number}~1`, 1, 'completed'],
      [`${number}~2`, 2, 'in-care'],
    ],
  )
  assert.deepEqual(
    parent.uses?.map((u) => u.id),
    [first, second],
  )
  assert.equal(parent.validity?.basis, 'one-year')
  assert.deepEqual(await outboxOf(p.receiver, 'refused'), [])
  const stays = await p.receiver.sql<{ content: string }>(`select content from res where not deleted and content like '%"Encounter"%'`)
  const mine = stays
    .map((r) => JSON.parse(r.content))
    .filter((e) => e.resourceType === 'Encounter' && e.identifier?.[0]?.value.startsWith(`YB-${SENDER}-${number}`))
  assert.equal(new Set(mine.map((e) => e.identifier[0].value)).size, 2, 'two visits are two stays')
})

test('its last day ends the slip, by the table of holidays; who comes later is still recorded', async () => {
  const { number, there } = await oneYear(502)
  assert.equal((await transition(await p.receiver.at('tiepdon'), there, 'arrive')).status, 200)
  await until(p.receiver, number, 'multi-use')
  const [row] = await p.hub.sql<{ content: string }>(`select content from res where not deleted and content like $1`, [
    `%"value":"${number}"%multi-use%`,
  ])
  const end = (JSON.parse(row?.content ?? '{}') as { restriction?: { period?: { end?: string } } }).restriction?.period?.end ?? ''
  assert.match(end, /^2027-11-\d\d$/)
  assert.equal(await runTimers(hubAt(new Date(`${end}T12:00:00+07:00`))), 0)
  assert.equal((await effects(p.hub.sql, SENDER, number)).tasks[0], 'multi-use')
  assert.ok((await runTimers(hubAt(new Date(Date.parse(`${end}T00:00:00+07:00`) + 4 * 86_400_000)))) > 0)
  assert.equal((await effects(p.hub.sql, SENDER, number)).tasks[0], 'completed')
  const child = await until(p.receiver, `${number}~1`, 'arrived')
  assert.equal((await transition(await p.receiver.at('bs.mot'), child, 'start-care')).status, 200)
  await until(p.sender, `${number}~1`, 'in-care')
})

test('slow: what was recorded of the slip and then of its visit reaches the hub in that order', async () => {
  const reception = await p.receiver.at('tiepdon')
  const doctor = await p.receiver.at('bs.mot')
  const slips = await Promise.all([511, 512, 513, 514, 515, 516, 517, 518].map(oneYear))
  const visits: string[] = []
  for (const { number, there } of slips) {
    assert.equal((await transition(reception, there, 'arrive')).status, 200)
    visits.push(await until(p.receiver, `${number}~1`, 'arrived'))
  }
  await p.hub.close()
  for (const [i, { there }] of slips.entries()) {
    assert.equal((await transition(doctor, there, 'died', 'tử vong')).status, 200)
    assert.equal((await transition(doctor, visits[i] ?? '', 'start-care')).status, 200)
  }
  await p.hub.open()
  await eventually(
    () => outboxOf(p.receiver, 'pending'),
    (rows) => rows.length === 0,
    'the queue to drain',
  )
  for (const { number } of slips) {
    const { events } = await effects(p.hub.sql, SENDER, `${number}~1`)
    assert.deepEqual(events, ['arrive', 'died'], number)
    const refused = (await outboxOf(p.receiver, 'refused')).filter((row) => row.number === `${number}~1`)
    assert.equal(refused.length, 1, 'a person is shown that care was recorded after the death')
  }
})

test('a last day that is no working day ends with the next one', () => {
  const at = (text: string) => new Date(`${text}+07:00`)
  // 6 November 2027 is a Saturday.
  assert.equal(dueEvent('multi-use', [], at('2027-11-08T23:59:00'), '2027-11-06'), null)
  assert.equal(dueEvent('multi-use', [], at('2027-11-09T00:00:00'), '2027-11-06'), 'end-of-use')
  assert.equal(dueEvent('multi-use', [], at('2027-11-06T00:00:00'), '2027-11-05'), 'end-of-use')
  assert.equal(dueEvent('multi-use', [], at('2027-11-05T23:59:00'), '2027-11-05'), null)
})

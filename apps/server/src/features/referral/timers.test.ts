/** The hub's timers on a moved clock: each strikes when it is due, once, and never against an arrival. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Site } from '../../site.ts'
import { type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { ask, contentOf, effects, parcelOf } from '../../testing/referral.ts'
import type { ReferralHistoryEntry } from './contract.ts'
import { dueEvent, runTimers } from './timers.ts'
import type { ReferralEvent, ReferralState } from './transitions.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

/** The hub as it is at another moment. */
const hubAt = (now: Date): Site => Object.create(p.hub.site, { clock: { value: { now: () => now } } }) as Site
const hubIn = (ms: number): Site => hubAt(new Date(Date.now() + ms))

async function sent(seed: number): Promise<string> {
  const slip = await contentOf(p.sender, (await p.slip(p.sender, seed)).id)
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(slip))).status, 200)
  return slip.numbers.slip
}

async function tell(node: TestNode, number: string, event: ReferralEvent, more: object = {}): Promise<void> {
  const thread = { issuer: '24997', number }
  const by = { id: 'x', display: 'Người thử', role: 'referral-desk' }
  const answer = await ask(node, '/fhir/Task/$transition', {
    thread,
    event,
    occurredAt: new Date().toISOString(),
    by,
    reason: 'x',
    ...more,
  })
  assert.equal(answer.status, 200, `${event}: ${answer.code}`)
}

const stateOf = async (number: string): Promise<string> => (await effects(p.hub.sql, '24997', number)).tasks.join()

test('a cancelling nobody answers for 24 hours is confirmed, once; an arrival in time wins', async () => {
  const [silent, came] = [await sent(401), await sent(402)]
  for (const number of [silent, came]) {
    await tell(p.receiver, number, 'accept')
    await tell(p.sender, number, 'request-cancel')
  }
  assert.equal(await runTimers(hubIn(23 * HOUR)), 0)
  await tell(p.receiver, came, 'arrive')
  assert.equal(await runTimers(hubIn(25 * HOUR)), 1)
  assert.equal(await runTimers(hubIn(25 * HOUR)), 0, 'a second pass finds nothing to do')
  assert.deepEqual([await stateOf(silent), await stateOf(came)], ['cancelled', 'arrived'])
  const found = await effects(p.hub.sql, '24997', silent)
  assert.equal(found.events.filter((e) => e === 'confirm-cancel').length, 1)
})

test('two passes at once take one step', async () => {
  const number = await sent(403)
  await tell(p.receiver, number, 'accept')
  await tell(p.sender, number, 'request-cancel')
  const taken = await Promise.all([runTimers(hubIn(25 * HOUR)), runTimers(hubIn(25 * HOUR))])
  assert.equal(taken[0] + taken[1], 1)
})

test('an appointment is missed when its day and a working day of grace are over, by the table of holidays', async () => {
  const number = await sent(404)
  await tell(p.receiver, number, 'accept')
  // 30 April and 1 May 2026 are holidays, then comes a week-end: the grace is Monday 4 May.
  await tell(p.receiver, number, 'schedule', { on: '2026-04-29', occurredAt: '2026-04-28T09:00:00.000Z' })
  assert.equal(await runTimers(hubAt(new Date('2026-05-04T23:59:00+07:00'))), 0)
  assert.equal(await stateOf(number), 'scheduled')
  assert.equal(await runTimers(hubAt(new Date('2026-05-05T00:00:00+07:00'))), 1)
  assert.equal(await stateOf(number), 'no-show')
  const nextMonth = new Date(Date.now() + 30 * DAY).toISOString().slice(0, 10)
  await tell(p.receiver, number, 'reschedule', { on: nextMonth })
  assert.equal(await runTimers(hubIn(0)), 0)
  await tell(p.receiver, number, 'arrive')
  assert.equal(await stateOf(number), 'arrived')
})

test('a stay whose outcome is missing for seven days is closed; without an end of care nothing runs', async () => {
  const [ended, goesOn] = [await sent(405), await sent(406)]
  for (const number of [ended, goesOn]) {
    await tell(p.receiver, number, 'arrive')
    await tell(p.receiver, number, 'start-care')
  }
  await tell(p.receiver, ended, 'end-care')
  assert.equal(await runTimers(hubIn(7 * DAY - HOUR)), 0)
  assert.equal(await runTimers(hubIn(7 * DAY + HOUR)), 1)
  assert.deepEqual([await stateOf(ended), await stateOf(goesOn)], ['closed-no-outcome', 'in-care'])
})

test('a cancelling of a slip that was never delivered need not wait', () => {
  const story = (list: ReferralEvent[]): ReferralHistoryEntry[] =>
    list.map((event) => {
      const at = '2026-11-20T09:00:00.000Z'
      return { event, state: 'sent' as ReferralState, occurredAt: at, recordedAt: at, by: 'x', facility: '24997' }
    })
  const now = new Date('2026-11-20T09:00:01.000Z')
  assert.equal(dueEvent('cancel-requested', story(['send', 'request-cancel']), now), 'confirm-cancel')
  assert.equal(dueEvent('cancel-requested', story(['send', 'deliver', 'request-cancel']), now), null)
  assert.equal(dueEvent('arrived', story(['send', 'request-cancel', 'arrive']), now), null)
})

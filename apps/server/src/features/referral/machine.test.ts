/** The table itself: each row is applied, everything that is not in it is refused by name, with what is possible. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import fc from 'fast-check'
import { proposedState, step } from './machine.ts'
import { type Actor, allowedEvents, EVENT_TEXT, type ReferralEvent, type ReferralState, STATES, TRANSITIONS } from './transitions.ts'

const states = Object.keys(STATES) as ReferralState[]
const events = Object.keys(EVENT_TEXT) as ReferralEvent[]
const actors: Actor[] = ['sender', 'receiver', 'hub']
const every = states.flatMap((from) => events.flatMap((event) => actors.map((actor) => ({ from, event, actor }))))
const isRow = (t: (typeof every)[number]) => TRANSITIONS.some((r) => r.from === t.from && r.event === t.event && r.actor === t.actor)

/** The ways a referral may go, written out by hand: the test does not believe the table it tests. */
const WAYS: [ReferralState, Actor, ReferralEvent, ReferralState][] = [
  ['draft', 'sender', 'submit', 'to-sign'],
  ['to-sign', 'sender', 'sign', 'queued'],
  ['queued', 'hub', 'send', 'sent'],
  ['sent', 'receiver', 'deliver', 'delivered'],
  ['sent', 'receiver', 'accept', 'accepted'],
  ['delivered', 'receiver', 'accept', 'accepted'],
  ['sent', 'receiver', 'decline', 'declined'],
  ['delivered', 'receiver', 'decline', 'declined'],
  ['accepted', 'receiver', 'decline', 'declined'],
  ['sent', 'receiver', 'arrive', 'arrived'],
  ['delivered', 'receiver', 'arrive', 'arrived'],
  ['accepted', 'receiver', 'arrive', 'arrived'],
  ['arrived', 'receiver', 'start-care', 'in-care'],
  ['arrived', 'receiver', 'answer', 'in-care'],
  ['in-care', 'receiver', 'answer', 'in-care'],
  ['in-care', 'sender', 'file-outcome', 'completed'],
  ...(['draft', 'to-sign', 'queued', 'sent', 'delivered', 'accepted', 'declined'] as const).map(
    (s): [ReferralState, Actor, ReferralEvent, ReferralState] => [s, 'sender', 'void', 'void'],
  ),
]

test('the table holds the known ways and no other', () => {
  const found = TRANSITIONS.map((t) => [t.from, t.actor, t.event, t.to].join(' '))
  assert.deepEqual(found.sort(), WAYS.map((w) => w.join(' ')).sort())
  assert.equal(new Set(found.map((f) => f.split(' ').slice(0, 3).join(' '))).size, found.length, 'one next state for each')
})

test('each row is applied', () => {
  for (const row of TRANSITIONS) {
    assert.equal(step(row.from, row.event, row.actor, 'có lý do').to, row.to)
    assert.ok(allowedEvents(row.from, row.actor).includes(row.event))
    if (row.guard !== 'reason') continue
    for (const reason of [undefined, '', '   ']) {
      assert.throws(
        () => step(row.from, row.event, row.actor, reason),
        (e: unknown) => e instanceof OutcomeError && e.code === 'reason-required',
      )
    }
  }
})

test('every other (state, event, actor) is refused with 409, the state and what is possible', () => {
  const others = every.filter((t) => !isRow(t))
  assert.equal(others.length + TRANSITIONS.length, every.length)
  for (const { from, event, actor } of others) {
    assert.throws(
      () => step(from, event, actor, 'có lý do'),
      (error: unknown) => {
        assert.ok(error instanceof OutcomeError)
        assert.equal(error.code, 'transition-not-allowed')
        assert.equal(error.findings[0]?.definition.http, 409)
        assert.deepEqual(error.extra, { state: from, allowed: allowedEvents(from, actor) })
        return true
      },
    )
  }
})

test('an event nobody knows is refused the same way', () => {
  assert.throws(
    () => step('sent', 'explode' as ReferralEvent, 'receiver'),
    (e: unknown) => e instanceof OutcomeError && e.code === 'transition-not-allowed',
  )
})

test('a terminal state lets nothing follow but a void of what was declined', () => {
  for (const state of states.filter((s) => STATES[s].terminal)) {
    const after = TRANSITIONS.filter((t) => t.from === state)
    assert.deepEqual(
      after.map((t) => t.event),
      state === 'declined' ? ['void'] : [],
    )
  }
})

test('replica ⊕ proposals walks the table; what no longer fits is passed over', () => {
  const anyState = fc.constantFrom(...states)
  const anyEvents = fc.array(fc.constantFrom(...events), { maxLength: 8 })
  fc.assert(
    fc.property(anyState, anyEvents, fc.constantFrom(...actors), (from, list, actor) => {
      let by: ReferralState = from
      for (const event of list) if (isRow({ from: by, event, actor })) by = step(by, event, actor, 'x').to
      assert.equal(proposedState(from, list, actor), by)
    }),
  )
  assert.equal(proposedState('delivered', ['accept', 'accept', 'arrive'], 'receiver'), 'arrived')
  assert.equal(proposedState('arrived', ['arrive'], 'receiver'), 'arrived')
})

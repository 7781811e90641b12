/** The table itself: each row is applied, everything that is not in it is refused by name, with what is possible. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import fc from 'fast-check'
import { statedTime } from './act.ts'
import { offeredEvents, proposedState, rebuild, type StepFacts, step, type Told } from './machine.ts'
import { isBirthDate } from './real-time.ts'
import {
  type Actor,
  allowedEvents,
  EVENT_TEXT,
  type Guard,
  type ReferralEvent,
  type ReferralState,
  STATES,
  TRANSITIONS,
  type Transition,
  transition,
} from './transitions.ts'

const states = Object.keys(STATES) as ReferralState[]
const events = Object.keys(EVENT_TEXT) as ReferralEvent[]
const actors: Actor[] = ['sender', 'receiver', 'hub', 'timer']
const every = states.flatMap((from) => events.flatMap((event) => actors.map((actor) => ({ from, event, actor }))))
const isRow = (t: (typeof every)[number]) => TRANSITIONS.some((r) => r.from === t.from && r.event === t.event && r.actor === t.actor)

/** Everything a guard may want, there. */
const FACTS: StepFacts = {
  reason: 'có lý do',
  on: '2026-12-01',
  to: '24998',
  document: true,
  outcomes: 0,
  due: true,
  facility: '24997',
  story: [{ event: 'ask-void', state: 'in-care', facility: '01929' }],
}
const factsFor = (guard: Guard): StepFacts => ({
  ...FACTS,
  ...(guard === 'outcome-present' ? { outcomes: 1 } : {}),
  ...(guard === 'one-year' ? { oneYear: true } : {}),
})

/** The ways a referral may go, written out by hand: the test does not believe the table it tests. `a b > to`. */
const WAYS = `
draft sender submit > to-sign
to-sign sender sign > queued
queued hub send > sent
no-show multi-use arrived in-care interim returned closed-no-outcome completed declined cancelled redirected died void | hub send > same
sent receiver deliver > delivered
cancel-requested receiver deliver > same
sent delivered info-needed | receiver accept > accepted
sent delivered info-needed accepted scheduled arrived in-care | receiver decline > declined
delivered accepted | receiver ask-info > info-needed
info-needed sender add-info > delivered
accepted receiver schedule > scheduled
scheduled no-show | receiver reschedule > scheduled
scheduled timer no-show > no-show
sent delivered info-needed accepted scheduled | sender request-cancel > cancel-requested
cancel-requested receiver confirm-cancel > cancelled
cancel-requested timer confirm-cancel > cancelled
cancel-requested receiver refuse-cancel > previous
none sent delivered info-needed accepted scheduled no-show cancel-requested | receiver arrive > arrived
completed declined cancelled redirected died void | receiver arrive > same+arrived
sent delivered info-needed accepted scheduled no-show cancel-requested | receiver arrive > multi-use+arrived
multi-use returned closed-no-outcome | receiver arrive > same+arrived
multi-use timer end-of-use > completed
multi-use receiver decline > declined
declined sender readdress > same+sent
multi-use receiver answer > same
multi-use | sender,receiver died > died
multi-use | sender,receiver ask-void > same
multi-use | sender,receiver void > void
arrived receiver undo-arrival > previous
arrived receiver left-unseen > completed
arrived receiver start-care > in-care
in-care interim | receiver interim > interim
in-care interim | receiver end-care > same
arrived in-care interim | receiver redirect > redirected+sent
in-care interim | receiver return > returned
arrived in-care interim | receiver answer > in-care
returned closed-no-outcome completed declined cancelled redirected died void | receiver answer > same
to-sign sender send-back > same
delivered accepted | receiver send-back > info-needed
scheduled no-show | receiver send-back > same
multi-use arrived in-care interim returned closed-no-outcome completed redirected died | sender,receiver send-back > same
info-needed sender correct > delivered
queued sent delivered accepted scheduled no-show cancel-requested | sender correct > same
multi-use arrived in-care interim returned closed-no-outcome completed redirected died | sender,receiver correct > same
in-care interim | timer close-no-outcome > closed-no-outcome
in-care returned closed-no-outcome | sender file-outcome > completed
sent delivered info-needed accepted scheduled no-show cancel-requested arrived in-care interim returned closed-no-outcome | sender,receiver died > died
completed declined cancelled redirected died void | sender,receiver died > same
arrived in-care interim returned closed-no-outcome completed redirected died | sender,receiver ask-void > same
draft to-sign queued sent delivered info-needed accepted scheduled no-show cancel-requested declined cancelled | sender void > void
arrived in-care interim returned closed-no-outcome completed redirected died | sender,receiver void > void
sent delivered info-needed accepted scheduled no-show cancel-requested multi-use arrived in-care interim returned closed-no-outcome completed declined cancelled redirected died void | sender also-numbered > same
`
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [way = '', to] = line.split(' > ')
    const words = way.replace(' |', '').split(' ')
    const [who = '', event] = words.slice(-2)
    return words.slice(0, -2).flatMap((from) => who.split(',').map((actor) => `${from} ${actor} ${event} ${to}`))
  })

test('the table holds the known ways and no other', () => {
  const found = TRANSITIONS.map((t) => [t.from, t.actor, t.event, t.opens ? `${t.to}+${t.opens}` : t.to].join(' '))
  assert.deepEqual(found.sort(), WAYS.sort())
  const chosen = (t: Transition) => [t.from, t.event, t.actor, t.guard === 'one-year'].join(' ')
  assert.equal(new Set(TRANSITIONS.map(chosen)).size, found.length, 'one next state for each')
  const ways = new Map<string, string>()
  for (const t of TRANSITIONS) {
    // With or without a thread of its own: the story tells which.
    const way = `${t.from} ${t.event} ${t.opens ?? ''}`
    const known = ways.get(way)
    assert.ok(known === undefined || known === t.to, `${way} leads to one place, whoever says it`)
    ways.set(way, t.to)
  }
})

test('another place is proposed with the place or a reason; the slip goes to one other place, once', () => {
  const refused = (event: 'decline' | 'readdress', facts: StepFacts) => {
    try {
      step(event === 'decline' ? 'delivered' : 'declined', event, event === 'decline' ? 'receiver' : 'sender', facts)
      return ''
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  assert.deepEqual(
    [{}, { reason: ' ' }, { reason: 'hết giường' }, { to: '24998', facility: '01929' }, { to: '01929', facility: '01929' }].map((f) =>
      refused('decline', f),
    ),
    ['elsewhere-required', 'elsewhere-required', '', '', 'facility-required'],
  )
  assert.equal(refused('readdress', { to: '24998', facility: '24997' }), '')
  assert.equal(refused('readdress', { facility: '24997' }), 'facility-required')
  const story = [{ event: 'readdress', state: 'declined' }] as const
  assert.equal(refused('readdress', { to: '24998', facility: '24997', story }), 'already-readdressed')
  assert.ok(offeredEvents('declined', 'sender', {}).includes('readdress'))
  assert.ok(!offeredEvents('declined', 'sender', { story }).includes('readdress'))
})

test('papers that follow an arrival are taken in every state such a thread can have', () => {
  const reached = new Set<ReferralState>(['arrived'])
  for (const from of reached) {
    for (const row of TRANSITIONS) {
      // An arrival is not taken back before its slip is there (slip-missing).
      if (row.from === from && row.to !== 'same' && row.to !== 'previous') reached.add(row.to)
    }
  }
  assert.ok(reached.has('declined') && reached.has('void'))
  for (const state of reached) assert.equal(step(state, 'send', 'hub').to, state)
})

test('a step happened on a real day, not long before and not after it is told', () => {
  const now = new Date('2026-11-20T09:00:00Z')
  for (const at of [
    '1900-01-01T00:00:00Z',
    '9999-01-01T00:00:00Z',
    '2026-02-31T08:00:00Z',
    '2026-11-20T08:00:00+23:59',
    '2026-11-20T10:00:00Z',
  ])
    assert.throws(
      () => statedTime(at, now),
      (e) => e instanceof OutcomeError && e.code === 'request-incomplete',
      at,
    )
  for (const at of ['2016-12-01T08:00:00+07:00', '2024-02-29T23:30:00+07:00', '2026-11-20T16:00:00+07:00'])
    assert.equal(statedTime(at, now), at)
})

test('a date of birth is of somebody who can be alive', () => {
  const now = new Date('2026-11-20T09:00:00Z')
  for (const good of ['1950', '1950-02', '2024-02-29', '2026-11-20']) assert.ok(isBirthDate(good, now), good)
  for (const bad of ['0000', '1800', '9999', '2026-12', '2026-11-30', '1950-02-30', '1950-13', '50']) assert.ok(!isBirthDate(bad, now), bad)
})

test('each row is applied', () => {
  for (const row of TRANSITIONS) {
    if (row.from === 'none') continue
    const taken = step(row.from, row.event, row.actor, factsFor(row.guard))
    assert.equal(taken.opens, row.opens)
    const to = taken.to
    if (row.to === 'same') assert.equal(to, row.from)
    else if (row.to !== 'previous') assert.equal(to, row.to)
    assert.ok(allowedEvents(row.from, row.actor).includes(row.event))
  }
})

test('each guard refuses by its name what it does not find', () => {
  const LACKS: Partial<Record<Guard, [StepFacts, string][]>> = {
    reason: [undefined, '', '   '].map((reason) => [{ reason }, 'reason-required']),
    info: [[{ reason: ' ', document: false }, 'reason-required']],
    corrected: [
      [{ reason: ' ' }, 'reason-required'],
      [{ document: false }, 'correction-not-registered'],
    ],
    date: [undefined, '', '1/12/2026', '2026-02-30', '2026-13-01']
      .map((on): [StepFacts, string] => [{ on }, 'date-required'])
      .concat([
        [{ today: '2026-12-02' }, 'appointment-past'],
        [{ on: '9999-01-01', today: '2026-11-20' }, 'appointment-too-far'],
      ]),
    facility: [undefined, '', '24997'].map((to) => [{ to }, 'facility-required']),
    mistaken: [
      [{ reason: '' }, 'reason-required'],
      [{ charted: true }, 'stay-begun'],
      [{ outcomes: 1 }, 'stay-begun'],
      [{ shadow: true }, 'slip-missing'],
    ],
    'other-asked': [
      [{ reason: '' }, 'reason-required'],
      [{ story: [] }, 'void-needs-both'],
      [{ facility: '01929' }, 'void-needs-both'],
    ],
    'outcome-registered': [[{ document: false }, 'outcome-not-registered']],
    'outcome-present': [[{ outcomes: 0 }, 'outcome-not-registered']],
    'day-over': [[{ due: false }, 'not-due']],
    silence: [[{ due: false }, 'not-due']],
    'outcome-overdue': [[{ due: false }, 'not-due']],
    'year-over': [[{ due: false }, 'not-due']],
  }
  for (const row of TRANSITIONS) {
    for (const [facts, code] of LACKS[row.guard] ?? []) {
      assert.throws(
        () => step(row.from as ReferralState, row.event, row.actor, { ...factsFor(row.guard), ...facts }),
        (e: unknown) => e instanceof OutcomeError && e.code === code,
        `${row.from} ${row.event} ${code}`,
      )
    }
  }
})

test('every other (state, event, actor) is refused with 409, the state and what is possible', () => {
  const others = every.filter((t) => !isRow(t))
  const ways = new Set(TRANSITIONS.filter((t) => t.from !== 'none').map((t) => `${t.from} ${t.event} ${t.actor}`))
  assert.equal(others.length + ways.size, every.length)
  for (const { from, event, actor } of others) {
    assert.throws(
      () => step(from, event, actor, FACTS),
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

test('only a void leads away from a terminal state; arrival, outcome and death are told all the same', () => {
  for (const state of states.filter((s) => STATES[s].terminal)) {
    for (const row of TRANSITIONS.filter((t) => t.from === state))
      assert.ok(row.to === 'same' || row.event === 'void', `${state} ${row.event}`)
  }
  const shared = states.filter((s) => !STATES[s].local)
  for (const state of shared) for (const actor of ['sender', 'receiver'] as const) assert.ok(transition(state, 'died', actor), state)
  const there: ReferralState[] = ['arrived', 'in-care', 'interim']
  for (const state of shared) assert.ok(transition(state, there.includes(state) ? 'answer' : 'arrive', 'receiver'), state)
})

test('what is taken back leads to the state before it, and what happened since counts', () => {
  const cases: [ReferralEvent[], ReferralState][] = [
    [['send', 'deliver', 'accept', 'schedule', 'request-cancel', 'refuse-cancel'], 'scheduled'],
    [['send', 'request-cancel', 'deliver', 'refuse-cancel'], 'delivered'],
    [['send', 'deliver', 'ask-info', 'arrive', 'undo-arrival'], 'info-needed'],
    [['send', 'deliver', 'request-cancel', 'arrive', 'undo-arrival'], 'cancel-requested'],
    [['send', 'deliver', 'request-cancel', 'arrive', 'undo-arrival', 'refuse-cancel'], 'delivered'],
    [['send', 'accept', 'arrive', 'undo-arrival', 'arrive', 'undo-arrival', 'schedule', 'arrive', 'undo-arrival'], 'scheduled'],
    [['arrive', 'send', 'undo-arrival'], 'sent'],
    [['arrive', 'undo-arrival'], 'void'],
  ]
  for (const [list, state] of cases) assert.equal(rebuild(list), state, list.join(' '))
  const uses: Parameters<typeof rebuild>[0] = ['send', 'accept', { event: 'arrive', child: 'x~1' }, { event: 'arrive', child: 'x~2' }]
  assert.equal(rebuild(uses), 'multi-use')
  assert.equal(rebuild([...uses, 'end-of-use', { event: 'arrive', child: 'x~3' }]), 'completed')
  assert.throws(() => rebuild(['send', 'answer']), /answer in sent/)
})

/** Rows of a shortest way between two states, so that no rare state is left to chance; none when there is no way. */
function way(from: ReferralState, to: ReferralState): Transition[] {
  const ways = new Map<ReferralState, Transition[]>([[from, []]])
  for (const [state, rows] of ways) {
    if (state === to) return rows
    for (const row of TRANSITIONS.filter((t) => t.from === state)) {
      const next = row.to
      if (next !== 'same' && next !== 'previous' && !ways.has(next)) ways.set(next, [...rows, row])
    }
  }
  return []
}

test('for every generated history the state rebuilt from the log is the one reached step by step', () => {
  const choices = fc.array(fc.nat(), { maxLength: 25 })
  const reached = new Set<string>()
  fc.assert(
    fc.property(fc.boolean(), fc.constantFrom(...states.filter((s) => !STATES[s].local)), choices, (slipFirst, goal, list) => {
      const story: Told[] = [{ event: slipFirst ? 'send' : 'arrive', state: slipFirst ? 'sent' : 'arrived' }]
      let state = story[0]?.state as ReferralState
      const planned = way(state, goal)
      const chosen = (choice: number): Transition | undefined => {
        // A slip is sent elsewhere once.
        const over = (t: Transition) => t.event === 'readdress' && story.some((told) => told.event === 'readdress')
        const open = TRANSITIONS.filter((t) => t.from === state && !over(t))
        return open[choice % open.length]
      }
      for (const next of [...planned, ...list]) {
        const row = typeof next === 'number' ? chosen(next) : next
        assert.ok(row, state)
        const facility = row.actor === 'sender' ? '24997' : '01929'
        const asked: Told = { event: 'ask-void', state, facility: row.actor === 'sender' ? '01929' : '24997' }
        if (row.guard === 'other-asked') story.push(asked)
        const taken = step(state, row.event, row.actor, { ...factsFor(row.guard), facility, story })
        state = taken.to
        story.push({ event: row.event, state, facility, ...(taken.opens ? { child: 'x~2' } : {}) })
        reached.add(state)
      }
      assert.equal(rebuild(story), state)
    }),
    { numRuns: 2000 },
  )
  const shared = states.filter((s) => !STATES[s].local)
  assert.deepEqual([...reached].sort(), shared.sort(), 'the histories reach every state')
})

test('replica ⊕ proposals walks the table; what no longer fits is passed over', () => {
  const anyState = fc.constantFrom(...states)
  const anyEvents = fc.array(fc.constantFrom(...events), { maxLength: 8 })
  fc.assert(
    fc.property(anyState, anyEvents, fc.constantFrom(...actors), fc.boolean(), (from, list, actor, oneYear) => {
      const story: Told[] = [{ event: 'send', state: from }]
      const told = [...story]
      let by: ReferralState = from
      for (const event of list) {
        const row = transition(by, event, actor, oneYear)
        if (!row) continue
        const facility = 'x'
        const taken = step(by, event, actor, {
          ...factsFor(row.guard),
          oneYear,
          facility,
          story: [...told, { event: 'ask-void', state: by, facility: 'y' }],
        })
        // The desk goes on with the visit that the arrival opened.
        by = taken.opens === 'arrived' ? 'arrived' : taken.to
        told.push({ event, state: by })
      }
      assert.equal(proposedState(from, list, actor, story, oneYear), by)
    }),
  )
  assert.equal(proposedState('delivered', ['accept', 'accept', 'arrive'], 'receiver'), 'arrived')
  assert.equal(proposedState('arrived', ['arrive'], 'receiver'), 'arrived')
  assert.equal(proposedState('cancelled', ['arrive', 'start-care', 'answer'], 'receiver'), 'in-care')
  assert.equal(proposedState('delivered', ['arrive', 'start-care'], 'receiver', [], true), 'in-care')
  const story: Told[] = [{ event: 'send', state: 'sent' }]
  assert.equal(proposedState('sent', ['accept', 'arrive', 'undo-arrival'], 'receiver', story), 'accepted')
})

test('what is offered is what the table allows; a void that needs both is offered once the other party has asked, and not to who asked', () => {
  const asked: Told[] = [{ event: 'ask-void', state: 'arrived', facility: 'receiver' }]
  for (const from of states) {
    for (const actor of ['sender', 'receiver'] as const) {
      const all = allowedEvents(from, actor)
      const both = transition(from, 'void', actor)?.guard === 'other-asked'
      const without = both ? all.filter((event) => event !== 'void') : all
      assert.deepEqual(offeredEvents(from, actor, { facility: actor }), without, `${from} ${actor}`)
      assert.deepEqual(offeredEvents(from, 'sender', { facility: 'sender', story: asked }), allowedEvents(from, 'sender'))
      assert.deepEqual(
        offeredEvents(from, 'receiver', { facility: 'receiver', story: asked }),
        offeredEvents(from, 'receiver', { facility: 'receiver' }),
      )
    }
  }
})

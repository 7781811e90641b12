import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AcceptanceSaid } from './acceptance/contract.ts'
import { isMine, needsOf } from './need.ts'
import { type ReferralState, STATES } from './transitions.ts'

type Row = Parameters<typeof needsOf>[0]

const row = (state: ReferralState, more: Partial<Row> = {}): Row => ({ direction: 'received', state, hasOutcome: false, ...more })
const said = (decision: AcceptanceSaid['decision'], more: Partial<AcceptanceSaid> = {}): AcceptanceSaid => ({
  at: '',
  decision,
  wanted: decision,
  version: 1,
  case: { urgency: 'routine', setting: 'inpatient', department: 'K04' },
  doubts: [],
  ...more,
})
const asked = (one: Row, word?: AcceptanceSaid): string =>
  needsOf(one, word)
    .map((n) => `${n.of} ${n.why}`)
    .join(', ')

test('each state of a received slip has somebody it waits for, or nobody', () => {
  const found = Object.fromEntries((Object.keys(STATES) as ReferralState[]).map((state) => [state, asked(row(state))]))
  const terminal = Object.entries(STATES).filter(([, s]) => s.terminal)
  for (const [state] of terminal) assert.equal(found[state], '', state)
  const coming = { sent: 'desk new, reception expected', delivered: 'desk new, reception expected', accepted: 'reception expected' }
  const rest = {
    'info-needed': 'reception expected',
    scheduled: 'reception expected',
    'no-show': 'desk no-show',
    arrived: 'doctor arrived',
  }
  const late = { 'in-care': 'doctor outcome-due', 'closed-no-outcome': 'doctor outcome-missing, desk outcome-missing' }
  for (const [state, needs] of Object.entries({ ...coming, ...rest, ...late, 'cancel-requested': 'desk cancel-asked', 'multi-use': '' }))
    assert.equal(found[state], needs, state)
  assert.equal(asked(row('in-care', { hasOutcome: true })), '')
  assert.equal(asked({ ...row('delivered'), direction: 'sent' }), '')
})

test('an unanswered slip: what is doubtful is the desk’s, what the policy leaves to a doctor is the doctor’s', () => {
  assert.equal(asked(row('delivered'), said('desk', { doubts: ['person', 'issues'], wanted: 'auto' })), 'desk person, reception expected')
  assert.equal(asked(row('delivered'), said('desk', { row: 2 })), 'desk by-row, reception expected')
  assert.equal(asked(row('delivered'), said('doctor')), 'doctor by-row, reception expected')
  assert.equal(
    asked(row('delivered', { stat: true }), said('desk', { doubts: ['signature-pending'] })),
    'doctor emergency, desk signature-pending, reception expected',
  )
  assert.equal(
    asked(row('accepted', { stat: true }), said('desk', { accepted: true })),
    'doctor emergency, desk emergency, reception expected',
  )
})

test('a doctor’s work is that of their departments, sub-departments by their first three characters', () => {
  const who = (permission: string, departments: string[] = []) => ({ permissions: new Set([permission]), departments }) as never
  const need = { of: 'doctor', why: 'by-row', department: 'K04.1' } as const
  assert.ok(isMine(need, who('referral.care', ['K04'])))
  assert.ok(!isMine(need, who('referral.care', ['K03'])))
  assert.ok(isMine({ of: 'doctor', why: 'arrived' }, who('referral.care', ['K03'])))
  assert.ok(!isMine(need, who('referral.desk')))
  assert.ok(isMine({ of: 'reception', why: 'expected' }, who('referral.arrive')))
  const desk = { permissions: new Set(['referral.arrive', 'referral.desk']), departments: [] } as never
  assert.ok(!isMine({ of: 'reception', why: 'expected' }, desk))
})

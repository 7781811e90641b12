/** Applying the table: one place where a (state, event, actor) is allowed or refused by name. */
import { type OutcomeError, refuse } from '@yba/fhir'
import { REASON_REQUIRED, TRANSITION_NOT_ALLOWED } from './outcomes.ts'
import {
  type Actor,
  allowedEvents,
  EVENT_TEXT,
  type ReferralEvent,
  type ReferralState,
  STATES,
  type Transition,
  transition,
} from './transitions.ts'

/** The refusal for an event the table does not hold: says the current state and what is possible (409). */
export function notAllowed(state: ReferralState, event: ReferralEvent, actor: Actor): OutcomeError {
  const allowed = allowedEvents(state, actor)
  return refuse(
    TRANSITION_NOT_ALLOWED,
    {
      event: EVENT_TEXT[event]?.vi ?? event,
      state: STATES[state].vi,
      allowed: allowed.map((e) => EVENT_TEXT[e].vi).join(', ') || '—',
    },
    undefined,
    { state, allowed },
  )
}

/** The table's row, with its reason guard checked. Throws `transition-not-allowed` or `reason-required`. */
export function step(state: ReferralState, event: ReferralEvent, actor: Actor, reason?: string): Transition {
  const row = transition(state, event, actor)
  if (!row) throw notAllowed(state, event, actor)
  if (row.guard === 'reason' && !reason?.trim()) throw refuse(REASON_REQUIRED)
  return row
}

/** Replica ⊕ proposals: the state a node shows, computed with the same table; steps that no longer fit are skipped. */
export function proposedState(state: ReferralState, events: readonly ReferralEvent[], actor: Actor): ReferralState {
  let current = state
  for (const event of events) current = transition(current, event, actor)?.to ?? current
  return current
}

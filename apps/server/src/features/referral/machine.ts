/** Applying the table: one place where a (state, event, actor) is allowed or refused by name. */
import { type OutcomeDefinition, type OutcomeError, refuse } from '@yba/fhir'
import { CORRECTION_NOT_REGISTERED, OUTCOME_NOT_REGISTERED } from './hub-outcomes.ts'
import {
  ALREADY_READDRESSED,
  DATE_FAR,
  DATE_PAST,
  DATE_REQUIRED,
  ELSEWHERE_REQUIRED,
  FACILITY_REQUIRED,
  NOT_DUE,
  OTHER_MUST_ASK,
  REASON_REQUIRED,
  SLIP_MISSING,
  STAY_BEGUN,
  TRANSITION_NOT_ALLOWED,
} from './outcomes.ts'
import { isDay, lastDay } from './real-time.ts'
import {
  type Actor,
  allowedEvents,
  EVENT_TEXT,
  type Guard,
  type ReferralEvent,
  type ReferralState,
  rowTold,
  STATES,
  type Transition,
  transition,
} from './transitions.ts'

/** One line of the story, as far as the machine reads it. */
export interface Told {
  event: ReferralEvent
  state: ReferralState
  facility?: string
  /** Number of the child thread the step opened. */
  child?: string
}

/** What a guard may ask about. What a site cannot know stays undefined, and then only the hub judges it. */
export interface StepFacts {
  reason?: string | undefined
  /** The day of an appointment, yyyy-mm-dd. */
  on?: string | undefined
  /** Today where the site is, yyyy-mm-dd; no appointment is made for a day before it. */
  today?: string | undefined
  /** The slip holds for one year (TT 01/2025 Annex III). */
  oneYear?: boolean | undefined
  /** Facility code a patient is sent on to. */
  to?: string | undefined
  /** A document named with the step is known. */
  document?: boolean | undefined
  /** How many outcomes the thread holds. */
  outcomes?: number | undefined
  /** Something was charted in the stay that began with the arrival. */
  charted?: boolean | undefined
  /** The patient came with a paper whose slip has not reached the hub. */
  shadow?: boolean | undefined
  /** The timer's moment has come. */
  due?: boolean | undefined
  /** Who acts, and what happened before. */
  facility?: string | undefined
  story?: readonly Told[] | undefined
}

/** A row with its next state resolved. */
export type Step = Omit<Transition, 'from' | 'to'> & { from: ReferralState; to: ReferralState }

const wantsReason = (f: StepFacts) => (f.reason?.trim() ? null : REASON_REQUIRED)
const isDue = (f: StepFacts) => (f.due ? null : NOT_DUE)
const namesAnother = (f: StepFacts) => (f.to && f.to !== f.facility ? null : FACILITY_REQUIRED)
const pass = () => null

function appointment({ on, today }: StepFacts): OutcomeDefinition | null {
  if (!isDay(on)) return DATE_REQUIRED
  if (!today) return null
  return on < today ? DATE_PAST : on > lastDay(today) ? DATE_FAR : null
}

/** One small check each; what it gives is the refusal. */
const GUARDS: Record<Guard, (facts: StepFacts) => OutcomeDefinition | null> = {
  none: pass,
  // Checked by the commands that freeze and sign, and by the filing of a parcel, before they come here.
  'gaps-settled': pass,
  'all-signed': pass,
  registered: pass,
  reason: wantsReason,
  info: (f) => (f.document ? null : wantsReason(f)),
  date: (f) => appointment(f),
  // It chooses the row; a slip of ten days takes the other.
  'one-year': pass,
  facility: namesAnother,
  elsewhere: (f) => (f.to ? namesAnother(f) : f.reason?.trim() ? null : ELSEWHERE_REQUIRED),
  readdress: (f) => (isReaddressed(f.story ?? []) ? ALREADY_READDRESSED : namesAnother(f)),
  mistaken: (f) => wantsReason(f) ?? (f.shadow ? SLIP_MISSING : null) ?? (f.charted || f.outcomes ? STAY_BEGUN : null),
  'other-asked': (f) => wantsReason(f) ?? (askedByOther(f) ? null : OTHER_MUST_ASK),
  'outcome-registered': (f) => (f.document === false ? OUTCOME_NOT_REGISTERED : null),
  corrected: (f) => wantsReason(f) ?? (f.document === false ? CORRECTION_NOT_REGISTERED : null),
  'outcome-present': (f) => (f.outcomes === 0 ? OUTCOME_NOT_REGISTERED : null),
  'day-over': isDue,
  silence: isDue,
  'outcome-overdue': isDue,
  'year-over': isDue,
}

/** Whether a declined slip has been sent to another place since; there it has a thread of its own. */
const isReaddressed = (story: readonly Told[]): boolean => story.some((t) => t.event === 'readdress')

/** Whether the other party of the thread has asked to void it. */
const askedByOther = (f: Pick<StepFacts, 'story' | 'facility'>): boolean =>
  (f.story ?? []).some((t) => t.event === 'ask-void' && t.facility !== undefined && t.facility !== f.facility)

/**
 * Events to offer an actor: those of the table, without a void the other party has not asked for and a sending elsewhere
 * that was done. What else a step wants
 * is stated with it; this nobody can state.
 */
export function offeredEvents(state: ReferralState, actor: Actor, facts: Pick<StepFacts, 'story' | 'facility'>): ReferralEvent[] {
  const needsBoth = (event: ReferralEvent) => transition(state, event, actor)?.guard === 'other-asked'
  const done = (event: ReferralEvent) => event === 'readdress' && isReaddressed(facts.story ?? [])
  return allowedEvents(state, actor).filter((event) => !done(event) && (!needsBoth(event) || askedByOther(facts)))
}

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

/**
 * The table's row with its guard checked and its next state resolved. Throws `transition-not-allowed`, or by the name of
 * the guard that does not hold.
 */
export function step(state: ReferralState, event: ReferralEvent, actor: Actor, facts: StepFacts = {}): Step {
  const row = transition(state, event, actor, facts.oneYear)
  if (!row) throw notAllowed(state, event, actor)
  const lacking = GUARDS[row.guard](facts)
  if (lacking) throw refuse(lacking)
  return { ...row, from: state, to: nextState(row, state, facts.story ?? []) }
}

function nextState(row: Transition, state: ReferralState, story: readonly Told[]): ReferralState {
  if (row.to === 'same') return state
  if (row.to === 'previous') return previousState(story, row.event === 'refuse-cancel' ? 'request-cancel' : 'arrive')
  return row.to
}

/**
 * The state as if the last such step had not been taken; what happened since still counts (a slip may have been
 * delivered while its cancelling was asked for). Of a visit of its own (child Task) nothing is left: void.
 */
function previousState(story: readonly Told[], taken: ReferralEvent): ReferralState {
  const at = story.findLastIndex((t) => t.event === taken && (taken !== 'arrive' || t.state === 'arrived'))
  const told = story.slice(0, Math.max(0, at))
  let state: ReferralState = told.at(-1)?.state ?? 'queued'
  for (const { event, child } of story.slice(at + 1)) {
    const row = rowTold(state, event, child !== undefined)
    if (!row) continue
    state = nextState(row, state, told)
    told.push({ event, state })
  }
  return state === 'queued' ? 'void' : state
}

/**
 * Replica ⊕ proposals: the state a node shows, computed with the same table; steps that no longer fit are skipped. Where
 * an arrival opens a visit of its own, the desk goes on with the visit before the hub has given it its number.
 */
export function proposedState(
  state: ReferralState,
  events: readonly ReferralEvent[],
  actor: Actor,
  story: readonly Told[] = [],
  oneYear = false,
): ReferralState {
  let current = state
  const told = [...story]
  for (const event of events) {
    const row = transition(current, event, actor, oneYear)
    if (!row) continue
    current = row.opens === 'arrived' ? 'arrived' : nextState(row, current, told)
    told.push({ event, state: current })
  }
  return current
}

/**
 * The state rebuilt from the log alone: the steps of a thread's story, from its first. Throws on a step the table
 * does not hold. Which of the two parties took a step never changes where it leads.
 */
export function rebuild(story: readonly (ReferralEvent | Pick<Told, 'event' | 'child'>)[]): ReferralState {
  const steps = story.map((s) => (typeof s === 'string' ? { event: s } : s))
  const told: Told[] = []
  let state: Transition['from'] = steps[0]?.event === 'arrive' ? 'none' : 'queued'
  for (const { event, child } of steps) {
    const row = rowTold(state, event, child !== undefined)
    if (!row) throw new Error(`${event} in ${state}`)
    const next: ReferralState = nextState(row, state === 'none' ? 'arrived' : state, told)
    told.push({ event, state: next, ...(child === undefined ? {} : { child }) })
    state = next
  }
  return state === 'none' ? 'void' : state
}

/**
 * A person's step at a node: checked with the one table on replica ⊕ proposals, recorded locally at once, proposed to
 * the hub, which stays the only writer of the shared state.
 */
import { randomUUID } from 'node:crypto'
import { refuse } from '@yba/fhir'
import type { Caller } from '../../access/caller.ts'
import { notPermitted, onBehalf } from '../../access/index.ts'
import type { Permission } from '../../access/permissions.ts'
import type { Site } from '../../site.ts'
import type { Store, Transaction } from '../../store/types.ts'
import { facilityName, hubCode } from '../directory/index.ts'
import type { TransitionMessage } from '../exchange/contract.ts'
import { enqueue, openProposals, parcelUnderWay, settleThreadLetters } from '../exchange/index.ts'
import { partyHere } from './acting.ts'
import { endStay, isCharted, registerArrival, startCare, undoArrival } from './arrival.ts'
import { openVisit } from './child.ts'
import type { TransitionRequest } from './contract.ts'
import { settleDeclined } from './declined.ts'
import { refuseGaps } from './gaps.ts'
import { localDateTime } from './local-time.ts'
import { notAllowed, proposedState, type StepFacts, step, type Told } from './machine.ts'
import { answersAsDoctor } from './need.ts'
import { BAD_REQUEST, FACILITY_REQUIRED } from './outcomes.ts'
import { AHEAD_MS, isWithin } from './real-time.ts'
import { sendBackDraft } from './send-back.ts'
import { saidOf } from './tables/acceptance.ts'
import { noteAsked } from './tables/asked.ts'
import { appendHistory, loadDraft, loadHistory } from './tables.ts'
import { isOneYear, isShadow, priorityOf, type ReferralTask, taskFacts, taskResource } from './task.ts'
import { type Actor, EVENT_TEXT, type ReferralEvent, type ReferralState, STATES } from './transitions.ts'
import { hideHere } from './wrong-patient.ts'

/** Which permission a person needs for an event; events without one are not for people. */
const NEEDS: Partial<Record<ReferralEvent, readonly Permission[]>> = {
  submit: ['referral.compose'],
  accept: ['referral.desk'],
  decline: ['referral.desk'],
  readdress: ['referral.void'],
  'ask-info': ['referral.desk', 'referral.care'],
  'add-info': ['referral.compose', 'referral.void'],
  schedule: ['referral.desk'],
  reschedule: ['referral.desk'],
  'request-cancel': ['referral.void'],
  'confirm-cancel': ['referral.desk'],
  'refuse-cancel': ['referral.desk'],
  arrive: ['referral.arrive'],
  'undo-arrival': ['referral.arrive'],
  'left-unseen': ['referral.arrive'],
  'start-care': ['referral.care'],
  interim: ['referral.care'],
  'end-care': ['referral.care'],
  redirect: ['referral.care'],
  return: ['referral.care'],
  died: ['referral.care', 'referral.desk'],
  'send-back': ['referral.sign-authorised', 'referral.seal', 'referral.desk'],
  'ask-void': ['referral.void'],
  void: ['referral.void'],
}

/** Whether this person may cause the event at all. */
export function mayCause(caller: Caller, event: ReferralEvent): boolean {
  return NEEDS[event]?.some((p) => caller.permissions.has(p)) ?? false
}

/** Whether the acceptance policy has left this answer to the doctor who asks. */
async function leftToDoctor(site: Site, caller: Caller, event: ReferralEvent, taskId: string): Promise<boolean> {
  if (!caller.permissions.has('referral.care')) return false
  return answersAsDoctor(caller, event, (await saidOf(site.store, [taskId])).get(taskId)?.at(-1))
}

/** The part this site plays in a referral. */
export function actorOf(task: ReferralTask, facility: string): Actor {
  return task.issuer.code === facility ? 'sender' : 'receiver'
}

/** State as this site shows it: the hub's word with our unanswered steps applied by the same table. */
export async function effectiveState(tx: Pick<Transaction, 'sql'>, task: ReferralTask, facility: string): Promise<ReferralState> {
  const open = await openProposals(tx, [{ issuer: task.issuer.code, number: task.number }])
  const events = open.filter((o) => o.state === 'pending').map((o) => (o.body as TransitionMessage).event)
  const story = events.length > 0 ? await loadHistory(tx, { issuer: task.issuer.code, number: task.number }, 'hub') : []
  return proposedState(task.state, events, actorOf(task, facility), story, isOneYear(task))
}

/** Our own steps the hub has not answered. */
async function proposedHere(tx: Transaction, task: ReferralTask): Promise<Told[]> {
  const open = await openProposals(tx, [{ issuer: task.issuer.code, number: task.number }])
  return open.filter((o) => o.state === 'pending').map((o) => ({ event: (o.body as TransitionMessage).event, state: task.state }))
}

/**
 * Applies one event for a person. Throws `transition-not-allowed` (409 with the current state and what is possible),
 * `reason-required`, `not-permitted`.
 */
export async function act(site: Site, store: Store, taskId: string, request: TransitionRequest): Promise<void> {
  const event = request?.event
  if (typeof event !== 'string' || !Object.hasOwn(EVENT_TEXT, event)) throw refuse(BAD_REQUEST, { what: 'event' })
  if (!mayCause(store.caller, event) && !(await leftToDoctor(site, store.caller, event, taskId)))
    throw refuse(notPermitted, { permission: NEEDS[event]?.[0] ?? event })
  const occurredAt = statedTime(request.occurredAt, site.clock.now())
  for (const what of ['reason', 'on', 'to', 'code'] as const) {
    const word = request[what]
    if (word !== undefined && (typeof word !== 'string' || word.length > LONGEST_REASON)) throw refuse(BAD_REQUEST, { what })
  }
  if (request.request !== undefined && !(typeof request.request === 'string' && REQUEST.test(request.request))) {
    throw refuse(BAD_REQUEST, { what: 'request' })
  }
  await site.store.as(onBehalf(store.caller)).transact((tx) => takeStep(site, tx, taskId, store.caller, request, occurredAt))
}

/** The step itself, in a transaction of its caller, who has judged whether this person may. Throws as `act` does. */
export async function takeStep(
  site: Site,
  tx: Transaction,
  taskId: string,
  caller: Caller,
  request: TransitionRequest,
  occurredAt: string,
): Promise<void> {
  const { event } = request
  const stored = await tx.read('Task', taskId, { lock: true })
  if (!stored) throw refuse(BAD_REQUEST, { what: 'Task' })
  if (await isTaken(tx, taskId, caller, request)) return
  let task = taskFacts(stored.resource())
  const facility = await partyHere(tx, site, task)
  const actor = actorOf(task, facility)
  const state = await effectiveState(tx, task, facility)
  if (request.expectedVersion !== undefined && request.expectedVersion !== stored.versionId) throw notAllowed(state, event, actor)
  const visit =
    event === 'arrive' ? await openVisit(tx, { issuer: task.issuer.code, number: task.number }, { ...task, state }, facility, event) : null
  // The patient is here already: their visit has a thread of its own.
  if (visit) throw notAllowed(visit.task.state, event, actor)
  const row = step(state, event, actor, await stepFacts(tx, task, facility, request))
  if (event === 'submit') await refuseGaps(tx, (await loadDraft(tx, taskId, 'referral'))?.content)
  if (request.to && NAMES_A_PLACE.includes(event)) await mustTakePatients(tx, task, request.to)
  if (event === 'arrive') task = await registerArrival(site, tx, task, caller, occurredAt)
  if (event === 'undo-arrival') task = await undoArrival(tx, task)
  if (event === 'left-unseen') await endStay(tx, task, 'cancelled', occurredAt)
  if (event === 'void' && request.wrongPatient && actor === 'sender' && STATES[row.from].local) task = await hideHere(tx, task)
  if (event === 'decline' && row.from === 'arrived') await endStay(tx, task, 'cancelled', occurredAt)
  if (event === 'decline' && row.from === 'in-care') await endStay(tx, task, 'finished', occurredAt)
  if (event === 'end-care') await endStay(tx, task, 'finished', occurredAt)
  if (event === 'start-care') await startCare(tx, task, caller)
  if (event === 'send-back' && row.from === 'to-sign') {
    await sendBackDraft(site, tx, task, taskId, { code: request.code, reason: request.reason ?? '', by: caller.display })
  }
  if (event === 'readdress') await settleDeclined(tx, task, caller)
  // A queued slip may have reached the hub without our knowing: its void travels behind it.
  const local = STATES[row.from].local && !(await parcelUnderWay(tx, { issuer: task.issuer.code, number: task.number }))
  // A slip that is void is not sent again, by nobody: its refused papers wait for no one any more.
  if (local && event === 'void') {
    const by = { id: caller.id, name: caller.display }
    await settleThreadLetters(tx, { issuer: task.issuer.code, number: task.number }, { settlement: 'void', by }, tx.now)
  }
  if (local) task = await applyLocally(tx, task, row.to, event, caller, request, occurredAt)
  else await propose(tx, task, caller, request, occurredAt)
  await tx.write([{ kind: 'update', id: taskId, ifMatch: stored.versionId, ifChanged: true, resource: taskResource(task) }])
  tx.emit({ kind: 'referral.step', thread: `Task/${taskId}`, payload: { task: taskId, event } })
}

/** Whether this very step was taken before: its answer got lost, and the screen asks again. */
async function isTaken(tx: Transaction, task: string, caller: Caller, { request, event }: TransitionRequest): Promise<boolean> {
  if (request === undefined) return false
  const noted = await noteAsked(tx, { request, task, event, by: caller.id })
  if (noted === 'other') throw refuse(BAD_REQUEST, { what: 'request' })
  return noted === 'again'
}

/** What this site knows for the guards; what only the hub can know is left to it. */
async function stepFacts(tx: Transaction, task: ReferralTask, facility: string, request: TransitionRequest): Promise<StepFacts> {
  const { reason, on, to } = request
  const story: Told[] = await loadHistory(tx, { issuer: task.issuer.code, number: task.number }, 'hub')
  // A second press before the hub has answered the first.
  if (request.event === 'readdress') story.push(...(await proposedHere(tx, task)))
  const charted = request.event === 'undo-arrival' && (await isCharted(tx, task))
  const document = request.document ? true : undefined
  const today = localDateTime(tx.now).slice(0, 10)
  return { reason, on, to, today, document, charted, oneYear: isOneYear(task), shadow: isShadow(task), facility, story }
}

const NAMES_A_PLACE: readonly ReferralEvent[] = ['redirect', 'decline', 'readdress']

/** Another facility than the two of the slip, one that takes patients today. Throws `facility-required`. */
async function mustTakePatients(tx: Transaction, task: ReferralTask, to: string): Promise<void> {
  const known = to !== (await hubCode(tx)) && (await facilityName(tx, to)) !== ''
  if (!known || to === task.issuer.code || to === task.to.code) throw refuse(FACILITY_REQUIRED)
}

const LONGEST_REASON = 2000
const REQUEST = /^[A-Za-z0-9-]{8,64}$/

/** When the person says it happened; now when they say nothing. A step cannot have happened later than now. */
export function statedTime(given: unknown, now: Date): string {
  if (given === undefined) return now.toISOString()
  if (typeof given !== 'string' || !isWithin(given, now, AHEAD_MS)) throw refuse(BAD_REQUEST, { what: 'occurredAt' })
  return given
}

async function applyLocally(
  tx: Transaction,
  task: ReferralTask,
  to: ReferralState,
  event: ReferralEvent,
  caller: Caller,
  request: TransitionRequest,
  occurredAt: string,
): Promise<ReferralTask> {
  await appendHistory(tx, { issuer: task.issuer.code, number: task.number }, 'local', {
    event,
    state: to,
    occurredAt,
    recordedAt: tx.now.toISOString(),
    by: caller.display,
    facility: caller.facility,
    ...(request.reason ? { reason: request.reason } : {}),
    ...(event === 'void' && request.wrongPatient === true ? { wrongPatient: true } : {}),
    ...(request.code ? { code: request.code } : {}),
  })
  return { ...task, state: to }
}

/** Puts a step into the ordered queue towards the hub. */
export async function propose(
  tx: Transaction,
  task: ReferralTask,
  caller: Pick<Caller, 'id' | 'display' | 'role'>,
  request: TransitionRequest,
  occurredAt: string,
): Promise<void> {
  const thread = { issuer: task.issuer.code, number: task.number }
  const message: TransitionMessage = {
    thread,
    event: request.event,
    occurredAt,
    by: { id: caller.id, display: caller.display, role: caller.role },
    ...priorityOf(task),
    ...(request.reason ? { reason: request.reason } : {}),
    ...(request.code ? { code: request.code } : {}),
    ...(request.on ? { on: request.on } : {}),
    ...(request.to ? { to: request.to } : {}),
    ...(request.event === 'void' && request.wrongPatient === true ? { wrongPatient: true } : {}),
    ...(request.document ? { document: request.document } : {}),
  }
  await enqueue(tx, randomUUID(), 'transition', thread, message, tx.now)
}

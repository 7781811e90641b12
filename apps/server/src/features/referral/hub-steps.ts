/**
 * A node's step at the hub. Arbitration is here, under the Task's lock, by the one table. Arrival, outcome and death are
 * never refused: what no longer fits the thread opens a child Task, or is told.
 */

import { type OutcomeError, refuse } from '@yba/fhir'
import { slipNumber } from '@yba/vietnam'
import type { OperationContext } from '../../feature.ts'
import type { Stored, Transaction } from '../../store/types.ts'
import { facilityName, issuerName, ownCodes } from '../directory/index.ts'
import { documentFacts, findDocument } from '../documents/index.ts'
import type { ThreadKey, ThreadState, TransitionMessage } from '../exchange/contract.ts'
import { actingFor } from './acting.ts'
import { type Child, childrenOf, nextChild, openVisit } from './child.ts'
import { findSlip, lockThread } from './find-slip.ts'
import { type Numbered, withNumbers } from './hub-numbers.ts'
import { type OnceAnswer, type OnceContext, once } from './hub-once.ts'
import { NOT_YOUR_THREAD, SLIP_NOT_SENT } from './hub-outcomes.ts'
import { addressPapers } from './hub-papers.ts'
import { checkedMessage } from './hub-shape.ts'
import { publish, record, threadState } from './hub-thread.ts'
import { localDateTime } from './local-time.ts'
import { type Step, step } from './machine.ts'
import { FACILITY_REQUIRED } from './outcomes.ts'
import { placeOf, REOFFER_EARLY, recordedBefore, reofferOf } from './reoffer.ts'
import { samePerson } from './same-person.ts'
import { loadHistory } from './tables.ts'
import { isOneYear, isShadow, type ReferralTask, taskFacts, taskResource } from './task.ts'
import { type Actor, STATES, transition } from './transitions.ts'
import { hideAtHub } from './wrong-patient.ts'

const LONGEST_NUMBER = 100

/** POST /fhir/Task/$transition: a node's proposal. */
export async function transitionAtHub(context: OnceContext): Promise<OnceAnswer> {
  const said = checkedMessage(context)
  // The hub treats nobody: no patient is sent on to it.
  if (said.to === context.site.settings.facility.code) throw refuse(FACILITY_REQUIRED)
  const { thread: asked } = said
  const again = reofferOf(context)
  const person = said.shadow ? { person: said.shadow.person } : {}
  const find = (tx: Transaction, number: string) => findSlip(tx, asked.issuer, number, { lock: true, ...person })
  const look = (tx: Transaction) =>
    Promise.all([
      lockThread(tx, asked),
      // What is offered again goes to the very thread it belonged to.
      find(tx, again ? again.number : asked.number),
      ownCodes(tx, context.caller.facility, context.site.clock.now()),
    ])
  return once(context, look, async (tx, [, there, codes]) => {
    // Only a shadow's arrival opens a thread by itself.
    if (again && !there && (again.position !== 1 || !said.shadow)) throw refuse(REOFFER_EARLY)
    const named = there ?? (again ? await find(tx, asked.number) : null)
    if (!named) return openShadow(context, tx, { ...said, ...(again ? recordedBefore(again, [], epochBegan(context)) : {}) })
    const first = taskFacts(named.resource())
    // Named by a further number of the slip: the thread is the slip's.
    const thread = first.partOf ? said.thread : { issuer: first.issuer.code, number: first.number }
    const message = { ...said, thread }
    const from = actingFor(context, codes, thread, first).caller.facility
    const sender = first.issuer.code === from && !(isShadow(first) && !first.partOf)
    // What is said of the first visit's papers stays with them.
    const ofPapers = message.event === 'correct' && message.document && (await isOutput(tx, first, message.document))
    const own = sender || ofPapers ? null : await visitOf(tx, message, first, from)
    if (own === 'shadow') return openShadow(context, tx, message, { stored: named, task: first })
    if (!sender && !own && first.to.code !== from) throw await notYours(context, tx, thread)
    const actor: Actor = sender ? 'sender' : 'receiver'
    if (again) {
      const story = await loadHistory(tx, { issuer: first.issuer.code, number: first.number }, 'hub')
      const event = isPaper(message) && story[again.position - 1]?.event === 'correct' ? 'correct' : message.event
      const place = placeOf(again, story, { event, occurredAt: message.occurredAt, facility: from })
      if (place === 'there') return threadState(tx, first)
      if (place === 'next')
        return apply(tx, named, first, actor, { ...message, ...recordedBefore(again, story, epochBegan(context)) }, from)
    }
    if (own && (await provesPaper(tx, message, own.task, first))) return givePapers(tx, own, first, message, from)
    const { stored, task } = own ?? { stored: named, task: first }
    return apply(tx, stored, task, actor, message, from)
  })
}

/**
 * The receiver's visit a step belongs to; 'shadow': somebody else's slip, or another person than the slip's, came with
 * this number. A facility that is no party of the slip speaks of the visit it has.
 */
async function visitOf(tx: Transaction, message: TransitionMessage, first: ReferralTask, from: string): Promise<Child | 'shadow' | null> {
  const { thread, event, shadow } = message
  if (first.to.code === from && !(shadow && event === 'arrive' && !samePerson(first.person, shadow.person)))
    return openVisit(tx, thread, first, from, event)
  const mine = (await childrenOf(tx, thread)).filter((c) => c.task.to.code === from && isShadow(c.task))
  const open = mine.findLast((c) => !STATES[c.task.state].terminal)
  if (event === 'arrive' && shadow) return open ?? 'shadow'
  return first.to.code === from ? openVisit(tx, thread, first, from, event) : (open ?? mine.at(-1) ?? null)
}

/** A node that speaks of its own slip before the hub has it (its paper was refused) is no stranger. */
async function notYours(context: OperationContext, tx: Transaction, thread: ThreadKey): Promise<OutcomeError> {
  const codes = await ownCodes(tx, context.caller.facility, context.site.clock.now())
  return codes.includes(thread.issuer) ? refuse(SLIP_NOT_SENT, { number: thread.number }) : refuse(NOT_YOUR_THREAD)
}

const epochBegan = (context: OperationContext): Date => context.site.store.log.epoch.started

/** A step, with the time it was first recorded when it is offered again. */
type Message = TransitionMessage & { recordedAt?: string }

/** An answer that is a newer version of the slip. */
const isPaper = (message: TransitionMessage): boolean => message.event === 'add-info' && message.document !== undefined

const firstRecorded = (message: Message) => (message.recordedAt ? { recordedAt: message.recordedAt } : {})

async function apply(tx: Transaction, stored: Stored, task: ReferralTask, actor: Actor, said: Message, from: string): Promise<ThreadState> {
  // The question was overtaken while the answer was signed; the newer version of the slip stands all the same.
  const overtaken = isPaper(said) && !transition(task.state, 'add-info', actor)
  const message: Message = overtaken ? { ...said, event: 'correct' } : said
  const story = await loadHistory(tx, { issuer: task.issuer.code, number: task.number }, 'hub')
  const row = step(task.state, message.event, actor, {
    reason: message.reason,
    on: message.on,
    to: message.to,
    document: await knows(tx, task, actor, message),
    outcomes: task.output.length,
    oneYear: isOneYear(task),
    // A day is judged when it was said: the message may come days later.
    today: localDateTime(new Date(message.occurredAt)).slice(0, 10),
    shadow: isShadow(task),
    facility: from,
    story,
  })
  const names = row.opens === 'sent' || (message.event === 'decline' && message.to)
  if (names && !(await mayReceive(tx, task, message.to))) throw refuse(FACILITY_REQUIRED)
  const wrong = message.event === 'void' && message.wrongPatient === true
  const numbered = message.event === 'also-numbered' ? await withNumbers(tx, task, message.aliases ?? []) : { task, told: [] }
  const next = { ...(wrong ? await hideAtHub(tx, task) : numbered.task), state: row.to }
  await tx.write([{ kind: 'update', id: stored.id, ifMatch: stored.versionId, ifChanged: true, resource: taskResource(next) }])
  const thread = { issuer: task.issuer.code, number: task.number }
  const child = row.opens ? nextChild(next, await childrenOf(tx, thread), story) : null
  await record(tx, next, {
    event: message.event,
    occurredAt: message.occurredAt,
    by: message.by.display,
    facility: from,
    ...(message.reason ? { reason: message.reason } : {}),
    ...(message.code ? { code: message.code } : {}),
    ...(message.on ? { on: message.on } : {}),
    ...(message.to ? { to: message.to } : {}),
    ...(wrong ? { wrongPatient: true } : {}),
    ...(child ? { child: child.number } : {}),
    ...firstRecorded(message),
  })
  const state = await publish(tx, stored.id, next)
  if (numbered.told.length > 0) return tellAgain(tx, stored.id, numbered.told, state)
  if (!child) return state
  const opened = await openChild(tx, next, row, child, message, from)
  // Who registered an arrival goes on with the visit; who sent a patient on goes on with the thread it had.
  return row.opens === 'arrived' ? opened : state
}

/** Further numbers that came with the slip itself. */
export async function addNumbers(tx: Transaction, id: string, numbers: readonly string[], state: ThreadState): Promise<ThreadState> {
  const stored = await tx.read('Task', id, { lock: true })
  if (!stored) return state
  const { task, told } = await withNumbers(tx, taskFacts(stored.resource()), numbers)
  await tx.write([{ kind: 'update', id, ifMatch: stored.versionId, ifChanged: true, resource: taskResource(task) }])
  return tellAgain(tx, id, told, await publish(tx, id, task))
}

/** What a desk had told of the patient under another number of the slip, as far as the thread can take it. */
async function tellAgain(tx: Transaction, id: string, told: Numbered['told'], said: ThreadState): Promise<ThreadState> {
  let state = said
  for (const { facility, story } of told)
    for (const { state: _state, by, facility: _facility, recordedAt: _recordedAt, child: _child, ...entry } of story) {
      const stored = await tx.read('Task', id, { lock: true })
      const task = stored && taskFacts(stored.resource())
      if (!stored || !task || !transition(task.state, entry.event, 'receiver', isOneYear(task))) continue
      const message = { ...entry, thread: state.thread, by: { id: 'system:exchange', display: by, role: 'system' } }
      state = await apply(tx, stored, task, 'receiver', message, facility)
    }
  return state
}

/** Whether the document a step names is one of the thread's: an outcome for the answer, a paper of the sender's for more information. */
async function knows(tx: Transaction, task: ReferralTask, actor: Actor, message: TransitionMessage): Promise<boolean> {
  const { document, event } = message
  if (!document) return false
  if (event === 'answer' || (event === 'correct' && actor === 'receiver')) return isOutput(tx, task, document)
  for (const kind of ['referral', 'summary'] as const) {
    const known = await findDocument(tx, { ...document, kind })
    if (known && task.input.includes(known.id)) return true
  }
  return false
}

async function isOutput(tx: Transaction, task: ReferralTask, document: NonNullable<TransitionMessage['document']>): Promise<boolean> {
  const known = await findDocument(tx, { ...document, kind: 'outcome' })
  return known !== null && task.output.includes(known.id)
}

async function mayReceive(tx: Transaction, task: ReferralTask, to: string | undefined): Promise<boolean> {
  return to !== undefined && to !== task.issuer.code && to !== task.to.code && (await facilityName(tx, to)) !== ''
}

/**
 * The child Task: arrived at the same receiver (rule T28), or sent to a third facility (T19), who may then read the
 * papers.
 */
async function openChild(
  tx: Transaction,
  parent: ReferralTask,
  row: Step,
  child: { number: string; use: number },
  message: Message,
  from: string,
): Promise<ThreadState> {
  const onward = row.opens === 'sent'
  const to = onward ? { code: message.to ?? '', name: await facilityName(tx, message.to ?? '') } : parent.to
  const { validity: _validity, use: _use, aliases: _aliases, ...slip } = parent
  const task: ReferralTask = {
    ...slip,
    number: child.number,
    ...(onward ? {} : { use: child.use }),
    to,
    state: row.opens ?? 'sent',
    authoredOn: tx.now.toISOString(),
    output: [],
    partOf: { issuer: parent.issuer.code, number: parent.number },
  }
  if (onward) await addressPapers(tx, parent.input, to.code)
  const [stored] = await tx.write([{ kind: 'create', resource: taskResource(task) }])
  if (!stored) throw new Error('the store answered no task')
  const event = onward ? 'send' : message.event
  await record(tx, task, { event, occurredAt: message.occurredAt, by: message.by.display, facility: from, ...firstRecorded(message) })
  return publish(tx, stored.id, task)
}

/**
 * none → arrived (T09): a patient is here with a paper slip whose message the hub has not seen. Its Task holds what the
 * desk read from the paper; the slip joins it when it comes, by number. Where the hub has a slip of this number for
 * another facility or person, the arrival is a visit of its own under it: its papers are given only to who proves by the
 * QR's digest to have the paper in hand.
 */
async function openShadow(context: OperationContext, tx: Transaction, message: Message, under?: Child): Promise<ThreadState> {
  const { thread, shadow } = message
  const here = context.caller.facility
  const person = shadow?.person
  const issuer = await issuerName(tx, thread.issuer)
  if (
    message.event !== 'arrive' ||
    !person ||
    thread.number.length > LONGEST_NUMBER ||
    thread.issuer === here ||
    !issuer ||
    slipNumber(thread.number) !== thread.number
  )
    throw await notYours(context, tx, thread)
  const { name, birthDate, sex, citizenId } = person
  const child = under ? nextChild(under.task, await childrenOf(tx, thread), []) : null
  const papers = under && samePerson(under.task.person, person) && (await holdsPaper(tx, under.task, shadow.digest)) ? under.task : null
  const to = { code: here, name: (await facilityName(tx, here)) || here }
  const task: ReferralTask = {
    issuer: { code: thread.issuer, name: issuer },
    number: child?.number ?? thread.number,
    to,
    state: 'arrived',
    person: papers?.person ?? { name, birthDate, sex, mrn: person.mrn ?? '', ...(citizenId ? { citizenId } : {}) },
    ...(papers?.patient ? { patient: papers.patient } : {}),
    diagnosis: '',
    authoredOn: tx.now.toISOString(),
    input: papers?.input ?? [],
    output: [],
    ...(child ? { use: child.use, partOf: thread } : {}),
  }
  if (papers) await addressPapers(tx, papers.input, here)
  const [stored] = await tx.write([{ kind: 'create', resource: taskResource(task) }])
  if (!stored) throw new Error('the store answered no task')
  const { occurredAt, by, reason } = message
  await record(tx, task, {
    event: 'arrive',
    occurredAt,
    by: by.display,
    facility: here,
    ...(reason ? { reason } : {}),
    ...firstRecorded(message),
  })
  return publish(tx, stored.id, task)
}

/** A visit registered by a typed number, whose desk now shows the digest of the QR of the paper in its hand. */
async function provesPaper(tx: Transaction, { event, shadow }: Message, visit: ReferralTask, slip: ReferralTask): Promise<boolean> {
  if (event !== 'arrive' || !shadow || !isShadow(visit) || !samePerson(visit.person, shadow.person)) return false
  return samePerson(slip.person, shadow.person) && (await holdsPaper(tx, slip, shadow.digest))
}

/** T09: the slip follows the patient who came first, to the facility that proved to hold the paper. */
async function givePapers(tx: Transaction, visit: Child, slip: ReferralTask, message: Message, from: string): Promise<ThreadState> {
  const { diagnosis, departure, person, patient, input } = slip
  const facts = { diagnosis, person, input, ...(departure ? { departure } : {}), ...(patient ? { patient } : {}) }
  const next: ReferralTask = { ...visit.task, ...facts }
  await addressPapers(tx, input, from)
  await tx.write([{ kind: 'update', id: visit.stored.id, ifMatch: visit.stored.versionId, resource: taskResource(next) }])
  const { occurredAt, by } = message
  await record(tx, next, { event: 'send', occurredAt, by: by.display, facility: from, ...firstRecorded(message) })
  return publish(tx, visit.stored.id, next)
}

async function holdsPaper(tx: Transaction, slip: ReferralTask, digest: string | undefined): Promise<boolean> {
  if (!digest) return false
  const papers = await tx.readMany(slip.input.map((id) => `DocumentReference/${id}`))
  return [...papers.values()].some((p) => documentFacts(p.resource()).digest === digest)
}

/**
 * "Người bệnh đến với giấy, chưa thấy trên hệ thống" (T09, failure mode F7): the desk writes down which slip and who; the
 * stay begins, the hub keeps a shadow, and the slip joins it by its number when it comes.
 */

import { randomUUID } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { slipNumber } from '@yba/vietnam'
import type { Caller } from '../../access/caller.ts'
import { onBehalf } from '../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { Store, Transaction } from '../../store/types.ts'
import { issuerName } from '../directory/index.ts'
import type { ShadowPerson, ThreadKey, TransitionMessage } from '../exchange/contract.ts'
import { enqueue } from '../exchange/index.ts'
import { statedTime } from './act.ts'
import { beginStay, findOrRegister } from './arrival.ts'
import { type Child, childrenOf } from './child.ts'
import type { ShadowAnswer, ShadowRequest } from './contract.ts'
import { findSlip, lockThread, spelledAlike } from './find-slip.ts'
import { BAD_REQUEST, ISSUER_UNKNOWN, SLIP_NUMBER_FORM } from './outcomes.ts'
import { isBirthDate } from './real-time.ts'
import { samePerson } from './same-person.ts'
import { tellAlike } from './spelled.ts'
import { isShadow, type PersonFacts, type ReferralTask, taskFacts, taskResource } from './task.ts'
import { STATES } from './transitions.ts'

const LONGEST_NUMBER = 100
const LONGEST = 400

/** POST /fhir/Task/$shadow. Throws `request-incomplete`, `issuer-unknown`. */
export async function openShadow(context: OperationContext): Promise<OperationAnswer> {
  const store = context.site.store.as(onBehalf(context.caller))
  const answer = await recordShadow(context.site, store, checked(context.json, context.site.clock.now()))
  return { status: answer.known ? 200 : 201, json: answer }
}

function checked(json: unknown, now: Date): ShadowRequest {
  const request = json as ShadowRequest | undefined
  const word = (value: unknown, most = LONGEST): value is string => typeof value === 'string' && value.trim() !== '' && value.length <= most
  const maybe = (value: unknown): boolean => value === undefined || word(value)
  if (!word(request?.number, LONGEST_NUMBER)) throw refuse(BAD_REQUEST, { what: 'number' })
  const number = request.number.trim()
  if (slipNumber(number) !== number) throw refuse(SLIP_NUMBER_FORM, { number })
  if (!word(request.issuer, 5)) throw refuse(BAD_REQUEST, { what: 'issuer' })
  const { person } = request
  if (!word(person?.name)) throw refuse(BAD_REQUEST, { what: 'person.name' })
  if (!word(person.birthDate) || !isBirthDate(person.birthDate, now)) throw refuse(BAD_REQUEST, { what: 'person.birthDate' })
  if (!['1', '2', '3'].includes(person.sex)) throw refuse(BAD_REQUEST, { what: 'person.sex' })
  if (!maybe(person.citizenId) || (person.citizenId && !/^\d{12}$/.test(person.citizenId)))
    throw refuse(BAD_REQUEST, { what: 'person.citizenId' })
  if (!maybe(person.card) || !maybe(request.reason)) throw refuse(BAD_REQUEST, { what: 'person.card, reason' })
  if (request.digest !== undefined && !/^[0-9a-f]{64}$/.test(String(request.digest))) throw refuse(BAD_REQUEST, { what: 'digest' })
  return { ...request, number }
}

/** Records the arrival at once; the hub hears of it when it can. A slip this site already holds is only named. */
export async function recordShadow(site: Site, store: Store, request: ShadowRequest): Promise<ShadowAnswer> {
  const { issuer, number, person } = request
  const here = site.settings.facility
  const occurredAt = statedTime(request.occurredAt, site.clock.now())
  return store.transact(async (tx) => {
    await lockThread(tx, { issuer, number })
    const known = await findSlip(tx, issuer, number, { lock: true, person })
    if (known) return { id: known.id, known: true, fits: samePerson(taskFacts(known.resource()).person, person) }
    const visit = await ownVisit(tx, { issuer, number }, here.code, person)
    if (visit) {
      // The paper is in hand: its digest is what the slip's papers are given for.
      if (request.digest && visit.task.input.length === 0) await tellShadow(tx, store.caller, request, occurredAt, visit.task.person)
      return { id: visit.stored.id, known: true, fits: true }
    }
    const name = await issuerName(tx, issuer)
    if (!name || issuer === here.code) throw refuse(ISSUER_UNKNOWN, { code: issuer })
    const id = randomUUID()
    const alike = await spelledAlike(tx, { issuer, number })
    const { citizenId, card } = person
    const paper = {
      mrn: '',
      name: person.name.trim().normalize('NFC'),
      birthDate: person.birthDate,
      sex: person.sex,
      address: '',
      cards: card ? [{ number: card }] : [],
      ...(citizenId ? { citizenId } : {}),
    }
    const task = shadowTask({ code: issuer, name }, number, here, { ...paper, ...(card ? { card } : {}) }, tx.now)
    const patient = await findOrRegister(site, tx, paper, issuer, `Task/${id}`)
    const begun = await beginStay(site, tx, task, { id: patient, name: paper.name }, store.caller, occurredAt)
    await tx.write([{ kind: 'create', id, resource: taskResource(begun) }])
    await tellShadow(tx, store.caller, request, occurredAt, task.person)
    if (alike.length > 0)
      await tellAlike(
        tx,
        { issuer, number },
        alike.map((one) => taskFacts(one.resource()).number),
      )
    tx.emit({ kind: 'referral.step', thread: `Task/${id}`, payload: { task: id, event: 'arrive' } })
    return { id, known: false, fits: true }
  })
}

/** The visit of somebody who came with a slip nobody has sent yet, as far as the paper in hand tells it. */
export function shadowTask(
  issuer: ReferralTask['issuer'],
  number: string,
  here: ReferralTask['to'],
  person: Pick<PersonFacts, 'name' | 'birthDate' | 'sex' | 'citizenId' | 'card'>,
  now: Date,
): ReferralTask {
  const { name, birthDate, sex, citizenId, card } = person
  return {
    issuer,
    number,
    to: { code: here.code, name: here.name },
    state: 'arrived',
    person: { name, birthDate, sex, mrn: '', ...(citizenId ? { citizenId } : {}), ...(card ? { card } : {}) },
    diagnosis: '',
    authoredOn: now.toISOString(),
    input: [],
    output: [],
  }
}

/** The open visit of this person with this slip, which is addressed to another facility. */
async function ownVisit(tx: Transaction, thread: ThreadKey, here: string, person: ShadowRequest['person']): Promise<Child | undefined> {
  const children = await childrenOf(tx, thread)
  return children.findLast(
    ({ task }) => task.to.code === here && isShadow(task) && !STATES[task.state].terminal && samePerson(task.person, person),
  )
}

/** Tells the hub who stands here with which slip. */
export async function tellShadow(
  tx: Transaction,
  caller: Pick<Caller, 'id' | 'display' | 'role'>,
  request: Pick<ShadowRequest, 'issuer' | 'number' | 'reason' | 'digest'>,
  occurredAt: string,
  { name, birthDate, sex, citizenId }: ShadowPerson,
): Promise<void> {
  const { issuer, number, reason, digest } = request
  const message: TransitionMessage = {
    thread: { issuer, number },
    event: 'arrive',
    occurredAt,
    by: { id: caller.id, display: caller.display, role: caller.role },
    ...(reason ? { reason } : {}),
    shadow: { person: { name, birthDate, sex, ...(citizenId ? { citizenId } : {}) }, ...(digest ? { digest } : {}) },
  }
  await enqueue(tx, randomUUID(), 'transition', message.thread, message, tx.now)
}

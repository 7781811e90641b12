/**
 * The HIS of the receiver says that the patient is here: its check-in or claim record names the slip, or the person has
 * one slip waiting. Nobody clicks; the stay is the one the HIS opened. Never from a name alone.
 */
import { type Finding, finding, SYSTEM } from '@yba/fhir'
import type { Caller } from '../../access/caller.ts'
import type { Site } from '../../site.ts'
import type { Stored, Transaction } from '../../store/types.ts'
import { documentFacts, documentReference } from '../documents/index.ts'
import { effectiveState, propose } from './act.ts'
import { partyHere } from './acting.ts'
import { openVisit, servesVisits } from './child.ts'
import { localDateTime } from './local-time.ts'
import { ARRIVED_BY_FILE, FILE_MANY_SLIPS, FILE_NOT_DUE, FILE_OTHER_PERSON } from './outcomes.ts'
import { isWithin } from './real-time.ts'
import { samePerson } from './same-person.ts'
import { facilitySearch, type PersonFacts, type ReferralTask, taskFacts, taskIdentifierSystem, taskResource } from './task.ts'
import { STATES, transition } from './transitions.ts'

export interface FileArrival {
  /** References of the patient and the stay the file became. */
  patient: string
  encounter: string
  person: Pick<PersonFacts, 'name' | 'birthDate' | 'sex' | 'citizenId'>
  /** Facility and number as the record names them (MA_NOI_DI, GIAY_CHUYEN_TUYEN). */
  slip?: { issuer: string; number: string }
  /** NGAY_VAO, ISO with zone: told to the hub as it stands. */
  at: string
  by: Caller
}

interface Found {
  stored: Stored
  task: ReferralTask
  how: 'number' | 'citizen-id'
}

const HOW = { number: 'số giấy chuyển tuyến', 'citizen-id': 'số định danh và thời gian' } as const
const MOST_WAITING = 20

/**
 * Records the arrival of the slip a file speaks of, if there is exactly one and it is this person's. Idempotent: the same
 * file again finds the arrival there. Says what it did, or why it did nothing.
 */
export async function arriveByFile(site: Site, tx: Transaction, facts: FileArrival): Promise<Finding[]> {
  const found = (facts.slip ? await byNumber(tx, facts, facts.slip) : null) ?? (await byCitizenId(site, tx, facts))
  if (!found) return []
  if (Array.isArray(found)) return found
  const { stored, task } = found
  if (task.encounter === facts.encounter) return []
  const facility = await partyHere(tx, site, task)
  if (task.to.code !== facility) return []
  const state = await effectiveState(tx, task, facility)
  const there = await openVisit(tx, { issuer: task.issuer.code, number: task.number }, { ...task, state }, facility, 'arrive')
  if (there || servesVisits(state) || !transition(state, 'arrive', 'receiver') || !isWithin(facts.at, site.clock.now(), 0)) {
    // Here already, by somebody's click or an earlier file: nothing is missing.
    if (task.encounter && !servesVisits(state)) return []
    return [finding(FILE_NOT_DUE, { number: task.number, state: STATES[state].vi })]
  }
  const next = { ...task, patient: facts.patient, encounter: facts.encounter }
  await tiePapers(tx, next)
  await propose(tx, next, facts.by, { event: 'arrive' }, facts.at)
  await tx.write([{ kind: 'update', id: stored.id, ifMatch: stored.versionId, resource: taskResource(next) }])
  tx.emit({ kind: 'referral.step', thread: `Task/${stored.id}`, payload: { task: stored.id, event: 'arrive' } })
  return [finding(ARRIVED_BY_FILE, { number: task.number, from: task.issuer.name || task.issuer.code, how: HOW[found.how] })]
}

async function byNumber(
  tx: Transaction,
  { person }: FileArrival,
  slip: { issuer: string; number: string },
): Promise<Found | Finding[] | null> {
  const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(slip.issuer), slip.number, { lock: true })
  if (!stored) return null
  const task = taskFacts(stored.resource())
  if (!samePerson(task.person, person)) return [finding(FILE_OTHER_PERSON, { number: slip.number })]
  return { stored, task, how: 'number' }
}

/** One slip of this citizen that waits, issued before they came and still good that day. */
async function byCitizenId(site: Site, tx: Transaction, { person, at }: FileArrival): Promise<Found | Finding[] | null> {
  if (!person.citizenId) return null
  const citizen = encodeURIComponent(`${SYSTEM.cccd}|${person.citizenId}`)
  const owner = facilitySearch('owner', site.settings.facility.code)
  const page = await tx.search('Task', `${owner}&subject:identifier=${citizen}&_count=${MOST_WAITING}`)
  const day = localDateTime(new Date(at)).slice(0, 10)
  const waiting = page.entries
    .map((e) => taskFacts(e.resource()))
    .filter((t) => transition(t.state, 'arrive', 'receiver') && !servesVisits(t.state) && samePerson(t.person, person))
    .filter((t) => localDateTime(new Date(t.authoredOn)).slice(0, 10) <= day && day <= (t.validity?.until ?? day))
  const [one, ...others] = waiting
  if (!one) return null
  if (others.length > 0) return [finding(FILE_MANY_SLIPS, { count: waiting.length, numbers: waiting.map((t) => t.number).join(', ') })]
  const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(one.issuer.code), one.number, { lock: true })
  return stored ? { stored, task: taskFacts(stored.resource()), how: 'citizen-id' } : null
}

/** The papers that came with the slip are this patient's now. */
async function tiePapers(tx: Transaction, task: ReferralTask): Promise<void> {
  const documents = await tx.readMany(task.input.map((id) => `DocumentReference/${id}`))
  await tx.write(
    [...documents.values()].flatMap((d) => {
      const facts = documentFacts(d.resource())
      if (facts.enteredInError) return []
      const patient = { reference: task.patient ?? '', display: facts.patient.display }
      return [{ kind: 'update' as const, id: d.id, ifChanged: true, resource: documentReference({ ...facts, patient }) }]
    }),
  )
}

/** The patient is here: the person is found or registered from the slip, and the stay begins. */
import { codeSystemUrl, extensionUrl, facilitySystem, SYSTEM } from '@yba/fhir'
import { readDocument } from '@yba/forms'
import { bhxhOf, type PaperPatient } from '@yba/vietnam'
import type { Condition, Encounter, Identifier, Patient } from 'fhir/r4.d.ts'
import type { Caller } from '../../access/caller.ts'
import type { Site } from '../../site.ts'
import type { FhirResource, Stored, Transaction } from '../../store/types.ts'
import { type DocumentFacts, documentFacts, documentReference } from '../documents/index.ts'
import { judge, personFacts } from '../person-index/index.ts'
import { servesVisits } from './child.ts'
import type { ReferralTask } from './task.ts'

const GENDER = { '1': 'male', '2': 'female', '3': 'unknown' } as const

/** A slip written for somebody else says nothing about who is here. */
const isSlip = (paper: DocumentFacts): boolean => paper.kind === 'referral' && !paper.enteredInError

/** Finds or registers the person, opens the Encounter, ties the slip's papers to the person. Gives the Task's new facts. */
export async function registerArrival(
  site: Site,
  tx: Transaction,
  task: ReferralTask,
  caller: Caller,
  occurredAt: string,
): Promise<ReferralTask> {
  const documents = await tx.readMany(task.input.map((id) => `DocumentReference/${id}`))
  const slip = [...documents.values()].find((d) => isSlip(documentFacts(d.resource())))
  if (!slip) return task
  const content = readDocument((await site.store.blobs.get(documentFacts(slip.resource()).digest)).toString('utf8'))
  const patientId = await findOrRegister(site, tx, content.patient, content.from.code, `DocumentReference/${slip.id}`)
  const patient = `Patient/${patientId}`
  await tx.write(
    [...documents.values()].map((d) => ({
      kind: 'update' as const,
      id: d.id,
      ifChanged: true,
      resource: documentReference({ ...documentFacts(d.resource()), patient: { reference: patient, display: content.patient.name } }),
    })),
  )
  const why = { reason: content.diagnosisText, source: `urn:yba:document:${documentFacts(slip.resource()).digest}` }
  return beginStay(site, tx, task, { id: patientId, name: content.patient.name, ...why }, caller, occurredAt)
}

/** Opens the Encounter of an arrival and the care of those at the desk. Gives the Task's new facts. */
export async function beginStay(
  site: Site,
  tx: Transaction,
  task: ReferralTask,
  who: { id: string; name: string; reason?: string; source?: string },
  caller: Caller,
  occurredAt: string,
): Promise<ReferralTask> {
  const patient = `Patient/${who.id}`
  const mark = { system: facilitySystem.encounter(site.settings.facility.code), value: stayNumber(task, occurredAt) }
  const encounter: Encounter = {
    resourceType: 'Encounter',
    status: 'arrived',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    identifier: [mark],
    subject: { reference: patient, display: who.name },
    period: { start: occurredAt },
    ...(who.reason ? { reasonCode: [{ text: who.reason }] } : {}),
    hospitalization: { origin: { identifier: { system: SYSTEM.facility, value: task.issuer.code }, display: task.issuer.name } },
    serviceProvider: { identifier: { system: SYSTEM.facility, value: site.settings.facility.code }, display: site.settings.facility.name },
    ...(who.source ? { meta: { source: who.source } } : {}),
  }
  const resource = encounter as unknown as FhirResource
  // After an arrival that was taken back the same stay begins again.
  const before = await tx.findByIdentifier('Encounter', mark.system, mark.value, { lock: true })
  const [stay] = await tx.write([
    before ? { kind: 'update', id: before.id, ifMatch: before.versionId, resource } : { kind: 'create', resource },
  ])
  for (const department of caller.departments) {
    await tx.grantCare({ patient: who.id, department, from: tx.now, basis: 'referral' })
  }
  await tx.grantCare({ patient: who.id, who: caller.id, from: tx.now, basis: 'referral' })
  return { ...task, patient, ...(stay ? { encounter: `Encounter/${stay.id}` } : {}) }
}

/** One stay for each arrival: a later visit with the same slip is another stay. */
function stayNumber(task: ReferralTask, occurredAt: string): string {
  const number = `YB-${task.issuer.code}-${task.number}`
  return servesVisits(task.state) ? `${number}~${occurredAt}` : number
}

async function stayOf(tx: Transaction, task: ReferralTask): Promise<Stored | null> {
  const id = task.encounter?.split('/').at(-1)
  return id ? tx.read('Encounter', id, { lock: true }) : null
}

async function changeStay(tx: Transaction, stay: Stored, change: Partial<Encounter>): Promise<void> {
  const resource = { ...(stay.resource() as unknown as Encounter), ...change } as unknown as FhirResource
  await tx.write([{ kind: 'update', id: stay.id, ifMatch: stay.versionId, ifChanged: true, resource }])
}

const CHARTED = ['Condition', 'Observation', 'Procedure', 'ServiceRequest', 'MedicationRequest', 'DiagnosticReport'] as const

/** Whether anybody has begun the stay or written anything in it. */
export async function isCharted(tx: Transaction, task: ReferralTask): Promise<boolean> {
  const stay = await stayOf(tx, task)
  if (!stay) return false
  const { status } = stay.resource() as unknown as Encounter
  if (status !== 'arrived' && status !== 'entered-in-error') return true
  return !(await holdsNothing(tx, stay.id))
}

/** A file that is taken back leaves so many lines of a kind at most that a person's line would not be seen behind them. */
const MOST_CHARTED = 1000

function isMistaken(resource: FhirResource): boolean {
  const { status, verificationStatus } = resource as { status?: string; verificationStatus?: Condition['verificationStatus'] }
  return status === 'entered-in-error' || (verificationStatus?.coding?.some((c) => c.code === 'entered-in-error') ?? false)
}

/** Whether nobody has written anything in a stay, however far it has gone. */
export async function holdsNothing(tx: Transaction, stay: string): Promise<boolean> {
  for (const type of CHARTED) {
    const found = await tx.search(type, `encounter=Encounter/${stay}&_count=${MOST_CHARTED}`)
    if (found.entries.some((e) => !isMistaken(e.resource()))) return false
  }
  return true
}

/** A wrong click or a mistaken file: the stay is marked as such, never removed. Gives the Task without its stay. */
export async function undoArrival(tx: Transaction, task: ReferralTask): Promise<ReferralTask> {
  const stay = await stayOf(tx, task)
  if (stay) await changeStay(tx, stay, { status: 'entered-in-error' })
  const { encounter: _encounter, ...rest } = task
  return rest
}

/**
 * A stay that should not have begun, by a person's word: marked so and taken from the Task, unless something is charted
 * in it: then what was charted stands, and with it the stay and who may read it.
 */
export async function closeWrongStay(tx: Transaction, task: ReferralTask): Promise<ReferralTask> {
  return (await isCharted(tx, task)) ? task : undoArrival(tx, task)
}

/** The stay ends: in the regular way, or because the patient left before being seen. */
export async function endStay(tx: Transaction, task: ReferralTask, status: 'finished' | 'cancelled', occurredAt: string): Promise<void> {
  const stay = await stayOf(tx, task)
  if (!stay) return
  const { period, status: before } = stay.resource() as unknown as Encounter
  if (before === 'entered-in-error') return
  await changeStay(tx, stay, { status, period: { ...period, end: occurredAt } })
}

/** The Encounter goes on, arrived → in-progress, in the care of the one who starts it and of their department. */
export async function startCare(tx: Transaction, task: ReferralTask, caller: Caller): Promise<void> {
  const patient = task.patient?.split('/').at(-1)
  if (patient) {
    await tx.grantCare({ patient, who: caller.id, from: tx.now, basis: 'referral' })
    for (const department of caller.departments) await tx.grantCare({ patient, department, from: tx.now, basis: 'referral' })
  }
  const stay = await stayOf(tx, task)
  if (stay) await changeStay(tx, stay, { status: 'in-progress' })
}

/**
 * The person a paper names, as far as this site knows one by number. `unsure`: the same citizen number stands here under
 * another name, year or sex, a typing error or a borrowed card (rule D2): a person decides.
 */
export async function knownPerson(
  site: Site,
  tx: Transaction,
  paper: PaperPatient,
  issuer: string,
): Promise<{ id: string; unsure: boolean } | null> {
  const elsewhere = paper.mrn ? await tx.findByIdentifier('Patient', facilitySystem.mrn(issuer), paper.mrn) : null
  if (elsewhere) return { id: elsewhere.id, unsure: false }
  const known = paper.citizenId ? await tx.findByIdentifier('Patient', SYSTEM.cccd, paper.citizenId) : null
  if (!known) return null
  const incoming = { ...paper, facility: issuer, cards: paper.cards.map((c) => c.number) }
  const verdict = judge(incoming, personFacts(known.resource()), site.settings.environment === 'demo')
  return { id: known.id, unsure: verdict.verdict !== 'certain' }
}

/** The person a paper names: known here by number, or registered from the paper. Gives the Patient id. */
export async function findOrRegister(site: Site, tx: Transaction, paper: PaperPatient, issuer: string, source: string): Promise<string> {
  // Two slips of one person may arrive at two desks at once.
  for (const key of [`${issuer}|${paper.mrn}`, ...(paper.citizenId ? [paper.citizenId] : [])].sort()) await tx.lockKey(`person:${key}`)
  const known = await knownPerson(site, tx, paper, issuer)
  if (known && !known.unsure) return known.id
  const [created] = await tx.write([{ kind: 'create', resource: patientFromPaper(paper, issuer, site.settings.facility.code, source) }])
  if (!created) throw new Error('the store answered no patient')
  return created.id
}

function patientFromPaper(paper: PaperPatient, issuer: string, here: string, source: string): FhirResource {
  const identifier: Identifier[] = paper.mrn ? [{ use: 'secondary', system: facilitySystem.mrn(issuer), value: paper.mrn }] : []
  if (paper.citizenId) identifier.unshift({ use: 'official', system: SYSTEM.cccd, value: paper.citizenId })
  // The card, and the ten digits of the person inside it: people know and say either.
  const numbers = paper.cards.flatMap((card) => [card.number, bhxhOf(card.number) ?? card.number])
  for (const value of new Set(numbers)) identifier.push({ system: SYSTEM.bhyt, value })
  const patient: Patient = {
    resourceType: 'Patient',
    meta: { source: `urn:yba:referral:${issuer}#${source}`, tag: [{ system: codeSystemUrl('registration'), code: 'from-referral' }] },
    extension: [{ url: extensionUrl('registered-at'), valueString: here }],
    ...(identifier.length > 0 ? { identifier } : {}),
    name: [{ text: paper.name }],
    gender: GENDER[paper.sex],
    birthDate: paper.birthDate,
    ...(paper.phone ? { telecom: [{ system: 'phone', value: paper.phone }] } : {}),
    ...(paper.address ? { address: [{ text: paper.address }] } : {}),
  }
  return patient as unknown as FhirResource
}

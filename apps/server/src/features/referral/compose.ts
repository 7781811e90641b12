/**
 * A slip a doctor begins to write: from the chart, from the check-in of a patient who is still in the ward, or of a person
 * known by their card only. Everything a system knows stands in it already; a slip that is there is opened, not doubled.
 */
import { randomUUID } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { readDocument } from '@yba/forms'
import { type ReferralContent, referralFromChart } from '@yba/vietnam'
import type { Encounter } from 'fhir/r4.d.ts'
import type { Caller } from '../../access/caller.ts'
import { onBehalf } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { FhirResource, Store, Transaction } from '../../store/types.ts'
import { documentFacts } from '../documents/index.ts'
import { addresseeOf } from './addressee.ts'
import type { ComposeAnswer, ComposeRequest } from './contract.ts'
import { joinOf, lockPerson } from './join.ts'
import { STAY_UNKNOWN } from './join-outcomes.ts'
import { localDateTime } from './local-time.ts'
import { checkedPerson, registerForSlip } from './new-person.ts'
import { BAD_REQUEST } from './outcomes.ts'
import { isBirthDate } from './real-time.ts'
import { reserveNumber, saveDraft } from './tables.ts'
import { taskFacts, taskFromContent, taskResource } from './task.ts'

const isId = (value: unknown): value is string => typeof value === 'string' && /^[A-Za-z0-9\-.]{1,64}$/.test(value)

function checked(request: ComposeRequest | undefined, now: Date): ComposeRequest {
  const { patient, person, encounter, to, basedOn, admitted, isNew, another } = request ?? {}
  if ((patient === undefined) === (person === undefined) || (patient !== undefined && !isId(patient)))
    throw refuse(BAD_REQUEST, { what: 'patient' })
  if (encounter !== undefined && !isId(encounter)) throw refuse(BAD_REQUEST, { what: 'encounter' })
  if (to !== undefined && typeof to !== 'string') throw refuse(BAD_REQUEST, { what: 'to' })
  if (basedOn !== undefined && !isId(basedOn)) throw refuse(BAD_REQUEST, { what: 'basedOn' })
  // A day that is not over, or lies in the future, is nobody's admission.
  if (admitted !== undefined && (typeof admitted !== 'string' || admitted.length !== 10 || !isBirthDate(admitted, now)))
    throw refuse(BAD_REQUEST, { what: 'admitted' })
  for (const [what, value] of Object.entries({ isNew, another }))
    if (value !== undefined && typeof value !== 'boolean') throw refuse(BAD_REQUEST, { what })
  return { ...request, ...(person === undefined ? {} : { person: checkedPerson(person, now) }) }
}

/**
 * Opens the draft of a slip, or gives the one that is under way for the same stay. The person fills what only a person
 * knows. Throws `request-incomplete`, `person-maybe-known`, `admission-required`.
 */
export async function compose(site: Site, store: Store, asked: ComposeRequest | undefined): Promise<ComposeAnswer> {
  const request = checked(asked, site.clock.now())
  const { caller } = store
  const patient = request.patient ?? (await registerForSlip(site, store, request))
  // Read as the person: who may not read the chart may not compose from it.
  const chart: FhirResource[] = (await store.everything(patient)).map((s) => s.resource())
  const charted = stayIn(chart, request.encounter)
  const stay = request.encounter ? charted : newer(charted, await openStay(site, caller, patient))
  if (stay && !chart.some((r) => r.resourceType === 'Encounter' && r.id === stay.id)) chart.push(stay)
  const facility = site.settings.facility
  const draft = referralFromChart(chart, {
    facility,
    encounter: stay?.id,
    to: await addresseeOf(site.store, request.to ?? ''),
    doctor: { licence: caller.licence ?? '', name: caller.display },
    departure: localDateTime(site.clock.now()),
  })
  const came = request.basedOn ? await cameWith(site, store, request.basedOn, patient) : null
  const admitted = draft.encounter.admitted || (request.admitted ?? '')
  if (request.person && !admitted) throw refuse(STAY_UNKNOWN)
  return site.store.as(onBehalf(caller)).transact(async (tx) => {
    // A second click, a second doctor, or a file of the HIS: what is open is the one to write.
    await lockPerson(tx, patient)
    const known = request.another ? null : await underWay(tx, { draft, patient, stay, came, issuer: facility.code })
    if (known) return known
    const year = Number(localDateTime(tx.now).slice(0, 4))
    const slip = `${await reserveNumber(tx, year, site.store.log.epoch)}/${year}/GCT-YB`
    const content: ReferralContent = {
      ...draft,
      encounter: { ...draft.encounter, admitted },
      ...(came ? onward(draft, came) : {}),
      numbers: { ...draft.numbers, slip, source: 'series' },
      managingBody: facility.managingBody,
    }
    return { id: await openDraft(tx, content, { patient, ...(stay?.id ? { encounter: stay.id } : {}) }, caller) }
  })
}

const startOf = (stay: FhirResource): string => (stay as unknown as Encounter).period?.start ?? ''

/** The stay that was named, else the newest of the chart. */
function stayIn(chart: readonly FhirResource[], id: string | undefined): FhirResource | undefined {
  const stays = chart.filter((r) => r.resourceType === 'Encounter')
  if (id) return stays.find((r) => r.id === id)
  return stays.toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : 1)).at(-1)
}

/** The later one of two stays; of the same one what the chart says of it. */
function newer(charted: FhirResource | undefined, open: FhirResource | undefined): FhirResource | undefined {
  if (!charted || !open || charted.id === open.id) return charted ?? open
  return startOf(open) > startOf(charted) ? open : charted
}

/**
 * The stay that is going on, of a person whom nobody here is named for yet (a check-in names no ward): that it is, its
 * number and since when. What is charted in it stays with those who care for the patient.
 */
async function openStay(site: Site, caller: Caller, patient: string): Promise<FhirResource | undefined> {
  const page = await site.store
    .as(onBehalf(caller))
    .search('Encounter', `patient=Patient/${patient}&status=arrived,in-progress&_sort=-date&_count=1`)
  const stay = page.entries[0]?.resource() as unknown as Encounter | undefined
  if (!stay) return undefined
  const { resourceType, id, identifier, status, class: kind, subject, period } = stay
  return { resourceType, id, identifier, status, class: kind, subject, period } as unknown as FhirResource
}

interface Wanted {
  draft: ReferralContent
  patient: string
  stay: FhirResource | undefined
  came: ReferralContent | null
  issuer: string
}

async function underWay(tx: Transaction, { draft, patient, stay, came, issuer }: Wanted): Promise<ComposeAnswer | null> {
  const joined = await joinOf(tx, {
    issuer,
    patient: `Patient/${patient}`,
    ...(stay?.id ? { encounter: `Encounter/${stay.id}` } : {}),
    to: draft.to.code,
    day: localDateTime(tx.now).slice(0, 10),
    ...(came ? { basedOn: { issuer: came.from.code, number: came.numbers.slip } } : {}),
  })
  return joined && { id: joined.stored.id, known: { number: joined.task.number, state: joined.task.state } }
}

/** The slip the patient came with. Throws `request-incomplete` when it is no referral received here for this patient. */
async function cameWith(site: Site, store: Store, taskId: string, patient: string): Promise<ReferralContent> {
  const task = taskFacts((await store.read('Task', taskId)).resource())
  if (task.to.code !== site.settings.facility.code || task.patient !== `Patient/${patient}`) throw refuse(BAD_REQUEST, { what: 'basedOn' })
  const papers = await store.transact((tx) => tx.readMany(task.input.map((id) => `DocumentReference/${id}`)))
  const slip = [...papers.values()].map((p) => documentFacts(p.resource())).find((f) => f.kind === 'referral')
  const content = slip ? readDocument((await site.store.blobs.get(slip.digest)).toString('utf8')) : null
  if (content?.kind !== 'referral') throw refuse(BAD_REQUEST, { what: 'basedOn' })
  return content
}

/** What the slip sent back or on says of the first, where the chart here says nothing of its own yet. */
function onward(draft: ReferralContent, came: ReferralContent): Partial<ReferralContent> {
  const known = draft.diagnoses.length > 0
  return {
    basedOn: { issuer: came.from, number: came.numbers.slip },
    earlier: [
      ...came.earlier,
      { facility: came.from, ...(came.encounter.admitted ? { from: came.encounter.admitted, to: came.departure } : {}) },
    ],
    ...(known ? {} : { diagnoses: came.diagnoses, diagnosisText: draft.diagnosisText || came.diagnosisText }),
    history: draft.history || came.history,
    allergies: draft.allergies.length > 0 ? draft.allergies : came.allergies,
  }
}

async function openDraft(
  tx: Transaction,
  content: ReferralContent,
  of: { patient: string; encounter?: string },
  caller: Caller,
): Promise<string> {
  const id = randomUUID()
  const facts = {
    ...taskFromContent(content, 'draft', tx.now.toISOString()),
    patient: `Patient/${of.patient}`,
    ...(of.encounter ? { encounter: `Encounter/${of.encounter}` } : {}),
  }
  await tx.write([{ kind: 'create', id, resource: taskResource(facts) }])
  await saveDraft(tx, id, content, 0, caller.id, tx.now)
  tx.emit({ kind: 'referral.opened', thread: `Task/${id}`, patient: of.patient, payload: { task: id, state: 'draft' } })
  return id
}

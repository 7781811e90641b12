/** Drafts: composed from the chart or from the received slip, saving themselves, never FHIR versions. */
import { randomUUID } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { readDocument } from '@yba/forms'
import { type PaperContent, type ReferralContent, referralFromChart, referralGaps } from '@yba/vietnam'
import type { Caller } from '../../access/caller.ts'
import { onBehalf } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { Store, Transaction } from '../../store/types.ts'
import { documentFacts } from '../documents/index.ts'
import { addresseeFaults, addresseeOf, withAddressee } from './addressee.ts'
import { checkedContent } from './content-schema.ts'
import type { ComposeRequest, SaveDraftAnswer, SaveDraftRequest } from './contract.ts'
import { findingView } from './finding-view.ts'
import { localDateTime } from './local-time.ts'
import { BAD_REQUEST, DRAFT_CHANGED, DRAFT_FROZEN } from './outcomes.ts'
import { openRevisionOf } from './tables/revisions.ts'
import { loadDraft, reserveNumber, saveDraft } from './tables.ts'
import { personOf, taskFacts, taskFromContent, taskResource } from './task.ts'
import { versionsOf, wasIssued } from './versions.ts'

/** A draft slip from what the chart holds; the person fills what only a person knows. Gives the Task id. */
export async function composeFromChart(site: Site, store: Store, request: ComposeRequest): Promise<string> {
  if (!isId(request?.patient)) throw refuse(BAD_REQUEST, { what: 'patient' })
  if (request.encounter !== undefined && !isId(request.encounter)) throw refuse(BAD_REQUEST, { what: 'encounter' })
  if (request.to !== undefined && typeof request.to !== 'string') throw refuse(BAD_REQUEST, { what: 'to' })
  if (request.basedOn !== undefined && !isId(request.basedOn)) throw refuse(BAD_REQUEST, { what: 'basedOn' })
  const caller = store.caller
  // Read as the person: who may not read the chart may not compose from it.
  const chart = (await store.everything(request.patient)).map((s) => s.resource())
  const to = request.to ?? ''
  const facility = site.settings.facility
  const draft = referralFromChart(chart, {
    facility,
    encounter: request.encounter,
    to: await addresseeOf(site.store, to),
    doctor: { licence: caller.licence ?? '', name: caller.display },
    departure: localDateTime(site.clock.now()),
  })
  const came = request.basedOn ? await cameWith(site, store, request.basedOn, request.patient) : null
  return site.store.as(onBehalf(caller)).transact(async (tx) => {
    // A second click, or a second doctor: the draft that is open is the one to write.
    await tx.lockKey(`compose:${request.patient}`)
    const open = await openDraftOf(tx, request, facility.code, came)
    if (open) return open
    const year = Number(localDateTime(tx.now).slice(0, 4))
    const slip = `${await reserveNumber(tx, year, site.store.log.epoch)}/${year}/GCT-YB`
    const content: ReferralContent = {
      ...draft,
      ...(came ? onward(draft, came) : {}),
      numbers: { ...draft.numbers, slip, source: 'series' },
      managingBody: facility.managingBody,
    }
    return openDraft(tx, content, request, caller)
  })
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

/** The draft this facility is writing for the same patient, stay and earlier slip. */
async function openDraftOf(
  tx: Transaction,
  request: ComposeRequest,
  here: string,
  came: ReferralContent | null,
): Promise<string | undefined> {
  const page = await tx.search('Task', `patient=Patient/${request.patient}&business-status=draft&_count=50`)
  for (const stored of page.entries) {
    const task = taskFacts(stored.resource())
    if (task.issuer.code !== here || (request.encounter && task.encounter !== `Encounter/${request.encounter}`)) continue
    const draft = (await loadDraft(tx, stored.id, 'referral'))?.content
    if (draft?.kind !== 'referral' || draft.numbers.source !== 'series') continue
    if (draft.basedOn?.number === came?.numbers.slip && draft.basedOn?.issuer.code === came?.from.code) return stored.id
  }
  return undefined
}

const isId = (value: unknown): value is string => typeof value === 'string' && /^[A-Za-z0-9\-.]{1,64}$/.test(value)

async function openDraft(tx: Transaction, content: ReferralContent, request: ComposeRequest, caller: Caller): Promise<string> {
  const id = randomUUID()
  const encounter = request.encounter ? { encounter: `Encounter/${request.encounter}` } : {}
  await tx.write([
    {
      kind: 'create',
      id,
      resource: taskResource({
        ...taskFromContent(content, 'draft', tx.now.toISOString()),
        patient: `Patient/${request.patient}`,
        ...encounter,
      }),
    },
  ])
  await saveDraft(tx, id, content, 0, caller.id, tx.now)
  tx.emit({ kind: 'referral.opened', thread: `Task/${id}`, patient: request.patient, payload: { task: id, state: 'draft' } })
  return id
}

/** Saves a draft over the version the writer saw. Throws `draft-changed` and `draft-frozen`. */
export async function saveDraftOf(site: Site, store: Store, taskId: string, request: SaveDraftRequest): Promise<SaveDraftAnswer> {
  const content = checkedContent(request?.kind, request?.content)
  if (!Number.isInteger(request.draftVersion)) throw refuse(BAD_REQUEST, { what: 'draftVersion' })
  return site.store.as(onBehalf(store.caller)).transact(async (tx) => {
    const stored = await tx.read('Task', taskId, { lock: true })
    if (!stored) throw refuse(BAD_REQUEST, { what: 'Task' })
    const task = taskFacts(stored.resource())
    const known = await loadDraft(tx, taskId, request.kind)
    if (!known) throw refuse(DRAFT_FROZEN)
    const revision = await openRevisionOf(tx, taskId, request.kind)
    const frozen = (await versionsOf(tx, task, request.kind)).length > 0
    if (frozen && !revision) throw refuse(DRAFT_FROZEN)
    const issued = revision !== null && (await wasIssued(tx, revision))
    const own = keepKeys(content, known.content)
    const kept = issued ? keepReceiver(own, known.content) : await withAddressee(tx, own)
    const version = await saveDraft(tx, taskId, kept, request.draftVersion, store.caller.id, tx.now)
    if (version === null) throw refuse(DRAFT_CHANGED)
    if (kept.kind === 'referral' && !issued) {
      const facts = { to: kept.to, person: personOf(kept.patient), diagnosis: kept.diagnosisText, departure: kept.departure }
      const next = { ...task, ...facts, stat: kept.emergency === true }
      await tx.write([{ kind: 'update', id: taskId, ifMatch: stored.versionId, ifChanged: true, resource: taskResource(next) }])
    }
    return { draftVersion: version, findings: await gapsOf(tx, kept, issued) }
  })
}

/** Number, issuer and person of a paper are not the writer's to change: a person is corrected in registration. */
function keepKeys(content: PaperContent, known: PaperContent): PaperContent {
  if (content.kind === 'referral' && known.kind === 'referral') {
    const { numbers, from, managingBody, patient, basedOn } = known
    return { ...content, numbers, from, patient, ...(basedOn ? { basedOn } : {}), ...(managingBody === undefined ? {} : { managingBody }) }
  }
  if (content.kind === 'outcome' && known.kind === 'outcome') {
    return { ...content, number: known.number, from: known.from, to: known.to, answers: known.answers, patient: known.patient }
  }
  return known
}

/** A slip that has left goes on to where it went; another receiver is another slip. */
function keepReceiver(content: PaperContent, known: PaperContent): PaperContent {
  return content.kind === 'referral' && known.kind === 'referral' ? { ...content, to: known.to } : content
}

const OUTCOME_ITEMS: { key: 'diagnosisText' | 'course' | 'treatment' | 'outcome' | 'plan'; path: string }[] = [
  { key: 'diagnosisText', path: 'diagnosisText' },
  { key: 'treatment', path: 'treatment' },
  { key: 'outcome', path: 'outcome' },
]

/** All that keeps a draft from being signed, its addressee too; one that was issued goes where it went. */
export async function gapsOf(db: Pick<Transaction, 'sql'>, content: PaperContent, issued: boolean): Promise<SaveDraftAnswer['findings']> {
  return [...gaps(content), ...(issued ? [] : (await addresseeFaults(db, content)).map(findingView))]
}

/** What still lacks on a paper, as findings of the screen. */
export function gaps(content: PaperContent): SaveDraftAnswer['findings'] {
  if (content.kind === 'referral') return referralGaps(content).map(findingView)
  if (content.kind !== 'outcome') return []
  return OUTCOME_ITEMS.filter((i) => !content[i.key]).map((i) => ({
    code: 'outcome-item-missing',
    severity: 'error',
    path: i.path,
    vi: 'Mục này còn trống.',
    en: 'This item is empty.',
    cure: { vi: 'Điền mục này trước khi ký.', en: 'Fill it before signing.' },
  }))
}

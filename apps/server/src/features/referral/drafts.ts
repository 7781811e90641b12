/** Drafts save themselves while somebody writes, and say what still lacks; never FHIR versions. */
import { refuse } from '@yba/fhir'
import { diagnosesOf, type PaperContent, referralGaps } from '@yba/vietnam'
import { onBehalf } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { Store, Transaction } from '../../store/types.ts'
import { addresseeFaults, withAddressee } from './addressee.ts'
import { checkedContent } from './content-schema.ts'
import type { SaveDraftAnswer, SaveDraftRequest } from './contract.ts'
import { findingView } from './finding-view.ts'
import { departureFaults } from './gaps.ts'
import { namedCodes } from './named-codes.ts'
import { BAD_REQUEST, DRAFT_CHANGED, DRAFT_FROZEN } from './outcomes.ts'
import { openRevisionOf } from './tables/revisions.ts'
import { loadDraft, saveDraft } from './tables.ts'
import { personOf, taskFacts, taskResource } from './task.ts'
import { versionsOf, wasIssued } from './versions.ts'

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
    const own = withCodes(keepKeys(content, known.content), known.content)
    const kept = issued ? keepReceiver(own, known.content) : await withAddressee(tx, own)
    const version = await saveDraft(tx, taskId, kept, request.draftVersion, store.caller.id, tx.now)
    if (version === null) throw refuse(DRAFT_CHANGED)
    if (kept.kind === 'referral' && !issued) {
      const facts = { to: kept.to, person: personOf(kept.patient), diagnosis: kept.diagnosisText, departure: kept.departure }
      const next = { ...task, ...facts, stat: kept.emergency === true }
      await tx.write([{ kind: 'update', id: taskId, ifMatch: stored.versionId, ifChanged: true, resource: taskResource(next) }])
    }
    return { draftVersion: version, findings: await gapsOf(tx, kept, issued, tx.now), ...(await namedCodes(tx, kept, tx.now)) }
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

/**
 * A doctor writes the codes into the text of the diagnosis (`J18.9 Viêm phổi`): they are the slip's codes, unless the chart
 * or the HIS gave some that the text does not name.
 */
function withCodes(content: PaperContent, known: PaperContent): PaperContent {
  if (content.kind !== 'referral' || known.kind !== 'referral') return content
  if (known.diagnoses.some((d) => !known.diagnosisText.includes(d.code))) return content
  return { ...content, diagnoses: diagnosesOf(content.diagnosisText) }
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

/** What to see to before a draft is signed, its addressee too; one that was issued goes where it went. */
export async function gapsOf(
  db: Pick<Transaction, 'sql'>,
  content: PaperContent,
  issued: boolean,
  now: Date,
): Promise<SaveDraftAnswer['findings']> {
  const more = [...departureFaults(content, now), ...(issued ? [] : await addresseeFaults(db, content))]
  return [...gaps(content), ...more.map(findingView)]
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

/**
 * A file of the HIS joins a slip that is there. Its words go in where nobody here has spoken, and wait beside the paper
 * where somebody has, or where it is signed: nothing anybody wrote is lost without a word, and nothing is doubled.
 */
import { type Finding, finding, refuse } from '@yba/fhir'
import type { PaperChange } from '@yba/forms'
import type { PaperContent, ReferralContent } from '@yba/vietnam'
import type { Transaction } from '../../store/types.ts'
import { requestsOf } from '../sign-tray/index.ts'
import { draftChanges, fillBlanks, namesOf } from './fill.ts'
import { isSameNumber } from './find-slip.ts'
import { isCancelled, isUnsent, type Joined, type JoinedBy } from './join.ts'
import { SLIP_CANCELLED_HERE, SLIP_DIFFERS, SLIP_JOINED, SLIP_RESPELT } from './join-outcomes.ts'
import { tellNumbers } from './numbers.ts'
import { SLIP_KEPT, SLIP_OTHER_PERSON } from './outcomes.ts'
import { sameContent } from './same-content.ts'
import { lastProposed, noteProposed, proposeContent, proposedFor } from './tables/revisions.ts'
import { clearWithdrawn } from './tables/withdrawn.ts'
import { type Draft, loadDraft, saveDraft } from './tables.ts'
import { type ReferralTask, taskFromContent, taskIdentifierSystem, taskResource } from './task.ts'

/** Before the name of who saved a draft: it came with a claim file and nobody has typed in it. */
export const IMPORTED = 'import:'

/** Words of the HIS about one slip. */
export interface FileWord {
  papers: readonly PaperContent[]
  patient: string
  encounter?: string
  /** Caller id. */
  by: string
}

export interface Absorbed {
  /** The draft changed, nothing new, or what is here stays and the file's words wait beside it. */
  result: 'updated' | 'unchanged' | 'kept'
  findings: Finding[]
}

const HOW: Record<JoinedBy, { how: string; howEn: string }> = {
  number: { how: 'cùng số phiếu', howEn: 'same number' },
  stay: { how: 'cùng đợt khám', howEn: 'same stay' },
  'person-day': { how: 'cùng người bệnh, nơi chuyển đến và ngày', howEn: 'same person, destination and day' },
}

/** Under the slip's own number; the HIS's becomes a second name of it. */
function underOwnNumber(paper: PaperContent, number: string): PaperContent {
  if (paper.kind !== 'referral' || paper.numbers.slip === number) return paper
  if (isSameNumber(paper.numbers.slip, number)) return { ...paper, numbers: { ...paper.numbers, slip: number } }
  return { ...paper, numbers: { ...paper.numbers, slip: number, source: 'series' } }
}

/** Lets the HIS's words into the slip they belong to. Throws `slip-other-person`. */
export async function absorb(tx: Transaction, { stored, task, by }: Joined, word: FileWord): Promise<Absorbed> {
  // Else one person's paper would be written into another's referral and chart.
  if (task.patient !== word.patient) throw refuse(SLIP_OTHER_PERSON, { number: task.number }, 'XML13[1].GIAY_CHUYEN_TUYEN')
  const his = word.papers.find((p) => p.kind === 'referral')?.numbers.slip ?? ''
  const respelt = his !== task.number && isSameNumber(his, task.number)
  const renamed = his !== '' && his !== task.number && !respelt
  const findings = renamed ? [finding(SLIP_JOINED, { his, number: task.number, ...HOW[by] })] : []
  if (respelt) findings.push(finding(SLIP_RESPELT, { his, number: task.number }, 'XML13[1].GIAY_CHUYEN_TUYEN'))
  await clearWithdrawn(tx, stored.id)
  const papers = word.papers.map((p) => underOwnNumber(p, task.number))
  const changed = await whatChanged(tx, stored.id, papers)
  let next = await named(tx, tied(task, word), renamed ? his : '')
  let result: Absorbed['result'] = 'unchanged'
  if (isCancelled(task.state)) {
    findings.push(finding(SLIP_CANCELLED_HERE, { his: his || task.number, number: task.number }))
    await propose(tx, stored.id, changed, word)
    result = 'kept'
  } else if (changed.length === 0) {
    if ((await proposedFor(tx, [stored.id])).size > 0) {
      findings.push(finding(SLIP_KEPT, { number: task.number }))
      result = 'kept'
    }
  } else if (await isFrozen(tx, stored.id, task)) {
    findings.push(finding(SLIP_KEPT, { number: task.number }))
    await propose(tx, stored.id, changed, word)
    result = 'kept'
  } else {
    const said = await intoDrafts(tx, stored.id, changed, word)
    if (said.slip) next = withContent(next, said.slip)
    if (said.waiting.length > 0) {
      findings.push(
        finding(SLIP_KEPT, { number: task.number }),
        finding(SLIP_DIFFERS, { number: task.number, count: said.waiting.length, ...namesOf(said.waiting) }),
      )
    }
    result = said.waiting.length > 0 ? 'kept' : 'updated'
  }
  await tx.write([{ kind: 'update', id: stored.id, ifMatch: stored.versionId, ifChanged: true, resource: taskResource(next) }])
  if (!isUnsent(task) && next.aliases?.length !== task.aliases?.length) await tellNumbers(tx, next)
  return { result, findings }
}

interface Changed {
  paper: PaperContent
  draft: Draft | null
}

/** Against what the HIS said last: what people here wrote since is no change of the HIS's. */
async function whatChanged(tx: Transaction, task: string, papers: readonly PaperContent[]): Promise<Changed[]> {
  const changed: Changed[] = []
  for (const paper of papers) {
    const draft = await loadDraft(tx, task, paper.kind)
    const said = (await lastProposed(tx, task, paper.kind))?.content ?? draft?.content
    if (!said || !sameContent(said, paper)) changed.push({ paper, draft })
  }
  return changed
}

export const isFrozen = async (tx: Transaction, id: string, task: ReferralTask): Promise<boolean> =>
  !['draft', 'to-sign'].includes(task.state) || (await requestsOf(tx, id)).some((r) => r.state !== 'withdrawn')

async function propose(tx: Transaction, task: string, changed: readonly Changed[], word: FileWord): Promise<void> {
  for (const { paper } of changed) await proposeContent(tx, task, paper, IMPORTED + word.by, tx.now)
}

/** Untouched drafts follow; in a draft somebody has typed in, what is empty is filled and what differs waits. */
async function intoDrafts(
  tx: Transaction,
  task: string,
  changed: readonly Changed[],
  word: FileWord,
): Promise<{ slip?: ReferralContent; waiting: PaperChange[] }> {
  const by = IMPORTED + word.by
  const out: { slip?: ReferralContent; waiting: PaperChange[] } = { waiting: [] }
  for (const { paper, draft } of changed) {
    const mine = draft?.content
    const typed = draft && !draft.updatedBy.startsWith(IMPORTED) && mine?.kind === 'referral' && paper.kind === 'referral'
    const content = typed ? fillBlanks(mine, paper) : paper
    const differs = typed ? draftChanges(content, paper) : []
    if (!mine || !sameContent(mine, content)) await saveDraft(tx, task, content, draft?.version ?? 0, typed ? draft.updatedBy : by, tx.now)
    if (differs.length > 0) await proposeContent(tx, task, paper, by, tx.now)
    else await noteProposed(tx, task, paper, by, tx.now)
    out.waiting.push(...differs)
    if (content.kind === 'referral') out.slip = content
  }
  return out
}

const tied = (task: ReferralTask, word: FileWord): ReferralTask =>
  task.encounter || !word.encounter ? task : { ...task, encounter: word.encounter }

/** The HIS's number as a second one of the slip, so that later files find it by that. */
async function named(tx: Transaction, task: ReferralTask, his: string): Promise<ReferralTask> {
  if (!his || task.aliases?.includes(his)) return task
  // A slip that was taken back keeps its number for itself.
  if (await tx.findByIdentifier('Task', taskIdentifierSystem(task.issuer.code), his)) return task
  return { ...task, aliases: [...(task.aliases ?? []), his] }
}

/** What lists show of a slip, after its content. */
export function withContent(task: ReferralTask, content: ReferralContent): ReferralTask {
  const { to, person, diagnosis, departure, stat } = taskFromContent(content, task.state, task.authoredOn)
  const { departure: _departure, stat: _stat, ...rest } = task
  return { ...rest, to, person, diagnosis, ...(departure ? { departure } : {}), ...(stat ? { stat } : {}) }
}

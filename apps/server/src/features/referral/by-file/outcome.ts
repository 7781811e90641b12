/**
 * The outcome of a stay from the record of the HIS: the same paper as by hand, from other hands' words, under the
 * facility's seal alone (ADR 0025). What somebody here wrote or signed is never overwritten.
 */
import { type Finding, finding } from '@yba/fhir'
import { type PaperChange, paperChanges, readDocument } from '@yba/forms'
import type { OutcomeContent } from '@yba/vietnam'
import type { Site } from '../../../site.ts'
import type { Transaction } from '../../../store/types.ts'
import { wasProposed } from '../../exchange/index.ts'
import { IMPORTED } from '../absorb.ts'
import { propose } from '../act.ts'
import { gaps } from '../drafts.ts'
import { namesOf } from '../fill.ts'
import { composeOutcome } from '../outcome-draft.ts'
import { type FileSaid, isWithdrawalDue } from '../tables/files.ts'
import { openRevisionOf, proposeContent } from '../tables/revisions.ts'
import { loadDraft, loadHistory, saveDraft } from '../tables.ts'
import type { ReferralTask } from '../task.ts'
import { transition } from '../transitions.ts'
import { type Filed, versionsOf } from '../versions.ts'
import type { Arrived } from './arrive.ts'
import {
  DIED_BY_FILE,
  DIED_NOT_SAID,
  OUTCOME_BY_FILE,
  OUTCOME_CORRECTED_BY_FILE,
  OUTCOME_DIFFERS,
  OUTCOME_DRAFT_OPEN,
  OUTCOME_LACKS,
} from './words.ts'

export interface Judged {
  /** seal: compose and seal it now; wait: looked at again when the referral moves; done: nothing is left to do. */
  next: 'seal' | 'wait' | 'done'
  content?: OutcomeContent
  findings: Finding[]
}

const done = (...findings: Finding[]): Judged => ({ next: 'done', findings })
const wait = (...findings: Finding[]): Judged => ({ next: 'wait', findings })

/** What is to be done with what the record says of the stay's end. Reads, and saves a draft where a person must go on. */
export async function judgeOutcome(site: Site, tx: Transaction, visit: Arrived, said: FileSaid): Promise<Judged> {
  const { task, stored, state } = visit
  if (!said.outcome) return wait()
  // The hub has not opened the visit's own thread yet, or this visit never came about.
  if (!visit.here || task.state === 'multi-use' || !transition(state, 'answer', 'receiver')) return wait()
  const content = await contentOf(site, tx, task, said)
  if (!content) return wait()
  // What was mistaken is taken back first; then this takes its place.
  if (await isWithdrawalDue(tx, stored.id)) return wait()
  const versions = await versionsOf(tx, task, 'outcome')
  if (versions.some((v) => v.facts.pending && !v.facts.superseded)) return wait()
  const issued = versions.find((v) => !v.facts.pending)
  if (issued) return again(site, tx, stored.id, issued, content, said)
  return first(tx, stored.id, task, content, said)
}

async function contentOf(site: Site, tx: Transaction, task: ReferralTask, said: FileSaid): Promise<OutcomeContent | null> {
  const outcome = said.outcome
  const base = outcome && (await composeOutcome(site, tx, task, outcome.facts.doctor, said.at))
  return base ? { ...base, ...outcome.facts, diagnosisText: outcome.facts.diagnosisText || base.diagnosisText } : null
}

/** The words of the paper as a file says them: `source` names the record, so it is the seal's alone. */
export const fromFile = (content: OutcomeContent, said: FileSaid): OutcomeContent => ({
  ...content,
  source: { record: said.record, tables: (said.outcome?.tables ?? []).join(', '), digest: said.digest },
})

async function first(tx: Transaction, taskId: string, task: ReferralTask, content: OutcomeContent, said: FileSaid): Promise<Judged> {
  const { number } = task
  const draft = await loadDraft(tx, taskId, 'outcome')
  if (draft && !draft.updatedBy.startsWith(IMPORTED)) return wait(finding(OUTCOME_DRAFT_OPEN, { number }))
  const items = [...(said.outcome?.lacks ?? []), ...gaps(content).map((g) => g.path ?? '')]
  const missing = items.map((item) => ITEM[item] ?? { vi: item, en: item })
  if (missing.length === 0) {
    const tables = (said.outcome?.tables ?? []).join(', ')
    return { next: 'seal', content: fromFile(content, said), findings: [finding(OUTCOME_BY_FILE, { number, tables })] }
  }
  await saveDraft(tx, taskId, content, draft?.version ?? 0, IMPORTED + said.by.id, tx.now)
  const [what, whatEn] = [missing.map((m) => m.vi).join(', '), missing.map((m) => m.en).join(', ')]
  return wait(finding(OUTCOME_LACKS, { number, what, whatEn }))
}

const ITEM: Record<string, { vi: string; en: string }> = {
  diagnosisText: { vi: 'chẩn đoán', en: 'diagnosis' },
  treatment: { vi: 'phương pháp điều trị', en: 'treatment' },
  outcome: { vi: 'kết quả điều trị', en: 'result of treatment' },
}

/** The record came again, or a doctor was quicker. */
async function again(site: Site, tx: Transaction, taskId: string, issued: Filed, content: OutcomeContent, said: FileSaid): Promise<Judged> {
  const before = readDocument((await site.store.blobs.get(issued.facts.digest)).toString('utf8'))
  const changes = paperChanges(before, content).filter(isOfTheStay)
  if (changes.length === 0 || (said.outcome?.lacks.length ?? 0) > 0) return done()
  const number = content.answers.number
  if (before.kind !== 'outcome') throw new Error('an outcome whose bytes are none')
  const takenBack = before.withdrawn !== undefined
  if ((takenBack || before.source?.record === said.record) && !(await openRevisionOf(tx, taskId, 'outcome'))) {
    const words = finding(OUTCOME_CORRECTED_BY_FILE, { number, count: changes.length })
    return { next: 'seal', content: fromFile(takenBack ? content : { ...content, arrived: before.arrived }, said), findings: [words] }
  }
  const { arrived, issuedOn, doctor } = before
  await proposeContent(tx, taskId, { ...content, arrived, issuedOn, doctor }, IMPORTED + said.by.id, tx.now)
  return done(finding(OUTCOME_DIFFERS, { number, count: changes.length, ...namesOf(changes) }))
}

/** Who writes, and when, differs always; how the person is written on the slip is not the stay's to say. */
const isOfTheStay = ({ path }: PaperChange): boolean =>
  !/^(issuedOn|arrived|number|managingBody|(source|doctor|answers|patient|to|from)(\.|$))/.test(path)

/** KET_QUA_DTRI says the patient died: told before the outcome, which then only adds to it. */
export async function dieByFile(tx: Transaction, visit: Arrived, said: FileSaid): Promise<{ visit: Arrived; findings: Finding[] }> {
  const { task, state, here } = visit
  const thread = { issuer: task.issuer.code, number: task.number }
  const died = said.outcome?.died
  if (here && said.outcome && !died && state === 'died') return { visit, findings: [finding(DIED_NOT_SAID, { number: task.number })] }
  if (!died || !here || task.state === 'multi-use' || state === 'died' || !transition(state, 'died', 'receiver'))
    return { visit, findings: [] }
  const told = (await loadHistory(tx, thread)).some((h) => h.event === 'died') || (await wasProposed(tx, thread, 'died'))
  if (told) return { visit, findings: [] }
  await propose(tx, task, said.by, { event: 'died' }, new Date(died).toISOString())
  return { visit: { ...visit, state: 'died' }, findings: [finding(DIED_BY_FILE, { number: task.number })] }
}

/** What about a slip needs a person before it may be accepted without one. */
import type { ReferralContent } from '@yba/vietnam'
import type { Site } from '../../../site.ts'
import type { Transaction } from '../../../store/types.ts'
import type { DocumentView } from '../../documents/contract.ts'
import { issuesOfThreads } from '../../documents/index.ts'
import { knownPerson } from '../arrival.ts'
import type { ReferralHistoryEntry } from '../contract.ts'
import { hasAttention } from '../tables/attention.ts'
import type { ReferralTask } from '../task.ts'
import type { AcceptanceDoubt } from './contract.ts'

/** Steps by which a person here has taken the slip into their hands. */
const BY_A_PERSON: readonly ReferralHistoryEntry['event'][] = ['ask-info', 'send-back', 'refuse-cancel', 'undo-arrival']

/**
 * Doubts about a slip, the gravest first.
 * @param papers the versions in force, with their verdicts
 * @param story of the thread
 */
export async function doubtsOf(
  site: Site,
  tx: Transaction,
  task: ReferralTask,
  slip: ReferralContent,
  papers: readonly DocumentView[],
  story: readonly ReferralHistoryEntry[],
): Promise<AcceptanceDoubt[]> {
  const key = `${task.issuer.code}|${task.number}`
  const found: AcceptanceDoubt[] = signatureDoubts(papers)
  if ((await knownPerson(site, tx, slip.patient, slip.from.code))?.unsure) found.push('person')
  if (await hasAttention(tx, { issuer: task.issuer.code, number: task.number })) found.push('clash')
  if (papers.some((p) => p.issues?.length) || (await issuesOfThreads(tx, [key])).has(key)) found.push('issues')
  if (story.some((entry) => BY_A_PERSON.includes(entry.event))) found.push('handled')
  return found
}

/** What the signatures lack; one word, the gravest. */
export function signatureDoubts(papers: readonly DocumentView[]): AcceptanceDoubt[] {
  const verdicts = papers.flatMap((p) => p.signatures.map((s) => s.verdict))
  if (verdicts.includes('invalid')) return ['signature-invalid']
  const missing = (p: DocumentView) => p.required.some((role) => !p.signatures.some((s) => s.role === role))
  if (papers.length === 0 || papers.some(missing)) return ['signature-missing']
  if (verdicts.includes('indeterminate')) return ['signature-unsure']
  return verdicts.includes('pending') ? ['signature-pending'] : []
}

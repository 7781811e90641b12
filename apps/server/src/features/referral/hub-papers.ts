/**
 * What the hub holds against an arriving paper before it is filed: the paper's own words against cover and thread, and
 * its signatures against the paper. A node is believed about nothing that its papers do not say themselves.
 */
import { refuse } from '@yba/fhir'
import type { PaperContent } from '@yba/vietnam'
import type { Site } from '../../site.ts'
import { type DocumentFacts, judgeActs } from '../documents/index.ts'
import type { CarriedDocument, ThreadKey } from '../exchange/contract.ts'
import { slipNumber } from './child.ts'
import { NOT_YOUR_THREAD, PARCEL_INCOMPLETE, SIGNATURE_REFUSED } from './hub-outcomes.ts'
import type { ReferralTask } from './task.ts'

/**
 * Throws `parcel-incomplete` where the paper is not about the thread's slip and person, `thread-unknown` where it
 * already belongs to another thread, `signature-invalid` for the first signature that does not hold.
 */
export function checkPaper(
  site: Site,
  paper: { document: CarriedDocument; content: PaperContent; text: string; known: DocumentFacts | null },
  thread: ThreadKey,
  task: ReferralTask,
): void {
  const { document, content, known } = paper
  if (!isAbout(content, thread, task)) throw refuse(PARCEL_INCOMPLETE, { what: `thread of document ${document.number}` })
  if (known && (known.thread.issuer !== thread.issuer || known.thread.number !== thread.number)) throw refuse(NOT_YOUR_THREAD)
  const context = { trust: site.keys.trust, at: site.clock.now() }
  for (const verdict of judgeActs(Buffer.from(paper.text, 'utf8'), document.signatures, content.from, context)) {
    if (verdict.verdict !== 'invalid') continue
    const [reason] = verdict.reasons
    throw refuse(SIGNATURE_REFUSED, { number: document.number, role: verdict.role, reason: reason?.code ?? '' })
  }
}

/** The slip has the thread's number, an outcome answers the slip, and each speaks of the thread's person. */
function isAbout(content: PaperContent, thread: ThreadKey, task: ReferralTask): boolean {
  const slip = slipNumber(thread.number)
  if (content.kind === 'outcome') return content.answers.issuer.code === thread.issuer && content.answers.number === slip
  if (content.kind === 'referral' && content.numbers.slip !== slip) return false
  return content.patient.mrn === task.person.mrn
}

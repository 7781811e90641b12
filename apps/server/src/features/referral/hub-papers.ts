/**
 * What the hub holds against an arriving paper before it is filed: the paper's own words against cover and thread, and
 * its signatures against the paper. A node is believed about nothing that its papers do not say themselves.
 */
import { refuse } from '@yba/fhir'
import type { DocumentEnvelope } from '@yba/forms'
import { type PaperContent, slipNumber } from '@yba/vietnam'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import { type DocumentFacts, documentFacts, documentReference, judgeActs } from '../documents/index.ts'
import type { CarriedDocument, ThreadKey } from '../exchange/contract.ts'
import { NOT_YOUR_THREAD, PARCEL_INCOMPLETE, SIGNATURE_REFUSED, VERSION_OUT_OF_ORDER } from './hub-outcomes.ts'
import type { ReferralTask } from './task.ts'
import type { Filed } from './versions.ts'

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

/**
 * A version follows the newest one the hub holds and says so in its bytes; versions that never left their house are no
 * gap. Throws `version-out-of-order`: an outbox keeps the order of a thread, so this is no message that came early.
 */
export function checkOrder(document: CarriedDocument, envelope: DocumentEnvelope, versions: readonly Filed[]): void {
  const before = versions.filter((v) => v.facts.number === document.number)[0]?.facts
  const base = envelope.replaces?.issued === false ? undefined : envelope.replaces
  // The shared record of a further slip of the same stay is the number's next version and replaces nothing.
  if (document.kind === 'summary' && !base) return
  const follows = before
    ? base?.version === before.version && base.digest === before.digest && document.version > before.version
    : base === undefined
  if (!follows) throw refuse(VERSION_OUT_OF_ORDER, { number: document.number, version: document.version, known: before?.version ?? 0 })
}

/** Lets another facility read papers: the one a slip is sent on to. */
export async function addressPapers(tx: Transaction, papers: readonly string[], to: string): Promise<void> {
  const found = await tx.readMany(papers.map((id) => `DocumentReference/${id}`))
  for (const paper of found.values()) {
    const facts = documentFacts(paper.resource())
    const resource = documentReference({ ...facts, addressed: [...new Set([...(facts.addressed ?? []), to])] })
    await tx.write([{ kind: 'update', id: paper.id, ifMatch: paper.versionId, ifChanged: true, resource }])
  }
}

/**
 * Versions of a paper: sent back before it is issued, corrected after. A version is never changed: the next one stands in
 * its place under the same number, and the earlier one stays with its signatures and the reason (TT 13/2025; HD 365).
 */
import { refuse } from '@yba/fhir'
import type { DocumentEnvelope } from '@yba/forms'
import type { PaperContent, PaperKind } from '@yba/vietnam'
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import { type DocumentFacts, documentFacts, findDocument, PAPER_NUMBER_TAKEN } from '../documents/index.ts'
import type { CarriedDocument } from '../exchange/contract.ts'
import type { Revision } from './tables/revisions.ts'
import type { ReferralTask } from './task.ts'

export type IssuedKind = 'referral' | 'outcome'

/** Which list of a Task a paper stands in. */
export const listOf = (task: ReferralTask, kind: PaperKind): string[] => (kind === 'outcome' ? task.output : task.input)

export interface Filed {
  id: string
  facts: DocumentFacts
}

/** The versions of one paper of a Task at this site, the newest first. */
export async function versionsOf(tx: Pick<Transaction, 'readMany'>, task: ReferralTask, kind: PaperKind): Promise<Filed[]> {
  const found = await tx.readMany(listOf(task, kind).map((id) => `DocumentReference/${id}`))
  return [...found.values()]
    .map((stored) => ({ id: stored.id, facts: documentFacts(stored.resource()) }))
    .filter((d) => d.facts.kind === kind)
    .sort((a, b) => b.facts.version - a.facts.version)
}

/** Sent back after the first signature: kept as evidence, never issued. */
export const isWithheld = (facts: DocumentFacts): boolean => facts.pending === true && facts.superseded === true

/** The version that collects signatures, or the newest that was issued. */
export const newest = (versions: readonly Filed[]): Filed | undefined => versions.find((v) => !isWithheld(v.facts))

export interface NextVersion extends Pick<DocumentFacts, 'version' | 'replaces' | 'correction'> {
  /** What the bytes say of the version before. */
  relates?: { version: number; digest: string; issued?: false }
  corrects?: { count: number; reason: string; replacedAt: string }
}

/**
 * The version a paper is frozen as. The shared record of a further slip of the same stay carries the HIS's number again:
 * that is its next version too. Throws `paper-number-taken` where the number is another person's.
 */
export function nextVersion(site: Site, task: ReferralTask, content: PaperContent, reason: string): Promise<NextVersion> {
  const issuer = content.from.code
  const number = content.kind === 'referral' ? content.numbers.slip : content.number
  return site.store.as(systemCaller('sign', site.settings.facility.code)).transact(async (tx) => {
    const own: DocumentFacts[] = []
    let version = 1
    for (; ; version++) {
      const known = await findDocument(tx, { kind: content.kind, issuer, number, version })
      if (!known) break
      const facts = documentFacts(known.resource())
      const mine = facts.thread.issuer === task.issuer.code && facts.thread.number === task.number
      if (mine) own.push(facts)
      else if (facts.patient.reference !== task.patient) throw refuse(PAPER_NUMBER_TAKEN, { number, version })
    }
    const issued = own.findLast((f) => !f.pending)
    const last = own.at(-1)
    if (issued) {
      const count = (issued.correction ?? 0) + 1
      const relates = { version: issued.version, digest: issued.digest }
      return { version, replaces: issued.version, correction: count, relates, corrects: { count, reason, replacedAt: issued.date } }
    }
    if (last) return { version, replaces: last.version, relates: { version: last.version, digest: last.digest, issued: false } }
    return { version }
  })
}

/** Whether the version that is to be replaced had left the house. */
export async function wasIssued(tx: Pick<Transaction, 'readMany'>, revision: Revision): Promise<boolean> {
  if (!revision.base) return false
  const stored = (await tx.readMany([`DocumentReference/${revision.base}`])).get(`DocumentReference/${revision.base}`)
  return stored !== undefined && !documentFacts(stored.resource()).pending
}

/** The record of a HIS an outcome says it was composed from, and whether it only takes the one before it back. */
export const sourceFacts = (content: PaperContent): Pick<DocumentFacts, 'source' | 'withdrawn'> =>
  content.kind === 'outcome'
    ? {
        ...(content.source ? { source: `urn:yba:claim:${content.from.code}:${encodeURIComponent(content.source.record)}` } : {}),
        ...(content.withdrawn === undefined ? {} : { withdrawn: true }),
      }
    : {}

/** What a paper's bytes say about its version, as it is filed. */
const versionFacts = ({ replaces, correction }: DocumentEnvelope): Pick<DocumentFacts, 'replaces' | 'correction'> => ({
  ...(replaces ? { replaces: replaces.version } : {}),
  ...(correction ? { correction: correction.count } : {}),
})

/** What is filed of a paper as it travelled, at the hub as at its parties; its title and whose thread it is say they. */
export const carriedFacts = (
  document: CarriedDocument,
  content: PaperContent,
  envelope: DocumentEnvelope,
  now: Date,
): Omit<DocumentFacts, 'title' | 'patient' | 'thread' | 'addressed'> => ({
  ...versionFacts(envelope),
  ...sourceFacts(content),
  kind: document.kind,
  issuer: content.from,
  number: document.number,
  version: document.version,
  digest: document.digest,
  contentDigest: document.contentDigest,
  ...(document.pdf ? { pdf: document.pdf } : {}),
  date: document.signatures.at(-1)?.signedAt ?? now.toISOString(),
})

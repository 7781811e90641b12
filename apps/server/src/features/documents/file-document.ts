/** Filing: a paper's bytes become a DocumentReference, its signing acts become Provenances. */
import { createHash } from 'node:crypto'
import { refuse } from '@yba/fhir'
import type { Store, Stored, Transaction, Write } from '../../store/types.ts'
import type { CarriedDocument, CarriedSignature } from '../exchange/contract.ts'
import { DOCUMENT_VERSION_SYSTEM, type DocumentFacts, documentFacts, documentReference, documentVersionKey } from './document-reference.ts'
import { PAPER_NUMBER_TAKEN } from './outcomes.ts'
import { signatureProvenance, signedDocument, signingAct } from './provenance.ts'

/** Finds one version of a paper at this site, or null. */
export function findDocument(tx: Transaction, key: { issuer: string; number: string; version: number }): Promise<Stored | null> {
  return tx.findByIdentifier('DocumentReference', DOCUMENT_VERSION_SYSTEM, documentVersionKey(key.issuer, key.number, key.version))
}

/** Id of a signing act: the same act filed twice is the same Provenance. */
function actId(digest: string, act: CarriedSignature): string {
  const hex = createHash('sha256').update(`${digest}|${act.role}|${act.serial}|${act.signedAt}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/**
 * Files a paper and the signatures that came with it. Blobs must be in place before. The same version again updates
 * only what may change: the newest PDF revision, the local patient, further signing acts. Throws `paper-number-taken`.
 */
export async function fileDocument(tx: Transaction, facts: DocumentFacts, signatures: readonly CarriedSignature[]): Promise<Stored> {
  const known = await findDocument(tx, { issuer: facts.issuer.code, number: facts.number, version: facts.version })
  // The bytes of a filed version never change, least of all into another person's: the number stays with the first.
  if (known && documentFacts(known.resource()).digest !== facts.digest)
    throw refuse(PAPER_NUMBER_TAKEN, { number: facts.number, version: facts.version })
  const before = known ? documentFacts(known.resource()) : null
  const resource = documentReference({ ...facts, ...(before?.superseded ? { superseded: true } : {}) })
  const [document] = await tx.write([known ? { kind: 'update', resource, id: known.id, ifChanged: true } : { kind: 'create', resource }])
  if (!document) throw new Error('the store answered no document')
  await addSignatures(tx, document, signatures)
  return document
}

/** Says of the versions before an issued one that another stands in their place. They stay, with their signatures. */
export async function markReplaced(tx: Transaction, facts: DocumentFacts): Promise<void> {
  for (let version = facts.version - 1; version > 0; version--) {
    const known = await findDocument(tx, { issuer: facts.issuer.code, number: facts.number, version })
    const older = known && documentFacts(known.resource())
    if (!older || older.superseded || older.thread.number !== facts.thread.number) continue
    const resource = documentReference({ ...older, superseded: true })
    await tx.write([{ kind: 'update', id: known.id, ifMatch: known.versionId, resource }])
  }
}

/** Adds signing acts to a filed paper; acts already there stay as they are, whatever comes under their id. */
export async function addSignatures(tx: Transaction, document: Stored, signatures: readonly CarriedSignature[]): Promise<void> {
  const facts = documentFacts(document.resource())
  const known = await tx.readMany(signatures.map((act) => `Provenance/${actId(facts.digest, act)}`))
  const fresh = signatures.filter((act) => !known.has(`Provenance/${actId(facts.digest, act)}`))
  const writes: Write[] = fresh.map((act) => ({
    kind: 'create',
    id: actId(facts.digest, act),
    resource: signatureProvenance(act, { document: `DocumentReference/${document.id}`, digest: facts.digest, facility: facts.issuer }),
  }))
  if (writes.length > 0) await tx.write(writes)
}

/** The signing acts of a filed paper, in the order they were made. */
export async function signaturesOf(reader: Pick<Transaction | Store, 'search'>, documentId: string): Promise<CarriedSignature[]> {
  const page = await reader.search('Provenance', `target=DocumentReference/${documentId}&_count=50`)
  return page.entries.map((e) => signingAct(e.resource())).sort((a, b) => a.signedAt.localeCompare(b.signedAt))
}

/** A filed paper as it travels. */
export async function carried(reader: Pick<Transaction | Store, 'search'>, document: Stored): Promise<CarriedDocument> {
  return carriedWith(document, await signaturesOf(reader, document.id))
}

/** Papers of one thread as they travel, their signatures read in one search. */
export async function carriedAll(reader: Pick<Transaction | Store, 'search'>, documents: readonly Stored[]): Promise<CarriedDocument[]> {
  if (documents.length === 0) return []
  const targets = documents.map((d) => `DocumentReference/${d.id}`)
  const page = await reader.search('Provenance', `target=${targets.join(',')}&_count=${50 * documents.length}`)
  const acts = page.entries.map((e) => ({ of: signedDocument(e.resource()), act: signingAct(e.resource()) }))
  return documents.map((d) => {
    const mine = acts.filter((a) => a.of === `DocumentReference/${d.id}`).map((a) => a.act)
    return carriedWith(
      d,
      mine.sort((a, b) => a.signedAt.localeCompare(b.signedAt)),
    )
  })
}

function carriedWith(document: Stored, signatures: CarriedSignature[]): CarriedDocument {
  const f = documentFacts(document.resource())
  return {
    kind: f.kind,
    title: f.title,
    issuer: f.issuer.code,
    number: f.number,
    version: f.version,
    digest: f.digest,
    contentDigest: f.contentDigest,
    ...(f.pdf ? { pdf: f.pdf } : {}),
    signatures,
  }
}

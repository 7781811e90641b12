/** Filing: a paper's bytes become a DocumentReference, its signing acts become Provenances. */
import { createHash } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { uuidv7 } from '../../store/index.ts'
import type { Store, Stored, Transaction, Write } from '../../store/types.ts'
import type { CarriedDocument, CarriedSignature } from '../exchange/contract.ts'
import {
  DOCUMENT_VERSION_SYSTEM,
  type DocumentFacts,
  type DocumentKey,
  documentFacts,
  documentReference,
  documentVersionKey,
  formerVersionKey,
} from './document-reference.ts'
import { PAPER_NUMBER_TAKEN } from './outcomes.ts'
import { signatureProvenance, signedDocument, signingAct } from './provenance.ts'

const MOST_ACTS = 50

/** Finds one version of a paper at this site, or null. */
export async function findDocument(tx: Transaction, key: DocumentKey): Promise<Stored | null> {
  const found = await findByVersionKey(tx, documentVersionKey(key))
  return found && documentFacts(found.resource()).kind === key.kind ? found : null
}

/** The paper of a key as `documentVersionKey` makes it, or null. */
export async function findByVersionKey(tx: Transaction, key: string): Promise<Stored | null> {
  const by = (value: string) => tx.findByIdentifier('DocumentReference', DOCUMENT_VERSION_SYSTEM, value)
  const former = formerVersionKey(key)
  const [own, before] = await Promise.all([by(key), former === key ? null : by(former)])
  return own ?? before
}

/** What stands of a paper already. */
export interface Seen {
  known: Stored | null
  /** References of those of its signing acts that are filed. */
  acts: ReadonlySet<string>
}

/** Looks for a paper and its signing acts in one breath, for `fileDocument`. */
export async function lookFor(tx: Transaction, key: DocumentKey, digest: string, signatures: readonly CarriedSignature[]): Promise<Seen> {
  const [known, acts] = await Promise.all([findDocument(tx, key), actsThere(tx, digest, signatures)])
  return { known, acts }
}

/** Id of a signing act: the same act filed twice is the same Provenance. */
function actId(digest: string, act: CarriedSignature): string {
  const hex = createHash('sha256').update(`${digest}|${act.role}|${act.serial}|${act.signedAt}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/**
 * Files a paper and the signatures that came with it. Blobs must be in place before. The same version again updates
 * only what may change: the newest PDF revision, the local patient, further signing acts. Throws `paper-number-taken`.
 * @param seen what `lookFor` found in this transaction; looked for when not given
 */
export async function fileDocument(
  tx: Transaction,
  facts: DocumentFacts,
  signatures: readonly CarriedSignature[],
  seen?: Seen,
): Promise<Stored> {
  const key = { kind: facts.kind, issuer: facts.issuer.code, number: facts.number, version: facts.version }
  const { known, acts } = seen ?? (await lookFor(tx, key, facts.digest, signatures))
  // The bytes of a filed version never change, least of all into another person's: the number stays with the first.
  if (known && documentFacts(known.resource()).digest !== facts.digest)
    throw refuse(PAPER_NUMBER_TAKEN, { number: facts.number, version: facts.version })
  const before = known ? documentFacts(known.resource()) : null
  const resource = documentReference({ ...facts, ...(before?.superseded ? { superseded: true } : {}) })
  const id = known?.id ?? uuidv7(tx.now.getTime())
  const [document] = await tx.write([
    known ? { kind: 'update', resource, id, ifChanged: true } : { kind: 'create', resource, id },
    ...freshActs(facts, id, signatures, acts),
  ])
  if (!document) throw new Error('the store answered no document')
  return document
}

/** References of those acts that stand here already. */
async function actsThere(tx: Transaction, digest: string, signatures: readonly CarriedSignature[]): Promise<ReadonlySet<string>> {
  const known = await tx.readMany(signatures.map((act) => `Provenance/${actId(digest, act)}`))
  return new Set(known.keys())
}

/** The Provenances of those acts that do not. */
function freshActs(facts: DocumentFacts, document: string, signatures: readonly CarriedSignature[], there: ReadonlySet<string>): Write[] {
  const fresh = signatures.filter((act) => !there.has(`Provenance/${actId(facts.digest, act)}`))
  return fresh.map((act) => ({
    kind: 'create',
    id: actId(facts.digest, act),
    resource: signatureProvenance(act, {
      document: `DocumentReference/${document}`,
      digest: facts.digest,
      facility: facts.issuer,
      source: facts.source,
    }),
  }))
}

/** Says of the versions before an issued one that another stands in their place. They stay, with their signatures. */
export async function markReplaced(tx: Transaction, facts: DocumentFacts): Promise<void> {
  for (let version = facts.version - 1; version > 0; version--) {
    const known = await findDocument(tx, { kind: facts.kind, issuer: facts.issuer.code, number: facts.number, version })
    const older = known && documentFacts(known.resource())
    if (!older || older.superseded || older.thread.number !== facts.thread.number) continue
    const resource = documentReference({ ...older, superseded: true })
    await tx.write([{ kind: 'update', id: known.id, ifMatch: known.versionId, resource }])
  }
}

/**
 * Adds signing acts to a filed paper; acts already there stay as they are, whatever comes under their id.
 * @param there references of those that stand there, as `lookFor` found them; looked for when not given
 */
export async function addSignatures(
  tx: Transaction,
  document: Stored,
  signatures: readonly CarriedSignature[],
  there?: Seen['acts'],
): Promise<void> {
  const facts = documentFacts(document.resource())
  const writes = freshActs(facts, document.id, signatures, there ?? (await actsThere(tx, facts.digest, signatures)))
  if (writes.length > 0) await tx.write(writes)
}

/** The signing acts of a filed paper, in the order they were made. */
export async function signaturesOf(reader: Pick<Transaction | Store, 'search'>, documentId: string): Promise<CarriedSignature[]> {
  const page = await reader.search('Provenance', `target=DocumentReference/${documentId}&_count=${MOST_ACTS}`)
  return page.entries.map((e) => signingAct(e.resource())).sort((a, b) => a.signedAt.localeCompare(b.signedAt))
}

/** A filed paper as it travels. */
export async function carried(reader: Pick<Transaction | Store, 'search'>, document: Stored): Promise<CarriedDocument> {
  return carriedWith(document, await signaturesOf(reader, document.id))
}

/** Filed papers of these ids with their signatures, read together; what is not there (any more) is left out. */
export async function filedWithActs(
  tx: Pick<Transaction, 'search' | 'readMany'>,
  ids: readonly string[],
): Promise<{ document: Stored; acts: CarriedSignature[] }[]> {
  if (ids.length === 0) return []
  const targets = ids.map((id) => `DocumentReference/${id}`)
  const [documents, page] = await Promise.all([
    tx.readMany(targets),
    tx.search('Provenance', `target=${targets.join(',')}&_count=${MOST_ACTS * ids.length}`),
  ])
  const acts = page.entries.map((e) => ({ of: signedDocument(e.resource()), act: signingAct(e.resource()) }))
  return [...documents].map(([reference, document]) => {
    const mine = acts.filter((a) => a.of === reference).map((a) => a.act)
    return { document, acts: mine.sort((a, b) => a.signedAt.localeCompare(b.signedAt)) }
  })
}

/** Papers of one thread as they travel, by their ids. */
export async function carriedAll(tx: Pick<Transaction, 'search' | 'readMany'>, ids: readonly string[]): Promise<CarriedDocument[]> {
  return (await filedWithActs(tx, ids)).map(({ document, acts }) => carriedWith(document, acts))
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

/**
 * The print of a paper as it is given out: to a screen, a printer, a person who takes it away. Where the kept evidence
 * settles every signature on it, a long-term copy that proves itself (PAdES B-LT); else the stored revision. Made for
 * the moment from what is kept: the stored print, its digest and what travels stay as they are. Nobody is asked.
 */
import { refuse } from '@yba/fhir'
import { pdfDigest } from '@yba/forms'
import { longTermCopy } from '@yba/signing'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { Store } from '../../store/types.ts'
import { type DocumentFacts, documentFacts, documentVersionKey } from './document-reference.ts'
import { trustContext } from './evidence.ts'
import { signaturesOf } from './file-document.ts'
import { NO_PRINT } from './outcomes.ts'
import { verdictsOf } from './verdicts.ts'

/** Takes a paper that has a print, and its stored bytes; gives what is handed out. */
export async function printOf(site: Site, store: Pick<Store, 'search'>, id: string, facts: DocumentFacts, stored: Buffer): Promise<Buffer> {
  const acts = await signaturesOf(store, id)
  // A print under doubt is given as it came, so that nobody takes our evidence about the rest of it for a blessing.
  if (pdfDigest(stored) !== facts.digest || (await verdictsOf(site, facts, acts)).some((v) => v.verdict !== 'valid')) return stored
  const paper = documentVersionKey({ ...facts, issuer: facts.issuer.code })
  return longTermCopy(stored, await trustContext(site, paper, acts)) ?? stored
}

/** GET /fhir/DocumentReference/{id}/$print: who may read the bytes may have the print. Throws `no-print`. */
export async function print(context: OperationContext): Promise<OperationAnswer> {
  const { site, store, id } = context
  const facts = documentFacts((await store.read('DocumentReference', id)).resource())
  if (!facts.pdf) throw refuse(NO_PRINT)
  const { bytes } = await store.readBinary(facts.pdf)
  return {
    bytes: await printOf(site, store, id, facts, bytes),
    contentType: 'application/pdf',
    headers: { 'content-disposition': 'inline' },
  }
}

/** Documents as screens show them: what it is, who signed, and what our verifier says. */
import { statedMandate } from '@yba/signing'
import { mandateBasis, REQUIRED_SIGNATURES, readMandate, type SigningRole, signingLines } from '@yba/vietnam'
import type { Site } from '../../site.ts'
import type { Store } from '../../store/types.ts'
import type { DocumentView } from './contract.ts'
import { documentFacts } from './document-reference.ts'
import { signaturesOf } from './file-document.ts'
import { verdictsOf } from './verdicts.ts'

/** Views of filed papers, in the order of the ids. */
export async function documentViews(site: Site, store: Store, ids: readonly string[]): Promise<DocumentView[]> {
  return Promise.all(ids.map((id) => documentView(site, store, id)))
}

async function documentView(site: Site, store: Store, id: string): Promise<DocumentView> {
  const facts = documentFacts((await store.read('DocumentReference', id)).resource())
  const acts = await signaturesOf(store, id)
  const verdicts = await verdictsOf(site, facts, acts)
  return {
    id,
    kind: facts.kind,
    title: facts.title,
    issuer: facts.issuer.code,
    number: facts.number,
    version: facts.version,
    digest: facts.digest,
    bytes: `/fhir/Binary/${facts.digest}`,
    ...(facts.pdf ? { pdf: `/fhir/Binary/${facts.pdf}` } : {}),
    required: [...REQUIRED_SIGNATURES[facts.kind]],
    signatures: verdicts.map((v) => {
      const act = acts.find((a) => a.role === v.role)
      const mandate = act && readMandate(statedMandate(act.jws))
      return {
        ...v,
        role: v.role as SigningRole,
        ...(act?.title ? { title: act.title } : {}),
        ...(mandate ? { mandate: { lines: signingLines(mandate), basis: mandateBasis(mandate) } } : {}),
      }
    }),
  }
}

/** Documents as screens show them: what it is, who signed, and what our verifier says. */
import { EVIDENCE_FAULT, type EvidenceFault, statedMandate } from '@yba/signing'
import { mandateBasis, readMandate, requiredSignatures, type SigningRole, signingLines } from '@yba/vietnam'
import type { Site } from '../../site.ts'
import type { Store } from '../../store/types.ts'
import type { CarriedSignature } from '../exchange/contract.ts'
import type { AwaitedLine, DocumentView, EvidenceLine, LegalUse, SignatureView } from './contract.ts'
import { documentFacts } from './document-reference.ts'
import { signaturesOf } from './file-document.ts'
import { type EvidenceRow, evidenceNamed, type WantRow, wants } from './tables/evidence.ts'
import { issuesOf } from './tables/issues.ts'
import type { StoredVerdict } from './tables.ts'
import { verdictsOf } from './verdicts.ts'

/** Views of filed papers, in the order of the ids. */
export async function documentViews(site: Site, store: Store, ids: readonly string[]): Promise<DocumentView[]> {
  return Promise.all(ids.map((id) => documentView(site, store, id)))
}

async function documentView(site: Site, store: Store, id: string): Promise<DocumentView> {
  const facts = documentFacts((await store.read('DocumentReference', id)).resource())
  const acts = await signaturesOf(store, id)
  const verdicts = await verdictsOf(site, facts, acts)
  const issues = facts.issues ? (await issuesOf(site.store, [facts.digest])).get(facts.digest) : undefined
  return {
    id,
    kind: facts.kind,
    title: facts.title,
    issuer: facts.issuer.code,
    number: facts.number,
    version: facts.version,
    digest: facts.digest,
    bytes: `/fhir/Binary/${facts.digest}`,
    ...(facts.pdf ? { pdf: `/fhir/Binary/${facts.pdf}`, print: `/fhir/DocumentReference/${id}/$print` } : {}),
    required: [...requiredSignatures(facts.kind, facts.source)],
    ...(facts.source ? { source: decodeURIComponent(facts.source.split(':').at(-1) ?? '') } : {}),
    signatures: await signatureViews(site, verdicts, acts),
    legalUse: legalUse(verdicts),
    ...(issues ? { issues } : {}),
  }
}

/** One invalid signature keeps the whole paper from legal use; one that is not settled makes it wait. */
export function legalUse(verdicts: readonly { verdict: SignatureView['verdict'] }[]): LegalUse {
  if (verdicts.some((v) => v.verdict === 'invalid')) return 'quarantined'
  return verdicts.length > 0 && verdicts.every((v) => v.verdict === 'valid') ? 'usable' : 'waiting'
}

async function signatureViews(site: Site, verdicts: readonly StoredVerdict[], acts: readonly CarriedSignature[]): Promise<SignatureView[]> {
  const told = new Map(
    (
      await evidenceNamed(
        site.store,
        verdicts.flatMap((v) => v.evidence ?? []),
      )
    ).map((e) => [e.blob, e]),
  )
  const about = verdicts.flatMap((v) => [v.certificate ?? [], v.leaf ?? []].flat())
  const asked = await wants(site.store, about)
  return verdicts.map(({ certificate, leaf, evidence, ...v }) => {
    const act = acts.find((a) => a.role === v.role)
    const mandate = act && readMandate(statedMandate(act.jws))
    const awaited = asked.flatMap((w) => awaitedLine(w, { certificate, leaf }))
    return {
      ...v,
      role: v.role as SigningRole,
      ...(act?.title ? { title: act.title } : {}),
      ...(mandate ? { mandate: { lines: signingLines(mandate), basis: mandateBasis(mandate) } } : {}),
      evidence: (evidence ?? []).map((digest) => evidenceLine(digest, told.get(digest), v.timestampedAt)),
      awaited,
    }
  })
}

function evidenceLine(digest: string, row: EvidenceRow | undefined, timestampedAt: string | undefined): EvidenceLine {
  // What is not in the table came with the signature itself: its timestamp.
  if (!row) return { kind: 'timestamp', at: timestampedAt ?? '', digest }
  return { kind: row.kind, at: row.said_at.toISOString(), source: row.source, digest }
}

function awaitedLine(w: WantRow, of: { certificate: string | undefined; leaf: string | undefined }): AwaitedLine[] {
  const kind = w.kind
  if (kind === 'list' || w.about !== (kind === 'revocation' ? of.certificate : of.leaf)) return []
  const fault = w.error && w.error in EVIDENCE_FAULT ? EVIDENCE_FAULT[w.error as EvidenceFault] : undefined
  return [
    {
      kind,
      since: w.since.toISOString(),
      attempts: w.attempts,
      nextAt: w.next_at.toISOString(),
      ...(fault ? { fault: { code: fault.code, vi: fault.vi, en: fault.en } } : {}),
    },
  ]
}

/** Verification with evidence kept: the JWS over the bytes, every PAdES revision, and the tie between the two. */
import { pdfDigest } from '@yba/forms'
import { nameAttribute, readCertificate, type SignatureVerdict, type VerdictReason, verifyJws, verifyPdf } from '@yba/signing'
import type { Site } from '../../site.ts'
import type { CarriedSignature } from '../exchange/contract.ts'
import type { DocumentFacts } from './document-reference.ts'
import { loadVerdicts, type StoredVerdict, saveVerdicts } from './tables.ts'

const TIE_BROKEN: VerdictReason = {
  code: 'pdf-not-of-these-bytes',
  vi: 'Bản in không thuộc về nội dung này: giá trị băm in trên giấy khác.',
  en: 'The printed copy does not belong to these bytes: it carries another digest.',
  cure: { vi: 'Yêu cầu nơi gửi gửi lại bản gốc còn nguyên vẹn.', en: 'Ask the sender for the untouched original.' },
}

/**
 * Verdicts of a paper in its present state (bytes, newest PDF, signing acts). Computed once per state and kept; a new
 * signature is a new state.
 */
export async function verdictsOf(site: Site, facts: DocumentFacts, acts: readonly CarriedSignature[]): Promise<StoredVerdict[]> {
  const key = `${facts.pdf ?? ''}:${acts.length}`
  const known = await loadVerdicts(site.store, facts.digest, key)
  if (known) return known
  const verdicts = await verify(site, facts, acts)
  await saveVerdicts(site.store, facts.digest, key, site.clock.now(), verdicts)
  return verdicts
}

async function verify(site: Site, facts: DocumentFacts, acts: readonly CarriedSignature[]): Promise<StoredVerdict[]> {
  const at = site.clock.now()
  const bytes = await site.store.blobs.get(facts.digest)
  const out: StoredVerdict[] = []
  for (const act of acts) {
    const v = await verifyJws(bytes, act.jws, { trust: site.keys.trust, at })
    out.push({
      role: act.role,
      kind: 'jws',
      by: act.by,
      signedAt: act.signedAt,
      verdict: v.verdict,
      reasons: v.reasons,
      ...organization(v),
    })
  }
  if (!facts.pdf) return out
  const pdf = await site.store.blobs.get(facts.pdf)
  const tied = (await pdfDigest(pdf)) === facts.digest
  for (const v of await verifyPdf(pdf, { trust: site.keys.trust, at })) {
    const role = v.field?.split('-').at(-1) ?? ''
    const act = acts.find((a) => a.role === role)
    out.push({
      role,
      kind: 'pades',
      by: v.by,
      signedAt: v.signedAt || act?.signedAt || '',
      verdict: tied ? v.verdict : 'invalid',
      reasons: tied ? v.reasons : [TIE_BROKEN, ...v.reasons],
      ...organization(v),
    })
  }
  return out
}

/** O= of the certificate's subject, for the line under the name. */
function organization(v: SignatureVerdict): { organization?: string } {
  const name = v.certificate ? nameAttribute(readCertificate(v.certificate).parsed.subject, 'organization') : undefined
  return name ? { organization: name } : {}
}

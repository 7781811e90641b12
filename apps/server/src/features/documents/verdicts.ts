/** Verification with evidence kept: the JWS over the bytes, every PAdES revision, and the tie between the two. */
import { createHash } from 'node:crypto'
import { OutcomeError } from '@yba/fhir'
import { pdfDigest } from '@yba/forms'
import { type SignatureVerdict, type TrustContext, type VerdictReason, verifyJws, verifyPdf } from '@yba/signing'
import type { Site } from '../../site.ts'
import type { CarriedSignature } from '../exchange/contract.ts'
import { bindingFaults, organizationOf } from './binding.ts'
import type { DocumentFacts } from './document-reference.ts'
import { loadVerdicts, type StoredVerdict, saveVerdicts } from './tables.ts'

const TIE_BROKEN: VerdictReason = {
  code: 'pdf-not-of-these-bytes',
  vi: 'Bản in không thuộc về nội dung này: giá trị băm in trên giấy khác.',
  en: 'The printed copy does not belong to these bytes: it carries another digest.',
  cure: { vi: 'Yêu cầu nơi gửi gửi lại bản gốc còn nguyên vẹn.', en: 'Ask the sender for the untouched original.' },
}

const PRINT_UNSIGNED: VerdictReason = {
  code: 'pdf-lacks-signature',
  vi: 'Bản in chưa mang chữ ký này; chữ ký chỉ có trên nội dung điện tử.',
  en: 'The printed copy does not carry this signature; it stands on the electronic content only.',
  cure: { vi: 'Tải lại bản in mới nhất từ nơi gửi.', en: 'Fetch the newest printed copy from the sender.' },
}

/**
 * Verdicts of a paper in its present state (bytes, newest PDF, signing acts). Computed once per state and kept; a new
 * signature is a new state.
 */
export async function verdictsOf(site: Site, facts: DocumentFacts, acts: readonly CarriedSignature[]): Promise<StoredVerdict[]> {
  const key = `${facts.pdf ?? ''}:${stateOf(acts)}`
  const known = await loadVerdicts(site.store, facts.digest, key)
  if (known) return known
  const verdicts = await verify(site, facts, acts)
  await saveVerdicts(site.store, facts.digest, key, site.clock.now(), verdicts)
  return verdicts
}

/** Acts that differ in anything are another state: a verdict is never lent to a signature it was not made about. */
function stateOf(acts: readonly CarriedSignature[]): string {
  const said = acts.map((a) => [a.role, a.jws, a.serial, a.signedAt, a.by])
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 32)
}

/** Judges signing acts over a paper's bytes: the signature itself, and that it is the one it is filed as. */
export function judgeActs(
  bytes: Uint8Array,
  acts: readonly CarriedSignature[],
  issuer: { name: string },
  context: TrustContext,
): StoredVerdict[] {
  return acts.map((act) => {
    const v = verifyJws(bytes, act.jws, context)
    const wrong = v.certificate ? bindingFaults(v, act, issuer) : []
    return {
      role: act.role,
      kind: 'jws',
      // The name under the signature is the certificate's; the cover may say anything.
      by: v.by || act.by,
      signedAt: v.signedAt ?? act.signedAt,
      verdict: wrong.length > 0 ? 'invalid' : v.verdict,
      reasons: [...wrong, ...v.reasons],
      ...organization(v),
    }
  })
}

async function verify(site: Site, facts: DocumentFacts, acts: readonly CarriedSignature[]): Promise<StoredVerdict[]> {
  const context = { trust: site.keys.trust, at: site.clock.now() }
  const out = judgeActs(await site.store.blobs.get(facts.digest), acts, facts.issuer, context)
  return facts.pdf ? [...out, ...judgePrint(await site.store.blobs.get(facts.pdf), facts, acts, context)] : out
}

function judgePrint(pdf: Buffer, facts: DocumentFacts, acts: readonly CarriedSignature[], context: TrustContext): StoredVerdict[] {
  const fields = readableFields(pdf, context)
  const tied = fields !== null && pdfDigest(pdf) === facts.digest
  const found = (fields ?? []).map((v): StoredVerdict => {
    const role = v.field?.split('-').at(-1) ?? ''
    const act = acts.find((a) => a.role === role)
    const wrong = v.certificate ? bindingFaults(v, { role, serial: act?.serial }, facts.issuer) : []
    if (!tied) wrong.unshift(TIE_BROKEN)
    return {
      role,
      kind: 'pades',
      by: v.by,
      signedAt: v.signedAt || act?.signedAt || '',
      verdict: wrong.length > 0 ? 'invalid' : v.verdict,
      reasons: [...wrong, ...v.reasons],
      ...organization(v),
    }
  })
  // A copy without a signature field says nothing by itself: what it lacks is said for each act.
  const bare = acts.filter((act) => !found.some((v) => v.role === act.role && v.verdict !== 'pending'))
  return [
    ...found.filter((v) => !bare.some((act) => act.role === v.role)),
    ...bare.map(
      (act): StoredVerdict => ({
        role: act.role,
        kind: 'pades',
        by: '',
        signedAt: '',
        verdict: tied ? 'indeterminate' : 'invalid',
        reasons: [tied ? PRINT_UNSIGNED : TIE_BROKEN],
      }),
    ),
  ]
}

/** Null for bytes that are no PDF: a sender's rubbish must not close the paper for its reader. */
function readableFields(pdf: Buffer, context: TrustContext): SignatureVerdict[] | null {
  try {
    return verifyPdf(pdf, context)
  } catch (error) {
    if (error instanceof OutcomeError) return null
    throw error
  }
}

/** O= of the certificate's subject, for the line under the name. */
function organization(v: SignatureVerdict): { organization?: string } {
  const name = organizationOf(v)
  return name ? { organization: name } : {}
}

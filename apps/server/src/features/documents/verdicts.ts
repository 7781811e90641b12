/** Verification with evidence kept: the JWS over the bytes, every PAdES revision, and the tie between the two. */
import { createHash } from 'node:crypto'
import { OutcomeError } from '@yba/fhir'
import { pdfDigest } from '@yba/forms'
import { type SignatureVerdict, type TrustContext, type VerdictReason, verifyJws, verifyPdf } from '@yba/signing'
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { CarriedSignature } from '../exchange/contract.ts'
import { bindingFaults, organizationOf } from './binding.ts'
import { type DocumentFacts, documentVersionKey } from './document-reference.ts'
import { asksSomething, evidenceNotes, type Judged, noteEvidence, sha256, trustContext } from './evidence.ts'
import { ringEvidence } from './evidence-bell.ts'
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
 * Verdicts of a paper in its present state (bytes, newest PDF, signing acts), as far as the evidence at hand goes.
 * Computed once per state and kept; new evidence makes the worker judge again. Nothing is asked of anybody here.
 */
export async function verdictsOf(site: Site, facts: DocumentFacts, acts: readonly CarriedSignature[]): Promise<StoredVerdict[]> {
  const key = stateKey(facts, acts)
  for (;;) {
    const known = (await loadVerdicts(site.store, facts.digest, key)) ?? (await judgeState(site, facts, acts, key, null))?.verdicts
    if (known) return known
  }
}

const stateKey = (facts: DocumentFacts, acts: readonly CarriedSignature[]): string => `${facts.pdf ?? ''}:${stateOf(acts)}`

/** Judges with all the evidence there is by now, keeps the outcome, and says whether it differs from what stood before. */
export async function judgeAgain(
  site: Site,
  facts: DocumentFacts,
  acts: readonly CarriedSignature[],
  document?: string,
): Promise<{ verdicts: StoredVerdict[]; changed: boolean }> {
  const key = stateKey(facts, acts)
  for (;;) {
    const judged = await judgeState(site, facts, acts, key, await loadVerdicts(site.store, facts.digest, key), document)
    if (judged) return judged
  }
}

/** Null when somebody else judged the same state meanwhile: who was slower may have seen less. */
async function judgeState(
  site: Site,
  facts: DocumentFacts,
  acts: readonly CarriedSignature[],
  key: string,
  before: StoredVerdict[] | null,
  document?: string,
): Promise<{ verdicts: StoredVerdict[]; changed: boolean } | null> {
  const paper = documentVersionKey({ ...facts, issuer: facts.issuer.code })
  const context = await trustContext(site, paper, acts)
  const { verdicts, judged } = await verify(site, facts, acts, context)
  const notes = await evidenceNotes(site, paper, judged)
  const changed = before !== null && outcome(before) !== outcome(verdicts)
  const kept = await site.store.as(systemCaller('verify', site.settings.facility.code)).transact(async (tx) => {
    const now = site.clock.now()
    if (!(await saveVerdicts(tx, { digest: facts.digest, pdf: key }, now, verdicts, before))) return false
    await noteEvidence(tx, notes, now)
    // Open screens fetch again; who reads the paper sees the new verdict and why.
    if (changed && document) tx.emit({ kind: 'document.verdict', thread: `DocumentReference/${document}`, payload: { document } })
    return true
  })
  if (!kept) return null
  if (asksSomething(notes)) ringEvidence(site)
  return { verdicts, changed }
}

const outcome = (verdicts: readonly StoredVerdict[]): string =>
  JSON.stringify(verdicts.map((v) => [v.role, v.kind, v.verdict, v.reasons.map((r) => r.code), v.timestampedAt ?? '']))

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
  judged: Judged[] = [],
): StoredVerdict[] {
  return acts.map((act) => {
    const v = verifyJws(bytes, act.jws, context)
    judged.push({ role: act.role, verdict: v })
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
      ...evidenceOf(v),
    }
  })
}

async function verify(
  site: Site,
  facts: DocumentFacts,
  acts: readonly CarriedSignature[],
  context: TrustContext,
): Promise<{ verdicts: StoredVerdict[]; judged: Judged[] }> {
  const judged: Judged[] = []
  const verdicts = judgeActs(await site.store.blobs.get(facts.digest, { recent: true }), acts, facts.issuer, context, judged)
  if (facts.pdf) verdicts.push(...judgePrint(await site.store.blobs.get(facts.pdf, { recent: true }), facts, acts, context, judged))
  return { verdicts, judged }
}

/** What a verdict says of time and evidence, by digests. */
function evidenceOf(v: SignatureVerdict): Partial<StoredVerdict> {
  return {
    ...(v.certificate ? { certificate: sha256(v.certificate) } : {}),
    ...(v.stamped ? { leaf: sha256(v.stamped) } : {}),
    ...(v.timestampedAt ? { timestampedAt: v.timestampedAt } : {}),
    // What stands in the print itself is not ours to name: it is there for whoever opens it.
    ...(v.used?.length ? { evidence: v.used.filter((u) => !v.embedded?.includes(u)).map(sha256) } : {}),
  }
}

function judgePrint(
  pdf: Buffer,
  facts: DocumentFacts,
  acts: readonly CarriedSignature[],
  context: TrustContext,
  judged: Judged[],
): StoredVerdict[] {
  const fields = readableFields(pdf, context)
  const tied = fields !== null && pdfDigest(pdf) === facts.digest
  const found = (fields ?? []).map((v): StoredVerdict => {
    const role = v.field?.split('-').at(-1) ?? ''
    const act = acts.find((a) => a.role === role)
    const wrong = v.certificate ? bindingFaults(v, { role, serial: act?.serial }, facts.issuer) : []
    judged.push({ role, verdict: v })
    if (!tied) wrong.unshift(TIE_BROKEN)
    return {
      role,
      kind: 'pades',
      by: v.by,
      signedAt: v.signedAt || act?.signedAt || '',
      verdict: wrong.length > 0 ? 'invalid' : v.verdict,
      reasons: [...wrong, ...v.reasons],
      ...organization(v),
      ...evidenceOf(v),
    }
  })
  // A copy without a signature field says nothing by itself: what it lacks is said for each act.
  const unsigned = (v: StoredVerdict): boolean => v.reasons.some((r) => r.code === 'signature-pending')
  const bare = acts.filter((act) => !found.some((v) => v.role === act.role && !unsigned(v)))
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

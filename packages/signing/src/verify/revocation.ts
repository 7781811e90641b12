/**
 * Revocation as of signing (NĐ 23/2025 Đ15–16). Evidence that says nothing about the certificate counts as none; where
 * there is none, `lacking` says why, and the verdict waits or stays open by that.
 */
import { REASON } from '../outcomes.ts'
import type { ReadCertificate } from '../x509/certificate.ts'
import { readCrl } from './answers.ts'
import { day, type SigningTime } from './links.ts'
import { readOcsp } from './ocsp.ts'
import type { Judgement, TrustContext } from './verdict.ts'

interface Evidence {
  bytes: Uint8Array
  revokedAt?: Date
  thisUpdate: Date
  nextUpdate?: Date
}

/** Whether the caller wants revocation judged; evidence in the file alone does not ask for it. */
const asked = (context: TrustContext): boolean => Boolean(context.crls?.length || context.ocsp?.length || context.lacking)

/** Judges every certificate of the path below the anchor, as far as evidence is given. */
export function judgeRevocation(path: ReadCertificate[], time: SigningTime, context: TrustContext, judgement: Judgement): void {
  if (!asked(context) && !context.embedded) {
    judgement.add(REASON.revocationNotChecked)
    return
  }
  for (let i = 0; i + 1 < path.length; i++) {
    const [subject, issuer] = [path[i], path[i + 1]]
    if (!subject || !issuer) continue
    const found = evidenceAbout(subject, issuer, context)
    const revoked = found.findLast((e) => e.revokedAt)
    if (revoked?.revokedAt) judgeRevoked(revoked.revokedAt, time, judgement)
    // An authority's own revocation list is seldom at hand; it is judged where it is, and the signer's always.
    else if (i === 0) judgeGood(subject, found, time, context, judgement)
    if (revoked) judgement.used.push(revoked.bytes)
  }
}

function judgeRevoked(at: Date, time: SigningTime, judgement: Judgement): void {
  const date = day(at)
  if (time.proven && time.proven < at) judgement.add(REASON.revokedLater, { date })
  else if (time.claimed && time.claimed < at) judgement.add(REASON.revokedSince, { date })
  else judgement.add(REASON.revoked, { date })
}

function judgeGood(subject: ReadCertificate, found: Evidence[], time: SigningTime, context: TrustContext, judgement: Judgement): void {
  const when = time.claimed ?? time.proven ?? context.at
  // Said after the signature: final. Said before it and still current at it: a revocation in between would not show.
  // The first such answer decides, so that the verdict rests on the same one for ever.
  const after = found.findLast((e) => e.thisUpdate >= when)
  const current = after ?? found.find((e) => e.nextUpdate !== undefined && when <= e.nextUpdate)
  if (current) judgement.used.push(current.bytes)
  if (after || (current && !context.lacking)) return
  if (!context.lacking) judgement.add(asked(context) ? REASON.revocationUnknown : REASON.revocationNotChecked)
  else if (current && context.lacking(subject.der) === 'awaited') judgement.add(REASON.revocationOlder)
  else judgement.add(LACKING[context.lacking(subject.der)])
}

const LACKING = {
  awaited: REASON.revocationAwaited,
  overdue: REASON.revocationOverdue,
  unusable: REASON.revocationUnusable,
  'no-service': REASON.revocationNoService,
} as const

/** Newest first; nothing from the future. */
function evidenceAbout(subject: ReadCertificate, issuer: ReadCertificate, context: TrustContext): Evidence[] {
  const found: Evidence[] = []
  for (const bytes of [...(context.ocsp ?? []), ...(context.embedded?.ocsp ?? [])]) {
    const answer = readOcsp(bytes, subject, issuer)
    if (typeof answer !== 'string') found.push({ bytes, ...answer })
  }
  for (const bytes of [...(context.crls ?? []), ...(context.embedded?.crls ?? [])]) {
    const list = readCrl(bytes, issuer)
    if (typeof list === 'string') continue
    const revokedAt = list.revoked.get(subject.serialHex)
    // Lists leave out what has expired: one from after that says nothing by its silence.
    if (!revokedAt && list.thisUpdate > subject.validTo) continue
    const { thisUpdate, nextUpdate } = list
    found.push({ bytes, thisUpdate, ...(nextUpdate ? { nextUpdate } : {}), ...(revokedAt ? { revokedAt } : {}) })
  }
  const latest = context.at.getTime() + 5 * 60_000
  // A revocation counts whenever it was said; "not revoked" from the future is a forged or broken clock.
  return found
    .filter((e) => e.revokedAt !== undefined || e.thisUpdate.getTime() <= latest)
    .toSorted((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime())
}

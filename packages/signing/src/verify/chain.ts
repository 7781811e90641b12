/** The signer's certificate: a path to trust, fitness for signing, validity at the time of signing, revocation. */
import { REASON } from '../outcomes.ts'
import { EKU, type ReadCertificate } from '../x509/certificate.ts'
import { keyWeakness } from '../x509/keys.ts'
import { nameAttribute, nameText } from '../x509/names.ts'
import { day, readAll, type SigningTime, signedBy } from './links.ts'
import { judgeRevocation } from './revocation.ts'
import type { Judgement, TrustContext } from './verdict.ts'

/**
 * How far a signer's clock may be ahead of ours. Clocks of hospitals are wrong by ten minutes, the signer's one way and
 * the reader's the other: such a signature is no forgery (failure mode F10).
 */
const CLOCK_TOLERANCE = 30 * 60_000

/** Judges a signer's certificate as of signing; adds reasons to `judgement`. */
export function judgeCertificate(
  signer: ReadCertificate,
  enclosed: ReadCertificate[],
  time: SigningTime,
  context: TrustContext,
  judgement: Judgement,
): void {
  const weakness = keyWeakness(signer.publicKey)
  if (weakness) judgement.add(REASON.weak, { detail: weakness })
  judgeUsage(signer, judgement)
  const when = judgeTime(signer, time, context, judgement)
  const path = findPath(signer, enclosed, when, context, judgement)
  judgement.issuer = path?.[1]?.der
  judgement.path = path?.map((c) => c.der)
  if (path) judgeRevocation(path, time, context, judgement)
}

function judgeUsage(signer: ReadCertificate, judgement: Judgement): void {
  const bits = signer.keyUsage
  const bitsFit = bits === null || bits.includes('digitalSignature') || bits.includes('nonRepudiation')
  const purposes = signer.extendedKeyUsage
  const anyPurpose = '2.5.29.37.0'
  const fit = [EKU.emailProtection, EKU.documentSigning, EKU.clientAuth, anyPurpose]
  const onlyServer = purposes !== null && (!purposes.some((p) => fit.includes(p)) || purposes.includes(EKU.serverAuth))
  // Vendors in Vietnam issue signing certificates with private purposes: only those plainly meant for something else are refused.
  const plainlyOther =
    purposes !== null && onlyServer && purposes.some((p) => [EKU.serverAuth, EKU.timeStamping, EKU.ocspSigning].some((o) => o === p))
  if (!bitsFit || signer.isCa || plainlyOther) judgement.add(REASON.usage)
  if (signer.unknownCritical.length > 0) judgement.add(REASON.chainBroken, { detail: signer.unknownCritical.join(' ') })
}

/** Gives the time at which the chain is judged. */
function judgeTime(signer: ReadCertificate, time: SigningTime, context: TrustContext, judgement: Judgement): Date {
  const when = time.claimed ?? time.proven ?? context.at
  if (when.getTime() > context.at.getTime() + CLOCK_TOLERANCE) judgement.add(REASON.future)
  if (when < signer.validFrom || when > signer.validTo || (time.proven && time.proven < signer.validFrom)) {
    judgement.add(REASON.notValidThen, { from: day(signer.validFrom), to: day(signer.validTo) })
  } else if (context.at > signer.validTo && !(time.proven && time.proven <= signer.validTo)) judgement.add(REASON.expiredSince)
  return when
}

/** Why `issuer` may not issue below `depth` further authorities at `when`; null when it may. */
function issuerFault(issuer: ReadCertificate, depth: number, when: Date): string | null {
  if (!issuer.isCa) return 'basicConstraints'
  if (issuer.keyUsage && !issuer.keyUsage.includes('keyCertSign')) return 'keyUsage'
  if (issuer.pathLength !== null && depth > issuer.pathLength) return 'pathLength'
  if (when < issuer.validFrom || when > issuer.validTo) return 'validity'
  return issuer.unknownCritical.length > 0 ? 'critical extension' : null
}

/** The path from the signer to an anchor, signer first; null after adding the reason why there is none. */
function findPath(
  signer: ReadCertificate,
  enclosed: ReadCertificate[],
  when: Date,
  context: TrustContext,
  judgement: Judgement,
): ReadCertificate[] | null {
  const anchors = readAll(context.trust)
  const others = [...enclosed, ...readAll(context.intermediates ?? [])]
  let fault: string | null = null
  const extend = (path: ReadCertificate[]): ReadCertificate[] | null => {
    const last = path.at(-1)
    if (!last || path.length > 6) return null
    for (const candidate of [...anchors, ...others]) {
      if (!last.issuerDer.equals(candidate.subjectDer) || path.some((p) => p.der.equals(candidate.der))) continue
      if (!signedBy(last, candidate)) {
        fault ??= `signature of ${nameAttribute(last.parsed.subject, 'commonName') ?? '?'}`
        continue
      }
      const wrong = issuerFault(candidate, path.length - 1, when)
      if (wrong) {
        fault = wrong
        continue
      }
      const longer = [...path, candidate]
      const found = anchors.includes(candidate) ? longer : extend(longer)
      if (found) return found
    }
    return null
  }
  const path = extend([signer])
  if (path) return path
  if (fault) judgement.add(REASON.chainBroken, { detail: fault })
  else judgement.add(REASON.untrusted, { issuer: nameAttribute(signer.parsed.issuer, 'commonName') ?? nameText(signer.parsed.issuer) })
  return null
}

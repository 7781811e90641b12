/**
 * Revocation as of signing (NĐ 23/2025 Đ15–16). Evidence is only used when it is signed by the certificate's issuer, or
 * by a responder that issuer has named; anything else counts as no evidence.
 */
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { REASON } from '../outcomes.ts'
import { arrayBuffer, der, EKU, type ReadCertificate, sha, verifyDer } from '../x509/certificate.ts'
import { day, readAll, type SigningTime, signedBy } from './links.ts'
import type { Judgement, TrustContext } from './verdict.ts'

type Status = { kind: 'good' } | { kind: 'revoked'; at: Date } | { kind: 'unknown' }

/** Judges every certificate of the path below the anchor, as far as evidence is given. */
export function judgeRevocation(path: ReadCertificate[], time: SigningTime, context: TrustContext, judgement: Judgement): void {
  if (!context.crls?.length && !context.ocsp?.length) {
    judgement.add(REASON.revocationNotChecked)
    return
  }
  for (let i = 0; i + 1 < path.length; i++) {
    const [subject, issuer] = [path[i], path[i + 1]]
    if (!subject || !issuer) continue
    const status = statusOf(subject, issuer, time, context)
    // An authority's own revocation list is seldom at hand; it is judged where it is, and the signer's always.
    if (status.kind === 'unknown' && i === 0) judgement.add(REASON.revocationUnknown)
    if (status.kind !== 'revoked') continue
    const date = day(status.at)
    if (time.proven && time.proven < status.at) judgement.add(REASON.revokedLater, { date })
    else if (time.claimed && time.claimed < status.at) judgement.add(REASON.revokedSince, { date })
    else judgement.add(REASON.revoked, { date })
  }
}

function statusOf(subject: ReadCertificate, issuer: ReadCertificate, time: SigningTime, context: TrustContext): Status {
  const answers = [
    ...(context.ocsp ?? []).map((bytes) => attempt(() => ocspStatus(bytes, subject, issuer, time, context))),
    ...(context.crls ?? []).map((bytes) => attempt(() => crlStatus(bytes, subject, issuer, time, context))),
  ]
  return answers.find((a) => a.kind === 'revoked') ?? answers.find((a) => a.kind === 'good') ?? { kind: 'unknown' }
}

/** Evidence that cannot be read is no evidence: the verdict then says so by itself. */
function attempt(read: () => Status): Status {
  try {
    return read()
  } catch (error) {
    if (error instanceof Error) return { kind: 'unknown' }
    throw error
  }
}

/** Evidence speaks for a signature when it was made after it, or was current at it, and is not from the future. */
function speaksFor(thisUpdate: Date, nextUpdate: Date | undefined, time: SigningTime, context: TrustContext): boolean {
  const when = time.claimed ?? time.proven ?? context.at
  if (thisUpdate.getTime() > context.at.getTime() + 5 * 60_000) return false
  return thisUpdate >= when || (nextUpdate !== undefined && when <= nextUpdate)
}

function crlStatus(bytes: Uint8Array, subject: ReadCertificate, issuer: ReadCertificate, time: SigningTime, context: TrustContext): Status {
  const crl = pkijs.CertificateRevocationList.fromBER(arrayBuffer(bytes))
  const ours = der(crl.issuer).equals(issuer.subjectDer)
  const value = new Uint8Array(crl.signatureValue.valueBlock.valueHexView)
  if (!ours || !verifyDer(crl.signatureAlgorithm.algorithmId, issuer.publicKey, crl.tbsView, value)) return { kind: 'unknown' }
  const found = (crl.revokedCertificates ?? []).find((r) => serialText(r.userCertificate) === subject.serialHex)
  if (found) return { kind: 'revoked', at: found.revocationDate.value }
  return speaksFor(crl.thisUpdate.value, crl.nextUpdate?.value, time, context) ? { kind: 'good' } : { kind: 'unknown' }
}

export function serialText(serial: asn1js.Integer): string {
  return Buffer.from(serial.valueBlock.valueHexView)
    .toString('hex')
    .replace(/^00(?=.)/, '')
}

function ocspStatus(
  bytes: Uint8Array,
  subject: ReadCertificate,
  issuer: ReadCertificate,
  time: SigningTime,
  context: TrustContext,
): Status {
  const response = pkijs.OCSPResponse.fromBER(arrayBuffer(bytes))
  if (!response.responseBytes) return { kind: 'unknown' }
  const basic = pkijs.BasicOCSPResponse.fromBER(arrayBuffer(response.responseBytes.response.valueBlock.valueHexView))
  const responders = [issuer, ...readAll((basic.certs ?? []).map((c) => der(c)))].filter(
    (c) => c === issuer || (signedBy(c, issuer) && c.extendedKeyUsage?.includes(EKU.ocspSigning)),
  )
  const tbs = basic.tbsResponseData.tbsView
  const value = new Uint8Array(basic.signature.valueBlock.valueHexView)
  if (!responders.some((r) => verifyDer(basic.signatureAlgorithm.algorithmId, r.publicKey, tbs, value))) return { kind: 'unknown' }
  for (const single of basic.tbsResponseData.responses) {
    if (serialText(single.certID.serialNumber) !== subject.serialHex || !sameIssuer(single.certID, issuer)) continue
    const status: unknown = single.certStatus
    if (status instanceof asn1js.Constructed && status.idBlock.tagNumber === 1) {
      const at = status.valueBlock.value[0]
      return { kind: 'revoked', at: at instanceof asn1js.GeneralizedTime ? at.toDate() : single.thisUpdate }
    }
    const good = status instanceof asn1js.Primitive && status.idBlock.tagNumber === 0
    return good && speaksFor(single.thisUpdate, single.nextUpdate, time, context) ? { kind: 'good' } : { kind: 'unknown' }
  }
  return { kind: 'unknown' }
}

function sameIssuer(id: pkijs.CertID, issuer: ReadCertificate): boolean {
  const bits = id.hashAlgorithm.algorithmId === '1.3.14.3.2.26' ? 1 : 256
  const key = new Uint8Array(issuer.parsed.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView)
  const hash = (block: asn1js.OctetString): Buffer => Buffer.from(block.valueBlock.valueHexView)
  return hash(id.issuerNameHash).equals(sha(bits, issuer.subjectDer)) && hash(id.issuerKeyHash).equals(sha(bits, key))
}

/**
 * OCSP answers (RFC 6960). Every signature of a paper is judged by every answer that came with it, again at each look: an
 * answer is read once, and its own signature judged once for each issuer, while it is remembered.
 */
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { remembering } from '../recent.ts'
import { arrayBuffer, der, EKU, type ReadCertificate, sha, verifyDer } from '../x509/certificate.ts'
import { type AnswerFault, attempt, type RevocationAnswer, serialText } from './answers.ts'
import { readAll, signedBy } from './links.ts'

export const NONCE_OID = '1.3.6.1.5.5.7.48.1.2'

/** What an answer says of one certificate. */
interface Single {
  serialHex: string
  hashBits: 1 | 256
  issuerNameHash: Buffer
  issuerKeyHash: Buffer
  says: RevocationAnswer | 'unknown'
}

interface ReadAnswer {
  producedAt: Date
  /** Certificates that came with it, DER. */
  enclosed: Buffer[]
  singles: Single[]
  signature: { algorithm: string; over: Uint8Array; value: Uint8Array }
  /** Whether it is signed by this issuer, or by a responder the issuer named. */
  signedFor: WeakMap<ReadCertificate, boolean>
}

const RECENT_LIMIT = 512

const read = remembering(RECENT_LIMIT, (bytes): ReadAnswer | 'refused' | 'unreadable' => attempt(() => parse(bytes)))

/** Reads an OCSP response about `subject`. */
export function readOcsp(bytes: Uint8Array, subject: ReadCertificate, issuer: ReadCertificate): RevocationAnswer | AnswerFault {
  const answer = read(bytes)
  if (typeof answer === 'string') return answer
  const signed = answer.signedFor.get(issuer) ?? attempt(() => signedByResponder(answer, issuer))
  if (signed === 'unreadable') return signed
  answer.signedFor.set(issuer, signed)
  if (!signed) return 'signature'
  const single = answer.singles.find((one) => one.serialHex === subject.serialHex && isIssuer(one, issuer))
  return single?.says ?? 'other-certificate'
}

function parse(bytes: Uint8Array): ReadAnswer | 'refused' {
  const response = pkijs.OCSPResponse.fromBER(arrayBuffer(bytes))
  if (!response.responseBytes) return 'refused'
  const basic = pkijs.BasicOCSPResponse.fromBER(arrayBuffer(response.responseBytes.response.valueBlock.valueHexView))
  const { tbsResponseData: tbs } = basic
  const nonce = tbs.responseExtensions?.find((e) => e.extnID === NONCE_OID)
  return {
    producedAt: tbs.producedAt,
    enclosed: (basic.certs ?? []).map((c) => der(c)),
    singles: tbs.responses.map((one) => ({
      serialHex: serialText(one.certID.serialNumber),
      hashBits: one.certID.hashAlgorithm.algorithmId === '1.3.14.3.2.26' ? 1 : 256,
      issuerNameHash: octets(one.certID.issuerNameHash),
      issuerKeyHash: octets(one.certID.issuerKeyHash),
      says: saidOf(one, nonce && octets(nonce.extnValue)),
    })),
    signature: {
      algorithm: basic.signatureAlgorithm.algorithmId,
      over: new Uint8Array(tbs.tbsView),
      value: new Uint8Array(basic.signature.valueBlock.valueHexView),
    },
    signedFor: new WeakMap(),
  }
}

const octets = (block: asn1js.OctetString): Buffer => Buffer.from(block.valueBlock.valueHexView)

function saidOf(single: pkijs.SingleResponse, nonce: Buffer | undefined): RevocationAnswer | 'unknown' {
  const answer: RevocationAnswer = {
    thisUpdate: single.thisUpdate,
    ...(single.nextUpdate ? { nextUpdate: single.nextUpdate } : {}),
    ...(nonce ? { nonce } : {}),
  }
  const status: unknown = single.certStatus
  if (status instanceof asn1js.Constructed && status.idBlock.tagNumber === 1) {
    const at = status.valueBlock.value[0]
    return { ...answer, revokedAt: at instanceof asn1js.GeneralizedTime ? at.toDate() : single.thisUpdate }
  }
  return status instanceof asn1js.Primitive && status.idBlock.tagNumber === 0 ? answer : 'unknown'
}

function signedByResponder({ producedAt: at, enclosed, signature }: ReadAnswer, issuer: ReadCertificate): boolean {
  const responders = [issuer, ...readAll(enclosed)].filter(
    (c) => c === issuer || (signedBy(c, issuer) && c.extendedKeyUsage?.includes(EKU.ocspSigning) && c.validFrom <= at && at <= c.validTo),
  )
  return responders.some((r) => verifyDer(signature.algorithm, r.publicKey, signature.over, signature.value))
}

function isIssuer(single: Single, issuer: ReadCertificate): boolean {
  const key = new Uint8Array(issuer.parsed.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView)
  return single.issuerNameHash.equals(sha(single.hashBits, issuer.subjectDer)) && single.issuerKeyHash.equals(sha(single.hashBits, key))
}

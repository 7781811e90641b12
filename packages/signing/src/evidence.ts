/**
 * Asking an authority and judging what comes back, as bytes; sending is done elsewhere. An answer is evidence only when
 * it was made for this question, by whom the certificate's issuer named, lately. Anything else is a fault by name.
 */
import { randomBytes } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { CMS_OID } from './cms.ts'
import { integer, nul, octets, oid, sequence, tlv } from './der.ts'
import type { EvidenceFault } from './evidence-outcomes.ts'
import { type RevocationList, readCrl } from './verify/answers.ts'
import { NONCE_OID, readOcsp } from './verify/ocsp.ts'
import { provenTime } from './verify/timestamp.ts'
import { arrayBuffer, der, readCertificate, sha } from './x509/certificate.ts'

/** Clocks of authority and site may differ by so much. */
const SKEW_MS = 5 * 60_000
/** An OCSP answer that names no end is taken as fresh for so long. */
const FRESH_MS = 24 * 3_600_000

/** What was asked of an OCSP service. */
export interface OcspQuestion {
  request: Buffer
  nonce: Buffer
}

const SHA1 = sequence(oid('1.3.14.3.2.26'), nul())

/** Builds the OCSP request (DER) for one certificate, with a nonce. */
export function ocspQuestion(certificate: Uint8Array, issuer: Uint8Array): OcspQuestion {
  const [subject, authority] = [readCertificate(certificate), readCertificate(issuer)]
  const key = new Uint8Array(authority.parsed.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView)
  const certId = sequence(SHA1, octets(sha(1, authority.subjectDer)), octets(sha(1, key)), der(subject.parsed.serialNumber))
  const nonce = octets(randomBytes(16))
  const extensions = tlv(0xa2, sequence(sequence(oid(NONCE_OID), octets(nonce))))
  return { request: sequence(sequence(sequence(sequence(certId)), extensions)), nonce }
}

export interface RevocationEvidence {
  status: 'good' | 'revoked'
  thisUpdate: Date
  nextUpdate?: Date
}

/**
 * Judges an OCSP answer as it comes in. `requireNonce`: the service is known to send nonces back, so an answer without
 * one is an old one played again.
 */
export function checkOcsp(
  answer: Uint8Array,
  about: { certificate: Uint8Array; issuer: Uint8Array; nonce: Buffer; requireNonce: boolean; at: Date },
): RevocationEvidence | EvidenceFault {
  const read = readOcsp(answer, readCertificate(about.certificate), readCertificate(about.issuer))
  if (read === 'unreadable' || read === 'other-issuer') return 'ocsp-unreadable'
  if (read === 'refused') return 'ocsp-refused'
  if (read === 'signature') return 'ocsp-signature-wrong'
  if (read === 'other-certificate') return 'ocsp-other-certificate'
  if (read === 'unknown') return 'ocsp-unknown'
  if (read.nonce ? !read.nonce.equals(about.nonce) : about.requireNonce) return 'ocsp-replayed'
  const fault = ageFault(read.thisUpdate, read.nextUpdate ?? new Date(read.thisUpdate.getTime() + FRESH_MS), about.at)
  if (fault) return `ocsp-${fault}`
  const { thisUpdate, nextUpdate } = read
  return { status: read.revokedAt ? 'revoked' : 'good', thisUpdate, ...(nextUpdate ? { nextUpdate } : {}) }
}

function ageFault(thisUpdate: Date, nextUpdate: Date | undefined, at: Date): 'stale' | 'future' | null {
  if (thisUpdate.getTime() > at.getTime() + SKEW_MS) return 'future'
  return nextUpdate && nextUpdate.getTime() < at.getTime() - SKEW_MS ? 'stale' : null
}

/** Judges a list as it comes in; `newest`: number of the newest one at hand. */
export function checkCrl(
  list: Uint8Array,
  about: { issuer: Uint8Array; at: Date; newest?: bigint | undefined },
): RevocationList | EvidenceFault {
  const read = readCrl(list, readCertificate(about.issuer))
  if (read === 'signature' || read === 'other-issuer') return 'crl-signature-wrong'
  if (typeof read === 'string') return 'crl-unreadable'
  if (about.newest !== undefined && (read.number ?? 0n) < about.newest) return 'crl-replayed'
  const fault = ageFault(read.thisUpdate, read.nextUpdate, about.at)
  return fault ? `crl-${fault}` : read
}

/** What was asked of a timestamp service. */
export interface TimestampQuestion {
  request: Buffer
  nonce: Buffer
}

/** Builds an RFC 3161 request (DER) over SHA-256 of `value`, with a nonce, asking for the unit's certificate. */
export function timestampQuestion(value: Uint8Array): TimestampQuestion {
  const random = randomBytes(12)
  // Positive and of fixed length, so that it comes back in the same bytes.
  random[0] = ((random[0] ?? 0) & 0x7f) | 0x40
  const nonce = tlv(0x02, random)
  const imprint = sequence(sequence(oid(CMS_OID.sha256), nul()), octets(sha(256, value)))
  return { request: sequence(integer(1), imprint, nonce, Buffer.from([0x01, 0x01, 0xff])), nonce }
}

/** Judges the answer of a timestamp service: gives the token and its time, or what is wrong. */
export function checkTimestamp(
  answer: Uint8Array,
  about: { value: Uint8Array; nonce: Buffer; trust: Uint8Array[]; at: Date },
): { token: Buffer; at: Date } | EvidenceFault {
  const token = tokenOf(answer)
  if (typeof token === 'string') return token
  const nonce = nonceOf(token)
  if (nonce === 'unreadable') return 'timestamp-unreadable'
  if (!nonce?.equals(about.nonce)) return 'timestamp-nonce-wrong'
  // Judged at a late time first: a token from the future is to be called that, not untrusted.
  const far = new Date(about.at.getTime() + 100 * 365 * 86_400_000)
  const at = provenTime(token, Buffer.from(about.value), { trust: about.trust, at: far })
  if (!at) return 'timestamp-other-digest'
  return Math.abs(at.getTime() - about.at.getTime()) > SKEW_MS ? 'timestamp-time-off' : { token, at }
}

function tokenOf(answer: Uint8Array): Buffer | EvidenceFault {
  const read = asn1js.fromBER(arrayBuffer(answer))
  if (read.offset === -1 || !(read.result instanceof asn1js.Sequence)) return 'timestamp-unreadable'
  const [status, token] = read.result.valueBlock.value
  const code = status instanceof asn1js.Sequence ? status.valueBlock.value[0] : undefined
  if (!(code instanceof asn1js.Integer)) return 'timestamp-unreadable'
  if (code.valueBlock.valueDec > 1 || !token) return 'timestamp-refused'
  return Buffer.from(token.valueBeforeDecodeView)
}

function nonceOf(token: Buffer): Buffer | null | 'unreadable' {
  try {
    const data = new pkijs.SignedData({ schema: pkijs.ContentInfo.fromBER(arrayBuffer(token)).content })
    const content = data.encapContentInfo.eContent
    if (!content) return 'unreadable'
    const { nonce } = pkijs.TSTInfo.fromBER(arrayBuffer(Buffer.from(content.getValue())))
    return nonce ? Buffer.from(nonce.toBER(false)) : null
  } catch (error) {
    if (error instanceof Error) return 'unreadable'
    throw error
  }
}

/** Where a certificate says that revocation is answered: its AIA and CRL distribution points; http and https only. */
export function servicesNamed(certificate: Uint8Array): { ocsp: string[]; crl: string[] } {
  const { parsed } = readCertificate(certificate)
  const find = (id: string): unknown => parsed.extensions?.find((e) => e.extnID === id)?.parsedValue
  const access = find('1.3.6.1.5.5.7.1.1')
  const points = find('2.5.29.31')
  const uri = (name: unknown): string[] =>
    name instanceof pkijs.GeneralName && name.type === 6 && typeof name.value === 'string' && /^https?:\/\//.test(name.value)
      ? [name.value]
      : []
  return {
    ocsp:
      access instanceof pkijs.InfoAccess
        ? access.accessDescriptions.filter((a) => a.accessMethod === '1.3.6.1.5.5.7.48.1').flatMap((a) => uri(a.accessLocation))
        : [],
    crl:
      points instanceof pkijs.CRLDistributionPoints
        ? points.distributionPoints.flatMap((p) => (Array.isArray(p.distributionPoint) ? p.distributionPoint.flatMap(uri) : []))
        : [],
  }
}

/** The key identifier of an authority (hex): under it settings name its services. */
export function keyIdentifierOf(certificate: Uint8Array): string {
  const { parsed } = readCertificate(certificate)
  const key = new Uint8Array(parsed.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView)
  return sha(1, key).toString('hex')
}

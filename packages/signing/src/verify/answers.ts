/**
 * What an authority's answer says about one certificate. Only what the certificate's issuer signed, or a responder that
 * issuer has named, says anything; the rest has a word for what is wrong with it.
 */
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { arrayBuffer, der, EKU, type ReadCertificate, sha, verifyDer } from '../x509/certificate.ts'
import { readAll, signedBy } from './links.ts'

export type AnswerFault = 'unreadable' | 'refused' | 'signature' | 'other-certificate' | 'unknown' | 'other-issuer'

export interface RevocationAnswer {
  /** Undefined: not revoked. */
  revokedAt?: Date
  thisUpdate: Date
  nextUpdate?: Date
  /** OCSP: the nonce that came back, DER. */
  nonce?: Buffer
  /** CRL: its number. */
  number?: bigint
}

export const NONCE_OID = '1.3.6.1.5.5.7.48.1.2'
const CRL_NUMBER_OID = '2.5.29.20'

export function serialText(serial: asn1js.Integer): string {
  return Buffer.from(serial.valueBlock.valueHexView)
    .toString('hex')
    .replace(/^00(?=.)/, '')
}

function attempt<T>(read: () => T): T | 'unreadable' {
  try {
    return read()
  } catch (error) {
    if (error instanceof Error) return 'unreadable'
    throw error
  }
}

/** Reads an OCSP response about `subject`. */
export function readOcsp(bytes: Uint8Array, subject: ReadCertificate, issuer: ReadCertificate): RevocationAnswer | AnswerFault {
  return attempt(() => {
    const response = pkijs.OCSPResponse.fromBER(arrayBuffer(bytes))
    if (!response.responseBytes) return 'refused'
    const basic = pkijs.BasicOCSPResponse.fromBER(arrayBuffer(response.responseBytes.response.valueBlock.valueHexView))
    if (!signedByResponder(basic, issuer)) return 'signature'
    const single = basic.tbsResponseData.responses.find(
      ({ certID }) => serialText(certID.serialNumber) === subject.serialHex && sameIssuer(certID, issuer),
    )
    if (!single) return 'other-certificate'
    const nonce = basic.tbsResponseData.responseExtensions?.find((e) => e.extnID === NONCE_OID)
    const answer: RevocationAnswer = {
      thisUpdate: single.thisUpdate,
      ...(single.nextUpdate ? { nextUpdate: single.nextUpdate } : {}),
      ...(nonce ? { nonce: Buffer.from(nonce.extnValue.valueBlock.valueHexView) } : {}),
    }
    const status: unknown = single.certStatus
    if (status instanceof asn1js.Constructed && status.idBlock.tagNumber === 1) {
      const at = status.valueBlock.value[0]
      return { ...answer, revokedAt: at instanceof asn1js.GeneralizedTime ? at.toDate() : single.thisUpdate }
    }
    return status instanceof asn1js.Primitive && status.idBlock.tagNumber === 0 ? answer : 'unknown'
  })
}

function signedByResponder(basic: pkijs.BasicOCSPResponse, issuer: ReadCertificate): boolean {
  const at = basic.tbsResponseData.producedAt
  const responders = [issuer, ...readAll((basic.certs ?? []).map((c) => der(c)))].filter(
    (c) => c === issuer || (signedBy(c, issuer) && c.extendedKeyUsage?.includes(EKU.ocspSigning) && c.validFrom <= at && at <= c.validTo),
  )
  const tbs = basic.tbsResponseData.tbsView
  const value = new Uint8Array(basic.signature.valueBlock.valueHexView)
  return responders.some((r) => verifyDer(basic.signatureAlgorithm.algorithmId, r.publicKey, tbs, value))
}

function sameIssuer(id: pkijs.CertID, issuer: ReadCertificate): boolean {
  const bits = id.hashAlgorithm.algorithmId === '1.3.14.3.2.26' ? 1 : 256
  const key = new Uint8Array(issuer.parsed.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView)
  const hash = (block: asn1js.OctetString): Buffer => Buffer.from(block.valueBlock.valueHexView)
  return hash(id.issuerNameHash).equals(sha(bits, issuer.subjectDer)) && hash(id.issuerKeyHash).equals(sha(bits, key))
}

/** A list of an issuer, with the serial numbers it revokes. */
export interface RevocationList {
  thisUpdate: Date
  nextUpdate?: Date
  number?: bigint
  revoked: ReadonlyMap<string, Date>
}

/** Lists read lately: one list speaks for every certificate of its issuer, and reading a long one takes its time. */
const lists = new WeakMap<Uint8Array, Map<string, RevocationList | AnswerFault>>()

/** Reads a CRL of `issuer`. */
export function readCrl(bytes: Uint8Array, issuer: ReadCertificate): RevocationList | AnswerFault {
  const known = lists.get(bytes) ?? new Map<string, RevocationList | AnswerFault>()
  lists.set(bytes, known)
  const key = sha(256, issuer.der).toString('base64')
  const list = known.get(key) ?? parseCrl(bytes, issuer)
  known.set(key, list)
  return list
}

function parseCrl(bytes: Uint8Array, issuer: ReadCertificate): RevocationList | AnswerFault {
  return attempt(() => {
    const crl = pkijs.CertificateRevocationList.fromBER(arrayBuffer(bytes))
    if (!der(crl.issuer).equals(issuer.subjectDer)) return 'other-issuer'
    const value = new Uint8Array(crl.signatureValue.valueBlock.valueHexView)
    if (!verifyDer(crl.signatureAlgorithm.algorithmId, issuer.publicKey, crl.tbsView, value)) return 'signature'
    const number = crl.crlExtensions?.extensions.find((e) => e.extnID === CRL_NUMBER_OID)
    const parsed = number && asn1js.fromBER(number.extnValue.valueBlock.valueHexView.slice().buffer).result
    return {
      thisUpdate: crl.thisUpdate.value,
      ...(crl.nextUpdate ? { nextUpdate: crl.nextUpdate.value } : {}),
      ...(parsed instanceof asn1js.Integer ? { number: BigInt(`0x${serialText(parsed) || '0'}`) } : {}),
      revoked: new Map((crl.revokedCertificates ?? []).map((r) => [serialText(r.userCertificate), r.revocationDate.value])),
    }
  })
}

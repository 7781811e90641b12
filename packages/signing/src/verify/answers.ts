/**
 * What an authority's answer says about one certificate. Only what the certificate's issuer signed, or a responder that
 * issuer has named, says anything; the rest has a word for what is wrong with it.
 */
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { arrayBuffer, der, type ReadCertificate, sha, verifyDer } from '../x509/certificate.ts'

export type AnswerFault = 'unreadable' | 'refused' | 'signature' | 'other-certificate' | 'unknown' | 'other-issuer'

export interface RevocationAnswer {
  /** Undefined: not revoked. */
  revokedAt?: Date
  thisUpdate: Date
  nextUpdate?: Date
  /** OCSP: the nonce that came back, DER. */
  nonce?: Buffer
}

const CRL_NUMBER_OID = '2.5.29.20'

export function serialText(serial: asn1js.Integer): string {
  return Buffer.from(serial.valueBlock.valueHexView)
    .toString('hex')
    .replace(/^00(?=.)/, '')
}

/** What cannot be read has a word of its own. */
export function attempt<T>(read: () => T): T | 'unreadable' {
  try {
    return read()
  } catch (error) {
    if (error instanceof Error) return 'unreadable'
    throw error
  }
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

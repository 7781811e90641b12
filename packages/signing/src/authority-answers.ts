/** What an authority answers to the world, as bytes: revocation list, OCSP, timestamps. Serving them is done elsewhere. */
import { createPrivateKey, sign as cryptoSign, randomBytes } from 'node:crypto'
import { refuse } from '@yba/fhir'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import type { Authority } from './authority.ts'
import { CMS_OID, signedAttributes, signedData } from './cms.ts'
import { ISSUE_REQUEST_INVALID } from './outcomes.ts'
import { NONCE_OID } from './verify/ocsp.ts'
import { arrayBuffer, der, readCertificate, sha, signDer, x509Time } from './x509/certificate.ts'

const HOUR = 3_600_000
const wholeSeconds = (date: Date): Date => new Date(Math.floor(date.getTime() / 1000) * 1000)
const privateKey = (pkcs8: Buffer) => createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })

/** Opens what the library keeps to its subclasses: the part that is signed. */
class RevocationList extends pkijs.CertificateRevocationList {
  signedPart(): Buffer {
    return der(this.encodeTBS())
  }
}

/** The current revocation list (DER), valid for seven days. Counts the list number up. */
export function crl(authority: Authority): Buffer {
  const issuing = readCertificate(authority.issuingCert)
  const key = privateKey(authority.issuingKey)
  const at = authority.clock()
  authority.crlNumber += 1
  const algorithm = signDer(key, Buffer.alloc(0)).algorithm
  const list = new RevocationList()
  list.version = 1
  list.signature = algorithm
  list.signatureAlgorithm = algorithm
  list.issuer = issuing.parsed.subject
  list.thisUpdate = x509Time(at)
  list.nextUpdate = x509Time(new Date(at.getTime() + 7 * 24 * HOUR))
  if (authority.revoked.length > 0) {
    list.revokedCertificates = authority.revoked.map((r) => {
      const reason = new asn1js.Enumerated({ value: r.reason })
      return new pkijs.RevokedCertificate({
        userCertificate: new asn1js.Integer({ valueHex: arrayBuffer(signedHex(r.serialHex)) }),
        revocationDate: x509Time(r.at),
        crlEntryExtensions: new pkijs.Extensions({
          extensions: [new pkijs.Extension({ extnID: '2.5.29.21', extnValue: arrayBuffer(der(reason)) })],
        }),
      })
    })
  }
  const aki = issuing.parsed.extensions?.find((e) => e.extnID === '2.5.29.14')?.extnValue.valueBlock.valueHexView
  const keyId = aki ? new asn1js.OctetString({ valueHex: arrayBuffer(aki.subarray(2)) }) : undefined
  list.crlExtensions = new pkijs.Extensions({
    extensions: [
      new pkijs.Extension({ extnID: '2.5.29.35', extnValue: arrayBuffer(der(new pkijs.AuthorityKeyIdentifier({ keyIdentifier: keyId }))) }),
      new pkijs.Extension({ extnID: '2.5.29.20', extnValue: arrayBuffer(der(new asn1js.Integer({ value: authority.crlNumber }))) }),
    ],
  })
  list.tbsView = new Uint8Array(list.signedPart())
  list.signatureValue = new asn1js.BitString({ valueHex: arrayBuffer(signDer(key, list.tbsView).value) })
  return Buffer.from((list.toSchema(true) as asn1js.BaseBlock).toBER(false))
}

/** A serial number as an INTEGER's bytes: with the zero that keeps it positive. */
function signedHex(hex: string): Buffer {
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
  return (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.from([0]), bytes]) : bytes
}

/** Reads a request; what cannot be read is refused by name. */
function read<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof Error) throw refuse(ISSUE_REQUEST_INVALID)
    throw error
  }
}

/**
 * Answers an OCSP request (DER → DER), signed by the issuing authority itself. Throws ISSUE_REQUEST_INVALID.
 * `wrong` lets the demo answer with another nonce, or that it knows nothing.
 */
export function ocspResponse(authority: Authority, request: Uint8Array, wrong: { nonce?: Buffer; unknown?: boolean } = {}): Buffer {
  const asked = read(() => pkijs.OCSPRequest.fromBER(arrayBuffer(request)))
  const issuing = readCertificate(authority.issuingCert)
  const at = wholeSeconds(authority.clock())
  const basic = new pkijs.BasicOCSPResponse()
  basic.tbsResponseData.responderID = issuing.parsed.subject
  basic.tbsResponseData.producedAt = at
  basic.tbsResponseData.responses = asked.tbsRequest.requestList.map(
    ({ reqCert }) =>
      new pkijs.SingleResponse({
        certID: reqCert,
        certStatus: wrong.unknown ? new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber: 2 } }) : statusOf(authority, reqCert),
        thisUpdate: at,
        nextUpdate: new Date(at.getTime() + 12 * HOUR),
      }),
  )
  const other = wrong.nonce && [new pkijs.Extension({ extnID: NONCE_OID, extnValue: arrayBuffer(wrong.nonce) })]
  const nonce = other ?? asked.tbsRequest.requestExtensions?.filter((e) => e.extnID === NONCE_OID)
  if (nonce?.length) basic.tbsResponseData.responseExtensions = nonce
  basic.tbsResponseData.tbsView = new Uint8Array(der(basic.tbsResponseData.toSchema(true) as asn1js.BaseBlock))
  const signed = signDer(privateKey(authority.issuingKey), basic.tbsResponseData.tbsView)
  basic.signatureAlgorithm = signed.algorithm
  basic.signature = new asn1js.BitString({ valueHex: arrayBuffer(signed.value) })
  basic.certs = [issuing.parsed]
  const response = new pkijs.OCSPResponse({
    responseStatus: new asn1js.Enumerated({ value: 0 }),
    responseBytes: new pkijs.ResponseBytes({
      responseType: '1.3.6.1.5.5.7.48.1.1',
      response: new asn1js.OctetString({ valueHex: arrayBuffer(der(basic)) }),
    }),
  })
  return der(response)
}

/** good [0], revoked [1] with its time, unknown [2] for certificates of other authorities. */
function statusOf(authority: Authority, id: pkijs.CertID): asn1js.BaseBlock {
  const issuing = readCertificate(authority.issuingCert)
  const bits = id.hashAlgorithm.algorithmId === '1.3.14.3.2.26' ? 1 : 256
  const ours = Buffer.from(id.issuerNameHash.valueBlock.valueHexView).equals(sha(bits, issuing.subjectDer))
  const primitive = (tagNumber: number): asn1js.BaseBlock => new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber } })
  if (!ours) return primitive(2)
  const serial = Buffer.from(id.serialNumber.valueBlock.valueHexView)
    .toString('hex')
    .replace(/^00(?=.)/, '')
  const revoked = authority.revoked.find((r) => r.serialHex === serial)
  if (!revoked) return primitive(0)
  const time = new asn1js.GeneralizedTime({ valueDate: wholeSeconds(revoked.at) })
  return new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber: 1 }, value: [time] })
}

/** Builds the OCSP request for one certificate (DER), for clients. */
export function ocspRequest(certificate: Uint8Array, issuer: Uint8Array): Buffer {
  const [subject, authority] = [readCertificate(certificate), readCertificate(issuer)]
  const key = new Uint8Array(authority.parsed.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView)
  const octets = (bytes: Buffer) => new asn1js.OctetString({ valueHex: arrayBuffer(bytes) })
  const reqCert = new pkijs.CertID({
    hashAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: '1.3.14.3.2.26', algorithmParams: new asn1js.Null() }),
    issuerNameHash: octets(sha(1, authority.subjectDer)),
    issuerKeyHash: octets(sha(1, key)),
    serialNumber: subject.parsed.serialNumber,
  })
  const request = new pkijs.OCSPRequest({ tbsRequest: new pkijs.TBSRequest({ requestList: [new pkijs.Request({ reqCert })] }) })
  return der(request.toSchema(true) as asn1js.BaseBlock)
}

const DEMO_POLICY = '1.3.6.1.4.1.99999.1'

/** An RFC 3161 token (a CMS) over a SHA-256 digest, from the authority's timestamp unit. */
export function timestampToken(authority: Authority, hash: Uint8Array, nonce?: asn1js.Integer): Buffer {
  const serial = randomBytes(12)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  const info = new pkijs.TSTInfo({
    version: 1,
    policy: DEMO_POLICY,
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: CMS_OID.sha256, algorithmParams: new asn1js.Null() }),
      hashedMessage: new asn1js.OctetString({ valueHex: arrayBuffer(hash) }),
    }),
    serialNumber: new asn1js.Integer({ valueHex: arrayBuffer(serial) }),
    genTime: wholeSeconds(authority.clock()),
    ...(nonce ? { nonce } : {}),
  })
  const content = der(info)
  const signer = { certificate: authority.timestampCert, chain: [authority.issuingCert], algorithm: 'ES256' as const }
  const attributes = signedAttributes(sha(256, content), authority.timestampCert, CMS_OID.tstInfo)
  const signature = cryptoSign('sha256', attributes, { key: privateKey(authority.timestampKey), dsaEncoding: 'ieee-p1363' })
  return signedData({ signer, attributes, signature, content: { type: CMS_OID.tstInfo, bytes: content } })
}

/**
 * Answers an RFC 3161 TimeStampReq (DER → DER TimeStampResp). SHA-256 only. Throws ISSUE_REQUEST_INVALID.
 * `wrong` lets the demo stamp something else, or leave the nonce out.
 */
export function timestampResponse(authority: Authority, request: Uint8Array, wrong: { hash?: Buffer; nonce?: false } = {}): Buffer {
  const asked = read(() => pkijs.TimeStampReq.fromBER(arrayBuffer(request)))
  const hash = Buffer.from(asked.messageImprint.hashedMessage.valueBlock.valueHexView)
  if (asked.messageImprint.hashAlgorithm.algorithmId !== CMS_OID.sha256 || hash.length !== 32) throw refuse(ISSUE_REQUEST_INVALID)
  const token = timestampToken(authority, wrong.hash ?? hash, wrong.nonce === false ? undefined : asked.nonce)
  const status = new asn1js.Sequence({ value: [new asn1js.Integer({ value: 0 })] })
  return der(new asn1js.Sequence({ value: [status, asn1js.fromBER(arrayBuffer(token)).result as asn1js.BaseBlock] }))
}

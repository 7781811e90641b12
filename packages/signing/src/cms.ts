/**
 * CMS SignedData for PAdES-B, made in two phases: `signedAttributes` gives the bytes a signer signs, `signedData` puts
 * the value that came back around them. No signing-time attribute: in PAdES the time stands in the signature dictionary.
 */
import { integer, nul, octets, oid, sequence, setOf, tlv } from './der.ts'
import type { SignerCertificate } from './signer.ts'
import { der, readCertificate, sha } from './x509/certificate.ts'
import { ecdsaRawToDer } from './x509/keys.ts'

export const CMS_OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  timestampToken: '1.2.840.113549.1.9.16.2.14',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const

const attribute = (type: string, value: Uint8Array): Buffer => sequence(oid(type), setOf(value))

function signingCertificateV2(certificate: Buffer): Buffer {
  const read = readCertificate(certificate)
  const issuerSerial = sequence(sequence(tlv(0xa4, read.issuerDer)), der(read.parsed.serialNumber))
  return sequence(sequence(sequence(octets(sha(256, certificate)), issuerSerial)))
}

/** The signed attributes as a DER SET: exactly the bytes the signer signs. `contentType` is id-data where not said otherwise. */
export function signedAttributes(messageDigest: Uint8Array, certificate: Buffer, contentType: string = CMS_OID.data): Buffer {
  return setOf(
    attribute(CMS_OID.contentType, oid(contentType)),
    attribute(CMS_OID.messageDigest, octets(messageDigest)),
    attribute(CMS_OID.signingCertificateV2, signingCertificateV2(certificate)),
  )
}

export interface SignedDataParts {
  signer: SignerCertificate
  /** As `signedAttributes` gave them. */
  attributes: Buffer
  /** RSA as is, ECDSA as r‖s. */
  signature: Uint8Array
  /** RFC 3161 token over the signature value, as stands in CMS. */
  timestampToken?: Buffer
  /** Enclosed content (timestamp tokens); absent = detached. */
  content?: { type: string; bytes: Buffer }
}

/** The value as CMS and X.509 write it: ECDSA in DER. */
export function cmsSignatureValue(signer: SignerCertificate, signature: Uint8Array): Buffer {
  return signer.algorithm === 'ES256' ? ecdsaRawToDer(signature) : Buffer.from(signature)
}

/** A DER ContentInfo with SignedData. The root certificate is not enclosed: whoever trusts it has it. */
export function signedData(parts: SignedDataParts): Buffer {
  const read = readCertificate(parts.signer.certificate)
  const sha256 = sequence(oid(CMS_OID.sha256))
  const signatureAlgorithm =
    parts.signer.algorithm === 'ES256' ? sequence(oid('1.2.840.10045.4.3.2')) : sequence(oid('1.2.840.113549.1.1.1'), nul())
  const signerInfo = sequence(
    integer(1),
    sequence(read.issuerDer, der(read.parsed.serialNumber)),
    sha256,
    Buffer.concat([Buffer.from([0xa0]), parts.attributes.subarray(1)]),
    signatureAlgorithm,
    octets(cmsSignatureValue(parts.signer, parts.signature)),
    ...(parts.timestampToken ? [tlv(0xa1, attribute(CMS_OID.timestampToken, parts.timestampToken))] : []),
  )
  const encapsulated = parts.content
    ? sequence(oid(parts.content.type), tlv(0xa0, octets(parts.content.bytes)))
    : sequence(oid(CMS_OID.data))
  const content = sequence(
    integer(parts.content ? 3 : 1),
    setOf(sha256),
    encapsulated,
    tlv(0xa0, ...enclosedCertificates(parts.signer)),
    setOf(signerInfo),
  )
  return sequence(oid(CMS_OID.signedData), tlv(0xa0, content))
}

/** The signer's certificate and its chain without self-signed roots. */
export function enclosedCertificates(signer: SignerCertificate): Buffer[] {
  const chain = signer.chain.filter((c) => {
    const read = readCertificate(c)
    return !read.subjectDer.equals(read.issuerDer)
  })
  return [signer.certificate, ...chain]
}

/** Reading a CMS SignedData and judging its signature over a known digest. */
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { CMS_OID } from '../cms.ts'
import { REASON } from '../outcomes.ts'
import { remembering } from '../recent.ts'
import { arrayBuffer, der, type ReadCertificate, sha, verifyDer } from '../x509/certificate.ts'
import { serialText } from './answers.ts'
import { readAll } from './links.ts'
import type { Judgement } from './verdict.ts'

const HASHES: Record<string, { name: string; bits: 256 | 384 | 512 }> = {
  '2.16.840.1.101.3.4.2.1': { name: 'sha256', bits: 256 },
  '2.16.840.1.101.3.4.2.2': { name: 'sha384', bits: 384 },
  '2.16.840.1.101.3.4.2.3': { name: 'sha512', bits: 512 },
}
const ECDSA_WITH: Record<string, string> = {
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
}
const RSA_WITH: Record<string, string> = {
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
}

export interface ReadCms {
  signer: ReadCertificate
  enclosed: ReadCertificate[]
  /** Hash of the content, as node:crypto names it. */
  hash: string
  bits: 256 | 384 | 512
  messageDigest: Buffer
  contentType: string
  /** The signed attributes, re-tagged as a SET: the bytes that were signed. */
  signedBytes: Buffer
  signatureAlgorithm: string
  value: Buffer
  signingCertificateHash: { bits: 1 | 256 | 384 | 512; hash: Buffer } | null
  timestampToken: Buffer | null
  /** Content enclosed in the SignedData (timestamp tokens). */
  content: Buffer | null
}

/** A signature is some ten kilobytes with what it encloses. */
const RECENT_LIMIT = 128

/**
 * Reads the one signer of a CMS. Gives a word for what is wrong instead when it cannot be used. What it gives is shared: do
 * not change it.
 */
export const readCms = remembering(RECENT_LIMIT, (bytes): ReadCms | string => {
  try {
    return parse(bytes)
  } catch (error) {
    if (error instanceof Error) return 'CMS'
    throw error
  }
})

function parse(bytes: Uint8Array): ReadCms | string {
  const info = pkijs.ContentInfo.fromBER(arrayBuffer(bytes))
  if (info.contentType !== CMS_OID.signedData) return 'SignedData'
  const data = new pkijs.SignedData({ schema: info.content })
  const [signerInfo, second] = data.signerInfos
  if (!signerInfo || second) return 'SignerInfo'
  const hash = HASHES[signerInfo.digestAlgorithm.algorithmId]
  if (!hash) return 'digest algorithm'
  const certificates = readAll((data.certificates ?? []).flatMap((c) => (c instanceof pkijs.Certificate ? [der(c)] : [])))
  if (!(signerInfo.sid instanceof pkijs.IssuerAndSerialNumber)) return 'signer identifier'
  const { issuer, serialNumber } = signerInfo.sid
  const signer = certificates.find((c) => c.issuerDer.equals(der(issuer)) && c.serialHex === serialText(serialNumber))
  if (!signer) return 'signer certificate'
  if (!signerInfo.signedAttrs) return 'signed attributes'
  const attribute = (type: string, from = signerInfo.signedAttrs): asn1js.BaseBlock | undefined => {
    const values = from?.attributes.filter((a) => a.type === type) ?? []
    return values.length === 1 ? (values[0]?.values[0] as asn1js.BaseBlock) : undefined
  }
  const digest = attribute(CMS_OID.messageDigest)
  const contentType = attribute(CMS_OID.contentType)
  if (!(digest instanceof asn1js.OctetString) || !(contentType instanceof asn1js.ObjectIdentifier)) return 'signed attributes'
  const token = attribute(CMS_OID.timestampToken, signerInfo.unsignedAttrs)
  const signedBytes = Buffer.from(signerInfo.signedAttrs.encodedValue)
  signedBytes[0] = 0x31
  return {
    signer,
    enclosed: certificates.filter((c) => c !== signer),
    hash: hash.name,
    bits: hash.bits,
    messageDigest: Buffer.from(digest.valueBlock.valueHexView),
    contentType: contentType.getValue(),
    signedBytes,
    signatureAlgorithm: signatureOid(signerInfo.signatureAlgorithm.algorithmId, hash.name, signer),
    value: Buffer.from(signerInfo.signature.valueBlock.valueHexView),
    signingCertificateHash: signingCertificate(attribute(CMS_OID.signingCertificateV2), attribute('1.2.840.113549.1.9.16.2.12')),
    timestampToken: token ? Buffer.from(token.valueBeforeDecodeView) : null,
    content: data.encapContentInfo.eContent ? Buffer.from(data.encapContentInfo.eContent.getValue()) : null,
  }
}

/** Signature algorithm with its hash: plain rsaEncryption and plain ecPublicKey take the digest algorithm. */
function signatureOid(algorithm: string, hash: string, signer: ReadCertificate): string {
  if (algorithm === '1.2.840.113549.1.1.1') return RSA_WITH[hash] ?? ''
  if (algorithm === '1.2.840.10045.2.1' && signer.publicKey.asymmetricKeyType === 'ec') return ECDSA_WITH[hash] ?? ''
  // A signature value made with another hash than the attributes say would let the two drift apart.
  return algorithm === RSA_WITH[hash] || algorithm === ECDSA_WITH[hash] ? algorithm : ''
}

function members(block: asn1js.BaseBlock | undefined): asn1js.BaseBlock[] {
  return block instanceof asn1js.Constructed ? (block.valueBlock.value as asn1js.BaseBlock[]) : []
}

function signingCertificate(v2: asn1js.BaseBlock | undefined, v1: asn1js.BaseBlock | undefined): ReadCms['signingCertificateHash'] {
  const id = members(members(members(v2 ?? v1)[0])[0])
  const algorithm = members(id[0])[0]
  const named = algorithm instanceof asn1js.ObjectIdentifier ? HASHES[algorithm.getValue()]?.bits : undefined
  const hash = id.find((m) => m instanceof asn1js.OctetString)
  if (!hash) return null
  return { bits: named ?? (v2 ? 256 : 1), hash: Buffer.from(hash.valueBlock.valueHexView) }
}

/** Judges digest, value and the tie to the certificate; adds reasons. */
export function judgeCms(cms: ReadCms, contentDigest: Buffer, needsReference: boolean, judgement: Judgement): void {
  if (!cms.messageDigest.equals(contentDigest)) judgement.add(REASON.digest)
  if (!verifyDer(cms.signatureAlgorithm, cms.signer.publicKey, cms.signedBytes, cms.value)) judgement.add(REASON.signature)
  const reference = cms.signingCertificateHash
  if (reference ? !reference.hash.equals(sha(reference.bits, cms.signer.der)) : needsReference) judgement.add(REASON.certificateReference)
}

/** Building and reading X.509 certificates. Structures by pkijs, all cryptography by node:crypto. */
import { createHash, createPrivateKey, sign as cryptoSign, verify as cryptoVerify, type KeyObject, randomBytes } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { remembering } from '../recent.ts'
import { publicKeyFromSpki } from './keys.ts'

export const EKU = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  documentSigning: '1.3.6.1.5.5.7.3.36',
} as const

/** Bits of KeyUsage, first bit of the string first. */
const KEY_USAGE = ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment', 'keyAgreement', 'keyCertSign', 'cRLSign']

export interface CertificateTemplate {
  subject: pkijs.RelativeDistinguishedNames
  issuer: pkijs.RelativeDistinguishedNames
  publicKeySpki: Uint8Array
  issuerPublicKeySpki: Uint8Array
  validFrom: Date
  validTo: Date
  /** Absent = end entity. */
  ca?: { pathLength: number }
  keyUsage: string[]
  extendedKeyUsage?: string[]
  extendedKeyUsageCritical?: boolean
  dnsNames?: string[]
  crlUrl?: string
  ocspUrl?: string
}

/** An ArrayBuffer of exactly these bytes, as asn1js wants it. */
export function arrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
}

/** DER of any pkijs or asn1js structure. */
export function der(structure: { toSchema(): unknown } | asn1js.BaseBlock): Buffer {
  const block = structure instanceof asn1js.BaseBlock ? structure : (structure.toSchema() as asn1js.BaseBlock)
  return Buffer.from(block.toBER(false))
}

export const sha = (bits: 1 | 256 | 384 | 512, bytes: Uint8Array): Buffer => createHash(`sha${bits}`).update(bytes).digest()

/** Names the signature algorithm that `key` makes with the given hash, as X.509 and CMS write it. */
export function signatureAlgorithmIdentifier(key: KeyObject, bits: 256 | 384 = 256): pkijs.AlgorithmIdentifier {
  if (key.asymmetricKeyType === 'rsa') {
    const algorithmId = bits === 256 ? '1.2.840.113549.1.1.11' : '1.2.840.113549.1.1.12'
    return new pkijs.AlgorithmIdentifier({ algorithmId, algorithmParams: new asn1js.Null() })
  }
  return new pkijs.AlgorithmIdentifier({ algorithmId: bits === 256 ? '1.2.840.10045.4.3.2' : '1.2.840.10045.4.3.3' })
}

/** Signs with SHA-384 on P-384 keys, else SHA-256; ECDSA values in DER. */
export function signDer(key: KeyObject, bytes: Uint8Array): { algorithm: pkijs.AlgorithmIdentifier; value: Buffer } {
  const bits = key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 384 : 256
  return { algorithm: signatureAlgorithmIdentifier(key, bits), value: cryptoSign(`sha${bits}`, bytes, key) }
}

const HASH_OF: Record<string, { type: string; hash: string }> = {
  '1.2.840.113549.1.1.11': { type: 'rsa', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { type: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { type: 'rsa', hash: 'sha512' },
  '1.2.840.10045.4.3.2': { type: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { type: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { type: 'ec', hash: 'sha512' },
}

/** Judges a signature over DER bytes; anything but RSA PKCS#1 v1.5 and ECDSA with SHA-2 is refused as false. */
export function verifyDer(algorithmId: string, key: KeyObject, bytes: Uint8Array, value: Uint8Array): boolean {
  const known = HASH_OF[algorithmId]
  return known !== undefined && known.type === key.asymmetricKeyType && cryptoVerify(known.hash, bytes, key, value)
}

function extension(extnID: string, critical: boolean, value: { toSchema(): unknown } | asn1js.BaseBlock): pkijs.Extension {
  return new pkijs.Extension({ extnID, critical, extnValue: arrayBuffer(der(value)) })
}

function keyUsageBits(names: string[]): asn1js.BitString {
  let byte = 0
  for (const name of names) byte |= 0x80 >> KEY_USAGE.indexOf(name)
  let unused = 0
  while (unused < 7 && !(byte & (1 << unused))) unused++
  return new asn1js.BitString({ valueHex: arrayBuffer(new Uint8Array([byte])), unusedBits: unused })
}

/** Key identifier as RFC 5280 method 1: SHA-1 over the key bits (an index, not a protection). */
export function keyIdentifier(spki: Uint8Array): Buffer {
  const info = pkijs.PublicKeyInfo.fromBER(arrayBuffer(spki))
  return sha(1, new Uint8Array(info.subjectPublicKey.valueBlock.valueHexView))
}

function uri(value: string): pkijs.GeneralName {
  return new pkijs.GeneralName({ type: 6, value })
}

function extensions(t: CertificateTemplate): pkijs.Extension[] {
  const list = [
    extension('2.5.29.19', true, new pkijs.BasicConstraints(t.ca ? { cA: true, pathLenConstraint: t.ca.pathLength } : {})),
    extension('2.5.29.15', true, keyUsageBits(t.keyUsage)),
    extension('2.5.29.14', false, new asn1js.OctetString({ valueHex: arrayBuffer(keyIdentifier(t.publicKeySpki)) })),
    extension(
      '2.5.29.35',
      false,
      new pkijs.AuthorityKeyIdentifier({
        keyIdentifier: new asn1js.OctetString({ valueHex: arrayBuffer(keyIdentifier(t.issuerPublicKeySpki)) }),
      }),
    ),
  ]
  if (t.extendedKeyUsage)
    list.push(extension('2.5.29.37', t.extendedKeyUsageCritical ?? false, new pkijs.ExtKeyUsage({ keyPurposes: t.extendedKeyUsage })))
  if (t.dnsNames?.length) {
    const names = t.dnsNames.map((name) =>
      /^\d+\.\d+\.\d+\.\d+$/.test(name)
        ? new pkijs.GeneralName({
            type: 7,
            value: new asn1js.OctetString({ valueHex: arrayBuffer(Buffer.from(name.split('.').map(Number))) }),
          })
        : new pkijs.GeneralName({ type: 2, value: name }),
    )
    list.push(extension('2.5.29.17', false, new pkijs.GeneralNames({ names })))
  }
  if (t.crlUrl)
    list.push(
      extension(
        '2.5.29.31',
        false,
        new pkijs.CRLDistributionPoints({ distributionPoints: [new pkijs.DistributionPoint({ distributionPoint: [uri(t.crlUrl)] })] }),
      ),
    )
  if (t.ocspUrl) {
    const ocsp = new pkijs.AccessDescription({ accessMethod: '1.3.6.1.5.5.7.48.1', accessLocation: uri(t.ocspUrl) })
    list.push(extension('1.3.6.1.5.5.7.1.1', false, new pkijs.InfoAccess({ accessDescriptions: [ocsp] })))
  }
  return list
}

/** UTCTime until 2049, GeneralizedTime after, whole seconds (RFC 5280 4.1.2.5). */
export function x509Time(date: Date): pkijs.Time {
  const value = new Date(Math.floor(date.getTime() / 1000) * 1000)
  return new pkijs.Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value })
}

/** Makes and signs a certificate with a random 127-bit serial number. Gives its DER. */
export function buildCertificate(template: CertificateTemplate, issuerKeyPkcs8: Uint8Array): Buffer {
  const key = createPrivateKey({ key: Buffer.from(issuerKeyPkcs8), format: 'der', type: 'pkcs8' })
  const certificate = new pkijs.Certificate()
  certificate.version = 2
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  certificate.serialNumber = new asn1js.Integer({ valueHex: arrayBuffer(serial) })
  certificate.issuer = template.issuer
  certificate.subject = template.subject
  certificate.notBefore = x509Time(template.validFrom)
  certificate.notAfter = x509Time(template.validTo)
  certificate.subjectPublicKeyInfo = pkijs.PublicKeyInfo.fromBER(arrayBuffer(template.publicKeySpki))
  certificate.extensions = extensions(template)
  const bits = key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 384 : 256
  certificate.signature = signatureAlgorithmIdentifier(key, bits)
  certificate.signatureAlgorithm = signatureAlgorithmIdentifier(key, bits)
  certificate.tbsView = new Uint8Array(der(certificate.encodeTBS()))
  const signed = signDer(key, certificate.tbsView)
  certificate.signatureValue = new asn1js.BitString({ valueHex: arrayBuffer(signed.value) })
  return Buffer.from((certificate.toSchema(true) as asn1js.BaseBlock).toBER(false))
}

/** A certificate read once: what chain building, verification and screens need. */
export interface ReadCertificate {
  der: Buffer
  parsed: pkijs.Certificate
  publicKey: KeyObject
  spki: Buffer
  subjectDer: Buffer
  issuerDer: Buffer
  serialHex: string
  validFrom: Date
  validTo: Date
  isCa: boolean
  pathLength: number | null
  keyUsage: string[] | null
  extendedKeyUsage: string[] | null
  unknownCritical: string[]
}

const UNDERSTOOD = new Set(['2.5.29.19', '2.5.29.15', '2.5.29.37', '2.5.29.17', '2.5.29.32', '2.5.29.14', '2.5.29.35', '2.5.29.31'])

const RECENT_LIMIT = 256

/** Reads a DER certificate; what it gives is shared, so do not change it. Throws Error when the bytes are none. */
export const readCertificate = remembering(RECENT_LIMIT, parseCertificate)

function parseCertificate(bytes: Uint8Array): ReadCertificate {
  const parsed = pkijs.Certificate.fromBER(arrayBuffer(bytes))
  const spki = der(parsed.subjectPublicKeyInfo)
  const find = (oid: string): pkijs.Extension | undefined => parsed.extensions?.find((e) => e.extnID === oid)
  const basic = find('2.5.29.19')?.parsedValue as pkijs.BasicConstraints | undefined
  const usage = find('2.5.29.15')?.parsedValue as asn1js.BitString | undefined
  const purposes = find('2.5.29.37')?.parsedValue as pkijs.ExtKeyUsage | undefined
  const pathLength = basic?.pathLenConstraint
  return {
    der: Buffer.from(bytes),
    parsed,
    publicKey: publicKeyFromSpki(spki),
    spki,
    subjectDer: der(parsed.subject),
    issuerDer: der(parsed.issuer),
    serialHex: Buffer.from(parsed.serialNumber.valueBlock.valueHexView)
      .toString('hex')
      .replace(/^00(?=.)/, ''),
    validFrom: parsed.notBefore.value,
    validTo: parsed.notAfter.value,
    isCa: basic?.cA === true,
    pathLength: typeof pathLength === 'number' ? pathLength : null,
    keyUsage: usage ? usageNames(usage) : null,
    extendedKeyUsage: purposes ? purposes.keyPurposes : null,
    unknownCritical: (parsed.extensions ?? []).filter((e) => e.critical && !UNDERSTOOD.has(e.extnID)).map((e) => e.extnID),
  }
}

function usageNames(bits: asn1js.BitString): string[] {
  const byte = bits.valueBlock.valueHexView[0] ?? 0
  return KEY_USAGE.filter((_, i) => byte & (0x80 >> i))
}

/**
 * The demo certificate authority: a root, an issuing authority and a timestamp unit, all clearly named as a trial.
 * Its structures are those of a real authority, so that moving to real certificates changes keys, not code.
 * The root's private key is thrown away once it has signed the issuing authority.
 */

import { buildCertificate, EKU, readCertificate } from './x509/certificate.ts'
import { type KeyAlgorithm, newKeyPair } from './x509/keys.ts'
import { buildName, type DistinguishedName } from './x509/names.ts'

export interface AuthorityNames {
  organization: string
  locality: string
  rootCommonName: string
  issuingCommonName: string
  timestampCommonName: string
}

export const DEMO_AUTHORITY_NAMES: AuthorityNames = {
  organization: 'Tổ chức chứng thực Y Bạ (thử nghiệm)',
  locality: 'Hà Nội',
  rootCommonName: 'Y Bạ – Chứng thư gốc thử nghiệm',
  issuingCommonName: 'Y Bạ – Chứng thực chữ ký số y tế (thử nghiệm)',
  timestampCommonName: 'Y Bạ – Cấp dấu thời gian (thử nghiệm)',
}

export interface Revocation {
  serialHex: string
  at: Date
  /** RFC 5280 reason: 0 unspecified, 1 key compromise, 4 superseded, 5 cessation. */
  reason: number
}

/** A living authority. `revoked` grows; keep `exportAuthority` after each revocation. */
export interface Authority {
  clock: () => Date
  rootCert: Buffer
  issuingCert: Buffer
  issuingKey: Buffer
  timestampCert: Buffer
  timestampKey: Buffer
  crlUrl?: string
  ocspUrl?: string
  revoked: Revocation[]
  crlNumber: number
}

/** Plain JSON (base64 DER). Holds private keys in the clear: wrap it before it is stored. */
export interface ExportedAuthority {
  rootCert: string
  issuingCert: string
  issuingKey: string
  timestampCert: string
  timestampKey: string
  crlUrl?: string
  ocspUrl?: string
  revoked: { serialHex: string; at: string; reason: number }[]
  crlNumber: number
}

const YEAR = 365.25 * 86_400_000
const after = (date: Date, years: number): Date => new Date(date.getTime() + years * YEAR)

/**
 * Creates the authority: root and issuing CA on P-384 (20 years), timestamp unit on P-256.
 * `crlUrl` and `ocspUrl`, where given, are written into certificates issued later.
 */
export async function createAuthority(options: {
  clock: () => Date
  names?: AuthorityNames
  crlUrl?: string
  ocspUrl?: string
}): Promise<Authority> {
  const names = options.names ?? DEMO_AUTHORITY_NAMES
  const [root, issuing, timestamp] = await Promise.all([newKeyPair('P-384'), newKeyPair('P-384'), newKeyPair('P-256')])
  const name = (commonName: string) => buildName({ country: 'VN', locality: names.locality, organization: names.organization, commonName })
  const rootName = name(names.rootCommonName)
  const issuingName = name(names.issuingCommonName)
  // A day back, so that machines whose clock runs a little late accept what was made just now.
  const validFrom = new Date(options.clock().getTime() - 86_400_000)
  const base = { validFrom, validTo: after(validFrom, 20), keyUsage: ['keyCertSign', 'cRLSign'] }
  const rootCert = buildCertificate(
    {
      ...base,
      subject: rootName,
      issuer: rootName,
      publicKeySpki: root.publicKeySpki,
      issuerPublicKeySpki: root.publicKeySpki,
      ca: { pathLength: 1 },
    },
    root.privateKeyPkcs8,
  )
  const issuingCert = buildCertificate(
    {
      ...base,
      keyUsage: ['digitalSignature', 'keyCertSign', 'cRLSign'],
      subject: issuingName,
      issuer: rootName,
      publicKeySpki: issuing.publicKeySpki,
      issuerPublicKeySpki: root.publicKeySpki,
      ca: { pathLength: 0 },
    },
    root.privateKeyPkcs8,
  )
  const timestampCert = buildCertificate(
    {
      ...base,
      subject: name(names.timestampCommonName),
      issuer: issuingName,
      publicKeySpki: timestamp.publicKeySpki,
      issuerPublicKeySpki: issuing.publicKeySpki,
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: [EKU.timeStamping],
      extendedKeyUsageCritical: true,
    },
    issuing.privateKeyPkcs8,
  )
  return {
    clock: options.clock,
    rootCert,
    issuingCert,
    issuingKey: issuing.privateKeyPkcs8,
    timestampCert,
    timestampKey: timestamp.privateKeyPkcs8,
    ...(options.crlUrl ? { crlUrl: options.crlUrl } : {}),
    ...(options.ocspUrl ? { ocspUrl: options.ocspUrl } : {}),
    revoked: [],
    crlNumber: 0,
  }
}

/** The authority as plain JSON. Holds private keys: wrap before storing. */
export function exportAuthority(authority: Authority): ExportedAuthority {
  const { clock: _clock, revoked, rootCert, issuingCert, issuingKey, timestampCert, timestampKey, ...rest } = authority
  return {
    ...rest,
    rootCert: rootCert.toString('base64'),
    issuingCert: issuingCert.toString('base64'),
    issuingKey: issuingKey.toString('base64'),
    timestampCert: timestampCert.toString('base64'),
    timestampKey: timestampKey.toString('base64'),
    revoked: revoked.map((r) => ({ ...r, at: r.at.toISOString() })),
  }
}

/** The way back from `exportAuthority`. */
export function importAuthority(exported: ExportedAuthority, clock: () => Date): Authority {
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64')
  return {
    ...exported,
    clock,
    rootCert: bytes(exported.rootCert),
    issuingCert: bytes(exported.issuingCert),
    issuingKey: bytes(exported.issuingKey),
    timestampCert: bytes(exported.timestampCert),
    timestampKey: bytes(exported.timestampKey),
    revoked: exported.revoked.map((r) => ({ ...r, at: new Date(r.at) })),
  }
}

export interface CertificateRequest {
  commonName: string
  organization?: string
  organizationalUnit?: string
  locality?: string
  title?: string
  /** `CCCD:000…` for persons, `MST:…` for facilities. */
  serialNumber?: string
  kind: 'person' | 'facility' | 'tls'
  /** Persons P-256, facility seals RSA-2048 where not said otherwise. */
  keyAlgorithm?: KeyAlgorithm
  validFrom?: Date
  validTo?: Date
  /** For `tls`: host names and IPv4 addresses. */
  dnsNames?: string[]
}

export interface IssuedCertificate {
  certificateDer: Buffer
  /** Issuing authority, then root. */
  chainDer: Buffer[]
  privateKeyPkcs8: Buffer
  serialHex: string
}

/** Makes a key pair and issues its certificate, valid for three years where not said otherwise. */
export async function issueCertificate(authority: Authority, request: CertificateRequest): Promise<IssuedCertificate> {
  const keyAlgorithm = request.keyAlgorithm ?? (request.kind === 'facility' ? 'RSA-2048' : 'P-256')
  const pair = await newKeyPair(keyAlgorithm)
  const issuing = readCertificate(authority.issuingCert)
  const validFrom = request.validFrom ?? new Date(authority.clock().getTime() - 3_600_000)
  const { commonName, organization, organizationalUnit, locality, title, serialNumber } = request
  const subject: DistinguishedName = { country: 'VN', locality, organization, organizationalUnit, title, serialNumber, commonName }
  const tls = request.kind === 'tls'
  const certificateDer = buildCertificate(
    {
      subject: buildName(subject),
      issuer: issuing.parsed.subject,
      publicKeySpki: pair.publicKeySpki,
      issuerPublicKeySpki: issuing.spki,
      validFrom,
      validTo: request.validTo ?? after(validFrom, 3),
      keyUsage: tls ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature', 'nonRepudiation'],
      extendedKeyUsage: tls ? [EKU.serverAuth, EKU.clientAuth] : [EKU.emailProtection, EKU.documentSigning],
      dnsNames: request.dnsNames,
      crlUrl: authority.crlUrl,
      ocspUrl: authority.ocspUrl,
    },
    authority.issuingKey,
  )
  return {
    certificateDer,
    chainDer: [authority.issuingCert, authority.rootCert],
    privateKeyPkcs8: pair.privateKeyPkcs8,
    serialHex: readCertificate(certificateDer).serialHex,
  }
}

/** Revokes a certificate; revoking it again keeps the first date. Export the authority afterwards. */
export function revoke(authority: Authority, serialHex: string, at: Date = authority.clock(), reason = 0): void {
  const serial = serialHex.toLowerCase()
  if (!authority.revoked.some((r) => r.serialHex === serial)) authority.revoked.push({ serialHex: serial, at, reason })
}

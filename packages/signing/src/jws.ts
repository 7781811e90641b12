/**
 * A detached JWS over the exact bytes of a document, with the header of a JAdES-B signature (ETSI TS 119 182-1).
 *
 * - The value that travels is `header..signature`; the payload is the document itself, found by its sha-256.
 * - `b64:false` (RFC 7797): the signed bytes are `ASCII(BASE64URL(header)) ‖ '.' ‖ document`, so a document is never
 *   blown up or re-encoded. `crit` names `b64` and `sigT`: a reader that does not know them must refuse.
 * - `x5c` holds signer and issuing authority (no root), `x5t#S256` ties the certificate into the signed header,
 *   `sigT` is the claimed time. Our own members carry a collision-resistant name under the canonical base: the role in
 *   which was signed, and the document's sha-256, so that one can tell what a signature belongs to without the bytes.
 */
import { createHash, constants as cryptoConstants, verify as cryptoVerify, type KeyObject } from 'node:crypto'
import { CANONICAL, refuse } from '@yba/fhir'
import { enclosedCertificates } from './cms.ts'
import { REASON, SIGNATURE_UNUSABLE } from './outcomes.ts'
import type { SignerCertificate } from './signer.ts'
import { judgeCertificate } from './verify/chain.ts'
import { readAll, tryRead } from './verify/links.ts'
import { earliestProof } from './verify/timestamp.ts'
import { Judgement, type SignatureVerdict, type TrustContext } from './verify/verdict.ts'
import { readCertificate, sha } from './x509/certificate.ts'
import { nameAttribute, nameText } from './x509/names.ts'

export const JWS_ROLE = `${CANONICAL}/jws/role`
export const JWS_DIGEST = `${CANONICAL}/jws/sha256`
export const JWS_MANDATE = `${CANONICAL}/jws/mandate`
const UNDERSTOOD = new Set(['b64', 'sigT'])

export interface PreparedJws {
  protectedHeader: string
  /** The bytes the signer signs. */
  tbs: Buffer
  certificate: SignerCertificate
}

export interface PrepareJwsOptions {
  bytes: Uint8Array
  certificate: SignerCertificate
  at: Date
  role?: string
  /** For whom and by which decision: any JSON object; put under the signature as it is. */
  mandate?: object
  contentType?: string
}

/** First phase: gives the header and the bytes to sign. */
export function prepareJws(options: PrepareJwsOptions): PreparedJws {
  const { certificate } = options
  const header = {
    alg: certificate.algorithm,
    typ: 'JOSE',
    cty: options.contentType ?? 'fhir+json',
    b64: false,
    crit: ['b64', 'sigT'],
    sigT: `${options.at.toISOString().slice(0, 19)}Z`,
    'x5t#S256': sha(256, certificate.certificate).toString('base64url'),
    x5c: enclosedCertificates(certificate).map((c) => c.toString('base64')),
    [JWS_DIGEST]: sha(256, options.bytes).toString('hex'),
    ...(options.role ? { [JWS_ROLE]: options.role } : {}),
    ...(options.mandate ? { [JWS_MANDATE]: options.mandate } : {}),
  }
  const protectedHeader = Buffer.from(JSON.stringify(header)).toString('base64url')
  return { protectedHeader, tbs: signingInput(protectedHeader, options.bytes), certificate }
}

/** The bytes under the signature: header, dot, document. */
export const signingInput = (header: string, bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from(`${header}.`, 'ascii'), bytes])

/** Second phase: gives `header..signature`. Throws SIGNATURE_UNUSABLE when the value does not fit the certificate. */
export function finishJws(prepared: PreparedJws, signature: Uint8Array): string {
  const { publicKey } = readCertificate(prepared.certificate.certificate)
  if (!verifyValue(prepared.certificate.algorithm, publicKey, prepared.tbs, signature)) throw refuse(SIGNATURE_UNUSABLE)
  return `${prepared.protectedHeader}..${Buffer.from(signature).toString('base64url')}`
}

const ALGORITHMS: Record<string, { type: string; hash: string; size?: number; curve?: string }> = {
  RS256: { type: 'rsa', hash: 'sha256' },
  RS384: { type: 'rsa', hash: 'sha384' },
  RS512: { type: 'rsa', hash: 'sha512' },
  ES256: { type: 'ec', hash: 'sha256', size: 64, curve: 'prime256v1' },
  ES384: { type: 'ec', hash: 'sha384', size: 96, curve: 'secp384r1' },
}

function verifyValue(alg: string, key: KeyObject, bytes: Uint8Array, value: Uint8Array): boolean {
  const known = ALGORITHMS[alg]
  if (!known || known.type !== key.asymmetricKeyType) return false
  if (known.type === 'rsa') return cryptoVerify(known.hash, bytes, { key, padding: cryptoConstants.RSA_PKCS1_PADDING }, value)
  if (known.size !== value.length || known.curve !== key.asymmetricKeyDetails?.namedCurve) return false
  return cryptoVerify(known.hash, bytes, { key, dsaEncoding: 'ieee-p1363' }, value)
}

interface ReadJws {
  encoded: string
  header: Record<string, unknown>
  signature: Buffer
}

function readJws(jws: string): ReadJws | string {
  const parts = jws.split('.')
  const [encoded = '', payload = '', value = ''] = parts
  if (parts.length !== 3 || payload !== '' || !/^[\w-]+$/.test(encoded) || !/^[\w-]+$/.test(value)) return 'detached compact form'
  const header = parseObject(Buffer.from(encoded, 'base64url').toString('utf8'))
  return header ? { encoded, header, signature: Buffer.from(value, 'base64url') } : 'header'
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** What the signature's header says about the signer's mandate; undefined without one. Says nothing about its validity. */
export function statedMandate(jws: string): unknown {
  const read = readJws(jws)
  return typeof read === 'string' ? undefined : read.header[JWS_MANDATE]
}

function headerFault(header: Record<string, unknown>): string | null {
  const crit = header.crit
  if (typeof header.alg !== 'string' || !ALGORITHMS[header.alg]) return 'alg'
  if (header.b64 !== false || !Array.isArray(crit) || !crit.includes('b64')) return 'b64'
  if (crit.some((name) => typeof name !== 'string' || !UNDERSTOOD.has(name) || !(name in header))) return 'crit'
  return null
}

/** Judges a detached JWS over exactly these bytes. Never throws: what cannot be read is an invalid signature with its reason. */
export function verifyJws(bytes: Uint8Array, jws: string, context: TrustContext): SignatureVerdict {
  const judgement = new Judgement()
  const failed = (detail: string): SignatureVerdict => {
    judgement.add(REASON.malformed, { detail })
    return { kind: 'jws', by: '', verdict: judgement.verdict, reasons: judgement.reasons }
  }
  const read = readJws(jws)
  if (typeof read === 'string') return failed(read)
  const { header } = read
  const fault = headerFault(header)
  if (fault) return failed(fault)
  const x5c = Array.isArray(header.x5c) ? header.x5c.filter((c): c is string => typeof c === 'string') : []
  const signer = x5c[0] ? tryRead(Buffer.from(x5c[0], 'base64')) : null
  if (!signer) return failed('x5c')
  if (header['x5t#S256'] !== sha(256, signer.der).toString('base64url')) judgement.add(REASON.certificateReference)
  if (!verifyValue(String(header.alg), signer.publicKey, signingInput(read.encoded, bytes), read.signature)) {
    const named = header[JWS_DIGEST]
    const other = typeof named === 'string' && named !== createHash('sha256').update(bytes).digest('hex')
    judgement.add(other ? REASON.digest : REASON.signature)
  }
  const claimed = typeof header.sigT === 'string' && !Number.isNaN(Date.parse(header.sigT)) ? new Date(header.sigT) : undefined
  if (!claimed) judgement.add(REASON.malformed, { detail: 'sigT' })
  const enclosed = readAll(x5c.slice(1).map((c) => Buffer.from(c, 'base64')))
  const stamped = jwsStamped(jws)
  const stamp = context.timeProofs ? earliestProof(context.timeProofs(stamped), stamped, context) : null
  if (stamp) judgement.used.push(stamp.token)
  const proven = [stamp?.at, context.existedAt].filter((d) => d instanceof Date).toSorted((a, b) => a.getTime() - b.getTime())[0]
  judgeCertificate(signer, enclosed, { claimed, proven }, context, judgement)
  const role = header[JWS_ROLE]
  return {
    kind: 'jws',
    by: nameAttribute(signer.parsed.subject, 'commonName') ?? '',
    subject: nameText(signer.parsed.subject),
    ...(typeof role === 'string' ? { role } : {}),
    serial: signer.serialHex,
    ...(claimed ? { signedAt: claimed.toISOString() } : {}),
    verdict: judgement.verdict,
    reasons: judgement.reasons,
    ...(stamp ? { timestampedAt: stamp.at.toISOString() } : {}),
    certificate: signer.der,
    ...(judgement.issuer ? { issuer: judgement.issuer } : {}),
    stamped,
    used: judgement.used,
  }
}

/** What a signature timestamp of a JWS stamps: its value as it is written, base64url (ETSI TS 119 182-1, 5.3.4). */
export const jwsStamped = (jws: string): Buffer => Buffer.from(jws.slice(jws.lastIndexOf('.') + 1), 'ascii')

/** Signer's and issuer's certificate as a JWS encloses them; null where it does not. Nothing is judged. */
export function jwsCertificates(jws: string): { certificate: Buffer; issuer: Buffer } | null {
  const read = readJws(jws)
  const x5c = typeof read === 'string' ? undefined : read.header.x5c
  const [certificate, issuer] = Array.isArray(x5c) ? x5c : []
  if (typeof certificate !== 'string' || typeof issuer !== 'string') return null
  return { certificate: Buffer.from(certificate, 'base64'), issuer: Buffer.from(issuer, 'base64') }
}

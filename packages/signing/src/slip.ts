/**
 * The offline QR of a slip: a compact JWS by the issuing node's ES256 slip key, whose public half is in the directory
 * snapshot. It proves where a paper comes from while the line is down; it is not a legal signature. Members are short
 * because every character makes the QR code denser; nothing in it names the patient.
 */
import {
  createPrivateKey,
  createPublicKey,
  sign as cryptoSign,
  verify as cryptoVerify,
  type JsonWebKey,
  KeyObject,
  type webcrypto,
} from 'node:crypto'
import { type Finding, finding } from '@yba/fhir'
import { SLIP_INVALID } from './outcomes.ts'
import { newKeyPair } from './x509/keys.ts'

export interface Slip {
  number: string
  /** Facility code of the issuer. */
  issuer: string
  /** Last day of validity, YYYY-MM-DD, in Vietnam. */
  validUntil: string
  /** SHA-256 of the document, hex. */
  digest: string
  birthYear: number
  sex: 'male' | 'female' | 'other' | 'unknown'
}

/** The issuer's private slip key: PKCS #8 DER, or a (extractable) key object of either kind. */
export interface SlipKey {
  kid: string
  privateKey: Uint8Array | KeyObject | webcrypto.CryptoKey
}

function privateKeyOf(key: SlipKey['privateKey']): KeyObject {
  if (key instanceof KeyObject) return key
  if (key instanceof Uint8Array) return createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' })
  return KeyObject.from(key)
}

/** A public slip key as the directory snapshot lists it. */
export interface SlipPublicKey {
  kid: string
  issuer: string
  jwk: { kty?: string; crv?: string; x?: string; y?: string }
}

const SEX = { male: 'm', female: 'f', other: 'o', unknown: 'u' } as const
const TYPE = 'yba-slip'

/** Makes an ES256 slip key and its public half for the directory. */
export async function newSlipKey(
  issuer: string,
  kid: string,
): Promise<{ key: SlipKey & { privateKey: Buffer }; publicKey: SlipPublicKey }> {
  const pair = await newKeyPair('P-256')
  const jwk = createPublicKey({ key: pair.publicKeySpki, format: 'der', type: 'spki' }).export({ format: 'jwk' })
  return {
    key: { kid, privateKey: pair.privateKeyPkcs8 },
    publicKey: { kid, issuer, jwk: { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y } },
  }
}

/** Makes the token (some 330 ASCII characters). */
export function makeSlip(slip: Slip, key: SlipKey): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const payload = {
    n: slip.number,
    i: slip.issuer,
    u: slip.validUntil,
    d: Buffer.from(slip.digest, 'hex').toString('base64url'),
    y: slip.birthYear,
    s: SEX[slip.sex],
  }
  const input = `${encode({ alg: 'ES256', typ: TYPE, kid: key.kid })}.${encode(payload)}`
  const privateKey = privateKeyOf(key.privateKey)
  return `${input}.${cryptoSign('sha256', Buffer.from(input, 'ascii'), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

export type SlipVerdict = { ok: true; slip: Slip } | { ok: false; finding: Finding }

/** Judges a scanned token against the directory's keys. Validity is given, not judged: it never gates care. */
export function verifySlip(token: string, keys: SlipPublicKey[]): SlipVerdict {
  const no = (detail: string): SlipVerdict => ({ ok: false, finding: finding(SLIP_INVALID, { detail }) })
  const [head = '', body = '', value = '', ...rest] = token.trim().split('.')
  const header = decode(head)
  const payload = decode(body)
  if (!header || !payload || rest.length > 0) return no('format')
  if (header.alg !== 'ES256' || header.typ !== TYPE || 'crit' in header) return no('header')
  const key = keys.find((k) => k.kid === header.kid && k.issuer === payload.i)
  if (!key) return no('unknown key')
  const publicKey = createPublicKey({ key: key.jwk as JsonWebKey, format: 'jwk' })
  const signature = Buffer.from(value, 'base64url')
  const genuine =
    signature.length === 64 &&
    cryptoVerify('sha256', Buffer.from(`${head}.${body}`, 'ascii'), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
  if (!genuine) return no('signature')
  const slip = readSlip(payload)
  return slip ? { ok: true, slip } : no('content')
}

function decode(part: string): Record<string, unknown> | null {
  if (!/^[\w-]+$/.test(part)) return null
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function readSlip(p: Record<string, unknown>): Slip | null {
  const sex = (Object.keys(SEX) as Slip['sex'][]).find((key) => SEX[key] === p.s)
  if (typeof p.n !== 'string' || typeof p.i !== 'string' || typeof p.u !== 'string' || typeof p.d !== 'string') return null
  if (typeof p.y !== 'number' || !sex) return null
  return { number: p.n, issuer: p.i, validUntil: p.u, digest: Buffer.from(p.d, 'base64url').toString('hex'), birthYear: p.y, sex }
}

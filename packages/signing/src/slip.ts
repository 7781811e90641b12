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
import { type Finding, finding, type OutcomeDefinition } from '@yba/fhir'
import { SLIP_ALTERED, SLIP_KEY_REVOKED, SLIP_KEY_TIME, SLIP_KEY_UNKNOWN, SLIP_MANGLED } from './slip-outcomes.ts'
import { newKeyPair } from './x509/keys.ts'

export interface Slip {
  number: string
  /** Facility code of the issuer. */
  issuer: string
  /** First and last day of validity, YYYY-MM-DD, in Vietnam. */
  validFrom: string
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
  /** Days between which the issuer signed with it; a key that was replaced judges the slips of its time for ever. */
  from?: string
  until?: string
  /** Day on which it became known that somebody else may have it: from then on it proves nothing, whatever a slip is dated. */
  revoked?: string
}

const SEX = { male: 'm', female: 'f', other: 'o', unknown: 'u' } as const
const TYPE = 'yba-slip'
const SIGNATURE_BYTES = 64

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

/** Makes the token (some 330 ASCII characters); printed as `slipCode` says. */
export function makeSlip(slip: Slip, key: SlipKey): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const payload = {
    n: slip.number,
    i: slip.issuer,
    f: slip.validFrom,
    u: slip.validUntil,
    d: Buffer.from(slip.digest, 'hex').toString('base64url'),
    y: slip.birthYear,
    s: SEX[slip.sex],
  }
  const input = `${encode({ alg: 'ES256', typ: TYPE, kid: key.kid })}.${encode(payload)}`
  const privateKey = privateKeyOf(key.privateKey)
  return `${input}.${cryptoSign('sha256', Buffer.from(input, 'ascii'), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

/** `claimed`: what a token says whose key cannot be judged here; nothing proves it. */
export type SlipVerdict = { ok: true; slip: Slip; kid: string } | { ok: false; finding: Finding; claimed?: Slip }

/**
 * Judges a token (see `readSlipCode`) against the directory's keys, without a line. Gives what it says, or one of
 * `slip-mangled`, `slip-key-unknown`, `slip-key-revoked`, `slip-key-out-of-time`, `slip-altered`.
 * Validity is given, not judged: it never gates care.
 */
export function verifySlip(token: string, keys: readonly SlipPublicKey[]): SlipVerdict {
  const no = (definition: OutcomeDefinition, values: Record<string, string> = {}, claimed?: Slip): SlipVerdict => ({
    ok: false,
    finding: finding(definition, values),
    ...(claimed ? { claimed } : {}),
  })
  const [head = '', body = '', value = '', ...rest] = token.split('.')
  const header = decodeJson(head)
  const slip = readSlip(decodeJson(body))
  if (!header || !slip || rest.length > 0) return no(SLIP_MANGLED, { detail: header ? 'content' : 'header' })
  const { issuer } = slip
  if (header.alg !== 'ES256' || header.typ !== TYPE || 'crit' in header) return no(SLIP_ALTERED, { issuer })
  const key = keys.find((k) => k.kid === header.kid && k.issuer === issuer)
  if (!key) return no(SLIP_KEY_UNKNOWN, { issuer }, slip)
  const signature = Buffer.from(value, 'base64url')
  // Cut off at its end, as a scan ends too early: nobody altered anything.
  if (signature.length !== SIGNATURE_BYTES) return no(SLIP_MANGLED, { detail: 'signature' })
  const publicKey = createPublicKey({ key: key.jwk as JsonWebKey, format: 'jwk' })
  const genuine = cryptoVerify('sha256', Buffer.from(`${head}.${body}`, 'ascii'), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
  if (!genuine) return no(SLIP_ALTERED, { issuer })
  if (key.revoked) return no(SLIP_KEY_REVOKED, { day: vietnameseDay(key.revoked) }, slip)
  const early = key.from !== undefined && slip.validFrom < key.from
  const late = key.until !== undefined && slip.validFrom > key.until
  return early || late ? no(SLIP_KEY_TIME, { day: vietnameseDay(slip.validFrom) }, slip) : { ok: true, slip, kid: key.kid }
}

const vietnameseDay = (day: string): string => day.slice(0, 10).split('-').reverse().join('/')

/** A part of a token as JSON, null when it is none. */
export function decodeJson(part: string): Record<string, unknown> | null {
  if (!/^[\w-]+$/.test(part)) return null
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

const DAY = /^\d{4}-\d\d-\d\d$/

/** A genuine key may sign nonsense: every member has its shape, and nothing unprintable reaches a screen. */
function readSlip(p: Record<string, unknown> | null): Slip | null {
  if (!p) return null
  const { n, i, f, u, d, y } = p
  const sex = (Object.keys(SEX) as Slip['sex'][]).find((key) => SEX[key] === p.s)
  const fits = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value)
  if (!fits(n, /^[^\p{C}\p{Z}][^\p{C}]{0,79}$/u) || !fits(i, /^\d{2}[0-9A-Z]{3}$/)) return null
  if (!fits(f, DAY) || !fits(u, DAY) || !fits(d, /^[\w-]{43}$/) || !sex) return null
  if (typeof y !== 'number' || !Number.isInteger(y) || y < 1850 || y > 2200) return null
  return { number: n, issuer: i, validFrom: f, validUntil: u, digest: Buffer.from(d, 'base64url').toString('hex'), birthYear: y, sex }
}

/**
 * Proof of possession (RFC 9449, DPoP): a token is worth nothing without the key it was given to. Each request carries a
 * fresh proof over method, address, token and body. Proofs are not dated (`iat` is never looked at: clocks of hospitals
 * are wrong); each is good once while its token lives, and tokens live five minutes by this site's clock.
 */
import { createHash, createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto'
import { finding, OutcomeError } from '@yba/fhir'
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, type JWK } from 'jose'
import { invalidProof } from './outcomes.ts'

export const PROOF_ALGORITHMS = ['ES256', 'ES384']
const CURVES: Record<string, string> = { ES256: 'P-256', ES384: 'P-384' }
const LONGEST_PROOF = 4096
const LONGEST_ID = 128
/** More than any node may ask in the life of one token. */
const MOST_PROOFS = 20_000

export interface Proof {
  /** Thumbprint of the key that made it. */
  jkt: string
  jti: string
  /** `Content-Digest` of the body the proof was made for. */
  digest?: string
}

export interface Proven {
  method: string
  /** Public address without its query. */
  url: string
  /** The access token the proof must name; none at the token address. */
  token?: string
}

const fail = (reason: string): never => {
  throw new OutcomeError([finding(invalidProof, { reason })], { error: 'invalid_dpop_proof' })
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** `Content-Digest` of a body (RFC 9530). */
export const contentDigestOf = (body: Uint8Array): string => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`

/** The key a proof brings: public, of the one curve of its algorithm. */
function publicKey(header: { alg?: string; typ?: string; jwk?: JWK }): JWK {
  const { alg = '', typ, jwk } = header
  if (typ !== 'dpop+jwt') fail('typ')
  if (!PROOF_ALGORITHMS.includes(alg)) fail('alg')
  if (jwk?.kty !== 'EC' || jwk.crv !== CURVES[alg] || 'd' in jwk) return fail('jwk')
  return { kty: 'EC', crv: jwk.crv, x: jwk.x, y: jwk.y }
}

interface ProofKey {
  key: KeyObject
  jkt: string
}

/** Keys that made proofs lately: a node makes all of its own with one, and a key stays what it is. */
const recent = new Map<string, ProofKey>()
const MOST_KEYS = 1000

async function proofKey(jwk: JWK): Promise<ProofKey> {
  const name = `${jwk.crv} ${jwk.x} ${jwk.y}`
  const known = recent.get(name)
  if (known) return known
  const made = { key: createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }), jkt: await calculateJwkThumbprint(jwk) }
  const [oldest] = recent.keys()
  if (recent.size >= MOST_KEYS && oldest !== undefined) recent.delete(oldest)
  recent.set(name, made)
  return made
}

/** Only the signature: neither `exp`, `nbf` nor `iat` of a proof means anything here. */
function isSignedBy(text: string, alg: string, key: KeyObject): boolean {
  const dot = text.lastIndexOf('.')
  const value = Buffer.from(text.slice(dot + 1), 'base64url')
  return verify(alg === 'ES384' ? 'sha384' : 'sha256', Buffer.from(text.slice(0, dot)), { key, dsaEncoding: 'ieee-p1363' }, value)
}

/** What a proof proves. Throws `invalid-proof` with the part that is wrong. */
export async function checkProof(text: unknown, wanted: Proven): Promise<Proof> {
  if (typeof text !== 'string' || text === '') return fail('missing')
  if (text.length > LONGEST_PROOF) return fail('format')
  let claims: ReturnType<typeof decodeJwt>
  let key: JWK
  let alg: string
  try {
    const header = decodeProtectedHeader(text)
    claims = decodeJwt(text)
    alg = String(header.alg)
    key = publicKey(header as { alg?: string; typ?: string; jwk?: JWK })
  } catch (error) {
    if (error instanceof OutcomeError) throw error
    return fail('format')
  }
  const { jti, htm, htu, ath, cd } = claims
  if (typeof jti !== 'string' || jti === '' || jti.length > LONGEST_ID) return fail('jti')
  if (htm !== wanted.method) fail('htm')
  if (htu !== wanted.url) fail('htu')
  if (wanted.token !== undefined && ath !== sha256(wanted.token)) fail('ath')
  if (cd !== undefined && typeof cd !== 'string') fail('cd')
  const made = await proofKey(key).catch(() => fail('signature'))
  if (!isSignedBy(text, alg, made.key)) return fail('signature')
  return { jkt: made.jkt, jti, ...(typeof cd === 'string' ? { digest: cd } : {}) }
}

export interface ProofMemory {
  /** False when this proof was seen with this token before, or the token has been used more often than anybody may. */
  use(token: string, jti: string, ends: number, now: number): boolean
}

/** Remembers proofs as long as the tokens they were made for live. */
export function proofMemory(): ProofMemory {
  const tokens = new Map<string, { ends: number; seen: Set<string> }>()
  return {
    use(token, jti, ends, now) {
      let known = tokens.get(token)
      if (!known) {
        for (const [name, one] of tokens) if (one.ends <= now) tokens.delete(name)
        known = { ends, seen: new Set() }
        tokens.set(token, known)
      }
      if (known.seen.has(jti) || known.seen.size >= MOST_PROOFS) return false
      known.seen.add(jti)
      return true
    },
  }
}

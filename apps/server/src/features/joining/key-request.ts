/**
 * What a node asks to be let in with: its public key, signed by the key itself, as one line that can be mailed. It proves that
 * who made it holds the key; that this is the hospital, only the fingerprint read out over a known telephone proves.
 */
import type { KeyObject } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { CompactSign, calculateJwkThumbprint, compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose'
import { JOINING_KEY } from './outcomes.ts'

const TYPE = 'yba-join-request'

export interface KeyRequest {
  facility: string
  jwk: JWK
  notAfter: string
}

/** Sixteen groups of four hexadecimal digits, of which the first four are read out: 64 bits. */
const GROUPS = 4

/** The fingerprint of a key as it is read out over the telephone: `3f2a 09bc 77d1 e05c`. */
export async function fingerprintOf(jwk: JWK): Promise<string> {
  const hex = Buffer.from(await calculateJwkThumbprint(jwk, 'sha256'), 'base64url').toString('hex')
  return (hex.match(/.{4}/g) ?? []).slice(0, GROUPS).join(' ')
}

/** The same fingerprint, however it was typed. */
export const sameFingerprint = (typed: string, known: string): boolean =>
  typed.toLowerCase().replace(/[^0-9a-f]/g, '') === known.replaceAll(' ', '')

export function signKeyRequest(request: KeyRequest, key: { kid: string; privateKey: KeyObject }): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(request)))
    .setProtectedHeader({ alg: 'ES384', typ: TYPE, kid: key.kid })
    .sign(key.privateKey)
}

/** Reads a request and holds it against its own key. Throws `joining-key-unfit`. */
export async function readKeyRequest(text: string, facility: string, now: Date): Promise<KeyRequest> {
  const unfit = (what: string) => refuse(JOINING_KEY, { what })
  const line = text.replace(/\s+/g, '')
  const [, payload = ''] = line.split('.')
  let header: ReturnType<typeof decodeProtectedHeader>
  let request: KeyRequest
  try {
    header = decodeProtectedHeader(line)
    request = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as KeyRequest
  } catch {
    throw unfit('form')
  }
  if (header.alg !== 'ES384' || header.typ !== TYPE) throw unfit('type')
  const { jwk, notAfter } = request
  const good = jwk?.kty === 'EC' && jwk.crv === 'P-384' && [jwk.kid, jwk.x, jwk.y].every((v) => /^[\w-]{8,96}$/.test(String(v)))
  if (!good) throw unfit('key')
  const proven = await importJWK(jwk, 'ES384')
    .then((key) => compactVerify(line, key, { algorithms: ['ES384'] }))
    .catch(() => undefined)
  if (!proven) throw unfit('signature')
  if (request.facility !== facility) throw unfit(`${request.facility} ≠ ${facility}`)
  if (!(new Date(notAfter) > now)) throw unfit('notAfter')
  return request
}

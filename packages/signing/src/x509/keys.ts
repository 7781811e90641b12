/** Key pairs, and the small conversions between the shapes a signature value takes on its way. */
import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

export type KeyAlgorithm = 'RSA-2048' | 'RSA-3072' | 'P-256' | 'P-384'
/** Signature algorithms by their JOSE names. We sign with RS256 and ES256; the others are verified. */
export type SignatureAlgorithm = 'RS256' | 'RS384' | 'RS512' | 'ES256' | 'ES384' | 'ES512'

export interface KeyPair {
  publicKeySpki: Buffer
  privateKeyPkcs8: Buffer
}

const generate = promisify(generateKeyPair)

/** Makes a key pair in the thread pool (RSA takes some 100 ms, P-256 below 1 ms). */
export async function newKeyPair(algorithm: KeyAlgorithm): Promise<KeyPair> {
  const pair =
    algorithm === 'RSA-2048' || algorithm === 'RSA-3072'
      ? await generate('rsa', { modulusLength: algorithm === 'RSA-2048' ? 2048 : 3072 })
      : await generate('ec', { namedCurve: algorithm })
  return {
    publicKeySpki: pair.publicKey.export({ type: 'spki', format: 'der' }),
    privateKeyPkcs8: pair.privateKey.export({ type: 'pkcs8', format: 'der' }),
  }
}

/** What is wrong with a public key today, or null: RSA from 2048 bits, NIST curves from 256 bits. */
export function keyWeakness(key: KeyObject): string | null {
  const details = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType === 'rsa') {
    const bits = details.modulusLength ?? 0
    return bits >= 2048 ? null : `RSA-${bits}`
  }
  if (key.asymmetricKeyType === 'ec') {
    const curve = details.namedCurve ?? ''
    return ['prime256v1', 'secp384r1', 'secp521r1'].includes(curve) ? null : curve
  }
  return String(key.asymmetricKeyType)
}

/** The algorithm our signatures use with this public key (SPKI DER); null where we cannot sign with it. */
export function signingAlgorithm(publicKey: KeyObject): 'RS256' | 'ES256' | null {
  if (publicKey.asymmetricKeyType === 'rsa') return 'RS256'
  return publicKey.asymmetricKeyType === 'ec' && publicKey.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 'ES256' : null
}

/** Reads a public key from SubjectPublicKeyInfo DER. */
export function publicKeyFromSpki(spki: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
}

/** ECDSA r‖s (PKCS#11, JOSE) → DER SEQUENCE (X.509, CMS). */
export function ecdsaRawToDer(raw: Uint8Array): Buffer {
  const half = raw.length / 2
  const integer = (bytes: Uint8Array): Buffer => {
    let start = 0
    while (start < bytes.length - 1 && bytes[start] === 0) start++
    const body = bytes.subarray(start)
    const padded = (body[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.from([0]), body]) : Buffer.from(body)
    return Buffer.concat([Buffer.from([2, padded.length]), padded])
  }
  const body = Buffer.concat([integer(raw.subarray(0, half)), integer(raw.subarray(half))])
  const length = body.length > 0x7f ? [0x81, body.length] : [body.length]
  return Buffer.concat([Buffer.from([0x30, ...length]), body])
}

/** DER SEQUENCE → ECDSA r‖s of `size` bytes each, for signers whose provider answers in DER. Throws RangeError on other input. */
export function ecdsaDerToRaw(der: Uint8Array, size: number): Buffer {
  let at = der[1] === 0x81 ? 3 : 2
  const part = (): Buffer => {
    const length = der[at + 1] ?? 0
    if (der[0] !== 0x30 || der[at] !== 2 || length < 1) throw new RangeError('not a DER ECDSA signature')
    let bytes = Buffer.from(der.subarray(at + 2, at + 2 + length))
    at += 2 + length
    while (bytes.length > size && bytes[0] === 0) bytes = bytes.subarray(1)
    if (bytes.length > size) throw new RangeError('ECDSA integer too long')
    return Buffer.concat([Buffer.alloc(size - bytes.length), bytes])
  }
  return Buffer.concat([part(), part()])
}

/** A hand-made node for attacks: every part of its tokens, proofs and requests can be bent. It shares no code with the real one. */
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'

export interface Keys {
  privateKey: KeyObject
  publicKey: KeyObject
}

export const ecKeys = (namedCurve = 'P-256'): Keys => generateKeyPairSync('ec', { namedCurve })

const b64 = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** A compact JWS with exactly these parts. */
export function jws(header: Record<string, unknown>, claims: Record<string, unknown>, key: KeyObject | null): string {
  const input = `${b64(header)}.${b64(claims)}`
  const hash = header.alg === 'ES384' ? 'sha384' : 'sha256'
  const ec = key?.asymmetricKeyType === 'ec'
  return `${input}.${key ? sign(hash, Buffer.from(input), ec ? { key, dsaEncoding: 'ieee-p1363' } : key).toString('base64url') : ''}`
}

export function publicJwk(keys: Keys): Record<string, unknown> {
  const { kty, crv, x, y } = keys.publicKey.export({ format: 'jwk' })
  return { kty, crv, x, y }
}

export function thumbprint(jwk: Record<string, unknown>): string {
  const { crv, kty, x, y } = jwk
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
}

export interface TokenBend {
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
  form?: Record<string, string>
  /** Signs the assertion in place of the node's key. */
  by?: KeyObject | null
  proof?: string | null
  /** Milliseconds the node's clock is ahead. */
  skew?: number
}

export interface CallBend {
  body?: string | Uint8Array
  headers?: Record<string, string>
  token?: string
  /** Key of the proof in place of the own. */
  by?: Keys
  proof?: string | null
  proofHeader?: Record<string, unknown>
  proofClaims?: Record<string, unknown>
  scheme?: string
  signal?: AbortSignal
}

export interface Said {
  status: number
  code: string
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, judged by the assertions of the tests
  json: any
}

export async function said(response: Response): Promise<Said> {
  const text = await response.text()
  let json: Said['json']
  try {
    json = JSON.parse(text)
  } catch {
    json = undefined
  }
  return { status: response.status, headers: response.headers, text, json, code: json?.issue?.[0]?.details?.coding?.[0]?.code ?? '' }
}

export interface Attacker {
  /** The proof key; tokens are bound to it. */
  keys: Keys
  token(bend?: TokenBend): Promise<Said>
  /** A token that works, kept. */
  good(): Promise<string>
  call(method: string, path: string, bend?: CallBend): Promise<Said>
  /** Headers of one request, for raw sockets. */
  headers(method: string, path: string, bend?: CallBend): Promise<Record<string, string>>
}

/** `key`: the registered ES384 key of the facility (its JWK or key object). */
export function attacker(hub: string, facility: string, kid: string, key: KeyObject | Record<string, unknown>): Attacker {
  const client = 'asymmetricKeyType' in key ? (key as KeyObject) : createPrivateKey({ key: key as never, format: 'jwk' })
  const keys = ecKeys()
  const jkt = thumbprint(publicJwk(keys))
  let kept: string | undefined

  const proofOf = (method: string, path: string, bend: CallBend, token?: string): string => {
    const by = bend.by ?? keys
    const cd = bend.body === undefined ? {} : { cd: `sha-256=:${createHash('sha256').update(bend.body).digest('base64')}:` }
    const ath = token === undefined ? {} : { ath: createHash('sha256').update(token).digest('base64url') }
    return jws(
      { typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk(by), ...bend.proofHeader },
      { jti: randomUUID(), htm: method, htu: hub + path.split('?')[0], ...ath, ...cd, ...bend.proofClaims },
      by.privateKey,
    )
  }

  async function token(bend: TokenBend = {}): Promise<Said> {
    const now = Date.now() + (bend.skew ?? 0)
    const claims = {
      iss: facility,
      sub: facility,
      aud: `${hub}/auth/token`,
      jti: randomUUID(),
      iat: Math.floor(now / 1000),
      exp: Math.floor(now / 1000) + 60,
      cnf: { jkt },
      ...bend.claims,
    }
    const header = { alg: 'ES384', kid, ...bend.header }
    const assertion = jws(header, claims, bend.by === undefined ? client : bend.by)
    const proof = bend.proof === undefined ? proofOf('POST', '/auth/token', {}) : bend.proof
    return said(
      await fetch(`${hub}/auth/token`, {
        method: 'POST',
        headers: proof === null ? {} : { dpop: proof },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: assertion,
          ...bend.form,
        }),
      }),
    )
  }

  async function good(): Promise<string> {
    kept ??= String((await token()).json.access_token)
    return kept
  }

  async function headers(method: string, path: string, bend: CallBend = {}): Promise<Record<string, string>> {
    const value = bend.token ?? (await good())
    const proof = bend.proof === undefined ? proofOf(method, path, bend, value) : bend.proof
    return {
      authorization: `${bend.scheme ?? 'DPoP'} ${value}`,
      ...(proof === null ? {} : { dpop: proof }),
      ...(bend.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...bend.headers,
    }
  }

  return {
    keys,
    token,
    good,
    headers,
    async call(method, path, bend = {}) {
      const init: RequestInit = { method, headers: await headers(method, path, bend) }
      if (bend.body !== undefined) init.body = bend.body as string
      if (bend.signal) init.signal = bend.signal
      return said(await fetch(hub + path, init))
    },
  }
}

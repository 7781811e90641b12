/** How a node makes itself known to the hub: a key of this process, proofs with it, and the hub's time where its own is wrong. */
import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, type JWK, SignJWT } from 'jose'
import type { Site } from '../../site.ts'

/** Smaller differences are travel time. */
const NOTABLE_SKEW_MS = 2_000
const ASSERTION_SECONDS = 240

export interface Identity {
  /** The assertion and the proof that buy a token. */
  introduce(endpoint: string): Promise<{ assertion: string; proof: string }>
  /** The proof for one request. */
  prove(request: { method: string; url: string; token: string; body?: string }): Promise<{ proof: string; digest?: string }>
  /** Takes the hub's time over; true when our own was notably off. */
  correct(serverTime: string | null): boolean
  /** Our clock minus the hub's, as far as known. */
  skewMs(): number
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Opens the identity of a site at the hub; null without a client key. */
export function nodeIdentity(site: Site): Identity | null {
  if (!site.keys.client) return null
  // Made anew at each start and never written down: what it proves lives five minutes.
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  let known: Promise<{ jwk: JWK; jkt: string }> | undefined
  const publicHalf = () => {
    known ??= exportJWK(pair.publicKey).then(async (jwk) => ({ jwk, jkt: await calculateJwkThumbprint(jwk) }))
    return known
  }
  let skew = 0
  const code = site.settings.facility.code

  async function proof(claims: Record<string, unknown>): Promise<string> {
    const { jwk } = await publicHalf()
    return signed(
      pair.privateKey,
      { typ: 'dpop+jwt', alg: 'ES256', jwk },
      { jti: randomUUID(), iat: seconds(site.clock.now().getTime() - skew), ...claims },
    )
  }

  return {
    skewMs: () => skew,
    correct(serverTime) {
      const theirs = Date.parse(serverTime ?? '')
      if (Number.isNaN(theirs)) return false
      const found = site.clock.now().getTime() - theirs
      const news = Math.abs(found - skew) > NOTABLE_SKEW_MS
      if (news) skew = Math.abs(found) > NOTABLE_SKEW_MS ? found : 0
      return news
    },
    async introduce(endpoint) {
      const { jkt } = await publicHalf()
      // Looked up each time: the key may have been followed by another since the start.
      const { client } = site.keys
      if (!client) throw new Error('the client key is gone')
      const now = site.clock.now().getTime()
      const assertion = await new SignJWT({ cnf: { jkt } })
        .setProtectedHeader({ alg: 'ES384', kid: client.kid, typ: 'JWT' })
        .setIssuer(code)
        .setSubject(code)
        .setAudience(endpoint)
        .setJti(randomUUID())
        // Our own clock as it is: the hub does not check it and notes how far it is off.
        .setIssuedAt(seconds(now))
        .setExpirationTime(seconds(now - skew) + ASSERTION_SECONDS)
        .sign(client.privateKey)
      return { assertion, proof: await proof({ htm: 'POST', htu: endpoint }) }
    },
    async prove({ method, url, token, body }) {
      const [htu] = url.split('?')
      const ath = createHash('sha256').update(token).digest('base64url')
      const digest = body === undefined ? undefined : `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
      return { proof: await proof({ htm: method, htu, ath, ...(digest ? { cd: digest } : {}) }), ...(digest ? { digest } : {}) }
    },
  }
}

const seconds = (ms: number): number => Math.floor(ms / 1000)

/** A compact JWS by ES256, without the detours of a library that asks a thread pool for each. */
function signed(key: KeyObject, header: object, claims: object): string {
  const input = `${base64url(header)}.${base64url(claims)}`
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

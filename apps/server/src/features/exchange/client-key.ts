/**
 * The key a node signs in with, and the one that follows it. The node makes the next key known with the present one;
 * both are good for seven days, so that nothing waits for the change. A node whose key ran out only queues: its next key
 * must then be taken in by the hub's operator.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { defineOutcome, refuse } from '@yba/fhir'
import { importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { succeedNode } from '../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { HubClient } from './hub-client.ts'

export const CLIENT_KEY_UNFIT = defineOutcome({
  code: 'client-key-unfit',
  http: 422,
  severity: 'error',
  issue: 'security',
  vi: 'Khóa kết nối mới không hợp lệ, hoặc nơi gửi không chứng minh được mình giữ khóa đó.',
  en: 'The new client key is not fit, or the sender does not prove that it holds it.',
  cure: {
    vi: 'Tạo lại khóa: npm run yba -- keys rotate client --site TÊN',
    en: 'Make the key again: npm run yba -- keys rotate client --site NAME',
  },
})

const PROOF_SECONDS = 300
const LONGEST_LIFE_MS = 400 * 86_400_000
const LOOK_EVERY_MS = 15_000

interface ClientKeyMessage {
  jwk: JWK
  notAfter: string
  /** A JWT by the new key over the facility's code: whoever sends it holds the private half. */
  proof: string
}

/** POST /fhir/Organization/$client-key: a node's next key. Throws `client-key-unfit`. */
export async function takeClientKey({ site, caller, json }: OperationContext): Promise<OperationAnswer> {
  const { jwk, notAfter, proof } = (json ?? {}) as Partial<ClientKeyMessage>
  const now = site.clock.now()
  const ends = new Date(String(notAfter))
  const fresh = ends > now && ends.getTime() < now.getTime() + LONGEST_LIFE_MS
  const good = jwk?.kty === 'EC' && jwk.crv === 'P-384' && [jwk.kid, jwk.x, jwk.y].every((v) => /^[\w-]{8,96}$/.test(String(v)))
  if (!jwk || !good || !fresh || typeof proof !== 'string') throw refuse(CLIENT_KEY_UNFIT)
  const key = await importJWK(jwk, 'ES384').catch(() => undefined)
  const proven =
    key &&
    (await jwtVerify(proof, key, {
      algorithms: ['ES384'],
      issuer: caller.facility,
      subject: String(jwk.kid),
      audience: site.settings.baseUrl,
      currentDate: now,
      clockTolerance: PROOF_SECONDS,
      requiredClaims: ['exp'],
    }).catch(() => undefined))
  if (!proven) throw refuse(CLIENT_KEY_UNFIT)
  await succeedNode(site.store.sql, caller.facility, jwk, now, ends)
  await site.store.audit.record(caller, { action: 'client-key', outcome: 'success', detail: String(jwk.kid) })
  return { json: {} }
}

/** Makes the next key known and takes it; false when there is none. Throws what the line throws. */
export async function announceClientKey(site: Site, hub: HubClient): Promise<boolean> {
  const next = site.keys.nextClient()
  if (!next) return false
  const { kid, publicJwk, privateKey, notAfter } = next
  const code = site.settings.facility.code
  const now = Math.floor(site.clock.now().getTime() / 1000)
  const proof = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES384', kid })
    .setIssuer(code)
    .setSubject(kid)
    .setAudience(site.settings.hubUrl ?? '')
    .setIssuedAt(now)
    .setExpirationTime(now + PROOF_SECONDS)
    .sign(privateKey)
  const message: ClientKeyMessage = { jwk: publicJwk as JWK, notAfter: notAfter.toISOString(), proof }
  await hub.json('POST', '/fhir/Organization/$client-key', message)
  site.keys.adoptNextClient()
  hub.renew()
  site.log.info({ kid }, 'the client key was followed by the next one')
  return true
}

/** Looks for a next key until stopped. An expired one cannot announce it: the hub's operator has then taken it in. */
export function followClientKey(site: Site, hub: HubClient): { stop(): Promise<void> } {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  const running = (async () => {
    while (!signal.aborted) {
      await announceClientKey(site, hub).catch((error: unknown) => {
        const code = (error as { code?: string }).code ?? 'exception'
        if (!signal.aborted) site.log.warn({ code }, 'the next client key is not known to the hub yet')
        const end = site.keys.client?.notAfter
        if (!end || end > site.clock.now()) return
        site.keys.adoptNextClient()
        hub.renew()
      })
      await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
    }
  })()
  return {
    stop: async () => {
      stop.abort()
      await running
    },
  }
}

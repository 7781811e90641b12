/** A node's line to the hub: tokens by private_key_jwt (ES384), JSON and bytes, nothing but outbound HTTPS. */
import { randomUUID } from 'node:crypto'
import { defineOutcome, OutcomeError, refuse } from '@yba/fhir'
import { SignJWT } from 'jose'
import type { Site } from '../../site.ts'

export const HUB_UNREACHABLE = defineOutcome({
  code: 'hub-unreachable',
  http: 503,
  severity: 'warning',
  issue: 'transient',
  vi: 'Trục liên thông của tỉnh chưa trả lời.',
  en: 'The provincial hub does not answer.',
  cure: { vi: 'Phiếu nằm trong hàng đợi và tự gửi khi có đường truyền.', en: 'The message waits and is sent when the line is back.' },
})

/** The hub said no: its outcome, kept with the message. */
export class HubRefusal extends Error {
  readonly status: number
  readonly code: string
  readonly body: unknown
  constructor(status: number, code: string, body: unknown) {
    super(code)
    this.name = 'HubRefusal'
    this.status = status
    this.code = code
    this.body = body
  }
}

export interface HubClient {
  json<T>(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    options?: { idempotencyKey?: string; signal?: AbortSignal; timeoutMs?: number },
  ): Promise<T>
  bytes(path: string): Promise<Buffer>
}

const TOKEN_MARGIN_MS = 30_000

/** Opens the line; nothing is sent until the first call. Throws `hub-unreachable` (retry) or `HubRefusal` (the hub's answer). */
export function hubClient(site: Site): HubClient {
  const hub = site.settings.hubUrl ?? ''
  let token: { value: string; until: number } | null = null

  async function freshToken(signal: AbortSignal): Promise<string> {
    const now = site.clock.now().getTime()
    if (token && token.until > now + TOKEN_MARGIN_MS) return token.value
    const key = site.keys.client
    if (!key) throw refuse(HUB_UNREACHABLE)
    const endpoint = `${hub}/auth/token`
    const assertion = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES384', kid: key.kid, typ: 'JWT' })
      .setIssuer(site.settings.facility.code)
      .setSubject(site.settings.facility.code)
      .setAudience(endpoint)
      .setJti(randomUUID())
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(Math.floor(now / 1000) + 240)
      .sign(key.privateKey)
    const response = await dial(endpoint, {
      method: 'POST',
      signal,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'system/*.cruds',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }).toString(),
    })
    // No word about any message: a node that is not let in (key renewed, clock wrong) queues and keeps what it has.
    if (!response.ok) {
      site.log.warn({ status: response.status, refusal: (await refusal(response)).message }, 'the hub gave no token')
      throw refuse(HUB_UNREACHABLE)
    }
    const answer = (await response.json()) as { access_token: string; expires_in: number }
    token = { value: answer.access_token, until: now + answer.expires_in * 1000 }
    return answer.access_token
  }

  async function call(path: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
    const withToken = async () =>
      dial(`${hub}${path}`, {
        ...init,
        signal,
        headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${await freshToken(signal)}` },
      })
    let response = await withToken()
    if (response.status === 401) {
      token = null
      response = await withToken()
    }
    if (!response.ok) throw await refusal(response)
    return response
  }

  const limit = (ms: number, signal?: AbortSignal) => AbortSignal.any([AbortSignal.timeout(ms), site.stopping, ...(signal ? [signal] : [])])
  return {
    async json<T>(
      method: 'GET' | 'POST',
      path: string,
      body?: unknown,
      options: { idempotencyKey?: string; signal?: AbortSignal; timeoutMs?: number } = {},
    ) {
      const headers: Record<string, string> = { accept: 'application/json' }
      if (body !== undefined) headers['content-type'] = 'application/json'
      if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey
      const init: RequestInit = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
      const response = await call(path, init, limit(options.timeoutMs ?? 30_000, options.signal))
      return (await whole(response.json())) as T
    },
    async bytes(path) {
      return Buffer.from(await whole((await call(path, { method: 'GET' }, limit(60_000))).arrayBuffer()))
    },
  }
}

/** An answer cut in the middle is no answer. */
function whole<T>(body: Promise<T>): Promise<T> {
  return body.catch(() => {
    throw refuse(HUB_UNREACHABLE)
  })
}

async function dial(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    if (error instanceof OutcomeError) throw error
    throw refuse(HUB_UNREACHABLE)
  }
}

/**
 * 408, 425, 429 and every 5xx are tried again. The rest is the hub's verdict where it is said in an outcome; a page of
 * something in between (a gateway's 404) is no verdict and must not end a message.
 */
async function refusal(response: Response): Promise<Error> {
  if (response.status >= 500 || [401, 408, 425, 429].includes(response.status)) {
    await response.body?.cancel()
    return refuse(HUB_UNREACHABLE)
  }
  const body = (await response.json().catch(() => null)) as { issue?: { details?: { coding?: { code?: string }[] } }[] } | null
  const code = body?.issue?.[0]?.details?.coding?.[0]?.code
  return code ? new HubRefusal(response.status, code, body) : refuse(HUB_UNREACHABLE)
}

/** A node's line to the hub: key-bound tokens by private_key_jwt (ES384), JSON and bytes, nothing but outbound HTTPS. */
import { defineOutcome, OutcomeError, refuse } from '@yba/fhir'
import type { Site } from '../../site.ts'
import { nodeIdentity } from './hub-line.ts'

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

/** The hub is there but failed over this one message: the message is tried again by itself, the others go on. */
export class HubFault extends Error {
  readonly code: string
  readonly body: unknown
  constructor(code: string, body: unknown) {
    super(code)
    this.name = 'HubFault'
    this.code = code
    this.body = body
  }
}

/** The hub does not answer; `why` says what was met instead, for the exchange page. */
function unreachable(why: string): OutcomeError {
  return refuse(HUB_UNREACHABLE, {}, undefined, { why })
}

/** What stands between this site and its hub, as a code; undefined when the error is no absence of the hub. */
export function unreachableBecause(error: unknown): string | undefined {
  if (!(error instanceof OutcomeError) || error.code !== HUB_UNREACHABLE.code) return undefined
  return typeof error.extra.why === 'string' ? error.extra.why : HUB_UNREACHABLE.code
}

export interface HubClient {
  json<T>(method: 'GET' | 'POST', path: string, body?: unknown, options?: HubCall): Promise<T>
  bytes(path: string): Promise<Buffer>
  /** This site's clock minus the hub's, in milliseconds; 0 while nothing notable is known. */
  skewMs(): number
}

export interface HubCall {
  idempotencyKey?: string
  signal?: AbortSignal
  timeoutMs?: number
  /** An emergency: passes the hub's limits in a lane of its own. */
  urgent?: boolean
}

const TOKEN_MARGIN_MS = 30_000

/** The token of the line and what it is bound to; asked for anew when it is about to run out or was refused. */
function lineToken(site: Site, hub: string) {
  const identity = nodeIdentity(site)
  let token: { value: string; until: number } | null = null

  async function ask(signal: AbortSignal): Promise<Response> {
    if (!identity) throw unreachable('no-key')
    const endpoint = `${hub}/auth/token`
    const { assertion, proof } = await identity.introduce(endpoint)
    return dial(endpoint, {
      method: 'POST',
      signal,
      headers: { 'content-type': 'application/x-www-form-urlencoded', dpop: proof },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'system/*.cruds',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }).toString(),
    })
  }

  return {
    identity,
    drop(): void {
      token = null
    },
    async fresh(signal: AbortSignal): Promise<string> {
      const now = site.clock.now().getTime()
      if (token && token.until > now + TOKEN_MARGIN_MS) return token.value
      let response = await ask(signal)
      if (identity?.correct(response.headers.get('x-server-time'))) {
        site.log.warn({ skewMs: identity.skewMs() }, "this site's clock is not the hub's; the hub's time is used towards it")
        if (!response.ok) {
          await response.body?.cancel()
          response = await ask(signal)
        }
      }
      // No word about any message: a node that is not let in (key renewed) queues and keeps what it has.
      if (!response.ok) throw await notLetIn(site, response)
      const answer = await whole(response.json() as Promise<{ access_token: string; expires_in: number }>)
      token = { value: answer.access_token, until: now + answer.expires_in * 1000 }
      return answer.access_token
    },
  }
}

/** Opens the line; nothing is sent until the first call. Throws `hub-unreachable` (retry) or `HubRefusal` (the hub's answer). */
export function hubClient(site: Site): HubClient {
  const hub = site.settings.hubUrl ?? ''
  const token = lineToken(site, hub)
  const { identity } = token

  async function call(path: string, init: { method: string; headers?: Record<string, string>; body?: string }, signal: AbortSignal) {
    const url = `${hub}${path}`
    const withToken = async () => {
      const value = await token.fresh(signal)
      const proven = await identity?.prove({
        method: init.method,
        url,
        token: value,
        ...(init.body === undefined ? {} : { body: init.body }),
      })
      return dial(url, {
        ...init,
        signal,
        headers: {
          ...init.headers,
          authorization: `DPoP ${value}`,
          dpop: proven?.proof ?? '',
          ...(proven?.digest ? { 'content-digest': proven.digest } : {}),
        },
      })
    }
    let response = await withToken()
    if (response.status === 401) {
      token.drop()
      await response.body?.cancel()
      response = await withToken()
    }
    if (!response.ok) throw await refusal(response)
    return response
  }

  const limit = (ms: number, signal?: AbortSignal) => AbortSignal.any([AbortSignal.timeout(ms), site.stopping, ...(signal ? [signal] : [])])
  return {
    async json<T>(method: 'GET' | 'POST', path: string, body?: unknown, options: HubCall = {}) {
      const headers: Record<string, string> = { accept: 'application/json' }
      if (body !== undefined) headers['content-type'] = 'application/json'
      if (options.urgent) headers['x-urgent'] = '1'
      if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
      const response = await call(path, init, limit(options.timeoutMs ?? 30_000, options.signal))
      return (await whole(response.json())) as T
    },
    skewMs: () => identity?.skewMs() ?? 0,
    async bytes(path) {
      return Buffer.from(await whole((await call(path, { method: 'GET' }, limit(60_000))).arrayBuffer()))
    },
  }
}

async function notLetIn(site: Site, response: Response): Promise<OutcomeError> {
  const said = await refusal(response)
  site.log.warn({ status: response.status, refusal: said.message }, 'the hub gave no token')
  return unreachable(said instanceof HubRefusal ? `not-let-in:${said.code}` : (unreachableBecause(said) ?? `status-${response.status}`))
}

/** An answer cut in the middle is no answer. */
function whole<T>(body: Promise<T>): Promise<T> {
  return body.catch(() => {
    throw unreachable('cut')
  })
}

const NETWORK: Record<string, string> = {
  ECONNREFUSED: 'connection-refused',
  ENOTFOUND: 'name-unknown',
  EAI_AGAIN: 'name-unknown',
  ECONNRESET: 'cut',
  UND_ERR_SOCKET: 'cut',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
}

/** A refused connection, a name nobody knows and a line that swallows everything are told apart: each has another cure. */
function networkFailure(error: unknown): string {
  if ((error as Error | null)?.name === 'TimeoutError') return 'timeout'
  const cause = (error as { cause?: { code?: unknown; errors?: { code?: unknown }[] } } | null)?.cause
  const code = String(cause?.code ?? cause?.errors?.[0]?.code ?? '')
  if (NETWORK[code]) return NETWORK[code]
  return /CERT|TLS|SSL/.test(code) ? 'certificate' : 'no-answer'
}

async function dial(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    if (error instanceof OutcomeError) throw error
    throw unreachable(networkFailure(error))
  }
}

/**
 * 408, 425, 429 and every 5xx are tried again. The rest is the hub's verdict where it is said in an outcome; a page of
 * something in between (a gateway's 404) is no verdict and must not end a message. A 500 with the hub's own outcome is a
 * failure over this message, not an absence of the hub.
 */
async function refusal(response: Response): Promise<Error> {
  const { status } = response
  if ((status > 500 && status < 600) || [401, 408, 425, 429].includes(status)) {
    await response.body?.cancel()
    return unreachable(status === 429 ? 'throttled' : `status-${status}`)
  }
  const body = (await response.json().catch(() => null)) as { issue?: { details?: { coding?: { code?: string }[] } }[] } | null
  const code = body?.issue?.[0]?.details?.coding?.[0]?.code
  if (!code) return unreachable(`status-${status}`)
  // Held back by the hub's operator or its rules: everything waits, nothing is lost, emergencies pass.
  if (code === 'node-suspended') return refuse(HUB_UNREACHABLE, {}, undefined, { why: code, standing: body })
  return status === 500 ? new HubFault(code, body) : new HubRefusal(status, code, body)
}

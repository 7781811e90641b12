/** A node's line to the hub: key-bound tokens by private_key_jwt (ES384), JSON and bytes, nothing but outbound HTTPS. */
import type { Site } from '../../site.ts'
import { type Gate, openGate } from './gate.ts'
import { dial, HubBusy, HubFault, HubRefusal, isSuspended, refusal, unreachable } from './hub-answers.ts'
import { lineToken } from './hub-token.ts'

export { HUB_UNREACHABLE, HubFault, HubRefusal, unreachableBecause } from './hub-answers.ts'

export interface HubClient {
  /** Whether the hub answered last; a loop that has something to ask waits for its turn first. */
  readonly gate: Pick<Gate, 'up' | 'turn'>
  json<T>(method: 'GET' | 'POST', path: string, body?: unknown, options?: HubCall): Promise<T>
  bytes(path: string, options?: Pick<HubCall, 'urgent'>): Promise<Buffer>
  /** This site's clock minus the hub's, in milliseconds; 0 while nothing notable is known. */
  skewMs(): number
  /** Forgets its token: the key has changed. */
  renew(): void
}

export interface HubCall {
  idempotencyKey?: string
  signal?: AbortSignal
  timeoutMs?: number
  headers?: Record<string, string>
  /** An emergency: passes the hub's limits in a lane of its own. */
  urgent?: boolean
}

const PATIENCE_MS = 30_000
const BYTES_PATIENCE_MS = 120_000
/** A line of 250 kbit/s still carries a parcel of any size: patience grows with what is sent. */
const SLOWEST_BYTES_PER_MS = 32

/** Opens the line; nothing is sent until the first call. Throws `hub-unreachable` (retry) or `HubRefusal` (the hub's answer). */
export function hubClient(site: Site): HubClient {
  const hub = site.settings.hubUrl ?? ''
  const gate = openGate()
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
    gate,
    async json<T>(method: 'GET' | 'POST', path: string, body?: unknown, options: HubCall = {}) {
      const headers: Record<string, string> = { ...options.headers, accept: 'application/json', ...urgent(options) }
      if (body !== undefined) headers['content-type'] = 'application/json'
      if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey
      const text = body === undefined ? undefined : JSON.stringify(body)
      const init = { method, headers, ...(text === undefined ? {} : { body: text }) }
      const ms = options.timeoutMs ?? PATIENCE_MS + Math.ceil((text?.length ?? 0) / SLOWEST_BYTES_PER_MS)
      const request = () => call(path, init, limit(ms, options.signal))
      return asked(gate, request, async (response) => (await response.json()) as T)
    },
    skewMs: () => identity?.skewMs() ?? 0,
    renew: () => token.drop(),
    bytes(path, options = {}) {
      const request = () => call(path, { method: 'GET', headers: urgent(options) }, limit(BYTES_PATIENCE_MS))
      return asked(gate, request, async (response) => Buffer.from(await response.arrayBuffer()))
    },
  }
}

const urgent = (options: Pick<HubCall, 'urgent'>): Record<string, string> => (options.urgent ? { 'x-urgent': '1' } : {})

/** One request from dialling to the last byte of the answer; an answer cut in the middle is no answer. */
async function asked<T>(gate: Gate, request: () => Promise<Response>, read: (response: Response) => Promise<T>): Promise<T> {
  const ended = gate.take()
  if (!ended) throw unreachable('waiting')
  let answered = false
  try {
    const response = await request()
    const said = await read(response).catch(() => {
      throw unreachable('cut')
    })
    answered = true
    return said
  } catch (error) {
    answered = error instanceof HubRefusal || error instanceof HubBusy || error instanceof HubFault || isSuspended(error)
    throw error
  } finally {
    ended(answered)
  }
}

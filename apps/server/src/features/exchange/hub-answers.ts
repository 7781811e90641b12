/** What may come of asking the hub, apart from an answer. */
import { defineOutcome, OutcomeError, refuse } from '@yba/fhir'

const LONGEST_BUSY_MS = 60_000

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

/** The hub is there and asks for patience (429). */
export class HubBusy extends Error {
  readonly code = 'throttled'
  readonly pauseMs: number
  constructor(pauseMs: number) {
    super('throttled')
    this.name = 'HubBusy'
    this.pauseMs = pauseMs
  }
}

/** The hub does not answer; `why` says what was met instead, for the exchange page. */
export function unreachable(why: string): OutcomeError {
  return refuse(HUB_UNREACHABLE, {}, undefined, { why })
}

/** What stands between this site and its hub, as a code; undefined when the error is no absence of the hub. */
export function unreachableBecause(error: unknown): string | undefined {
  if (!(error instanceof OutcomeError) || error.code !== HUB_UNREACHABLE.code) return undefined
  return typeof error.extra.why === 'string' ? error.extra.why : HUB_UNREACHABLE.code
}

/** The hub is there and takes nothing of this node but emergencies. */
export const isSuspended = (error: unknown): boolean => unreachableBecause(error) === 'node-suspended'

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

/** `fetch` that says by name what was met in place of an answer. */
export async function dial(url: string, init: RequestInit): Promise<Response> {
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
export async function refusal(response: Response): Promise<Error> {
  const { status } = response
  if (status === 429) {
    await response.body?.cancel()
    const seconds = Number(response.headers.get('retry-after') ?? '1')
    return new HubBusy(Math.min(LONGEST_BUSY_MS, Math.max(200, (Number.isFinite(seconds) ? seconds : 1) * 1000)))
  }
  if ((status > 500 && status < 600) || [401, 408, 425].includes(status)) {
    await response.body?.cancel()
    return unreachable(`status-${status}`)
  }
  const body = (await response.json().catch(() => null)) as { issue?: { details?: { coding?: { code?: string }[] } }[] } | null
  const code = body?.issue?.[0]?.details?.coding?.[0]?.code
  if (!code) return unreachable(`status-${status}`)
  // Held back by the hub's operator or its rules: everything waits, nothing is lost, emergencies pass.
  if (code === 'node-suspended') return refuse(HUB_UNREACHABLE, {}, undefined, { why: code, standing: body })
  return status === 500 ? new HubFault(code, body) : new HubRefusal(status, code, body)
}

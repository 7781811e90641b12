import { currentLanguage } from '../text/index.ts'
import { idleMilliseconds } from './activity.ts'

const UNTOUCHED_MS = 30_000

/** One issue of an OperationOutcome, as the screens show it. */
export interface Issue {
  code: string
  severity: 'fatal' | 'error' | 'warning' | 'information'
  text: string
  cure?: string
  path?: string
}

/** A refusal of the server, or the absence of one. `status` 0 = no answer at all (line or server down). */
export class ApiError extends Error {
  readonly status: number
  readonly issues: Issue[]
  readonly body: unknown

  constructor(status: number, issues: Issue[], body?: unknown) {
    super(issues[0]?.text ?? `HTTP ${status}`)
    this.name = 'ApiError'
    this.status = status
    this.issues = issues
    this.body = body
  }

  get code(): string {
    return this.issues[0]?.code ?? ''
  }
}

interface RawIssue {
  severity?: Issue['severity']
  code?: string
  details?: { coding?: { code?: string }[]; text?: string }
  diagnostics?: string
  expression?: string[]
}

/** Issues of an OperationOutcome; none for any other body. */
export function issuesOf(body: unknown): Issue[] {
  const raw = (body as { issue?: RawIssue[] } | null)?.issue
  if (!Array.isArray(raw)) return []
  return raw.map((issue) => ({
    code: issue.details?.coding?.[0]?.code ?? issue.code ?? 'exception',
    severity: issue.severity ?? 'error',
    text: issue.details?.text ?? issue.diagnostics ?? issue.code ?? '',
    ...(issue.details?.text && issue.diagnostics ? { cure: issue.diagnostics } : {}),
    ...(issue.expression?.[0] ? { path: issue.expression[0] } : {}),
  }))
}

type Listener = (locked: boolean) => void
const signedOut = new Set<Listener>()

/** Tells the shell when the server locked the session, or no longer knows it. */
export function onSignedOut(listener: Listener): () => void {
  signedOut.add(listener)
  return () => signedOut.delete(listener)
}

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT'
  json?: unknown
  form?: FormData
  signal?: AbortSignal
}

/**
 * Asks the site's API. The session travels in an HttpOnly cookie; no token is ever in page script.
 * @throws ApiError with the server's named outcome, or status 0 when nothing answered.
 */
export async function api<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json', 'accept-language': currentLanguage() }
  // Screens that refresh by themselves are no sign that somebody sits there: the idle lock must still fall.
  if (idleMilliseconds() > UNTOUCHED_MS) headers['x-background'] = '1'
  if (options.json !== undefined) headers['content-type'] = 'application/json'
  const init: RequestInit = { method: options.method ?? 'GET', headers, credentials: 'same-origin' }
  if (options.json !== undefined) init.body = JSON.stringify(options.json)
  if (options.form) init.body = options.form
  if (options.signal) init.signal = options.signal
  const response = await fetch(path, init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, [])
  })
  const text = await response.text()
  const body: unknown = text && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined
  if (!response.ok) {
    const error = new ApiError(response.status, issuesOf(body), body)
    if (response.status === 401 && !path.startsWith('/auth/')) for (const tell of signedOut) tell(error.code === 'session-locked')
    throw error
  }
  return body as T
}

/** POST with a JSON body. */
export function post<T>(path: string, json: unknown = {}): Promise<T> {
  return api<T>(path, { method: 'POST', json })
}

/** A name for one request that may have to be sent again. `crypto.randomUUID` is missing where the page came over plain HTTP. */
export function newName(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

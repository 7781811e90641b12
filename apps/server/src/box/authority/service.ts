/**
 * The demo authority as a service: OCSP (POST and GET), revocation list, RFC 3161, its own certificates, and the
 * switches of the demo. Loopback only; a request is small and an answer never waits for another one.
 */
import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { OutcomeError } from '@yba/fhir'
import {
  type Authority,
  type CRL_LIES,
  crl,
  lyingCrl,
  lyingOcsp,
  lyingTimestamp,
  type OCSP_LIES,
  ocspResponse,
  type TIMESTAMP_LIES,
  timestampResponse,
} from '@yba/signing'
import { type Behaviour, type Behaviours, behaviourOf, LINE_LIES, SERVICES, type ServiceName } from './behaviour.ts'

/** What the service stands on: files in the box, memory in a test. */
export interface AuthorityState {
  authority: Authority
  behaviours(): Behaviours
  setBehaviours(next: Behaviours): void
  revoked(): { serial: string; at: string; reason: number }[]
  revoke(serial: string, reason: number): void
  issued(): { serial: string; site: string; id: string; name: string; notAfter: string }[]
  token: string
}

export interface AuthorityService {
  url: string
  close(): Promise<void>
}

const LARGEST_REQUEST = 64 * 1024
const TYPES: Record<ServiceName, string> = {
  ocsp: 'application/ocsp-response',
  crl: 'application/pkix-crl',
  tsa: 'application/timestamp-reply',
}

/** Listens on loopback; port 0 takes a free one. */
export async function openAuthorityService(state: AuthorityState, port: number): Promise<AuthorityService> {
  const closing = new AbortController()
  const server = createServer((request, response) => {
    answer(state, request, response, closing.signal).catch((error: unknown) => fail(response, error))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => close(server, closing) }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function close(server: Server, closing: AbortController): Promise<void> {
  closing.abort()
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

async function answer(state: AuthorityState, request: IncomingMessage, response: ServerResponse, closing: AbortSignal): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://authority').pathname
  const way = `${request.method} ${path}`
  if (way === 'GET /healthz') return send(response, 200, 'application/json', '{"status":"ok"}')
  if (way === 'GET /issuing.cer') return send(response, 200, 'application/pkix-cert', state.authority.issuingCert)
  if (way === 'GET /root.cer') return send(response, 200, 'application/pkix-cert', state.authority.rootCert)
  if (path === '/control') return control(state, request, response)
  if (way === 'GET /crl') return serve(state, 'crl', Buffer.alloc(0), response, closing)
  if (way === 'POST /ocsp') return serve(state, 'ocsp', await bodyOf(request), response, closing)
  if (way === 'POST /tsa') return serve(state, 'tsa', await bodyOf(request), response, closing)
  const inPath = /^GET \/ocsp\/(.+)$/.exec(way)?.[1]
  if (inPath) return serve(state, 'ocsp', Buffer.from(decodeURIComponent(inPath), 'base64'), response, closing)
  return send(response, 404, 'text/plain', 'not found')
}

/** One answer of a service, as its switch says. */
async function serve(
  state: AuthorityState,
  service: ServiceName,
  body: Buffer,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const behaviour = state.behaviours()[service]
  if (behaviour.mode === 'down') {
    response.socket?.destroy()
    return
  }
  if (behaviour.mode === 'slow') await delay((behaviour.seconds ?? 10) * 1000, undefined, { signal: closing })
  const line = LINE_LIES.find((lie) => behaviour.mode === 'wrong' && lie === behaviour.how)
  if (line) return badLine(line, service, response, closing)
  send(response, 200, TYPES[service], await bytesOf(current(state), service, body, behaviour))
}

/** The authority with what is revoked by now. */
function current(state: AuthorityState): Authority {
  const revoked = state.revoked().map((r) => ({ serialHex: r.serial, at: new Date(r.at), reason: r.reason }))
  // A number that only grows and needs no keeping: the second of the list.
  const crlNumber = Math.floor(state.authority.clock().getTime() / 1000) - 1
  return { ...state.authority, revoked, crlNumber }
}

function bytesOf(authority: Authority, service: ServiceName, body: Buffer, { mode, how }: Behaviour): Buffer | Promise<Buffer> {
  const wrong = mode === 'wrong'
  if (service === 'ocsp') return wrong ? lyingOcsp(authority, body, how as (typeof OCSP_LIES)[number]) : ocspResponse(authority, body)
  if (service === 'crl') return wrong ? lyingCrl(authority, how as (typeof CRL_LIES)[number]) : crl(authority)
  return wrong ? lyingTimestamp(authority, body, how as (typeof TIMESTAMP_LIES)[number]) : timestampResponse(authority, body)
}

async function badLine(
  lie: (typeof LINE_LIES)[number],
  service: ServiceName,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  if (lie === 'html') return send(response, 200, 'text/html', '<html><body>Bảo trì hệ thống</body></html>')
  if (lie === 'redirect') {
    response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()
    return
  }
  response.writeHead(200, { 'content-type': TYPES[service] })
  const [piece, pause] = lie === 'giant' ? [Buffer.alloc(1 << 20, 0x30), 0] : [Buffer.from([0x30]), 200]
  for (let sent = 0; sent < 512 && response.socket && !response.socket.destroyed; sent++) {
    if (!response.write(piece))
      await Promise.race([new Promise((r) => response.once('drain', r)), new Promise((r) => response.once('close', r))])
    if (pause) await delay(pause, undefined, { signal: closing })
  }
  response.end()
}

interface ControlRequest {
  service?: ServiceName
  behaviour?: unknown
  revoke?: string
  reason?: number
}

/** GET: switches and certificates. POST: sets one switch or revokes one certificate. */
async function control(state: AuthorityState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const given = Buffer.from(String(request.headers['x-yba-control'] ?? ''))
  const wanted = Buffer.from(state.token)
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return send(response, 403, 'text/plain', 'token')
  if (request.method === 'POST') {
    const asked = JSON.parse((await bodyOf(request)).toString('utf8')) as ControlRequest
    const service = SERVICES.find((s) => s === asked.service)
    const behaviour = service && behaviourOf(service, asked.behaviour)
    if (service && behaviour) state.setBehaviours({ ...state.behaviours(), [service]: behaviour })
    else if (asked.revoke && state.issued().some((c) => c.serial === asked.revoke)) state.revoke(asked.revoke, asked.reason ?? 1)
    else return send(response, 422, 'text/plain', 'switch or certificate')
  }
  const revoked = new Map(state.revoked().map((r) => [r.serial, r.at]))
  const certificates = state.issued().map((c) => ({ ...c, revokedAt: revoked.get(c.serial) ?? null }))
  send(response, 200, 'application/json', JSON.stringify({ services: state.behaviours(), certificates }))
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += (part as Buffer).length
    if (size > LARGEST_REQUEST) throw new Error('request too large')
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts)
}

function send(response: ServerResponse, status: number, type: string, body: Buffer | string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}

/** A request nobody can read is the asker's fault; a socket that went away is nobody's. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) response.destroy()
  else send(response, error instanceof OutcomeError || error instanceof SyntaxError ? 400 : 500, 'text/plain', 'request')
}

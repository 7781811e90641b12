/**
 * What one process bears at the same time: connections of an address, requests of a caller, megabytes being received, the
 * pace of a body. Whatever is over is refused by name before it costs anything; the memory of a site is bounded by this.
 */
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { finding, type OutcomeDefinition, operationOutcome, refuse } from '@yba/fhir'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { limitsOf } from '../settings.ts'
import type { Site } from '../site.ts'
import { BODY_LIMIT } from './operations.ts'
import { badRequest, encodingRefused, headersTooLong, requestTooSlow, siteBusy, tooManyAtOnce } from './outcomes.ts'
import { visitorOf } from './page-limits.ts'

const MB = 1024 * 1024
/** A line of 32 kbit/s carries this much; slower is no line but a grip on the server. */
const SLOWEST_BYTES_PER_SECOND = 4096
/**
 * An answer lies in memory until it is read. A line's own buffer moves on in lumps, some 100 kB on a line to the outside,
 * and nothing is seen to leave in between: whoever takes a lump in so many times the grace (80 s as set: 1.3 kB/s) reads.
 */
const GRACES_OF_A_READER = 4

/** Told of whoever is ended for being slow: the last request of their line. */
export type Trouble = (request: FastifyRequest, code: 'request-too-slow' | 'answer-not-read') => void

export interface Load {
  /** Counts the request in until its answer is out. Throws `too-many-at-once`, `site-busy`, `encoding-refused`. */
  enter(request: FastifyRequest): void
}

/** A counter by key that forgets keys at zero. */
function tally() {
  const counts = new Map<string, number>()
  return {
    of: (key: string) => counts.get(key) ?? 0,
    add(key: string, by: number): void {
      const now = (counts.get(key) ?? 0) + by
      if (now > 0) counts.set(key, now)
      else counts.delete(key)
    },
  }
}

/** What lies in memory of a body that is handed over while it comes. */
const STREAMED_BYTES = MB

/** Bytes of a request that may lie in memory; one that does not say its length is held to be as long as it may be. */
function bodySize(request: FastifyRequest): number {
  const size = sentSize(request)
  return request.routeOptions.config?.streamed ? Math.min(size, STREAMED_BYTES) : size
}

function sentSize(request: FastifyRequest): number {
  const length = request.headers['content-length']
  if (length !== undefined) return Number(length) || 0
  return request.headers['transfer-encoding'] === undefined ? 0 : (request.routeOptions.bodyLimit ?? BODY_LIMIT)
}

/** One who is known by name is one, wherever they sit; the others are their address. */
const ownerOf = (request: FastifyRequest): string =>
  request.caller.kind === 'public' ? `address ${visitorOf(request.ip)}` : `${request.caller.kind} ${request.caller.id}`

export function load(server: FastifyInstance, site: Site, trouble: Trouble): Load {
  const limits = limitsOf(site.settings)
  const working = tally()
  const bytes = tally()
  limitConnections(server, limits.connectionsPerAddress, site.settings.proxies !== undefined)
  const watch = watchPace(server, limits.slowSeconds, trouble)
  const answers = watchReaders(server, limits.slowSeconds, trouble)
  return {
    enter(request) {
      answers(request)
      const encoding = request.headers['content-encoding']
      if (encoding !== undefined && encoding !== 'identity') throw refuse(encodingRefused)
      const owner = ownerOf(request)
      const size = bodySize(request)
      if (working.of(owner) >= limits.atOnce * (request.caller.kind === 'public' ? 8 : 1)) throw refuse(tooManyAtOnce)
      // More than one route takes is refused by the route; it is not to be counted as if it came.
      if (size > 0 && size <= (request.routeOptions.bodyLimit ?? BODY_LIMIT)) {
        if (bytes.of(owner) + size > limits.bodyMegabytesOfOne * MB) throw refuse(tooManyAtOnce)
        if (bytes.of('') + size > limits.bodyMegabytes * MB) throw refuse(siteBusy)
        for (const key of [owner, '']) {
          bytes.add(key, size)
          leaves(request, () => bytes.add(key, -size))
        }
        watch(request)
      }
      working.add(owner, 1)
      leaves(request, () => working.add(owner, -1))
    },
  }
}

/** When the answer is out or the line is gone, whichever comes first. */
function leaves(request: FastifyRequest, done: () => void): void {
  let over = false
  // The request itself forgets its line when its body is broken off.
  const { socket } = request.raw
  socket.once('close', end)
  request.answered.then(end)
  function end(): void {
    if (over) return
    over = true
    socket.removeListener('close', end)
    done()
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Resolves when the answer is out. */
    answered: Promise<void>
  }
}

/** Adds the moment at which each answer is out. */
export function noteAnswers(server: FastifyInstance): void {
  server.decorateRequest('answered', null as unknown as Promise<void>)
  server.addHook('onRequest', async (request, reply) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    request.answered = promise
    reply.raw.once('close', resolve)
  })
}

/** Connections over the limit of an address are closed at once; a proxy before the site keeps its own limits. */
function limitConnections(server: FastifyInstance, most: number, behindProxy: boolean): void {
  const open = tally()
  server.server.maxConnections = Math.max(most * 4, 2000)
  server.server.on('connection', (socket: Socket) => {
    // Pipelined requests each wait for the end of their line; how many there are is limited above.
    socket.setMaxListeners(0)
    if (behindProxy) return
    const address = visitorOf(socket.remoteAddress ?? '')
    if (open.of(address) >= most) {
      socket.destroy()
      return
    }
    open.add(address, 1)
    socket.once('close', () => open.add(address, -1))
  })
}

/** Ends requests whose body does not flow: after a grace each must have brought 4 kB a second. */
function watchPace(server: FastifyInstance, graceSeconds: number, trouble: Trouble): (request: FastifyRequest) => void {
  const receiving = new Map<FastifyRequest, { since: number; from: number }>()
  const look = () => {
    const now = performance.now()
    for (const [request, { since, from }] of receiving) {
      const seconds = (now - since) / 1000
      const { socket } = request.raw
      if (request.raw.complete || socket.destroyed) receiving.delete(request)
      else if (seconds > graceSeconds && (socket.bytesRead - from) / seconds < SLOWEST_BYTES_PER_SECOND) {
        receiving.delete(request)
        endSlow(socket)
        trouble(request, 'request-too-slow')
      }
    }
  }
  const timer = setInterval(look, 1000)
  timer.unref()
  server.addHook('onClose', async () => clearInterval(timer))
  return (request) => receiving.set(request, { since: performance.now(), from: request.raw.socket.bytesRead })
}

/** What has left this process on a line for good, whatever size the pieces were written in. */
function leftFor(socket: Socket): number {
  // Node's own timeouts of lines look at the same figure; nothing public tells how much of one large write is out.
  const handle = (socket as Socket & { _handle?: { bytesWritten?: number; writeQueueSize?: number } | null })._handle
  return handle?.bytesWritten === undefined
    ? socket.bytesWritten - socket.writableLength
    : handle.bytesWritten - (handle.writeQueueSize ?? 0)
}

/**
 * Ends lines whose answers lie unread: what waits in memory must get less. A line that is half open looks the same from
 * here. Whoever asks nothing and is owed nothing may stay silent.
 */
export function watchReaders(server: FastifyInstance, graceSeconds: number, trouble: Trouble): (request: FastifyRequest) => void {
  const owed = new Map<Socket, { request: FastifyRequest; since: number; out: number }>()
  const look = () => {
    const now = performance.now()
    for (const [socket, one] of owed) {
      const out = leftFor(socket)
      if (socket.writableLength === 0 || out !== one.out) {
        one.since = now
        one.out = out
      } else if ((now - one.since) / 1000 > graceSeconds * GRACES_OF_A_READER) {
        owed.delete(socket)
        socket.resetAndDestroy()
        trouble(one.request, 'answer-not-read')
      }
    }
  }
  const timer = setInterval(look, 1000)
  timer.unref()
  server.addHook('onClose', async () => clearInterval(timer))
  return (request) => {
    const { socket } = request.raw
    if (!owed.has(socket)) socket.once('close', () => owed.delete(socket))
    owed.set(socket, { since: performance.now(), out: 0, ...owed.get(socket), request })
  }
}

/** What is no HTTP, or never became a request: told by name, and the line is closed. */
export function badClient(error: { code?: string }, socket: Socket): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    endSlow(socket)
    return
  }
  if (socket.writable) endWith(socket, error.code === 'HPE_HEADER_OVERFLOW' ? headersTooLong : badRequest)
  else socket.destroy()
}

/** The answer to who never finished asking. */
export function endSlow(socket: Socket): void {
  if (socket.writable) endWith(socket, requestTooSlow)
}

/** Who never became a request has named no language. */
function endWith(socket: Socket, outcome: OutcomeDefinition): void {
  const body = JSON.stringify(operationOutcome([finding(outcome)], 'vi'))
  const head = [
    `HTTP/1.1 ${outcome.http} ${STATUS_CODES[outcome.http] ?? ''}`,
    'content-type: application/fhir+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

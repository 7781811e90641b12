/** Named operations of the features as routes. */
import { Readable } from 'node:stream'
import { refuse } from '@yba/fhir'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Feature, Operation, OperationAnswer, OperationContext } from '../feature.ts'
import type { Site } from '../site.ts'
import { boundedStream, bytesOf, jsonOf, textOf } from './body.ts'
import { served } from './fhir/address.ts'
import { operationsOf } from './fhir/operations/index.ts'
import { holdToLane } from './node-callers.ts'
import { bodyMissing, bodyTooLarge } from './outcomes.ts'

/** Largest body of an operation that names no limit of its own. */
export const BODY_LIMIT = 25 * 1024 * 1024

/** Address of an operation, for instance `/fhir/Task/:id/$sign`; one of every type at `/fhir/:type/:id/$meta`. */
export function operationUrl(operation: Operation): string {
  const parts = ['/fhir']
  if (operation.level !== 'system') parts.push(operation.type === '*' ? ':type' : (operation.type ?? ''))
  if (operation.level === 'instance') parts.push(':id')
  return [...parts, `$${operation.name.replace(/^\$/, '')}`].join('/')
}

export function operationRoutes(server: FastifyInstance, site: Site, features: readonly Feature[]): void {
  const all = operationsOf(features)
  const add = (to: FastifyInstance, operation: Operation): void => {
    if (operation.level !== 'system' && !operation.type) throw new Error(`operation ${operation.name} names no type`)
    to.route<{ Params: { type?: string; id?: string } }>({
      method: operation.method,
      url: operationUrl(operation),
      bodyLimit: operation.bodyLimit ?? BODY_LIMIT,
      config: { policy: { permission: operation.permission }, operation, streamed: operation.body === 'stream' },
      handler: (request, reply) => run(site, operation, request, reply),
    })
  }
  for (const operation of all) if (operation.body !== 'stream') add(server, operation)
  // Bodies that are handed over while they come are not gathered before the handler runs.
  server.register(async (inner) => {
    inner.removeContentTypeParser('*')
    inner.addContentTypeParser('*', (_request, body, done) => done(null, body))
    for (const operation of all) if (operation.body === 'stream') add(inner, operation)
  })
}

async function run(
  site: Site,
  operation: Operation,
  request: FastifyRequest<{ Params: { type?: string; id?: string } }>,
  reply: FastifyReply,
) {
  const gone = new AbortController()
  // The request itself closes once its body has been read; the answer closes when it is out or nobody is there to take it.
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  const body = await readBody(operation, request)
  const at = request.url.indexOf('?')
  const context: OperationContext = {
    site,
    caller: request.caller,
    store: site.store.as(request.caller),
    type: operation.type === '*' ? served(request.params.type ?? '') : (operation.type ?? ''),
    id: request.params.id ?? '',
    query: new URLSearchParams(at < 0 ? '' : request.url.slice(at + 1)),
    json: body.json,
    bytes: body.bytes,
    stream: body.stream,
    headers: body.name === undefined ? request.headers : { ...request.headers, 'x-file-name': body.name },
    lang: request.lang,
    signal: AbortSignal.any([gone.signal, site.stopping]),
  }
  if (request.node?.suspension || request.node?.urgentLane) {
    holdToLane(request, operation.whileSuspended === true || (await operation.urgent?.(context)) === true)
  }
  return send(reply, await operation.handle(context))
}

interface Body {
  json: unknown
  bytes: Buffer
  stream: AsyncIterable<Uint8Array>
  name?: string
}

async function readBody(operation: Operation, request: FastifyRequest): Promise<Body> {
  const none: Body = { json: undefined, bytes: Buffer.alloc(0), stream: Readable.from([]) }
  if (operation.body === 'none') return none
  if (operation.body === 'json') return { ...none, json: jsonOf(textOf(request.body)), bytes: bytesOf(request.body) }
  const limit = operation.bodyLimit ?? BODY_LIMIT
  if (operation.body === 'stream') return { ...none, ...(await streamOf(request, limit)) }
  if (!request.isMultipart()) return { ...none, bytes: bytesOf(request.body) }
  const file = await request.file({ limits: { files: 1, fileSize: limit } })
  if (!file) throw refuse(bodyMissing)
  const bytes = await file.toBuffer()
  // A file that is cut exactly at a chunk's end is handed over as if it were whole.
  if (file.file.truncated) throw refuse(bodyTooLarge)
  return { ...none, bytes, name: encodeURIComponent(file.filename) }
}

async function streamOf(request: FastifyRequest, limit: number): Promise<Pick<Body, 'stream' | 'name'>> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw refuse(bodyTooLarge)
  if (!request.isMultipart()) return { stream: boundedStream((request.body ?? []) as AsyncIterable<Uint8Array>, limit) }
  const file = await request.file({ limits: { files: 1, fileSize: limit + 1 } })
  if (!file) throw refuse(bodyMissing)
  return { stream: boundedStream(file.file, limit), name: encodeURIComponent(file.filename) }
}

function send(reply: FastifyReply, answer: OperationAnswer) {
  reply.header('cache-control', 'no-store')
  if (answer.headers) reply.headers(answer.headers)
  if (answer.bytes) {
    return reply
      .code(answer.status ?? 200)
      .type(answer.contentType ?? 'application/octet-stream')
      .send(answer.bytes)
  }
  if (answer.pieces) {
    return reply
      .code(answer.status ?? 200)
      .type(answer.contentType ?? 'application/octet-stream')
      .send(Readable.from(answer.pieces, { objectMode: false }))
  }
  if (answer.json === undefined) return reply.code(answer.status ?? 204).send()
  return reply
    .code(answer.status ?? 200)
    .type(answer.contentType ?? 'application/json; charset=utf-8')
    .send(JSON.stringify(answer.json))
}

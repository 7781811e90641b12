/** Named operations of the features as routes. */
import { refuse } from '@yba/fhir'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Feature, Operation, OperationAnswer, OperationContext } from '../feature.ts'
import type { Site } from '../site.ts'
import { bytesOf, jsonOf, textOf } from './body.ts'
import { holdToLane } from './node-callers.ts'
import { bodyMissing, bodyTooLarge } from './outcomes.ts'

/** Largest body of an operation that names no limit of its own. */
export const BODY_LIMIT = 25 * 1024 * 1024

/** Address of an operation, for instance `/fhir/Task/:id/$sign`. */
export function operationUrl(operation: Operation): string {
  const parts = ['/fhir']
  if (operation.level !== 'system') parts.push(operation.type ?? '')
  if (operation.level === 'instance') parts.push(':id')
  return [...parts, `$${operation.name.replace(/^\$/, '')}`].join('/')
}

export function operationRoutes(server: FastifyInstance, site: Site, features: readonly Feature[]): void {
  for (const operation of features.flatMap((f) => f.operations)) {
    if (operation.level !== 'system' && !operation.type) throw new Error(`operation ${operation.name} names no type`)
    server.route<{ Params: { id?: string } }>({
      method: operation.method,
      url: operationUrl(operation),
      bodyLimit: operation.bodyLimit ?? BODY_LIMIT,
      config: { policy: { permission: operation.permission }, operation },
      handler: (request, reply) => run(site, operation, request, reply),
    })
  }
}

async function run(site: Site, operation: Operation, request: FastifyRequest<{ Params: { id?: string } }>, reply: FastifyReply) {
  const gone = new AbortController()
  request.raw.once('close', () => {
    if (!reply.raw.writableEnded) gone.abort()
  })
  const body = await readBody(operation, request)
  const at = request.url.indexOf('?')
  const context: OperationContext = {
    site,
    caller: request.caller,
    store: site.store.as(request.caller),
    id: request.params.id ?? '',
    query: new URLSearchParams(at < 0 ? '' : request.url.slice(at + 1)),
    json: body.json,
    bytes: body.bytes,
    headers: body.name === undefined ? request.headers : { ...request.headers, 'x-file-name': body.name },
    lang: request.lang,
    signal: AbortSignal.any([gone.signal, site.stopping]),
  }
  if (request.node?.suspension || request.node?.urgentLane) {
    holdToLane(request, operation.whileSuspended === true || (await operation.urgent?.(context)) === true)
  }
  return send(reply, await operation.handle(context))
}

async function readBody(operation: Operation, request: FastifyRequest): Promise<{ json: unknown; bytes: Buffer; name?: string }> {
  const none = Buffer.alloc(0)
  if (operation.body === 'none') return { json: undefined, bytes: none }
  if (operation.body === 'json') return { json: jsonOf(textOf(request.body)), bytes: bytesOf(request.body) }
  if (!request.isMultipart()) return { json: undefined, bytes: bytesOf(request.body) }
  const file = await request.file({ limits: { files: 1, fileSize: operation.bodyLimit ?? BODY_LIMIT } })
  if (!file) throw refuse(bodyMissing)
  const bytes = await file.toBuffer()
  // A file that is cut exactly at a chunk's end is handed over as if it were whole.
  if (file.file.truncated) throw refuse(bodyTooLarge)
  return { json: undefined, bytes, name: encodeURIComponent(file.filename) }
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
  if (answer.json === undefined) return reply.code(answer.status ?? 204).send()
  return reply
    .code(answer.status ?? 200)
    .type(answer.contentType ?? 'application/json; charset=utf-8')
    .send(JSON.stringify(answer.json))
}

/** FHIR R4 REST under /fhir. */
import { refuse } from '@yba/fhir'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ownerOf } from '../../access/ownership.ts'
import type { Feature } from '../../feature.ts'
import type { Site } from '../../site.ts'
import { textOf } from '../body.ts'
import { bodyMissing, interactionUnsupported, typeUnknown } from '../outcomes.ts'
import { etag, historyBundle, searchset, sendJson, sendStored } from './answers.ts'
import { batchBundle, transactionBundle } from './bundle.ts'
import { capabilityStatement } from './metadata.ts'
import { ifMatch, plainWrites, resourceFrom } from './plain-write.ts'

const READ = { config: { policy: { permission: 'fhir.read' as const } } }
const WRITE = { config: { policy: { permission: 'fhir.write' as const } } }

/** What a browser may open in its own window; anything else is a download. */
const SHOWN = /^(application\/pdf|application\/fhir\+json|application\/json|image\/(png|jpeg))\b/

interface Instance {
  Params: { type: string; id: string }
}

/** Throws `type-not-served`. */
function served(type: string): string {
  const base = type === 'Bundle' ? 'Bundle' : type
  if (!ownerOf(base)) throw refuse(typeUnknown)
  return type
}

const queryOf = (request: FastifyRequest): string => {
  const at = request.url.indexOf('?')
  return at < 0 ? '' : request.url.slice(at + 1)
}

export function fhirRoutes(server: FastifyInstance, site: Site, features: readonly Feature[]): void {
  const statement = JSON.stringify(capabilityStatement(site, features))
  server.get(
    '/fhir/metadata',
    { config: { policy: { open: 'The capability statement is public by specification.' } } },
    (_request, reply) => sendJson(reply, statement),
  )
  readRoutes(server, site)
  searchRoutes(server, site)
  writeRoutes(server, site)
  bundleRoute(server, site)
}

function readRoutes(server: FastifyInstance, site: Site): void {
  const { store } = site
  const base = `${site.settings.baseUrl}/fhir`

  // The exact bytes: a document is named by its digest, never by an id.
  server.get<{ Params: { sha256: string } }>('/fhir/Binary/:sha256', READ, async (request, reply) => {
    const { bytes, contentType } = await store.as(request.caller).readBinary(request.params.sha256)
    return reply
      .type(contentType)
      .header('cache-control', 'private, no-store')
      .header('content-disposition', SHOWN.test(contentType) ? 'inline' : 'attachment')
      .header('etag', `"${request.params.sha256}"`)
      .send(bytes)
  })
  server.get<Instance>('/fhir/:type/:id', READ, async (request, reply) => {
    const { type, id } = request.params
    return sendStored(reply, await store.as(request.caller).read(served(type), id))
  })
  server.get<Instance>('/fhir/:type/:id/_history', READ, async (request, reply) => {
    const { type, id } = request.params
    return sendJson(reply, historyBundle(await store.as(request.caller).history(served(type), id), base))
  })
  server.get<{ Params: { type: string; id: string; version: string } }>(
    '/fhir/:type/:id/_history/:version',
    READ,
    async (request, reply) => {
      const { type, id, version } = request.params
      const number = /^\d{1,9}$/.test(version) ? Number(version) : 0
      return sendStored(reply, await store.as(request.caller).vread(served(type), id, number))
    },
  )
}

function searchRoutes(server: FastifyInstance, site: Site): void {
  const base = `${site.settings.baseUrl}/fhir`
  async function search(request: FastifyRequest, type: string, asked: string): Promise<string> {
    const plain = new URLSearchParams(asked)
    // JSON is the one format there is.
    plain.delete('_format')
    plain.delete('_pretty')
    const page = await site.store.as(request.caller).search(served(type), plain.toString())
    plain.delete('_cursor')
    const self = `${base}/${type}?${plain}`
    if (page.next === undefined) return searchset(page, base, self, undefined)
    plain.set('_cursor', page.next)
    return searchset(page, base, self, `${base}/${type}?${plain}`)
  }
  server.get<{ Params: { type: string } }>('/fhir/:type', READ, async (request, reply) =>
    sendJson(reply, await search(request, request.params.type, queryOf(request))),
  )
  server.post<{ Params: { type: string } }>('/fhir/:type/_search', { ...READ, bodyLimit: 65_536 }, async (request, reply) => {
    const query = [queryOf(request), textOf(request.body)].filter((q) => q !== '').join('&')
    return sendJson(reply, await search(request, request.params.type, query))
  })
}

function writeRoutes(server: FastifyInstance, site: Site): void {
  const base = `${site.settings.baseUrl}/fhir`
  const header = (request: FastifyRequest, name: string): string | undefined => {
    const value = request.headers[name]
    return typeof value === 'string' ? value : undefined
  }

  server.post<{ Params: { type: string } }>('/fhir/:type', WRITE, async (request, reply) => {
    if (header(request, 'if-none-exist') !== undefined) throw refuse(interactionUnsupported, { what: 'If-None-Exist' })
    const text = textOf(request.body)
    const resource = resourceFrom(text, served(request.params.type))
    const [result] = await plainWrites(site.store.as(request.caller, { plain: true }), [{ kind: 'create', resource, text }])
    if (!result) throw refuse(bodyMissing)
    reply.header('location', `${base}/${result.type}/${result.id}/_history/${result.versionId}`)
    return sendStored(reply, result, 201)
  })

  server.put<Instance>('/fhir/:type/:id', WRITE, async (request, reply) => {
    const { type, id } = request.params
    const text = textOf(request.body)
    const resource = resourceFrom(text, served(type), id)
    const write = { kind: 'update' as const, resource, id, text, upsert: true, ...ifMatch(header(request, 'if-match')) }
    const [result] = await plainWrites(site.store.as(request.caller, { plain: true }), [write])
    if (!result) throw refuse(bodyMissing)
    reply.header('location', `${base}/${type}/${id}/_history/${result.versionId}`)
    return sendStored(reply, result, result.versionId === 1 ? 201 : 200)
  })

  server.delete<Instance>('/fhir/:type/:id', WRITE, async (request, reply) => {
    const { type, id } = request.params
    const write = { kind: 'delete' as const, type: served(type), id, ...ifMatch(header(request, 'if-match')) }
    const [result] = await plainWrites(site.store.as(request.caller, { plain: true }), [write])
    return reply
      .code(204)
      .header('etag', result ? etag(result) : '')
      .send()
  })
}

function bundleRoute(server: FastifyInstance, site: Site): void {
  server.post('/fhir', WRITE, async (request, reply) => {
    const text = textOf(request.body)
    const bundle = resourceFrom(text, 'Bundle')
    const store = site.store.as(request.caller, { plain: true })
    if (bundle.type === 'transaction') return sendJson(reply, await transactionBundle(store, bundle, text))
    if (bundle.type === 'batch') return sendJson(reply, await batchBundle(store, bundle, text, request.lang))
    throw refuse(interactionUnsupported, { what: String(bundle.type) })
  })
}

/** read, vread and history of one resource, and documents by their digest. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Site } from '../../site.ts'
import type { Stored } from '../../store/types.ts'
import { type OfInstance, queryOf, READ, served } from './address.ts'
import { sendBytes, sendJson, sendStored, sendUnchanged, versioned } from './answers.ts'
import { sendContent, wantsResource } from './binary.ts'
import { isUnchanged, readConditions } from './preconditions.ts'
import { renderedOne, viewsOf } from './rendered.ts'
import { historyText } from './run-history.ts'
import { partOf, versionNumber } from './run-read.ts'

const SHA256 = /^[0-9a-f]{64}$/

interface OfVersion {
  Params: { type: string; id: string; version: string }
}

export function readRoutes(server: FastifyInstance, site: Site): void {
  const { store } = site
  const viewFor = viewsOf(site)
  const base = `${site.settings.baseUrl}/fhir`

  server.get<OfInstance>('/fhir/:type/:id', READ, async (request, reply) => {
    const { type, id } = request.params
    if (type === 'Binary' && SHA256.test(id)) return sendDocument(site, request, reply)
    const view = viewFor(type, request)
    if (view) return sendJson(reply, await renderedOne(site, view, request, id))
    return sendRead(request, reply, await store.as(request.caller).read(served(type), id))
  })
  for (const url of ['/fhir/_history', '/fhir/:type/_history', '/fhir/:type/:id/_history']) {
    server.get<{ Params: { type?: string; id?: string } }>(url, READ, async (request, reply) => {
      const { type, id } = request.params
      const of = type === undefined ? {} : { type: served(type), ...(id === undefined ? {} : { id }) }
      return sendJson(reply, await historyText(store.as(request.caller), of, queryOf(request), { base, lang: request.lang }))
    })
  }
  server.get<OfVersion>('/fhir/:type/:id/_history/:version', READ, async (request, reply) => {
    const { type, id, version } = request.params
    return sendRead(request, reply, await store.as(request.caller).vread(served(type), id, versionNumber(version)))
  })
}

/** What was read, or that the reader has it already. Both are reads and stand in the audit. */
function sendRead(request: FastifyRequest, reply: FastifyReply, stored: Stored) {
  if (isUnchanged(readConditions(request), stored)) return sendUnchanged(reply, stored)
  if (stored.type === 'Binary' && !wantsResource(request)) return sendContent(versioned(reply, stored), stored)
  return sendStored(reply, stored, 200, partOf(stored, queryOf(request)))
}

/** The exact bytes of a document, which is named by its digest. */
async function sendDocument(site: Site, request: FastifyRequest<OfInstance>, reply: FastifyReply) {
  const { bytes, contentType } = await site.store.as(request.caller).readBinary(request.params.id)
  return sendBytes(reply.header('etag', `"${request.params.id}"`), bytes, contentType)
}

/** Search of a type, by GET and POST. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Site } from '../../site.ts'
import { textOf } from '../body.ts'
import { headerOf, type OfType, queryOf, READ, served } from './address.ts'
import { sendJson } from './answers.ts'
import { preferOf } from './prefer.ts'
import { searchText } from './run-read.ts'

export function searchRoutes(server: FastifyInstance, site: Site): void {
  const base = `${site.settings.baseUrl}/fhir`
  const search = (request: FastifyRequest<OfType>, query: string): Promise<string> => {
    const { handling } = preferOf(headerOf(request, 'prefer'))
    return searchText(site.store.as(request.caller), served(request.params.type), query, { base, lang: request.lang, handling })
  }
  server.get<OfType>('/fhir/:type', READ, async (request, reply) => sendJson(reply, await search(request, queryOf(request))))
  server.post<OfType>('/fhir/:type/_search', { ...READ, bodyLimit: 65_536 }, async (request, reply) => {
    const query = [queryOf(request), textOf(request.body)].filter((q) => q !== '').join('&')
    return sendJson(reply, await search(request, query))
  })
}

/** Search of a type, of everything and of a compartment, by GET and POST (FHIR R4, http.html#search). */
import { compartmentOf, refuse } from '@yba/fhir'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Site } from '../../site.ts'
import { textOf } from '../body.ts'
import { routeUnknown } from '../outcomes.ts'
import { headerOf, type OfType, queryOf, READ, served } from './address.ts'
import { sendJson } from './answers.ts'
import { preferOf } from './prefer.ts'
import { renderedPage, viewsOf } from './rendered.ts'
import { type Searched, searchText } from './run-read.ts'

const POST = { ...READ, bodyLimit: 65_536 }

interface OfCompartment {
  Params: { owner: string; id: string; type: string }
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/

/** Throws `route-unknown` for what is no compartment, and for what follows it and is no type. */
export function inCompartment(owner: string, id: string, type: string): Searched {
  if (!compartmentOf(owner) || !ID.test(id) || !/^([A-Z]|\*$)/.test(type)) throw refuse(routeUnknown)
  return { type: type === '*' ? type : served(type), compartment: { type: owner, id } }
}

/** A search of everything has no path of its own: `/fhir?…` is led here, `/fhir` alone tells what there is. */
export const SEARCH_OF_ALL = '/fhir/_search'

/** Where a request for this address goes. */
export function searchAddress(method: string | undefined, url: string): string {
  const [, query] = /^\/fhir\/?\?(.*)$/s.exec(url) ?? []
  if (query === undefined || (method !== 'GET' && method !== 'HEAD')) return url
  const isSearch = [...new URLSearchParams(query).keys()].some((name) => name !== '_format' && name !== '_pretty')
  return isSearch ? `${SEARCH_OF_ALL}?${query}` : url
}

export function searchRoutes(server: FastifyInstance, site: Site): void {
  const base = `${site.settings.baseUrl}/fhir`
  const viewFor = viewsOf(site)
  const search = (request: FastifyRequest, of: Searched, query: string): Promise<string> => {
    const { handling } = preferOf(headerOf(request, 'prefer'))
    const view = of.compartment ? undefined : viewFor(of.type, request)
    if (view) return renderedPage(site, view, request, query, { base, lang: request.lang, handling })
    return searchText(site.store.as(request.caller), of, query, { base, lang: request.lang, handling })
  }
  const posted = (request: FastifyRequest): string => [queryOf(request), textOf(request.body)].filter((q) => q !== '').join('&')

  server.get(SEARCH_OF_ALL, READ, async (request, reply) => sendJson(reply, await search(request, { type: '*' }, queryOf(request))))
  server.post(SEARCH_OF_ALL, POST, async (request, reply) => sendJson(reply, await search(request, { type: '*' }, posted(request))))
  server.get<OfType>('/fhir/:type', READ, async (request, reply) =>
    sendJson(reply, await search(request, { type: served(request.params.type) }, queryOf(request))),
  )
  server.post<OfType>('/fhir/:type/_search', POST, async (request, reply) =>
    sendJson(reply, await search(request, { type: served(request.params.type) }, posted(request))),
  )
  const of = ({ params: { owner, id, type } }: FastifyRequest<OfCompartment>) => inCompartment(owner, id, type)
  server.get<OfCompartment>('/fhir/:owner/:id/:type', READ, async (request, reply) =>
    sendJson(reply, await search(request, of(request), queryOf(request))),
  )
  server.post<OfCompartment>('/fhir/:owner/:id/:type/_search', POST, async (request, reply) =>
    sendJson(reply, await search(request, of(request), posted(request))),
  )
}

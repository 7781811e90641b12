/**
 * What stands at an address under /fhir, as the routes themselves say: methods it does not take are 405 with Allow (RFC 9110),
 * operations nobody has are told as operations, and neither is taken for a resource of that name.
 */
import { isResourceType, OutcomeError, refuse } from '@yba/fhir'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { methodWrong, typeUnknown } from '../outcomes.ts'
import { listRoutes } from '../routes.ts'
import { operationUnknown } from './outcomes.ts'

/** Words of FHIR itself: no type and no id is called so. */
const isReserved = (segment: string): boolean => /^[$_]/.test(segment) || segment === 'metadata'

const segmentsOf = (address: string): string[] => (address.split('?')[0] ?? '').split('/').slice(2)

const fits = (pattern: readonly string[], path: readonly string[]): boolean =>
  pattern.length === path.length &&
  pattern.every((part, i) => (part.startsWith(':') ? !isReserved(path[i] ?? '') : part === path[i]) || part === ':version')

/** Throws `method-not-allowed` (and sets Allow), `operation-unknown`, `type-not-served`; returns where a route takes the request or nothing is there at all. */
export type CheckAddress = (request: FastifyRequest, reply: FastifyReply) => void

/** Takes the server all routes of which are added before the first request. */
export function addressChecks(server: FastifyInstance): CheckAddress {
  let known: { method: string; pattern: string[] }[] | undefined
  return (request, reply) => {
    known ??= listRoutes(server)
      .filter(({ url }) => url === '/fhir' || url.startsWith('/fhir/'))
      .map(({ method, url }) => ({ method, pattern: segmentsOf(url) }))
    const path = segmentsOf(request.url)
    const methods = new Set(known.filter(({ pattern }) => fits(pattern, path)).map(({ method }) => method))
    if (methods.has(request.method)) return
    const [type = ''] = path
    if (path.length > 0 && !isReserved(type) && !isResourceType(type)) throw refuse(typeUnknown)
    if (methods.size > 0) {
      reply.header('allow', [...methods].sort().join(', '))
      throw refuse(methodWrong)
    }
    if (path.some((segment) => segment.startsWith('$'))) throw refuse(operationUnknown)
  }
}

/** Requests whose route was found by taking a word of FHIR for a type or an id. */
export function checkReserved(fhir: FastifyInstance, check: CheckAddress): void {
  fhir.addHook('onRequest', async (request, reply) => {
    if (segmentsOf(request.url).some(isReserved)) check(request, reply)
  })
}

/** The refusal of a request under /fhir that no route takes; undefined where there is nothing to say but that. */
export function refusalOf(check: CheckAddress, request: FastifyRequest, reply: FastifyReply): OutcomeError | undefined {
  if (!/^\/fhir(?:[/?]|$)/.test(request.url)) return undefined
  try {
    check(request, reply)
    return undefined
  } catch (error) {
    if (error instanceof OutcomeError) return error
    throw error
  }
}

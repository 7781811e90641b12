/** What the address of a FHIR request names. */
import { isResourceType, refuse } from '@yba/fhir'
import type { FastifyRequest } from 'fastify'
import { typeUnknown } from '../outcomes.ts'

export const READ = { config: { policy: { permission: 'fhir.read' as const } } }
export const WRITE = { config: { policy: { permission: 'fhir.write' as const } } }

export interface OfType {
  Params: { type: string }
}

export interface OfInstance {
  Params: { type: string; id: string }
}

/** Every type of R4 is served. Throws `type-not-served` for any other word. */
export function served(type: string): string {
  if (!isResourceType(type)) throw refuse(typeUnknown)
  return type
}

/** The part after `?`, as it was sent. */
export const queryOf = (request: FastifyRequest): string => {
  const at = request.url.indexOf('?')
  return at < 0 ? '' : request.url.slice(at + 1)
}

/** The one value of a header. */
export const headerOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

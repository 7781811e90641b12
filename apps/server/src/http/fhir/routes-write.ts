/** create, update, patch and delete, by id and by condition (FHIR R4, http.html). */
import { readPatch, refuse } from '@yba/fhir'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Site } from '../../site.ts'
import { textOf } from '../body.ts'
import { bodyMissing } from '../outcomes.ts'
import { headerOf, type OfInstance, type OfType, queryOf, served, WRITE } from './address.ts'
import { foundFinding, sendDeleted, sendWritten, writtenFinding } from './answers.ts'
import { binaryBody } from './binary.ts'
import { resourceFrom } from './body.ts'
import { conditionOf } from './conditional.ts'
import { ifMatch, ifNoneMatch } from './preconditions.ts'
import { type Asked, type Body, runWrites } from './writes.ts'

const matchOf = (request: FastifyRequest): Pick<Asked, 'ifMatch'> => ifMatch(headerOf(request, 'if-match'))

function stepsOf(request: FastifyRequest): Pick<Asked, 'steps'> {
  const text = textOf(request.body)
  if (text.trim() === '') throw refuse(bodyMissing)
  return { steps: readPatch(text) }
}

function bodyFrom(request: FastifyRequest, type: string, id?: string): Body {
  if (type === 'Binary') return binaryBody(request, id)
  const text = textOf(request.body)
  return { resource: resourceFrom(text, type, id), text }
}

function created(request: FastifyRequest<OfType>): Asked {
  const type = served(request.params.type)
  const body = bodyFrom(request, type)
  const query = headerOf(request, 'if-none-exist')
  return { method: 'POST', type, body, ...(query === undefined ? {} : { condition: conditionOf(type, query) }) }
}

function updated(request: FastifyRequest<OfInstance>): Asked {
  const { id } = request.params
  const type = served(request.params.type)
  const body = bodyFrom(request, type, id)
  return { method: 'PUT', type, id, body, ...matchOf(request), ...ifNoneMatch(headerOf(request, 'if-none-match')) }
}

function updatedWhere(request: FastifyRequest<OfType>): Asked {
  const type = served(request.params.type)
  const condition = conditionOf(type, queryOf(request))
  const body = bodyFrom(request, type)
  return { method: 'PUT', type, condition, body, ...matchOf(request), ...ifNoneMatch(headerOf(request, 'if-none-match')) }
}

/** By the id of the address, or by the condition of its query. */
function named(request: FastifyRequest<{ Params: { type: string; id?: string } }>): Pick<Asked, 'type' | 'id' | 'condition'> {
  const { id } = request.params
  const type = served(request.params.type)
  return id === undefined ? { type, condition: conditionOf(type, queryOf(request)) } : { type, id }
}

export function writeRoutes(server: FastifyInstance, site: Site): void {
  const base = `${site.settings.baseUrl}/fhir`
  async function run(request: FastifyRequest, reply: FastifyReply, asked: Asked) {
    const store = site.store.as(request.caller, { plain: true })
    const [done] = await store.transact((tx) => runWrites(tx, [asked]))
    if (done?.kind === 'found') return sendWritten(request, reply, done.stored, base, 200, foundFinding(done.stored))
    if (done?.kind !== 'written' || done.result.deleted) return sendDeleted(request, reply, asked.type, done)
    return sendWritten(request, reply, done.result, base, done.created ? 201 : 200, writtenFinding(done.result))
  }

  server.post<OfType>('/fhir/:type', WRITE, (request, reply) => run(request, reply, created(request)))
  server.put<OfInstance>('/fhir/:type/:id', WRITE, (request, reply) => run(request, reply, updated(request)))
  server.put<OfType>('/fhir/:type', WRITE, (request, reply) => run(request, reply, updatedWhere(request)))
  for (const url of ['/fhir/:type/:id', '/fhir/:type']) {
    server.patch<OfInstance>(url, WRITE, (request, reply) =>
      run(request, reply, { method: 'PATCH', ...named(request), ...matchOf(request), ...stepsOf(request) }),
    )
    server.delete<OfInstance>(url, WRITE, (request, reply) =>
      run(request, reply, { method: 'DELETE', ...named(request), ...matchOf(request) }),
    )
  }
}

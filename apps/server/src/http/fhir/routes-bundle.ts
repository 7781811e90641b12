/** POST /fhir: transaction and batch. */
import { refuse } from '@yba/fhir'
import type { FastifyInstance } from 'fastify'
import type { Site } from '../../site.ts'
import { textOf } from '../body.ts'
import { headerOf, WRITE } from './address.ts'
import { sendJson } from './answers.ts'
import { readBundle } from './bundle/entry.ts'
import { batchText, transactionText } from './bundle/run.ts'
import { entryUnsupported } from './outcomes.ts'
import { preferOf } from './prefer.ts'

export function bundleRoute(server: FastifyInstance, site: Site): void {
  const base = `${site.settings.baseUrl}/fhir`
  server.post('/fhir', WRITE, async (request, reply) => {
    const { type, entries } = readBundle(textOf(request.body), base)
    const store = site.store.as(request.caller, { plain: true })
    const how = { base, lang: request.lang, ...preferOf(headerOf(request, 'prefer')) }
    if (type === 'transaction') return sendJson(reply, await transactionText(store, entries, how))
    if (type === 'batch') return sendJson(reply, await batchText(store, entries, how))
    throw refuse(entryUnsupported, { what: `Bundle.type ${String(type)}` })
  })
}

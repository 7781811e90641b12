/** In what form an answer is wanted and a body is sent (FHIR R4, http.html#mime-type). JSON is the one form there is. */
import { prettyText, refuse } from '@yba/fhir'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { FHIR_JSON } from '../errors.ts'
import { headerOf, queryOf } from './address.ts'
import { wantsPage } from './browser-page.ts'
import { mediaTypeUnknown, notAcceptable } from './outcomes.ts'

const JSON_TYPES = new Set(['application/fhir+json', 'application/json', 'text/json', 'application/json+fhir'])
const ANY = new Set(['*/*', 'application/*'])
/** A `+` in an address is a space once it is read. */
const isJsonFormat = (format: string): boolean => format === 'json' || JSON_TYPES.has(format.replaceAll(' ', '+').toLowerCase())

interface MediaRange {
  type: string
  parameters: Map<string, string>
}

function mediaRange(text: string): MediaRange {
  const [type = '', ...rest] = text.split(';').map((s) => s.trim())
  const pairs = rest.map((p) => p.split('=').map((s) => s.trim()))
  return {
    type: type.toLowerCase(),
    parameters: new Map(pairs.map(([name = '', value = '']) => [name.toLowerCase(), value.replace(/^"(.*)"$/, '$1')])),
  }
}

/** Another version of FHIR is another form. */
const isR4 = ({ parameters }: MediaRange): boolean => /^4\.0(\.\d+)?$/.test(parameters.get('fhirversion') ?? '4.0')

const takesJson = (accept: string): boolean =>
  accept
    .split(',')
    .map(mediaRange)
    .some((range) => (JSON_TYPES.has(range.type) || ANY.has(range.type)) && isR4(range) && Number(range.parameters.get('q') ?? 1) > 0)

/** Throws `not-acceptable`. `_format` wins over Accept. */
export function checkAnswerForm(accept: string | undefined, query: string): void {
  const format = query.includes('_format') ? new URLSearchParams(query).get('_format') : null
  const isThere = format === null ? accept === undefined || takesJson(accept) : takesJson(format) || isJsonFormat(format)
  if (!isThere) throw refuse(notAcceptable)
}

/** Throws `media-type-unknown` for a body that says it is something else; who says nothing sends what is wanted. */
export function checkBodyForm(contentType: string | undefined, wanted: ReadonlySet<string>): void {
  if (contentType === undefined) return
  const { type, parameters } = mediaRange(contentType)
  const isUtf8 = /^utf-?8$/i.test(parameters.get('charset') ?? 'utf-8')
  if (!wanted.has(type) || !isUtf8) throw refuse(mediaTypeUnknown, { wanted: [...wanted][0] ?? '' })
}

const FORM = new Set(['application/x-www-form-urlencoded'])
const PATCH = new Set(['application/json-patch+json'])

/** What a body of the request may be; undefined where none is read. */
function bodyTypes({ method, url, routeOptions }: FastifyRequest): ReadonlySet<string> | undefined {
  if (method === 'PATCH') return PATCH
  if (routeOptions.url?.endsWith('/_search')) return FORM
  // A Binary is bytes of any type.
  if (/^\/fhir\/Binary(?:[/?]|$)/.test(url)) return undefined
  return method === 'PUT' || method === 'POST' ? JSON_TYPES : undefined
}

const isPretty = (request: FastifyRequest): boolean => request.url.includes('_pretty=true')

/** Bytes of a Binary go out as they are, whatever JSON a client takes. */
const isBytes = (request: FastifyRequest): boolean => request.url.startsWith('/fhir/Binary/')

/** Whether a list of media types names FHIR's own JSON. */
export const isFhirJson = (types: string): boolean => types.split(',').some((type) => JSON_TYPES.has(mediaRange(type).type))

/** Every route added behind it answers in the form asked for, or says that it cannot. */
export function negotiateForms(server: FastifyInstance): void {
  server.addHook('onRequest', async (request) => {
    const accept = headerOf(request, 'accept')
    const query = queryOf(request)
    if (!isBytes(request) && !wantsPage(request.method, accept, query)) checkAnswerForm(accept, query)
    const wanted = bodyTypes(request)
    if (wanted) checkBodyForm(headerOf(request, 'content-type'), wanted)
  })
  server.addHook('onSend', async (request, reply, payload) => {
    const isJson = typeof payload === 'string' && payload !== '' && reply.getHeader('content-type') === FHIR_JSON
    return isJson && isPretty(request) ? prettyText(payload) : payload
  })
}

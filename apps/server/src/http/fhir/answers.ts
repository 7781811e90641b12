/** Stored resources as HTTP answers; their text goes out as it is stored. */
import { type Finding, finding, operationOutcome } from '@yba/fhir'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HistoryPage, SearchPage, Stored } from '../../store/types.ts'
import { FHIR_JSON } from '../errors.ts'
import { headerOf } from './address.ts'
import { foundInstead, removed, removedSeveral, written } from './outcomes.ts'
import { type Preference, preferOf } from './prefer.ts'
import type { Done } from './writes.ts'

export const etag = (stored: Stored): string => `W/"${stored.versionId}"`

/** One resource with its version headers; `text`: the part of it that was asked for. */
export function sendStored(reply: FastifyReply, stored: Stored, status = 200, text = stored.text) {
  return versioned(reply, stored).code(status).type(FHIR_JSON).send(text)
}

/** What a browser may open in its own window; anything else is a download. */
const SHOWN = /^(application\/pdf|application\/fhir\+json|application\/json|image\/(png|jpeg))\b/

/** Bytes of a Binary as they are. */
export const sendBytes = (reply: FastifyReply, bytes: Buffer, contentType: string) =>
  reply
    .type(contentType)
    .header('cache-control', 'private, no-store')
    .header('content-disposition', SHOWN.test(contentType) ? 'inline' : 'attachment')
    .send(bytes)

/** The reader has this version. */
export const sendUnchanged = (reply: FastifyReply, stored: Stored) => versioned(reply, stored).code(304).send()

export const versioned = (reply: FastifyReply, stored: Stored): FastifyReply =>
  reply.header('etag', etag(stored)).header('last-modified', stored.lastUpdated.toUTCString()).header('cache-control', 'no-store')

export const sendJson = (reply: FastifyReply, json: unknown, status = 200) =>
  reply
    .code(status)
    .type(FHIR_JSON)
    .header('cache-control', 'no-store')
    .send(typeof json === 'string' ? json : JSON.stringify(json))

/** What is said of a write where an OperationOutcome is preferred. */
export const writtenFinding = ({ type, versionId, deleted }: Stored): Finding =>
  deleted ? finding(removed, { type }) : finding(written, { type, version: versionId })

/** The same of a conditional create that met what it would have made. */
export const foundFinding = ({ type }: Stored): Finding => finding(foundInstead, { type })

function preference(request: FastifyRequest, reply: FastifyReply): Preference['return'] {
  const { return: wanted } = preferOf(headerOf(request, 'prefer'))
  if (wanted) reply.header('preference-applied', `return=${wanted}`)
  return wanted
}

/** What stands now, in the form the client prefers; the whole of it without a preference. `base`: of the address of the version. */
export function sendWritten(request: FastifyRequest, reply: FastifyReply, stored: Stored, base: string, status: number, said: Finding) {
  const wanted = preference(request, reply)
  versioned(reply, stored).header('location', `${base}/${stored.type}/${stored.id}/_history/${stored.versionId}`)
  if (wanted === 'minimal') return reply.code(status).send()
  if (wanted === 'OperationOutcome') return sendJson(reply, operationOutcome([said], request.lang), status)
  return sendStored(reply, stored, status)
}

/** What was to be deleted is not there, now or ever. */
export function sendDeleted(request: FastifyRequest, reply: FastifyReply, type: string, done: Done | undefined) {
  if (done?.kind === 'written' && done.result.versionId > 0) reply.header('etag', etag(done.result))
  const said = done?.kind === 'deleted' ? finding(removedSeveral, { type, count: done.count }) : finding(removed, { type })
  if (preference(request, reply) === 'OperationOutcome') return sendJson(reply, operationOutcome([said], request.lang))
  return reply.code(204).send()
}

const member = (name: string, json: string) => `${JSON.stringify(name)}:${json}`
const object = (...members: (string | undefined)[]) => `{${members.filter((m) => m !== undefined).join(',')}}`

export interface Links {
  self: string
  next?: string | undefined
}

/** A searchset Bundle; written as text, so that resources keep their exact form. `outcome`: what was left out of the question. */
export function searchset(page: SearchPage, fhirBase: string, { self, next }: Links, outcome?: object): string {
  const entry = (stored: Stored, mode: string) =>
    object(
      member('fullUrl', JSON.stringify(`${fhirBase}/${stored.type}/${stored.id}`)),
      member('resource', stored.text),
      member('search', `{"mode":"${mode}"}`),
    )
  const links = [{ relation: 'self', url: self }, ...(next ? [{ relation: 'next', url: next }] : [])]
  const entries = [
    ...page.entries.map((s) => entry(s, 'match')),
    ...page.included.map((s) => entry(s, 'include')),
    ...(outcome ? [object(member('resource', JSON.stringify(outcome)), member('search', '{"mode":"outcome"}'))] : []),
  ]
  return object(
    member('resourceType', '"Bundle"'),
    member('type', '"searchset"'),
    page.total === undefined ? undefined : member('total', String(page.total)),
    member('link', JSON.stringify(links)),
    entries.length > 0 ? member('entry', `[${entries.join(',')}]`) : undefined,
  )
}

/** A history Bundle, newest first. */
export function historyBundle({ entries }: HistoryPage, fhirBase: string, { self, next }: Links): string {
  const list = entries.map(({ method, stored: v }) => {
    const status = v.deleted ? '204' : method === 'POST' || v.versionId === 1 ? '201' : '200'
    return object(
      member('fullUrl', JSON.stringify(`${fhirBase}/${v.type}/${v.id}`)),
      v.deleted ? undefined : member('resource', v.text),
      member('request', JSON.stringify({ method, url: method === 'POST' ? v.type : `${v.type}/${v.id}` })),
      member('response', JSON.stringify({ status, etag: etag(v), lastModified: v.lastUpdated.toISOString() })),
    )
  })
  const links = [{ relation: 'self', url: self }, ...(next ? [{ relation: 'next', url: next }] : [])]
  // A page knows how many there are when it holds them all.
  const isWhole = next === undefined && !self.includes('_cursor=')
  return object(
    member('resourceType', '"Bundle"'),
    member('type', '"history"'),
    isWhole ? member('total', String(list.length)) : undefined,
    member('link', JSON.stringify(links)),
    list.length > 0 ? member('entry', `[${list.join(',')}]`) : undefined,
  )
}

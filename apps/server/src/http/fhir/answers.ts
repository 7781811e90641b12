/** Stored resources as HTTP answers; their text goes out as it is stored. */
import type { FastifyReply } from 'fastify'
import type { SearchPage, Stored } from '../../store/types.ts'
import { FHIR_JSON } from '../errors.ts'

export const etag = (stored: Stored): string => `W/"${stored.versionId}"`

/** One resource with its version headers. */
export function sendStored(reply: FastifyReply, stored: Stored, status = 200) {
  return reply
    .code(status)
    .type(FHIR_JSON)
    .header('etag', etag(stored))
    .header('last-modified', stored.lastUpdated.toUTCString())
    .header('cache-control', 'no-store')
    .send(stored.text)
}

export const sendJson = (reply: FastifyReply, json: unknown, status = 200) =>
  reply
    .code(status)
    .type(FHIR_JSON)
    .header('cache-control', 'no-store')
    .send(typeof json === 'string' ? json : JSON.stringify(json))

const member = (name: string, json: string) => `${JSON.stringify(name)}:${json}`
const object = (...members: (string | undefined)[]) => `{${members.filter((m) => m !== undefined).join(',')}}`

/** A searchset Bundle; written as text, so that resources keep their exact form. */
export function searchset(page: SearchPage, fhirBase: string, self: string, next: string | undefined): string {
  const entry = (stored: Stored, mode: string) =>
    object(
      member('fullUrl', JSON.stringify(`${fhirBase}/${stored.type}/${stored.id}`)),
      member('resource', stored.text),
      member('search', `{"mode":"${mode}"}`),
    )
  const links = [{ relation: 'self', url: self }, ...(next ? [{ relation: 'next', url: next }] : [])]
  const entries = [...page.entries.map((s) => entry(s, 'match')), ...page.included.map((s) => entry(s, 'include'))]
  return object(
    member('resourceType', '"Bundle"'),
    member('type', '"searchset"'),
    page.total === undefined ? undefined : member('total', String(page.total)),
    member('link', JSON.stringify(links)),
    entries.length > 0 ? member('entry', `[${entries.join(',')}]`) : undefined,
  )
}

/** A history Bundle, newest first. */
export function historyBundle(versions: readonly Stored[], fhirBase: string): string {
  const entries = versions.map((v) => {
    const method = v.deleted ? 'DELETE' : v.versionId === 1 ? 'POST' : 'PUT'
    return object(
      member('fullUrl', JSON.stringify(`${fhirBase}/${v.type}/${v.id}`)),
      v.deleted ? undefined : member('resource', v.text),
      member('request', JSON.stringify({ method, url: `${v.type}/${v.id}` })),
      member('response', JSON.stringify({ status: v.deleted ? '204' : '200', etag: etag(v), lastModified: v.lastUpdated.toISOString() })),
    )
  })
  return object(
    member('resourceType', '"Bundle"'),
    member('type', '"history"'),
    member('total', String(versions.length)),
    entries.length > 0 ? member('entry', `[${entries.join(',')}]`) : undefined,
  )
}

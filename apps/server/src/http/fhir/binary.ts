/**
 * Binary in its own form (FHIR R4, binary.html#rest): bytes of any type in, the same bytes out, unless the client asks for
 * the resource in JSON. It is stored as any resource, so versions, grants and the audit are those of all.
 */
import { refuse } from '@yba/fhir'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FhirResource, Stored } from '../../store/types.ts'
import { bytesOf, textOf } from '../body.ts'
import { bodyMissing } from '../outcomes.ts'
import { headerOf, queryOf } from './address.ts'
import { sendBytes } from './answers.ts'
import { resourceFrom } from './body.ts'
import { isFhirJson } from './negotiate.ts'
import type { Body } from './writes.ts'

/** The resource a body is: itself in FHIR's JSON, or made around the bytes. Throws `body-missing` and what a body is refused with. */
export function binaryBody(request: FastifyRequest, id?: string): Body {
  const contentType = headerOf(request, 'content-type') ?? 'application/octet-stream'
  if (isFhirJson(contentType)) {
    const text = textOf(request.body)
    return { resource: resourceFrom(text, 'Binary', id), text }
  }
  const bytes = bytesOf(request.body)
  if (bytes.length === 0) throw refuse(bodyMissing)
  const context = headerOf(request, 'x-security-context')
  const resource = {
    resourceType: 'Binary',
    ...(id === undefined ? {} : { id }),
    contentType,
    ...(context === undefined ? {} : { securityContext: { reference: context } }),
    data: bytes.toString('base64'),
  }
  return { resource: resource as unknown as FhirResource, text: JSON.stringify(resource) }
}

/** Whether the reader wants the resource: it names FHIR's JSON, where anything else means the bytes. */
export const wantsResource = (request: FastifyRequest): boolean =>
  isFhirJson(headerOf(request, 'accept') ?? '') || new URLSearchParams(queryOf(request)).has('_format')

/** The bytes of a stored Binary. */
export function sendContent(reply: FastifyReply, stored: Stored) {
  const { contentType, data } = stored.resource()
  const bytes = Buffer.from(typeof data === 'string' ? data : '', 'base64')
  return sendBytes(reply, bytes, typeof contentType === 'string' ? contentType : 'application/octet-stream')
}

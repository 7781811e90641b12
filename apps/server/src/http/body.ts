/** Reading bodies: bytes as they came, strict UTF-8, JSON with a named refusal. */
import { refuse } from '@yba/fhir'
import type { FastifyInstance } from 'fastify'
import { bodyUnreadable } from './outcomes.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Takes every content type as bytes; each route decides what they are. */
export function takeBytes(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

export const bytesOf = (body: unknown): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0))

/** Throws `body-unreadable`. */
export function textOf(body: unknown): string {
  try {
    return utf8.decode(bytesOf(body))
  } catch {
    throw refuse(bodyUnreadable)
  }
}

/** Parsed JSON, undefined for an empty body. Throws `body-unreadable`. */
export function jsonOf(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw refuse(bodyUnreadable)
  }
}

export const formOf = (body: unknown): URLSearchParams => new URLSearchParams(textOf(body))

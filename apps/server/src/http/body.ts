/** Reading bodies: bytes as they came, strict UTF-8, JSON with a named refusal. */
import { OutcomeError, parseStrictJson, refuse } from '@yba/fhir'
import type { FastifyInstance } from 'fastify'
import { bodyTooLarge, bodyUnreadable } from './outcomes.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Takes every content type as bytes; each route decides what they are. */
export function takeBytes(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

/** Longest time in which what is still sent after a refusal is read and thrown away. */
const LINGER_MS = 2_000

/**
 * Who is refused in the middle of a body still hears why: a line that is closed with bytes unread is reset, and the answer
 * goes with it. What comes after the answer is read and thrown away, for a moment.
 */
export function answerBeforeClosing(server: FastifyInstance): void {
  server.addHook('onSend', async (request, reply) => {
    const { socket, complete } = request.raw
    if (reply.statusCode !== 413 || complete || socket.destroyed) return
    socket.destroySoon = () => {
      socket.end()
      const end = setTimeout(() => socket.destroy(), LINGER_MS)
      socket.once('close', () => clearTimeout(end))
    }
  })
}

export const bytesOf = (body: unknown): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0))

/** A body while it comes. Throws `body-too-large` at the first byte over the limit. */
export async function* boundedStream(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let held = 0
  for await (const piece of body) {
    held += piece.length
    if (held > limit) throw refuse(bodyTooLarge)
    yield piece
  }
}

/** Throws `body-unreadable`. */
export function textOf(body: unknown): string {
  try {
    return utf8.decode(bytesOf(body))
  } catch {
    throw refuse(bodyUnreadable)
  }
}

/**
 * Parsed JSON, undefined for an empty body; strictly, for what is parsed is walked through by code that recurses. Throws
 * `body-unreadable`, `json-too-deep`, `json-duplicate-key`, `json-forbidden-key`.
 */
export function jsonOf(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return parseStrictJson(text)
  } catch (error) {
    if (error instanceof OutcomeError && PLAIN.has(error.code)) throw refuse(bodyUnreadable)
    throw error
  }
}

/** Said in the words of this layer. */
const PLAIN = new Set(['json-syntax', 'json-forbidden-character'])

/** A posted form. Throws `body-unreadable`. */
export function formOf(body: unknown): URLSearchParams {
  const form = new URLSearchParams(textOf(body))
  for (const [key, value] of form) if (key.includes('\0') || value.includes('\0')) throw refuse(bodyUnreadable)
  return form
}

/** The two digests of a document: of its exact bytes (what is signed), and of its content (what makes a retry a retry). */
import { createHash } from 'node:crypto'
import { refuse } from '@yba/fhir'
import canonicalize from 'canonicalize'
import { CONTENT_NOT_JSON } from './outcomes.ts'

/** SHA-256 of exactly these bytes, hex: a document's name. */
export function byteDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/**
 * SHA-256 (hex) over the RFC 8785 form of a Bundle without its own `id` and `meta`: two submissions with the same
 * content digest are the same content, whatever a sender's server did to spacing, order or ids. Numbers follow
 * RFC 8785, so 36.5 and 36.50 are one content (they are two documents: `byteDigest` tells them apart).
 * Throws CONTENT_NOT_JSON.
 */
export function contentDigest(bundleText: string): string {
  const value = parse(bundleText)
  const { id: _id, meta: _meta, ...content } = value
  const text = canonical(content)
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

function parse(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw refuse(CONTENT_NOT_JSON)
    throw error
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(CONTENT_NOT_JSON)
  return value as Record<string, unknown>
}

function canonical(content: Record<string, unknown>): string {
  try {
    const text = canonicalize(content)
    if (text !== undefined) return text
  } catch (error) {
    // Lone surrogates and infinite numbers have no RFC 8785 form.
    if (!(error instanceof Error)) throw error
  }
  throw refuse(CONTENT_NOT_JSON)
}

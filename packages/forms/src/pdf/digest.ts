/** The one-way tie: a PDF names the sha-256 of the document bytes it was rendered from. */

import { createHash } from 'node:crypto'

/** Lower-case hex sha-256 of the document's UTF-8 bytes. */
export function documentDigest(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/**
 * Reads the digest from the PDF's XMP packet (plain text in PDF/A) or its Keywords. Answers null when there is none,
 * or when later revisions of the file name another one: such a PDF proves nothing.
 */
export function pdfDigest(pdf: Uint8Array): string | null {
  const text = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength).toString('latin1')
  const found = new Set([...text.matchAll(/sha-256:([0-9a-f]{64})(?![0-9a-f])/g)].map((match) => match[1]))
  const [digest] = found
  return found.size === 1 && digest !== undefined ? digest : null
}

/** Bytes of a claim file to text: UTF-8 only, whatever the file calls itself. */

import { refuse } from '@yba/fhir'
import type { SaxesParser } from 'saxes'
import { claimEncoding, claimTooLarge } from '../outcomes.ts'

export const LIMITS = {
  /** Bytes of one file. */
  file: 64 * 1024 * 1024,
  /** Bytes of one decoded table. */
  table: 24 * 1024 * 1024,
  depth: 12,
  rows: 50_000,
  /** FILEHOSO of one record; there are sixteen tables. */
  files: 64,
  /** Different columns of one row; the widest table has about seventy. */
  columns: 400,
  /** Attributes of one element; claim files have none but namespaces. */
  attributes: 64,
  records: 20_000,
} as const

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

function utf16Mark(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'UTF-16LE'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'UTF-16BE'
  if (bytes[0] === 0x3c && bytes[1] === 0x00) return 'UTF-16LE'
  if (bytes[0] === 0x00 && bytes[1] === 0x3c) return 'UTF-16BE'
  return null
}

/** Name of a declared encoding other than UTF-8, or null. */
function declaredOther(text: string): string | null {
  const declared = /^<\?xml[^>]*\bencoding\s*=\s*["']([^"']+)["']/.exec(text.slice(0, 200))?.[1]
  return declared && !/^utf-?8$/i.test(declared) ? declared : null
}

/** Why bytes are not readable UTF-8 XML text, or the text (leading byte-order mark removed). */
export function decodeUtf8(bytes: Uint8Array): { text: string } | { problem: string } {
  const mark = utf16Mark(bytes)
  if (mark) return { problem: mark }
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return { problem: 'TCVN3, VNI, Windows-1258 …' }
  }
  const other = declaredOther(text)
  // Plain ASCII is UTF-8 whatever it is called; anything else under another name is not trusted.
  if (other && /\P{ASCII}/u.test(text)) return { problem: other }
  return { text }
}

/** Text of a whole file, blank lines before the declaration taken away; throws `claim-encoding` or `claim-too-large`. */
export function decodeFile(bytes: Uint8Array): string {
  if (bytes.length > LIMITS.file) throw refuse(claimTooLarge, { what: 'byte', limit: LIMITS.file })
  const result = decodeUtf8(bytes)
  if ('problem' in result) throw refuse(claimEncoding, { detail: result.problem })
  return result.text.trimStart()
}

/** Calls `over` at the attribute after the last one allowed, before the element is made of all of them. */
export function boundAttributes(parser: SaxesParser, over: () => void): void {
  let held = 0
  parser.on('opentagstart', () => {
    held = 0
  })
  parser.on('attribute', () => {
    held++
    if (held > LIMITS.attributes) over()
  })
}

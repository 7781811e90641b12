/** Bytes of a claim file to text: UTF-8 whatever the file calls itself, or the bytes of an old font, to be judged later. */

import { refuse } from '@yba/fhir'
import type { SaxesParser } from 'saxes'
import { certainOf, legacyJudge } from '../../legacy-text/judge.ts'
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

/** `eightBit`: the bytes were no UTF-8; each is the letter of Latin-1, and what they mean is still to be found out. */
export interface Decoded {
  text: string
  eightBit?: true
}

/** Old fonts use the codes from A1; below stand only the quotes and dashes that a word processor puts in. */
const NO_OLD_FONT =
  /[\u0080-\u009f\u20ac\u201a\u0192\u201e\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]/
const latin = new TextDecoder('windows-1252')

/** Why bytes are not readable XML text, or the text (leading byte-order mark removed). */
export function decodeUtf8(bytes: Uint8Array): Decoded | { problem: string } {
  const mark = utf16Mark(bytes)
  if (mark) return { problem: mark }
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const old = latin.decode(bytes)
    return NO_OLD_FONT.test(old) ? { problem: 'Windows-1258 …' } : { text: old, eightBit: true }
  }
  const other = declaredOther(text)
  // Plain ASCII is UTF-8 whatever it is called; anything else under another name is not trusted.
  if (other && /\P{ASCII}/u.test(text)) return { problem: other }
  return { text }
}

/** Characters of an 8-bit file that are looked at before it is read at all. */
const SAMPLE = 1_000_000

/**
 * Text of a whole file, blank lines before the declaration taken away. Bytes that are no UTF-8 are taken when their words
 * are beyond doubt those of one old font. Throws `claim-encoding` or `claim-too-large`.
 */
export function decodeFile(bytes: Uint8Array): Decoded {
  if (bytes.length > LIMITS.file) throw refuse(claimTooLarge, { what: 'byte', limit: LIMITS.file })
  const result = decodeUtf8(bytes)
  if ('problem' in result) throw refuse(claimEncoding, { detail: result.problem })
  if (result.eightBit && !certainOf(legacyJudge([result.text.slice(0, SAMPLE).replaceAll(/<[^<>]{0,200}>/g, ' ')]).weighed))
    throw refuse(claimEncoding, { detail: 'TCVN3, VNI, Windows-1258 …' })
  return { ...result, text: result.text.trimStart() }
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

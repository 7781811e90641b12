/** Bytes of a claim file to text: UTF-8 whatever the file calls itself, or the bytes of an old font, to be judged later. */

import { refuse } from '@yba/fhir'
import type { SaxesParser } from 'saxes'
import { certainOf, legacyJudge } from '../../legacy-text/judge.ts'
import { claimEncoding, claimPacked, claimTooLarge } from '../outcomes.ts'
import type { ClaimSource } from './source.ts'

const MB = 1024 * 1024

export const LIMITS = {
  /** Bytes of one file that is read record by record. */
  file: 2048 * MB,
  /** Bytes of one file whose records are wanted all at once. */
  whole: 64 * MB,
  /** Characters of one record, carriers included; also of one text without a tag. */
  record: 64 * MB,
  /** Bytes of one decoded table. */
  table: 24 * MB,
  depth: 12,
  rows: 50_000,
  /** FILEHOSO of one record; there are sixteen tables. */
  files: 64,
  /** Different columns of one row; the widest table has about seventy. */
  columns: 400,
  /** Attributes of one element; claim files have none but namespaces. */
  attributes: 64,
  records: 100_000,
} as const

function utf16Mark(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'UTF-16LE'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'UTF-16BE'
  if (bytes[0] === 0x3c && bytes[1] === 0x00) return 'UTF-16LE'
  if (bytes[0] === 0x00 && bytes[1] === 0x3c) return 'UTF-16BE'
  return null
}

/** How files begin that are handed in for XML, and what people call them. */
const PACKED = [
  ['PK\x03\x04', 'ZIP'],
  ['\x1f\x8b', 'GZIP'],
  ['Rar!', 'RAR'],
  ['7z\xbc\xaf', '7-Zip'],
  ['%PDF', 'PDF'],
] as const

/** What a file is packed in, or null. */
function packedIn(source: ClaimSource): string | null {
  for (const piece of source.pieces()) {
    const start = Buffer.from(piece.subarray(0, 4)).toString('latin1')
    return PACKED.find(([sign]) => start.startsWith(sign))?.[1] ?? null
  }
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

const OTHER = 'Windows-1258 …'

/** Pieces of bytes to pieces of text; what a piece cuts in two comes with the next. Throws `TypeError` on bytes that are no UTF-8. */
export function* textOf(source: ClaimSource, eightBit = false): Generator<string> {
  const decoder = eightBit ? new TextDecoder('windows-1252') : new TextDecoder('utf-8', { fatal: true })
  for (const piece of source.pieces()) yield decoder.decode(piece, { stream: true })
  yield decoder.decode()
}

/** The first characters, by the letters of Latin-1: enough to read a declaration or the name of the root. */
export function openingOf(source: ClaimSource, length: number): string {
  let text = ''
  for (const piece of textOf(source, true)) {
    text += piece
    if (text.length >= length) break
  }
  return text.slice(0, length).replace(/^\u00ef\u00bb\u00bf/, '')
}

/** Goes through all bytes once: whether they are readable, and as what. */
function* surveySteps(source: ClaimSource): Generator<undefined, { eightBit: boolean } | { problem: string }> {
  let letters = false
  const other = declaredOther(openingOf(source, 200))
  try {
    for (const text of textOf(source)) {
      // Plain ASCII is UTF-8 whatever it is called; anything else under another name is not trusted.
      if (other && !letters) letters = /\P{ASCII}/u.test(text)
      yield
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    for (const text of textOf(source, true)) {
      if (NO_OLD_FONT.test(text)) return { problem: OTHER }
      yield
    }
    return { eightBit: true }
  }
  return other && letters ? { problem: other } : { eightBit: false }
}

/** Why bytes are not readable XML text, or the text (leading byte-order mark removed). */
export function decodeUtf8(bytes: Uint8Array): Decoded | { problem: string } {
  const mark = utf16Mark(bytes)
  if (mark) return { problem: mark }
  const source: ClaimSource = { size: bytes.length, pieces: () => [bytes] }
  const steps = surveySteps(source)
  let step = steps.next()
  while (!step.done) step = steps.next()
  if ('problem' in step.value) return step.value
  const { eightBit } = step.value
  return { text: [...textOf(source, eightBit)].join(''), ...(eightBit ? { eightBit } : {}) }
}

/** Characters of an 8-bit file that are looked at before it is read at all. */
const SAMPLE = 1_000_000

/**
 * How a file is written. Bytes that are no UTF-8 are taken when their words are beyond doubt those of one old font.
 * Throws `claim-packed`, `claim-encoding` or `claim-too-large`.
 */
export function* surveyFile(source: ClaimSource): Generator<undefined, { eightBit: boolean }> {
  if (source.size > LIMITS.file) throw refuse(claimTooLarge, { what: 'byte', limit: LIMITS.file })
  const kind = packedIn(source)
  if (kind) throw refuse(claimPacked, { kind })
  const mark = utf16Mark(Buffer.from(openingOf(source, 2), 'latin1'))
  if (mark) throw refuse(claimEncoding, { detail: mark })
  const found = yield* surveySteps(source)
  if ('problem' in found) throw refuse(claimEncoding, { detail: found.problem })
  if (found.eightBit && !certainOf(legacyJudge([openingOf(source, SAMPLE).replaceAll(/<[^<>]{0,200}>/g, ' ')]).weighed))
    throw refuse(claimEncoding, { detail: 'TCVN3, VNI, Windows-1258 …' })
  return found
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

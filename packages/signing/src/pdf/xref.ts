/**
 * The cross-reference of a PDF, read strictly and only as far as needed: every object is taken from where the newest
 * section says it is, as a viewer does. Nothing is repaired: a file that needs guessing is refused, because two
 * programs may guess differently, and that is how signed files are forged.
 */
import { inflateSync } from 'node:zlib'
import {
  PDFArray,
  type PDFContext,
  PDFDict,
  PDFName,
  PDFNumber,
  type PDFObject,
  PDFObjectParser,
  PDFRawStream,
  PDFRef,
} from '@cantoo/pdf-lib'
import { refuse } from '@yba/fhir'
import { PDF_UNREADABLE } from '../outcomes.ts'

export type XrefEntry =
  | { kind: 'free' }
  | { kind: 'offset'; offset: number; generation: number }
  | { kind: 'packed'; container: number; index: number }

/** One revision's section of the cross-reference. */
export interface XrefSection {
  offset: number
  form: 'table' | 'stream'
  entries: Map<number, XrefEntry>
  trailer: PDFDict
}

export const unreadable = (detail: string): Error => refuse(PDF_UNREADABLE, { detail })

/** What one file may cost. Papers have a few hundred objects and a revision per signature; more is meant to exhaust us. */
const MOST = { inflated: 32 * 1024 * 1024, entries: 300_000, sections: 200, columns: 64 } as const

/** What is left of it for one file. */
export interface Budget {
  inflated: number
  entries: number
}

export const budget = (): Budget => ({ inflated: MOST.inflated, entries: MOST.entries })

function take(left: Budget, what: keyof Budget, n: number): void {
  left[what] -= n
  if (left[what] < 0) throw unreadable(`more than ${MOST[what]} ${what}`)
}

const WHITE = new Set([0, 9, 10, 12, 13, 32])

/** Parses one object at `offset`. The parser recovers from nothing. */
export function parseAt(bytes: Uint8Array, offset: number, context: PDFContext): PDFObject {
  try {
    return PDFObjectParser.forBytes(bytes.subarray(offset), context).parseObject()
  } catch (error) {
    throw unreadable(`object at ${offset}: ${error instanceof Error ? error.name : 'unknown'}`)
  }
}

/** Where the newest cross-reference section starts, from the last `startxref`. */
export function lastXrefOffset(bytes: Buffer): number {
  const tail = bytes.subarray(Math.max(0, bytes.length - 2048)).toString('latin1')
  const match = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(tail)
  if (!match) throw unreadable('startxref')
  return Number(match[1])
}

/** All sections, newest first, following Prev (and XRefStm of hybrid files). Throws PDF_UNREADABLE. */
export function readSections(bytes: Buffer, context: PDFContext, left: Budget): XrefSection[] {
  const sections: XrefSection[] = []
  const seen = new Set<number>()
  let offset: number | undefined = lastXrefOffset(bytes)
  while (offset !== undefined) {
    if (seen.has(offset) || seen.size >= MOST.sections || !Number.isSafeInteger(offset) || offset < 0 || offset >= bytes.length)
      throw unreadable(`xref chain at ${offset}`)
    seen.add(offset)
    const section: XrefSection =
      bytes.toString('latin1', offset, offset + 4) === 'xref' ? table(bytes, offset, context, left) : stream(bytes, offset, context, left)
    const hybrid = numberIn(section.trailer, 'XRefStm')
    if (hybrid !== undefined && section.form === 'table') {
      for (const [n, entry] of stream(bytes, hybrid, context, left).entries) if (!section.entries.has(n)) section.entries.set(n, entry)
    }
    sections.push(section)
    offset = numberIn(section.trailer, 'Prev')
  }
  return sections
}

/** A direct number of a dictionary. */
export function numberIn(dict: PDFDict, key: string): number | undefined {
  const value = dict.get(PDFName.of(key))
  return value instanceof PDFNumber ? value.asNumber() : undefined
}

function table(bytes: Buffer, start: number, context: PDFContext, left: Budget): XrefSection {
  const entries = new Map<number, XrefEntry>()
  let at = start + 4
  const skip = (): void => {
    while (WHITE.has(bytes[at] ?? -1)) at++
  }
  const word = (): string => {
    skip()
    const from = at
    while (at < bytes.length && !WHITE.has(bytes[at] ?? 0) && bytes[at] !== 0x3c) at++
    // The end of the file, or of the table's words: a loop that waits for `trailer` would wait for ever.
    if (at === from) throw unreadable('xref table')
    return bytes.toString('latin1', from, Math.min(at, from + 40))
  }
  for (let next = word(); next !== 'trailer'; next = word()) {
    const first = Number(next)
    const count = Number(word())
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count) || count > bytes.length / 10) throw unreadable('xref table')
    take(left, 'entries', Math.max(count, 1))
    for (let i = 0; i < count; i++) {
      const offset = Number(word())
      const generation = Number(word())
      const kind = word()
      if (kind !== 'n' && kind !== 'f') throw unreadable('xref table entry')
      if (entries.has(first + i)) throw unreadable(`object ${first + i} listed twice`)
      entries.set(first + i, kind === 'n' ? { kind: 'offset', offset, generation } : { kind: 'free' })
    }
  }
  const trailer = parseAt(bytes, at, context)
  if (!(trailer instanceof PDFDict)) throw unreadable('trailer')
  return { offset: start, form: 'table', entries, trailer }
}

function stream(bytes: Buffer, start: number, context: PDFContext, left: Budget): XrefSection {
  const header = /^\s*\d+\s+\d+\s+obj/.exec(bytes.toString('latin1', start, start + 40))
  if (!header) throw unreadable(`xref at ${start}`)
  const object = parseAt(bytes, start + header[0].length, context)
  if (!(object instanceof PDFRawStream) || object.dict.get(PDFName.of('Type')) !== PDFName.of('XRef')) throw unreadable('xref stream')
  const data = decodeStream(object, left)
  const widths = numbers(object.dict.get(PDFName.of('W')))
  // Entries of no bytes would never come to an end.
  if (!widths.every((w) => w >= 0 && w <= 8) || widths.every((w) => w === 0)) throw unreadable('xref widths')
  const [w0 = 0, w1 = 0, w2 = 0] = widths
  const index = object.dict.has(PDFName.of('Index'))
    ? numbers(object.dict.get(PDFName.of('Index')))
    : [0, numberIn(object.dict, 'Size') ?? 0]
  const entries = new Map<number, XrefEntry>()
  let at = 0
  const field = (width: number, missing: number): number => {
    if (width === 0) return missing
    let value = 0
    for (let i = 0; i < width; i++) value = value * 256 + (data[at++] ?? 0)
    return value
  }
  for (let i = 0; i + 1 < index.length; i += 2) {
    const first = index[i] ?? 0
    for (let n = first; n < first + (index[i + 1] ?? 0) && at < data.length; n++) {
      take(left, 'entries', 1)
      const type = field(w0, 1)
      const a = field(w1, 0)
      const b = field(w2, 0)
      if (entries.has(n)) throw unreadable(`object ${n} listed twice`)
      if (type === 1) entries.set(n, { kind: 'offset', offset: a, generation: b })
      else if (type === 2) entries.set(n, { kind: 'packed', container: a, index: b })
      else entries.set(n, { kind: 'free' })
    }
  }
  return { offset: start, form: 'stream', entries, trailer: object.dict }
}

function numbers(value: PDFObject | undefined): number[] {
  if (!(value instanceof PDFArray)) throw unreadable('array of numbers')
  return value.asArray().map((v) => {
    if (!(v instanceof PDFNumber)) throw unreadable('array of numbers')
    return v.asNumber()
  })
}

/** Undoes FlateDecode with the PNG predictors that cross-reference and object streams use; other filters are refused. */
export function decodeStream(object: PDFRawStream, left: Budget): Buffer {
  const filter = object.dict.get(PDFName.of('Filter'))
  if (filter === undefined) return Buffer.from(object.contents)
  const only = filter instanceof PDFArray && filter.size() === 1 ? filter.get(0) : filter
  if (only !== PDFName.of('FlateDecode')) throw unreadable('stream filter')
  let data: Buffer
  try {
    data = inflateSync(object.contents, { maxOutputLength: Math.max(left.inflated, 1) })
  } catch (error) {
    throw unreadable(`deflate: ${error instanceof Error ? error.name : 'unknown'}`)
  }
  take(left, 'inflated', data.length)
  const raw = object.dict.get(PDFName.of('DecodeParms'))
  const parms = raw instanceof PDFArray ? raw.get(0) : raw
  if (!(parms instanceof PDFDict) || (numberIn(parms, 'Predictor') ?? 1) < 10) return data
  return undoPng(data, numberIn(parms, 'Columns') ?? 1)
}

function undoPng(data: Buffer, columns: number): Buffer {
  if (!Number.isSafeInteger(columns) || columns < 1 || columns > MOST.columns) throw unreadable('predictor columns')
  const rows = Math.floor(data.length / (columns + 1))
  const out = Buffer.alloc(rows * columns)
  for (let r = 0; r < rows; r++) {
    const type = data[r * (columns + 1)]
    for (let c = 0; c < columns; c++) {
      const value = data[r * (columns + 1) + 1 + c] ?? 0
      const left = c > 0 ? (out[r * columns + c - 1] ?? 0) : 0
      const up = r > 0 ? (out[(r - 1) * columns + c] ?? 0) : 0
      let add = 0
      if (type === 1) add = left
      else if (type === 2) add = up
      else if (type === 3) add = (left + up) >> 1
      else if (type !== 0) throw unreadable('predictor')
      out[r * columns + c] = (value + add) & 0xff
    }
  }
  return out
}

/** Follows a reference's number; other values give undefined. */
export const refNumber = (value: PDFObject | undefined): number | undefined => (value instanceof PDFRef ? value.objectNumber : undefined)

/** A PDF as its cross-reference describes it, and the writing of one true incremental update at its end. */
import { PDFArray, PDFContext, PDFDict, PDFName, PDFNumber, type PDFObject, PDFRawStream, PDFRef } from '@cantoo/pdf-lib'
import {
  type Budget,
  budget,
  decodeStream,
  numberIn,
  parseAt,
  readSections,
  refNumber,
  unreadable,
  type XrefEntry,
  type XrefSection,
} from './xref.ts'

export interface PdfFile {
  bytes: Buffer
  context: PDFContext
  /** Newest first. */
  sections: XrefSection[]
  entries: Map<number, XrefEntry>
  trailer: PDFDict
  size: number
  rootNumber: number
  catalog: PDFDict
  /** What reading on may still cost. */
  left: Budget
  /** Object streams, unpacked once. */
  unpacked: Map<number, Buffer>
}

/** Opens a PDF. Throws PDF_UNREADABLE for encrypted, damaged or repaired-only files. */
export function openPdf(bytes: Uint8Array): PdfFile {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.toString('latin1', 0, 5) !== '%PDF-') throw unreadable('header')
  const context = PDFContext.create()
  const left = budget()
  const sections = readSections(buffer, context, left)
  const entries = new Map<number, XrefEntry>()
  for (const section of sections) for (const [n, entry] of section.entries) if (!entries.has(n)) entries.set(n, entry)
  const trailer = sections[0]?.trailer
  const rootNumber = refNumber(trailer?.get(PDFName.of('Root')))
  if (!trailer || rootNumber === undefined) throw unreadable('trailer without Root')
  if (trailer.has(PDFName.of('Encrypt'))) throw unreadable('encrypted')
  // Not spread: a spread of many keys is a stack of many arguments.
  const size = [...entries.keys()].reduce((most, n) => Math.max(most, n + 1), numberIn(trailer, 'Size') ?? 0)
  context.largestObjectNumber = size - 1
  const found = { bytes: buffer, context, sections, entries, trailer, size, rootNumber }
  const file: PdfFile = { ...found, catalog: trailer, left, unpacked: new Map() }
  const catalog = getObject(file, rootNumber)
  if (!(catalog instanceof PDFDict)) throw unreadable('catalog')
  return { ...file, catalog }
}

/** Object `n`, or undefined when it is free or unknown. Throws PDF_UNREADABLE when it is not where the file says. */
export function getObject(file: PdfFile, n: number): PDFObject | undefined {
  const entry = file.entries.get(n)
  if (!entry || entry.kind === 'free') return undefined
  if (entry.kind === 'packed') return packedObject(file, n, entry.container)
  const head = /^\s*(\d+)\s+(\d+)\s+obj/.exec(file.bytes.toString('latin1', entry.offset, entry.offset + 40))
  if (!head || Number(head[1]) !== n) throw unreadable(`object ${n}`)
  return parseAt(file.bytes, entry.offset + head[0].length, file.context)
}

function packedObject(file: PdfFile, n: number, container: number): PDFObject | undefined {
  if (file.entries.get(container)?.kind !== 'offset') throw unreadable(`object stream ${container}`)
  const holder = getObject(file, container)
  if (!(holder instanceof PDFRawStream)) throw unreadable(`object stream ${container}`)
  const data = file.unpacked.get(container) ?? decodeStream(holder, file.left)
  file.unpacked.set(container, data)
  const first = numberIn(holder.dict, 'First') ?? 0
  const header = data.toString('latin1', 0, first).trim().split(/\s+/).map(Number)
  for (let i = 0; i + 1 < header.length; i += 2) {
    if (header[i] === n) return parseAt(data, first + (header[i + 1] ?? 0), file.context)
  }
  throw unreadable(`object ${n} in stream ${container}`)
}

/** Follows references until a direct object is reached. */
export function resolve(file: PdfFile, value: PDFObject | undefined): PDFObject | undefined {
  let current = value
  for (let hops = 0; current instanceof PDFRef; hops++) {
    if (hops > 8) throw unreadable('reference loop')
    current = getObject(file, current.objectNumber)
  }
  return current
}

/** A dictionary's entry, resolved. */
export const entry = (file: PdfFile, dict: PDFDict, key: string): PDFObject | undefined => resolve(file, dict.get(PDFName.of(key)))

export interface PdfPage {
  number: number
  dict: PDFDict
  /** [left, bottom, right, top] */
  mediaBox: [number, number, number, number]
}

/** Trees of pages and fields are a few levels deep; deeper ones are built to exhaust a reader. */
export const DEEPEST_TREE = 50

/** All pages in order. Throws PDF_UNREADABLE on loops. */
export function pages(file: PdfFile): PdfPage[] {
  const found: PdfPage[] = []
  const seen = new Set<number>()
  const walk = (ref: PDFObject | undefined, inherited: PDFObject | undefined, depth: number): void => {
    const number = refNumber(ref)
    if (number === undefined || seen.has(number) || depth > DEEPEST_TREE) throw unreadable('page tree')
    seen.add(number)
    const dict = getObject(file, number)
    if (!(dict instanceof PDFDict)) throw unreadable('page tree')
    const box = dict.get(PDFName.of('MediaBox')) ?? inherited
    const kids = entry(file, dict, 'Kids')
    if (kids instanceof PDFArray) for (const kid of kids.asArray()) walk(kid, box, depth + 1)
    else found.push({ number, dict, mediaBox: rectangle(file, box) ?? [0, 0, 595.28, 841.89] })
  }
  walk(file.catalog.get(PDFName.of('Pages')), undefined, 0)
  return found
}

/** Four numbers of an array, resolved. */
export function rectangle(file: PdfFile, value: PDFObject | undefined): [number, number, number, number] | null {
  const array = resolve(file, value)
  if (!(array instanceof PDFArray) || array.size() !== 4) return null
  const [a, b, c, d] = array.asArray().map((v) => {
    const n = resolve(file, v)
    return n instanceof PDFNumber ? n.asNumber() : Number.NaN
  })
  if (a === undefined || b === undefined || c === undefined || d === undefined || [a, b, c, d].some(Number.isNaN)) return null
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]
}

/** The bytes of an object as they stand between `obj` and `endobj`. */
export function objectBytes(object: PDFObject): Buffer {
  const out = new Uint8Array(object.sizeInBytes())
  object.copyBytesInto(out, 0)
  return Buffer.from(out.buffer)
}

export interface AppendedRevision {
  bytes: Buffer
  /** Where each written object starts. */
  offsets: Map<number, number>
}

/**
 * Appends one revision: the objects, a cross-reference section of the same form as the newest one, a trailer. The
 * earlier bytes are not touched. `salt` makes the second file id.
 */
export function appendRevision(file: PdfFile, objects: Map<number, Uint8Array>, newId: Buffer): AppendedRevision {
  const parts: Buffer[] = [file.bytes]
  let length = file.bytes.length
  const push = (part: Uint8Array | string): void => {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part)
    parts.push(bytes)
    length += bytes.length
  }
  if (file.bytes.at(-1) !== 0x0a) push('\n')
  const offsets = new Map<number, number>()
  const generation = (n: number): number => {
    const known = file.entries.get(n)
    return known?.kind === 'offset' ? known.generation : 0
  }
  for (const [n, body] of [...objects].toSorted((a, b) => a[0] - b[0])) {
    offsets.set(n, length)
    push(`${n} ${generation(n)} obj\n`)
    push(body)
    push('\nendobj\n')
  }
  const start = length
  const written = [...offsets].map(([n, offset]) => ({ n, offset, generation: generation(n) }))
  push(file.sections[0]?.form === 'stream' ? xrefStream(file, written, start, newId) : xrefTable(file, written, newId))
  push(`startxref\n${start}\n%%EOF\n`)
  return { bytes: Buffer.concat(parts), offsets }
}

interface Written {
  n: number
  offset: number
  generation: number
}

function trailerEntries(file: PdfFile, size: number, newId: Buffer): string {
  const keep = ['Root', 'Info'].flatMap((key) => {
    const value = file.trailer.get(PDFName.of(key))
    return value ? [`/${key} ${value.toString()}`] : []
  })
  const id = file.trailer.get(PDFName.of('ID'))
  const first = id instanceof PDFArray ? id.get(0) : undefined
  const hex = `<${newId.toString('hex').toUpperCase()}>`
  const firstId = first ? objectBytes(first).toString('latin1') : hex
  return `/Size ${size} ${keep.join(' ')} /Prev ${file.sections[0]?.offset ?? 0} /ID [${firstId} ${hex}]`
}

/** Runs of consecutive object numbers. */
function runs(written: Written[]): Written[][] {
  const out: Written[][] = []
  for (const item of written) {
    const last = out.at(-1)
    if (last && (last.at(-1)?.n ?? -2) + 1 === item.n) last.push(item)
    else out.push([item])
  }
  return out
}

function xrefTable(file: PdfFile, written: Written[], newId: Buffer): string {
  const size = Math.max(file.size, ...written.map((w) => w.n + 1))
  const body = runs(written)
    .map((run) => {
      const lines = run.map((w) => `${String(w.offset).padStart(10, '0')} ${String(w.generation).padStart(5, '0')} n\r\n`)
      return `${run[0]?.n} ${run.length}\n${lines.join('')}`
    })
    .join('')
  return `xref\n${body}trailer\n<<${trailerEntries(file, size, newId)}>>\n`
}

function xrefStream(file: PdfFile, objects: Written[], start: number, newId: Buffer): Buffer {
  const own = Math.max(file.size, ...objects.map((w) => w.n + 1))
  const written = [...objects, { n: own, offset: start, generation: 0 }]
  const data = Buffer.alloc(written.length * 7)
  written.forEach((w, i) => {
    data[i * 7] = 1
    data.writeUInt32BE(w.offset, i * 7 + 1)
    data.writeUInt16BE(w.generation, i * 7 + 5)
  })
  const index = runs(written).map((run) => `${run[0]?.n} ${run.length}`)
  const dict = `<</Type/XRef /W [1 4 2] /Index [${index.join(' ')}] /Length ${data.length} ${trailerEntries(file, own + 1, newId)}>>`
  return Buffer.concat([Buffer.from(`${own} 0 obj\n${dict}\nstream\n`, 'latin1'), data, Buffer.from('\nendstream\nendobj\n', 'latin1')])
}

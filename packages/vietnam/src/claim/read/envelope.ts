/** The outer file (GIAMDINHHS): records and the text of their tables, in any of the four carriers, one record at a time. */

import { OutcomeError, refuse } from '@yba/fhir'
import { SaxesParser } from 'saxes'
import { claimDoctype, claimMalformed, claimTooLarge } from '../outcomes.ts'
import { boundAttributes, LIMITS } from './decode.ts'

/** One FILEHOSO: its name and what stood in NOIDUNGFILE. */
export interface EnvelopeFile {
  name: string
  /** Inline child elements: exact source text between the tags. */
  inline?: string
  /** Character data and CDATA, joined and unescaped. */
  text: string
}

/** What the file says of itself; whole once it has been read to its end. */
export interface EnvelopeHead {
  root: string
  facility: string
  madeOn: string
  /** SOLUONGHOSO as written. */
  count: string
  /** HOSO it holds. */
  records: number
}

interface State {
  depth: number
  text: string
  files: EnvelopeFile[]
  file: EnvelopeFile | null
  /** Offset in the file where NOIDUNGFILE's content begins; −1 outside. */
  start: number
  contentDepth: number
  hasChild: boolean
  /** Offset where the record begins, to know how much of it there is. */
  recordStart: number
}

/** The part of the text that may still be cut out: from the content under way, else from where the parser is. */
class Window {
  #text = ''
  #from = 0
  add(text: string): void {
    this.#text += text
  }
  /** The text from `start` to the last closing tag that begins before `end`. */
  inner(start: number, end: number): string {
    return this.#text.slice(start - this.#from, this.#text.lastIndexOf('</', end - 1 - this.#from))
  }
  forget(before: number): void {
    if (before <= this.#from) return
    this.#text = this.#text.slice(before - this.#from)
    this.#from = before
  }
}

const tooLarge = (what: string, limit: number): never => {
  throw refuse(claimTooLarge, { what, limit })
}

function onOpen(name: string, position: number, state: State, head: EnvelopeHead): void {
  state.depth++
  if (state.depth > LIMITS.depth * 2) tooLarge('XML depth', LIMITS.depth * 2)
  if (state.depth === 1) head.root = name
  if (state.start >= 0) {
    state.hasChild = true
    return
  }
  state.text = ''
  if (name === 'HOSO') {
    if (head.records >= LIMITS.records) tooLarge('HOSO', LIMITS.records)
    head.records++
    state.files = []
    state.recordStart = position
  } else if (name === 'FILEHOSO') {
    if (state.files.length >= LIMITS.files) tooLarge('FILEHOSO', LIMITS.files)
    state.file = { name: '', text: '' }
  } else if (name === 'NOIDUNGFILE' && state.file) {
    state.start = position
    state.contentDepth = state.depth
    state.hasChild = false
  }
}

function onClose(name: string, window: Window, position: number, state: State, head: EnvelopeHead): EnvelopeFile[] | undefined {
  if (state.start >= 0 && state.depth > state.contentDepth) {
    state.depth--
    return undefined
  }
  let whole: EnvelopeFile[] | undefined
  if (state.start >= 0 && state.file) {
    if (state.hasChild) state.file.inline = window.inner(state.start, position)
    else state.file.text = state.text
    state.start = -1
    state.hasChild = false
  } else if (name === 'LOAIHOSO' && state.file) state.file.name = state.text.trim()
  else if (name === 'MACSKCB') head.facility = state.text.trim()
  else if (name === 'NGAYLAP') head.madeOn = state.text.trim()
  else if (name === 'SOLUONGHOSO') head.count = state.text.trim()
  else if (name === 'FILEHOSO' && state.file) {
    state.files.push(state.file)
    state.file = null
  } else if (name === 'HOSO') {
    whole = state.files
    state.files = []
    state.recordStart = -1
  }
  state.text = ''
  state.depth--
  return whole
}

/** Name of the first element, without parsing the rest. */
export const rootName = (source: string): string => /<([A-Za-z_][\w.-]*)/.exec(source)?.[1] ?? ''

const INLINE_DECLARATION = /(<NOIDUNGFILE>\s{0,200})(<\?xml[^?<>]{0,200}\?>)/g
const CONTENT = '<NOIDUNGFILE>'
/** The longest text the pattern fits. */
const LONGEST = CONTENT.length + 200 + 210

/** Where a text could end in the middle of an inline declaration. */
function safeEnd(text: string): number {
  const from = Math.max(0, text.length - LONGEST)
  for (let at = text.indexOf('<', from); at >= 0; at = text.indexOf('<', at + 1)) {
    const rest = text.slice(at, at + CONTENT.length)
    if (CONTENT.startsWith(rest)) return at
  }
  return text.length
}

/**
 * Some software puts a whole document, declaration included, inline into NOIDUNGFILE; XML forbids that. The
 * declaration is blanked out, length kept, so that the rest can be read and sliced.
 */
export function* withoutInlineDeclarations(pieces: Iterable<string>): Generator<string> {
  let held = ''
  for (const piece of pieces) {
    held = (held + piece).replaceAll(INLINE_DECLARATION, (_, before: string, found: string) => before + ' '.repeat(found.length))
    const end = safeEnd(held)
    yield held.slice(0, end)
    held = held.slice(end)
  }
  yield held
}

/** Blank lines before the declaration are taken away. */
export function* withoutLeadingBlanks(pieces: Iterable<string>): Generator<string> {
  let begun = false
  for (const piece of pieces) {
    const text: string = begun ? piece : piece.trimStart()
    begun ||= text !== ''
    yield text
  }
}

/** Reads the outer file as it comes; `each` has every record as soon as it is whole. Throws as `envelopeSteps`. */
function envelopeParser(head: EnvelopeHead, each: (files: EnvelopeFile[]) => void) {
  const window = new Window()
  const state: State = { depth: 0, text: '', files: [], file: null, start: -1, contentDepth: 0, hasChild: false, recordStart: -1 }
  const parser = new SaxesParser({ xmlns: false, position: true })
  parser.on('doctype', () => {
    throw refuse(claimDoctype, { where: 'GIAMDINHHS' })
  })
  boundAttributes(parser, () => tooLarge('XML attributes', LIMITS.attributes))
  parser.on('error', (error) => {
    throw refuse(claimMalformed, { detail: error.message.slice(0, 160) })
  })
  const add = (text: string): void => {
    if (!state.hasChild) state.text += text
  }
  parser.on('text', add)
  parser.on('cdata', add)
  parser.on('opentag', (tag) => onOpen(tag.name, parser.position, state, head))
  parser.on('closetag', (tag) => {
    const whole = onClose(tag.name, window, parser.position, state, head)
    if (whole) each(whole)
  })
  let sinceTag = 0
  /** Characters given to the parser; between two pieces its own position says nothing. */
  let given = 0
  return {
    write(text: string): void {
      const tag: number = text.lastIndexOf('<')
      sinceTag = tag < 0 ? sinceTag + text.length : text.length - tag
      if (sinceTag > LIMITS.record) tooLarge('NOIDUNGFILE', LIMITS.record)
      window.add(text)
      parser.write(text)
      given += text.length
      if (state.recordStart >= 0 && given - state.recordStart > LIMITS.record) tooLarge('HOSO', LIMITS.record)
      window.forget(state.start >= 0 ? state.start : given)
    },
    close: () => parser.close(),
  }
}

/**
 * Reads the outer file piece by piece; gives the records that became whole with each piece. Throws `claim-doctype`,
 * `claim-malformed`, `claim-too-large`.
 */
export function* envelopeSteps(pieces: Iterable<string>): Generator<EnvelopeFile[][], EnvelopeHead> {
  const head: EnvelopeHead = { root: '', facility: '', madeOn: '', count: '', records: 0 }
  let whole: EnvelopeFile[][] = []
  const parser = envelopeParser(head, (files) => whole.push(files))
  try {
    for (const text of withoutInlineDeclarations(pieces)) {
      parser.write(text)
      yield whole
      whole = []
    }
    parser.close()
  } catch (error) {
    // What reading the bytes themselves met is not the parser's to name.
    if (error instanceof OutcomeError || (error instanceof Error && 'code' in error)) throw error
    throw refuse(claimMalformed, { detail: error instanceof Error ? error.message.slice(0, 160) : 'XML' })
  }
  return head
}

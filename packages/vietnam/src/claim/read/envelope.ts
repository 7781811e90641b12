/** The outer file (GIAMDINHHS): records and the text of their tables, in any of the four carriers. */

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

export interface Envelope {
  root: string
  facility: string
  madeOn: string
  count: string
  records: EnvelopeFile[][]
}

interface State {
  depth: number
  path: string
  text: string
  file: EnvelopeFile | null
  /** Offset in the source where NOIDUNGFILE's content begins; −1 outside. */
  start: number
  contentDepth: number
  hasChild: boolean
}

function onOpen(name: string, parser: SaxesParser, state: State, out: Envelope): void {
  state.depth++
  if (state.depth > LIMITS.depth * 2) throw refuse(claimTooLarge, { what: 'XML depth', limit: LIMITS.depth * 2 })
  if (state.depth === 1) out.root = name
  if (state.start >= 0) {
    state.hasChild = true
    return
  }
  state.path = name
  state.text = ''
  if (name === 'HOSO') {
    if (out.records.length >= LIMITS.records) throw refuse(claimTooLarge, { what: 'HOSO', limit: LIMITS.records })
    out.records.push([])
  } else if (name === 'FILEHOSO') {
    const files = out.records.at(-1)?.length ?? 0
    if (files >= LIMITS.files) throw refuse(claimTooLarge, { what: 'FILEHOSO', limit: LIMITS.files })
    state.file = { name: '', text: '' }
  } else if (name === 'NOIDUNGFILE' && state.file) {
    state.start = parser.position
    state.contentDepth = state.depth
    state.hasChild = false
  }
}

function onClose(name: string, source: string, parser: SaxesParser, state: State, out: Envelope): void {
  if (state.start >= 0 && state.depth > state.contentDepth) {
    state.depth--
    return
  }
  if (state.start >= 0 && state.file) {
    if (state.hasChild) state.file.inline = source.slice(state.start, source.lastIndexOf('</', parser.position - 1))
    else state.file.text = state.text
    state.start = -1
    state.hasChild = false
  } else if (name === 'LOAIHOSO' && state.file) state.file.name = state.text.trim()
  else if (name === 'MACSKCB') out.facility = state.text.trim()
  else if (name === 'NGAYLAP') out.madeOn = state.text.trim()
  else if (name === 'SOLUONGHOSO') out.count = state.text.trim()
  else if (name === 'FILEHOSO' && state.file) {
    out.records.at(-1)?.push(state.file)
    state.file = null
  }
  state.text = ''
  state.depth--
}

/** Name of the first element, without parsing the rest. */
export const rootName = (source: string): string => /<([A-Za-z_][\w.-]*)/.exec(source)?.[1] ?? ''

/**
 * Some software puts a whole document, declaration included, inline into NOIDUNGFILE; XML forbids that. The
 * declaration is blanked out, length kept, so that the rest can be read and sliced.
 */
const withoutInlineDeclarations = (source: string): string =>
  source.replaceAll(
    /(<NOIDUNGFILE>\s{0,200})(<\?xml[^?<>]{0,200}\?>)/g,
    (_, before: string, declaration: string) => before + ' '.repeat(declaration.length),
  )

/** Characters read between two pauses: some tens of milliseconds. */
const STEP = 512 * 1024

/** Reads the outer file, step by step. Throws `claim-doctype`, `claim-malformed`, `claim-too-large`. */
export function* readEnvelope(received: string): Generator<void, Envelope> {
  const source = withoutInlineDeclarations(received)
  const out: Envelope = { root: '', facility: '', madeOn: '', count: '', records: [] }
  const state: State = { depth: 0, path: '', text: '', file: null, start: -1, contentDepth: 0, hasChild: false }
  const parser = new SaxesParser({ xmlns: false, position: true })
  parser.on('doctype', () => {
    throw refuse(claimDoctype, { where: 'GIAMDINHHS' })
  })
  boundAttributes(parser, () => {
    throw refuse(claimTooLarge, { what: 'XML attributes', limit: LIMITS.attributes })
  })
  parser.on('error', (error) => {
    throw refuse(claimMalformed, { detail: error.message.slice(0, 160) })
  })
  const add = (text: string): void => {
    if (!state.hasChild) state.text += text
  }
  parser.on('text', add)
  parser.on('cdata', add)
  parser.on('opentag', (tag) => onOpen(tag.name, parser, state, out))
  parser.on('closetag', (tag) => onClose(tag.name, source, parser, state, out))
  try {
    for (let at = 0; at < source.length; at += STEP) {
      parser.write(source.slice(at, at + STEP))
      yield
    }
    parser.close()
  } catch (error) {
    if (error instanceof OutcomeError) throw error
    throw refuse(claimMalformed, { detail: error instanceof Error ? error.message.slice(0, 160) : 'XML' })
  }
  return out
}

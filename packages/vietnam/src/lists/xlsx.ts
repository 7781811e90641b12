/**
 * Rows of the first sheet of a workbook (ECMA-376 part 1), as text. Formulas give the value the workbook holds; a cell
 * that is written as a date gives yyyy-mm-dd. Bounded: what unpacks to more than it may is refused unread.
 */
import { refuse } from '@yba/fhir'
import { strFromU8, type UnzipFileInfo, unzipSync } from 'fflate'
import { type SaxesOptions, SaxesParser } from 'saxes'
import { LIST_UNREADABLE } from './outcomes.ts'

const MOST_UNPACKED = 64 * 1024 * 1024
const MOST_CELLS = 2_000_000
const DAY_MS = 86_400_000
/** Day 0 of a workbook's count, with its leap day of 1900 that never was (ECMA-376 part 1, 18.17.4.1). */
const FIRST_DAY = Date.UTC(1899, 11, 30)

const unreadable = (what: string) => refuse(LIST_UNREADABLE, { what })

type Parts = Record<string, Uint8Array>

function unpack(bytes: Uint8Array): Parts {
  let left = MOST_UNPACKED
  const filter = ({ name, originalSize }: UnzipFileInfo): boolean => {
    if (!/^(xl\/(workbook|sharedStrings|styles)\.xml|xl\/_rels\/workbook\.xml\.rels|xl\/worksheets\/[^/]+\.xml)$/.test(name)) return false
    left -= originalSize
    if (left < 0) throw unreadable('zip > 64 MB')
    return true
  }
  try {
    return unzipSync(bytes, { filter })
  } catch (error) {
    throw error instanceof Error && 'findings' in error ? error : unreadable('zip')
  }
}

interface Handlers {
  open?(name: string, attributes: Record<string, string>): void
  text?(text: string): void
  close?(name: string): void
}

/** Reads a part's XML; the names come without their prefix. No document type is taken: no entity is ever defined. */
function walk(parts: Parts, name: string, handlers: Handlers): void {
  const bytes = parts[name]
  if (!bytes) return
  const parser = new SaxesParser<SaxesOptions>({})
  const plain = (tag: string): string => tag.slice(tag.indexOf(':') + 1)
  parser.on('doctype', () => {
    throw unreadable('DOCTYPE')
  })
  parser.on('error', () => {
    throw unreadable(name)
  })
  parser.on('opentag', (tag) => handlers.open?.(plain(tag.name), tag.attributes as Record<string, string>))
  parser.on('text', (text) => handlers.text?.(text))
  parser.on('closetag', (tag) => handlers.close?.(plain(tag.name)))
  parser.write(strFromU8(bytes)).close()
}

function firstSheet(parts: Parts): string {
  let id = ''
  walk(parts, 'xl/workbook.xml', {
    open: (tag, attributes) => {
      if (tag === 'sheet' && id === '') id = attributes['r:id'] ?? ''
    },
  })
  let target = ''
  walk(parts, 'xl/_rels/workbook.xml.rels', {
    open: (tag, attributes) => {
      if (tag === 'Relationship' && attributes.Id === id) target = attributes.Target ?? ''
    },
  })
  const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`
  if (!parts[path]) throw unreadable('sheet')
  return path
}

function sharedStrings(parts: Parts): string[] {
  const strings: string[] = []
  let [inText, phonetic] = [false, false]
  walk(parts, 'xl/sharedStrings.xml', {
    open: (tag) => {
      if (tag === 'si') strings.push('')
      if (tag === 'rPh') phonetic = true
      inText = tag === 't' && !phonetic
    },
    text: (text) => {
      if (inText) strings[strings.length - 1] += text
    },
    close: (tag) => {
      if (tag === 'rPh') phonetic = false
      if (tag === 't') inText = false
    },
  })
  return strings
}

/** Which cell styles are dates: formats 14 to 22, and own ones that write a day. */
function dateStyles(parts: Parts): Set<number> {
  const own = new Set<number>()
  const dates = new Set<number>()
  let [inStyles, place] = [false, 0]
  walk(parts, 'xl/styles.xml', {
    open: (tag, a) => {
      const words = (a.formatCode ?? '').replace(/"[^"]*"|\[[^\]]*\]|\\./g, '')
      if (tag === 'numFmt' && /[dy]/i.test(words)) own.add(Number(a.numFmtId))
      if (tag === 'cellXfs') inStyles = true
      if (tag !== 'xf' || !inStyles) return
      const format = Number(a.numFmtId)
      if ((format >= 14 && format <= 22) || own.has(format)) dates.add(place)
      place++
    },
    close: (tag) => {
      if (tag === 'cellXfs') inStyles = false
    },
  })
  return dates
}

/** `AB` of `AB12` as a number from 0. */
const columnOf = (reference: string): number =>
  [...reference.replace(/\d+$/, '')].reduce((n, letter) => n * 26 + letter.charCodeAt(0) - 64, 0) - 1

const dayOf = (serial: string): string => new Date(FIRST_DAY + Math.floor(Number(serial)) * DAY_MS).toISOString().slice(0, 10)

/** Throws `list-unreadable`. */
export function xlsxRows(bytes: Uint8Array): string[][] {
  const parts = unpack(bytes)
  const [strings, dates] = [sharedStrings(parts), dateStyles(parts)]
  const rows: string[][] = []
  let [cells, column, type, style, value, inValue] = [0, 0, '', 0, '', false]
  walk(parts, firstSheet(parts), {
    open: (tag, a) => {
      if (tag === 'row') {
        const line = Number(a.r ?? rows.length + 1)
        if (!(line > rows.length && line <= 1_048_576)) throw unreadable('row')
        while (rows.length < line) rows.push([])
      }
      if (tag === 'c') {
        if (++cells > MOST_CELLS) throw unreadable('cells')
        column = a.r ? columnOf(a.r) : (rows.at(-1)?.length ?? 0)
        if (!(column >= 0 && column < 16_384)) throw unreadable('column')
        ;[type, style, value] = [a.t ?? 'n', Number(a.s ?? 0), '']
      }
      inValue = tag === 'v' || tag === 't'
    },
    text: (text) => {
      if (inValue) value += text
    },
    close: (tag) => {
      if (tag === 'v' || tag === 't') inValue = false
      if (tag !== 'c') return
      const row = rows.at(-1)
      if (!row) throw unreadable('cell')
      const number = type === 'n' && value !== '' && dates.has(style) ? dayOf(value) : value
      while (row.length < column) row.push('')
      row[column] = type === 's' ? (strings[Number(value)] ?? '') : number
    },
  })
  return rows
}

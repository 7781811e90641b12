/** JSON text taken apart as far as somebody looks into it, and put together again with every other byte as it was. */
import { items, members, rootStart, skipSpace, skipValue } from './scan.ts'

/** A member, an item or the root, with the white space around it. */
export interface Piece {
  /** White space before it. */
  lead: string
  /** The member's name; '' for an item. */
  key: string
  /** The quoted name as it is written, and the colon with the white space around it; '' for an item. */
  name: string
  colon: string
  value: Value
  /** White space behind it, before a comma. */
  after: string
}

/** An object or a list that was looked into. */
export interface Container {
  isList: boolean
  pieces: Piece[]
  /** White space before the closing bracket. */
  end: string
}

/** Text that nobody looked into, or a container. */
type Value = string | Container

interface Span {
  start: number
  valueStart: number
  end: number
  key: string
}

function spansOf(text: string): Span[] {
  if (text.charAt(0) === '[') return items(text, 0).map(({ start, end }) => ({ start, valueStart: start, end, key: '' }))
  return members(text, 0).map((m) => ({ start: m.keyStart, valueStart: m.valueStart, end: m.valueEnd, key: m.key }))
}

function apart(text: string): Container {
  const spans = spansOf(text)
  let from = 1
  const pieces = spans.map((span, i): Piece => {
    const isLast = i === spans.length - 1
    const comma = isLast ? span.end : skipSpace(text, span.end)
    const written = text.slice(span.start, span.valueStart)
    const nameEnd = written.lastIndexOf('"') + 1
    const piece = {
      lead: text.slice(from, span.start),
      key: span.key,
      name: written.slice(0, nameEnd),
      colon: written.slice(nameEnd),
      value: text.slice(span.valueStart, span.end),
      after: text.slice(span.end, comma),
    }
    from = isLast ? span.end : comma + 1
    return piece
  })
  return { isList: text.charAt(0) === '[', pieces, end: text.slice(from, -1) }
}

/** The whole text as one piece. */
export function rootPiece(text: string): Piece {
  const start = rootStart(text)
  const end = skipValue(text, start)
  return { lead: text.slice(0, start), key: '', name: '', colon: '', value: text.slice(start, end), after: text.slice(end) }
}

/** Looks into a piece; undefined when it is no object and no list. */
export function containerOf(piece: Piece): Container | undefined {
  if (typeof piece.value !== 'string') return piece.value
  const open = piece.value.charAt(0)
  if (open !== '{' && open !== '[') return undefined
  piece.value = apart(piece.value)
  return piece.value
}

/** The text of a piece's value. */
export function valueText({ value }: Piece): string {
  if (typeof value === 'string') return value
  const inner = value.pieces.map((p) => p.lead + p.name + p.colon + valueText(p) + p.after).join(',') + value.end
  return value.isList ? `[${inner}]` : `{${inner}}`
}

/** The text of the root with what stands around it. */
export const wholeText = (root: Piece): string => root.lead + valueText(root) + root.after

/** Puts a value in at a place, laid out as its neighbours are. */
export function insertPiece(into: Container, at: number, key: string, value: string): void {
  const { pieces, isList } = into
  const near = pieces[at] ?? pieces.at(-1)
  const name = isList ? '' : JSON.stringify(key)
  pieces.splice(at, 0, { lead: near?.lead ?? '', key, name, colon: isList ? '' : (near?.colon ?? ':'), value, after: '' })
}

export function removePiece(from: Container, at: number): void {
  const [gone] = from.pieces.splice(at, 1)
  const first = from.pieces[0]
  if (at === 0 && gone && first) first.lead = gone.lead
}

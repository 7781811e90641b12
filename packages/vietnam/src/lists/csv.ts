/** Rows of a CSV file (RFC 4180), comma or semicolon, UTF-8 with or without its mark. Pure. */
import { refuse } from '@yba/fhir'
import { LIST_UNREADABLE } from './outcomes.ts'

const unreadable = (what: string) => refuse(LIST_UNREADABLE, { what })

/** The sign the first line is parted by: spreadsheets of this country write a semicolon. */
function separatorOf(text: string): string {
  const end = text.search(/\r?\n/)
  const head = (end < 0 ? text : text.slice(0, end)).replace(/"(?:[^"]|"")*"/g, '')
  const count = (sign: string): number => head.split(sign).length
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best))
}

/** Throws `list-unreadable`: another encoding than UTF-8, a quote that never ends. */
export function csvRows(bytes: Uint8Array): string[][] {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw unreadable('UTF-8')
  }
  const separator = separatorOf(text)
  const rows: string[][] = []
  let row: string[] = []
  for (let at = 0; at <= text.length; ) {
    const { value, end } = cell(text, at, separator)
    row.push(value)
    const sign = text[end]
    if (sign === separator) {
      at = end + 1
      continue
    }
    rows.push(row)
    row = []
    at = end + (text.startsWith('\r\n', end) ? 2 : 1)
  }
  return rows
}

function cell(text: string, at: number, separator: string): { value: string; end: number } {
  if (text[at] !== '"') {
    let end = at
    while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end++
    return { value: text.slice(at, end), end }
  }
  let value = ''
  for (let from = at + 1; ; ) {
    const quote = text.indexOf('"', from)
    if (quote < 0) throw unreadable('"')
    value += text.slice(from, quote)
    if (text[quote + 1] !== '"') return { value, end: quote + 1 }
    value += '"'
    from = quote + 2
  }
}

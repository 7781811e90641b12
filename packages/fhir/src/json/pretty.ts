/** JSON text for people: the same tokens on lines of their own. */
import { rootStart, skipSpace, skipString } from './scan.ts'

const STEP = '  '
const newLine = (depth: number): string => `\n${STEP.repeat(depth)}`

/** Index after the number or word that starts at `start`. */
function skipScalar(text: string, start: number): number {
  let i = start
  while (i < text.length && !' \n\r\t,]}'.includes(text.charAt(i))) i++
  return i
}

/**
 * Indents JSON text by two spaces a level, as `JSON.stringify(value, null, 2)` would, without reading it: every string and
 * number keeps its spelling (`1.50`, `\u00e9`), every member its place. Takes text that `parseFhirJson` accepted.
 */
export function prettyText(text: string): string {
  let out = ''
  let depth = 0
  let i = rootStart(text)
  while (i < text.length) {
    const c = text.charAt(i)
    let end = i + 1
    if (c === '{' || c === '[') {
      const next = skipSpace(text, i + 1)
      const isEmpty = text.charAt(next) === (c === '{' ? '}' : ']')
      if (isEmpty) {
        end = next + 1
        out += c === '{' ? '{}' : '[]'
      } else out += c + newLine(++depth)
    } else if (c === '}' || c === ']') out += newLine(--depth) + c
    else if (c === ',') out += c + newLine(depth)
    else if (c === ':') out += ': '
    else {
      end = c === '"' ? skipString(text, i) : skipScalar(text, i)
      out += text.slice(i, end)
    }
    i = skipSpace(text, end)
  }
  return out
}

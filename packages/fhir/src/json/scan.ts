/** Finds spans in JSON text. All positions are string indices; the text is known to be valid JSON unless said. */
import { WHOLE_MEMBERS } from './spelling.ts'

export interface Member {
  key: string
  /** Start of the quoted key. */
  keyStart: number
  valueStart: number
  valueEnd: number
}

const QUOTE = 34
const BACKSLASH = 92

/** Index after the string whose opening quote stands at `start`; the text's length when it never ends. */
export function skipString(text: string, start: number): number {
  let end = start
  for (;;) {
    end = text.indexOf('"', end + 1)
    if (end < 0) return text.length
    let back = end - 1
    while (text.charCodeAt(back) === BACKSLASH) back--
    if ((end - back) % 2 === 1) return end + 1
  }
}

/** Index of the first character at or after `at` that is no white space. */
export function skipSpace(text: string, at: number): number {
  let i = at
  for (;;) {
    const c = text.charCodeAt(i)
    if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return i
    i++
  }
}

/** Index after the value that starts at `start`. */
export function skipValue(text: string, start: number): number {
  const first = text.charCodeAt(start)
  if (first === QUOTE) return skipString(text, start)
  let i = start
  if (first !== 123 && first !== 91) {
    while (i < text.length && !/[\s,\]}]/.test(text.charAt(i))) i++
    return i
  }
  let depth = 0
  while (i < text.length) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) {
      i = skipString(text, i)
      continue
    }
    if (c === 123 || c === 91) depth++
    else if (c === 125 || c === 93) {
      depth--
      if (depth === 0) return i + 1
    }
    i++
  }
  return i
}

/** The string whose quotes stand at the span's ends. */
export function unquote(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1)
  return inner.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : inner
}

/** The members of the object that opens at `start`. */
export function members(text: string, start: number): Member[] {
  const out: Member[] = []
  let i = skipSpace(text, start + 1)
  while (text.charCodeAt(i) === QUOTE) {
    const keyEnd = skipString(text, i)
    const colon = skipSpace(text, keyEnd)
    const valueStart = skipSpace(text, colon + 1)
    const valueEnd = skipValue(text, valueStart)
    out.push({ key: unquote(text, i, keyEnd), keyStart: i, valueStart, valueEnd })
    i = skipSpace(text, valueEnd)
    if (text.charAt(i) !== ',') break
    i = skipSpace(text, i + 1)
  }
  return out
}

/** Start and end of each item of the array that opens at `start`. */
export function items(text: string, start: number): { start: number; end: number }[] {
  const out: { start: number; end: number }[] = []
  let i = skipSpace(text, start + 1)
  while (i < text.length && text.charAt(i) !== ']') {
    const end = skipValue(text, i)
    out.push({ start: i, end })
    i = skipSpace(text, end)
    if (text.charAt(i) !== ',') break
    i = skipSpace(text, i + 1)
  }
  return out
}

/** Index of the opening brace of the whole text. */
export function rootStart(text: string): number {
  return skipSpace(text, text.charCodeAt(0) === 0xfeff ? 1 : 0)
}

/** What is known of JSON text before it is parsed. */
export interface Shape {
  deepest: number
  /** Colons. */
  keys: number
  /** At least so many. */
  values: number
  /** Whether a number with a point or an exponent stands where R4 has whole ones. */
  isRough: boolean
}

/** Whether a point or an E stands in a number whose member holds whole numbers somewhere in R4. */
function isRoughAt(text: string, at: number, from: number, to: number): boolean {
  const before = text.charCodeAt(at - 1)
  return before >= 48 && before <= 57 && WHOLE_MEMBERS.has(text.slice(from + 1, to - 1))
}

/** Depth and counts outside strings; works on any text, valid or not, and stops at a limit passed. */
export function shape(text: string, mostDepth: number, mostValues = Number.POSITIVE_INFINITY): Shape {
  let depth = 0
  let deepest = 0
  let keys = 0
  let values = 0
  let isRough = false
  // The last string, and the one before the last colon: the member a number belongs to.
  let [start, end, from, to] = [0, 0, 0, 0]
  let i = 0
  const length = text.length
  while (i < length) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) {
      start = i
      i = skipString(text, i)
      end = i
      continue
    }
    if (c === 58) {
      keys++
      from = start
      to = end
    } else if ((c === 46 || c === 69 || c === 101) && !isRough) isRough = isRoughAt(text, i, from, to)
    else if (c === 44) {
      values++
      if (values > mostValues) break
    } else if (c === 123 || c === 91) {
      depth++
      values++
      if (depth > deepest) deepest = depth
      if (depth > mostDepth) break
    } else if (c === 125 || c === 93) depth--
    i++
  }
  return { deepest, keys, values, isRough }
}

/** Path of an object with a repeated key. Slow; used only to word a refusal. */
export function duplicatePath(text: string, start: number, path: string): string | undefined {
  const open = text.charAt(start)
  if (open === '{') {
    const seen = new Set<string>()
    for (const m of members(text, start)) {
      if (seen.has(m.key)) return path
      seen.add(m.key)
      const name = /^[A-Za-z_]\w{0,63}$/.test(m.key) ? m.key : '?'
      const below = duplicatePath(text, m.valueStart, `${path}.${name}`)
      if (below !== undefined) return below
    }
  } else if (open === '[') {
    for (const [n, item] of items(text, start).entries()) {
      const below = duplicatePath(text, item.start, `${path}[${n}]`)
      if (below !== undefined) return below
    }
  }
  return undefined
}

/** Index rows of composites, ranges and texts (index generation 2). */
import type { SearchEntry } from '@yba/fhir'
import { foldText, foldWords } from '../fold.ts'
import { paramNumber } from '../hash.ts'
import { ANY_UNIT, beside, endOf, type Measure, measuresOf, partOf } from '../measures.ts'
import { token } from '../tokens.ts'
import type { Work } from './extract.ts'

type Entry<T extends SearchEntry['type']> = Extract<SearchEntry, { type: T }>

/** A composite of elements with very many codings repeats them among one another. */
const MOST_KEYS = 20
const MOST_WORDS = 1000
const LONGEST_WORD = 40

function addMeasure({ hashes, rows }: Work, p: number, key: string | undefined, { unit, v }: Measure): void {
  const text = key === undefined ? unit : beside(key, unit)
  rows.qty.add(`${p},${text === ANY_UNIT ? '0' : hashes.of(text)},${v}`)
}

/** A number, with `key` beside the value of another part of its element. */
export function addNumber(w: Work, param: string, v: number, system?: string, code?: string, key?: string): void {
  for (const measure of measuresOf(v, system, code)) addMeasure(w, paramNumber(w.type, param), key, measure)
}

/** Both ends of a range; an open one stands at infinity. */
export function addRange(w: Work, param: string, e: Entry<'range'>, key?: string): void {
  const some = e.low ?? e.high
  if (some === undefined) return
  for (const end of ['low', 'high'] as const) {
    const value = e[end]
    const open = end === 'low' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    for (const { unit, v } of measuresOf(value ?? some, e.system, e.code)) {
      addMeasure(w, paramNumber(w.type, endOf(param, end)), key, { unit, v: value === undefined ? open : v })
    }
  }
}

/** How a composite spells a value that is no number: whatever its system, and with it. */
export function valueKeys(e: SearchEntry): { any: string; exact?: string } | undefined {
  if (e.type === 'token' && e.code !== undefined) return { any: `~${e.code}`, exact: `=${e.system ?? ''}|${e.code}` }
  if (e.type === 'reference' && e.target !== undefined) return { any: `>${e.target}` }
  return undefined
}

function keysOf(entries: readonly SearchEntry[]): { any: string; exact?: string }[] {
  return entries.slice(0, MOST_KEYS).flatMap((e) => valueKeys(e) ?? [])
}

function addPairs(w: Work, param: string, first: SearchEntry[], second: SearchEntry[]): void {
  for (const a of keysOf(first)) {
    for (const b of keysOf(second)) {
      const any = w.hashes.of(token.pair(w.type, param, a.any, b.any))
      w.rows.tok.add(any)
      w.rows.drive.add(any)
      for (const [x, y] of [
        [a.exact, b.any],
        [a.any, b.exact],
        [a.exact, b.exact],
      ]) {
        if (x !== undefined && y !== undefined) w.rows.tok.add(w.hashes.of(token.pair(w.type, param, x, y)))
      }
    }
  }
}

/** What stands together in one element: the first part is a code or a reference, the others are that too, or numbers. */
export function addComposite(w: Work, param: string, { parts }: Entry<'composite'>): void {
  const [first = [], ...others] = parts
  for (const [i, entries] of others.entries()) {
    const name = partOf(param, i + 1)
    if (others.length === 1) addPairs(w, param, first, entries)
    for (const { any } of keysOf(first)) {
      for (const e of entries.slice(0, MOST_KEYS)) {
        if (e.type === 'quantity') addNumber(w, name, e.value, e.system, e.code, any)
        else if (e.type === 'number') addNumber(w, name, e.value, undefined, undefined, any)
        else if (e.type === 'range') addRange(w, name, e, any)
      }
    }
  }
}

/** The words of a narrative, for `_text`. */
export function addNarrative(w: Work, param: string, text: string): void {
  const p = paramNumber(w.type, param)
  let count = 0
  for (const word of foldWords(text)) {
    if (count++ >= MOST_WORDS) return
    const v = word.slice(0, LONGEST_WORD)
    w.rows.str.set(`${p},${v}`, [p, v])
  }
}

/** The text of a code or of an identifier's type, for `:text`. */
export function addText(w: Work, param: string, text: string): void {
  const folded = foldText(text)
  if (folded === '') return
  const p = paramNumber(w.type, `${param}:text`)
  w.rows.str.set(`${p},${folded}`, [p, folded])
}

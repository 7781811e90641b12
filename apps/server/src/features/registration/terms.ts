/** One box for everything a desk types, pastes or scans: reads words, numbers, dates, slips and cards out of it. Pure. */
import { bhxhOf, type CardReading, foldName, fromTelex, numbersOf, readCard, readInsuranceNumber } from '@yba/vietnam'

export interface Terms {
  /** Words of a name, in any order, accents optional. */
  words: string[]
  year?: string
  /** yyyy-mm-dd */
  born?: string
  /** Numbers of a person or a card: each alternative set is tried as one. */
  identifiers: string[][]
  phones: string[]
  /** The number of a slip. */
  slip?: string
  /** The code of a citizen or insurance card. */
  card?: CardReading
}

const FIRST_YEAR = 1900
const LAST_YEAR = 2099

/** Vietnamese mobile and land lines: ten or eleven digits from 0, or the country code. */
function phoneOf(digits: string): string | undefined {
  const local = digits.replace(/^(?:\+|00)?84(?=\d{9,10}$)/, '0')
  return /^0\d{9,10}$/.test(local) ? local : undefined
}

/** `22/11/1960` → `1960-11-22`; undefined when it is no day. */
function dayOf(token: string): string | undefined {
  const found = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(token)
  if (!found) return undefined
  const [, day = '', month = '', year = ''] = found
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date) ? date : undefined
}

function identifiersOf(token: string): string[] {
  const upper = token.toUpperCase()
  const forms = new Set([upper, token])
  // The last ten of the fifteen characters of an insurance card are the number of the person.
  const bhxh = /^[A-Z]{2}\d{13}$/.test(upper) ? (bhxhOf(upper) ?? upper.slice(5)) : undefined
  if (bhxh) forms.add(bhxh)
  return [...forms]
}

/** Splits what was typed. Dots and spaces inside numbers (0912 345 678, GD 4 24 …) are read as one number. */
export function readTerms(typed: string): Terms {
  const terms: Terms = { words: [], identifiers: [], phones: [] }
  const card = readCard(typed)
  if (card) return { ...terms, card, identifiers: [numbersOf(card)] }
  const whole = readInsuranceNumber(typed)
  if (whole?.kind === 'card') return { ...terms, identifiers: [identifiersOf(whole.value)] }
  const joined = typed
    .normalize('NFC')
    .replace(/(?<=\d)[.\s-](?=\d{3})(?=[\d.\s-]*$)/g, '')
    .trim()
  for (const token of joined.split(/[\s,;]+/).filter((t) => t !== '')) readToken(token, terms)
  return terms
}

function readToken(token: string, terms: Terms): void {
  if (!/\d/.test(token)) {
    terms.words.push(token)
    return
  }
  const born = dayOf(token)
  if (born) terms.born = born
  // A number with a bar is a slip's: `123/2026/GCT`.
  else if (/^[\p{L}\d.-]+(?:\/[\p{L}\d.~-]+)+$/u.test(token)) terms.slip = token.toUpperCase()
  else if (/^\d{4}$/.test(token) && Number(token) >= FIRST_YEAR && Number(token) <= LAST_YEAR) terms.year = token
  else {
    const phone = /^\+?\d+$/.test(token) ? phoneOf(token.replace(/[^\d+]/g, '')) : undefined
    if (phone) terms.phones.push(phone)
    if (!token.startsWith('+')) terms.identifiers.push(identifiersOf(token))
  }
}

const clean = (text: string): string => text.replace(/[\\,$|]/g, ' ').trim()

/** A word of a name, and what a keyboard with its input method off would have written it as. */
export function formsOf(word: string): string[] {
  const meant = fromTelex(word)
  return meant ? [...new Set([clean(word), foldName(meant)])] : [clean(word)]
}

/** So many readings of what was typed are asked for, beyond them only all as typed and all as meant. */
const READINGS = 16

/** The words as one name, in each reading: one search for all of them, for a word like `nguyen` alone is in every third name. */
function namesOf(words: readonly string[]): string[] {
  const forms = words.map(formsOf)
  const some = (pick: (of: string[]) => string | undefined) => forms.map(pick).join(' ')
  if (forms.reduce((n, of) => n * of.length, 1) > READINGS) return [some((of) => of[0]), some((of) => of.at(-1))]
  return forms.reduce<string[]>((names, of) => names.flatMap((name) => of.map((form) => `${name} ${form}`.trim())), [''])
}

/** FHIR searches that answer the terms, the likeliest first; all conditions of one search hold together. */
export function searchesOf(terms: Terms, limit: number): string[] {
  const common: [string, string][] = terms.words.length > 0 ? [['name', namesOf(terms.words).join(',')]] : []
  if (terms.year) common.push(['birthdate', terms.year])
  if (terms.born) common.push(['birthdate', terms.born])
  const numbers: [string, string][][] = []
  for (const [i, forms] of terms.identifiers.entries()) {
    const phone = terms.phones[i]
    numbers.push([['identifier', forms.map((f) => f.replace(/[\\,$|]/g, '')).join(',')]])
    if (phone) numbers.push([['phone', phone]])
  }
  if (terms.identifiers.length === 0) for (const phone of terms.phones) numbers.push([['phone', phone]])
  const alternatives = numbers.length === 0 ? [[]] : numbers
  return alternatives
    .map((n) => [...common, ...n])
    .filter((c) => c.length > 0)
    .map((conditions) => new URLSearchParams([...conditions, ['_count', String(limit)]]).toString())
}

/** Of a card: the same name, born in the same year: who may have come before without the number, or with another card. */
export function likeCard(card: CardReading, limit: number): string | undefined {
  const name = foldName(card.name)
  if (!name.includes(' ') || !card.birthDate) return undefined
  return new URLSearchParams({ name, birthdate: card.birthDate.slice(0, 4), _count: String(limit) }).toString()
}

/** One box for everything a desk types: reads words, numbers and years out of it. Pure. */

export type Reason = 'name' | 'birth-year' | 'citizen-id' | 'card' | 'mrn' | 'phone'

export interface Terms {
  /** Words of a name, in any order, accents optional. */
  words: string[]
  year?: string
  /** Numbers of a person or a card: each alternative set is tried as one. */
  identifiers: string[][]
  phones: string[]
}

const FIRST_YEAR = 1900
const LAST_YEAR = 2099

/** Vietnamese mobile and land lines: ten or eleven digits from 0, or the country code. */
function phoneOf(digits: string): string | undefined {
  const local = digits.replace(/^(?:\+|00)?84(?=\d{9,10}$)/, '0')
  return /^0\d{9,10}$/.test(local) ? local : undefined
}

function identifiersOf(token: string): string[] {
  const upper = token.toUpperCase()
  const forms = new Set([upper, token])
  // The last ten of the fifteen characters of an insurance card are the number of the person.
  if (/^[A-Z]{2}\d{13}$/.test(upper)) forms.add(upper.slice(5))
  return [...forms]
}

/** Splits what was typed. Dots and spaces inside numbers (0912 345 678) are read as one number. */
export function readTerms(typed: string): Terms {
  const joined = typed
    .normalize('NFC')
    .replace(/(?<=\d)[.\s-](?=\d{3})(?=[\d.\s-]*$)/g, '')
    .trim()
  const terms: Terms = { words: [], identifiers: [], phones: [] }
  for (const token of joined.split(/[\s,;]+/).filter((t) => t !== '')) {
    if (!/\d/.test(token)) {
      terms.words.push(token)
      continue
    }
    const number = Number(token)
    if (/^\d{4}$/.test(token) && number >= FIRST_YEAR && number <= LAST_YEAR) {
      terms.year = token
      continue
    }
    const digits = token.replace(/[^\d+]/g, '')
    const phone = /^\+?\d+$/.test(token) ? phoneOf(digits) : undefined
    if (phone) terms.phones.push(phone)
    if (!token.startsWith('+')) terms.identifiers.push(identifiersOf(token))
  }
  return terms
}

/** FHIR searches that answer the terms, the likeliest first; all conditions of one search hold together. */
export function searchesOf(terms: Terms, limit: number): string[] {
  const common: [string, string][] = terms.words.map((w) => ['name', w.replace(/[\\,$|]/g, ' ').trim()])
  if (terms.year) common.push(['birthdate', terms.year])
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

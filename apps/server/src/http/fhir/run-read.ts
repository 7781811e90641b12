/** Reads as texts: the routes send them, and bundles put them into their answers. */
import { type Compartment, operationOutcome, parseSearch, subsetText } from '@yba/fhir'
import type { Reads, Stored } from '../../store/types.ts'
import { searchset } from './answers.ts'
import type { Preference } from './prefer.ts'

/** The part of a resource that `_summary` and `_elements` ask for. Throws what they are refused with in a search. */
export function partOf(stored: Stored, query: string): string {
  if (!query.includes('_summary') && !query.includes('_elements')) return stored.text
  const asked = [...new URLSearchParams(query)].filter(([name]) => name === '_summary' || name === '_elements')
  const { summary, elements } = parseSearch(stored.type, new URLSearchParams(asked))
  const mode = summary === 'true' || summary === 'text' || summary === 'data' ? { summary } : { elements }
  return subsetText(stored.text, stored.type, mode)
}

/** How a reader is answered. */
export interface Answering {
  /** Address of the server's FHIR endpoint. */
  base: string
  lang: 'vi' | 'en'
  handling?: Preference['handling']
}

/** What is searched: a type, or `*`; within a compartment or anywhere. */
export interface Searched {
  type: string
  compartment?: Compartment
}

/** The address of a search without its question. */
function addressOf({ type, compartment }: Searched, base: string): string {
  if (compartment) return `${base}/${compartment.type}/${compartment.id}/${type}`
  return type === '*' ? base : `${base}/${type}`
}

/** A searchset Bundle. Throws what a search is refused with. */
export async function searchText(reads: Reads, of: Searched, asked: string, { base, lang, handling }: Answering): Promise<string> {
  const { type, compartment } = of
  const plain = new URLSearchParams(asked)
  // In what form the answer comes is the routes' business, not the search's.
  plain.delete('_format')
  plain.delete('_pretty')
  const how = { ...(handling ? { handling } : {}), ...(compartment ? { compartment } : {}) }
  const page = await reads.search(type, plain.toString(), how)
  // `self` says what was understood, and a next page asks no more than that.
  for (const f of page.ignored) plain.delete(f.path ?? '')
  plain.delete('_cursor')
  const address = addressOf(of, base)
  const self = `${address}?${plain}`
  if (page.next !== undefined) plain.set('_cursor', page.next)
  const next = page.next === undefined ? undefined : `${address}?${plain}`
  const told = [...page.ignored, ...page.told]
  const outcome = told.length > 0 ? operationOutcome(told, lang) : undefined
  return searchset(page, base, { self, next }, outcome)
}

/** A version's number from an address; 0, which is no version, for what is none. */
export const versionNumber = (version: string): number => (/^\d{1,9}$/.test(version) ? Number(version) : 0)

/** The ICD-10 codes a doctor writes into the text of a diagnosis (`J18.9 Viêm phổi; I10 Tăng huyết áp`). */
import type { PaperDiagnosis } from '../documents/content.ts'

const CODE = /(?<![\p{L}\p{N}.])([A-Z]\d{2}(?:\.\d{1,2})?)(?![\p{L}\p{N}])/gu

/** Words between two codes, without what joins them. */
const words = (text: string): string => text.replaceAll(/^[\s()[\],;:.–—-]+|[\s()[\],;:–—-]+$/g, '')

/**
 * Diagnoses named by code in the text, the first one the main one; each with the words after it, or before it where the
 * code stands behind. Empty when no code is in the text.
 */
export function diagnosesOf(text: string): PaperDiagnosis[] {
  const found: PaperDiagnosis[] = []
  // Each clause is one diagnosis: "Viêm phổi (J18.9)" and "J18.9 Viêm phổi" are the same.
  for (const clause of text.normalize('NFC').split(/[;\n]/)) {
    const hits = [...clause.matchAll(CODE)]
    for (const [i, hit] of hits.entries()) {
      const code = hit[1] ?? ''
      if (found.some((d) => d.code === code)) continue
      const behind = words(clause.slice(hit.index + code.length, hits[i + 1]?.index))
      const before = words(clause.slice(i === 0 ? 0 : (hits[i - 1]?.index ?? 0) + (hits[i - 1]?.[1]?.length ?? 0), hit.index))
      found.push({ code, text: behind || before, rank: found.length + 1 })
    }
  }
  return found
}

/** A clause that is a code and nothing else, as a hand in a hurry types it: `j189`, `J18.9`, `i10`. */
const BARE = /(^|[;,\n])([^\S\n]*)([a-z]\d{2})\.?(\d{0,2})(?=[^\S\n]*(?:$|[;,\n]))/giu

const spelled = (head: string, tail: string): string => head.toUpperCase() + (tail === '' ? '' : `.${tail}`)

/** The codes in the text of a diagnosis that stand without a name, as the list spells them. */
export const bareCodes = (text: string): string[] => [
  ...new Set([...text.matchAll(BARE)].map(([, , , head = '', tail = '']) => spelled(head, tail))),
]

/** The text with each code that stands alone spelled as the list has it and followed by its name; a code nobody names stays a code. */
export const withCodeNames = (text: string, names: ReadonlyMap<string, string>): string =>
  text.replaceAll(BARE, (_all, before: string, blank: string, head: string, tail: string) => {
    const code = spelled(head, tail)
    const name = names.get(code)
    // A name may hold commas: what parts two diagnoses is then a semicolon.
    return `${before === ',' ? ';' : before}${blank}${code}${name === undefined ? '' : ` ${name}`}`
  })

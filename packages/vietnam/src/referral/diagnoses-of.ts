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

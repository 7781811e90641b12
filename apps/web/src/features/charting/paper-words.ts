import type * as fhir4 from 'fhir/r4.d.ts'

const LETTERS: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#13;': '\r' }

/** Words of a section's narrative, tags away; undefined where it has none. */
export function sectionWords(section: fhir4.CompositionSection): string | undefined {
  const words = section.text?.div
    .replaceAll(/<\/(?:p|li|tr|div)>|<br\s*\/?>/g, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(?:amp|lt|gt|quot|#13);/g, (written) => LETTERS[written] ?? written)
    .trim()
  return words || undefined
}

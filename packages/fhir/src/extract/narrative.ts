/** The words of narratives, for `_text` (R4 search.html#content: "the narrative of the resource"). */
import { tagEnd } from '../validate/narrative.ts'
import type { Sink } from './entries.ts'
import { array, isObject, text } from './values.ts'

/** Documents and notes: what people look for by a word in it. Other resources repeat in their narrative what is coded beside it. */
export const NARRATED: ReadonlySet<string> = new Set([
  'ClinicalImpression',
  'Composition',
  'DiagnosticReport',
  'DocumentReference',
  'QuestionnaireResponse',
])

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' }
/** Beyond this a narrative is a listing. */
const MOST_CHARACTERS = 200_000
const MOST_SECTIONS = 500

function character(code: number): string {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ' '
}

function entity(whole: string, name: string): string {
  if (name.startsWith('#x')) return character(Number.parseInt(name.slice(2), 16))
  if (name.startsWith('#')) return character(Number(name.slice(1)))
  return ENTITIES[name] ?? whole
}

/** The text of markup, a blank for every tag. Linear in its length, whatever stands in it. */
export function plainText(div: string): string {
  let out = ''
  let at = 0
  while (at < div.length && out.length < MOST_CHARACTERS) {
    const open = div.indexOf('<', at)
    out += div.slice(at, open < 0 ? div.length : open)
    const close = open < 0 ? -1 : tagEnd(div, open)
    if (close < 0) break
    out += ' '
    at = close + 1
  }
  return out
    .slice(0, MOST_CHARACTERS)
    .replace(/&(#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-z]{2,6});/g, entity)
    .trim()
}

/** Writes the text of a resource's narrative; of a Composition also that of its sections, which are the document. */
export function narrativeEntries(resource: Record<string, unknown>, sink: Sink): void {
  const waiting: unknown[] = [resource]
  for (let i = 0; i < waiting.length && i < MOST_SECTIONS; i++) {
    const part = waiting[i]
    if (!isObject(part)) continue
    const div = isObject(part.text) ? text(part.text.div) : undefined
    const words = div === undefined ? '' : plainText(div)
    if (words !== '') sink.entries.push({ param: '_text', type: 'narrative', text: words })
    if (resource.resourceType === 'Composition') for (const section of array(part.section)) waiting.push(section)
  }
}

/**
 * What makes a document Bundle readable by itself (R4 documents.html), told as advice: references lead to its own entries,
 * and each section says what it is and has text for people.
 */
import { isResourceType } from '../types-numbers.ts'
import { type Context, isObject, type Json, report, within } from './context.ts'
import { documentReference, documentSection } from './outcomes.ts'
import { has, list } from './values.ts'

/** The names by which the entries of a bundle are referred to: full urls, and types with ids. */
function namesOf(entries: readonly Json[]): Set<string> {
  const out = new Set<string>()
  for (const { fullUrl, resource } of entries) {
    if (typeof fullUrl === 'string') {
      out.add(fullUrl)
      const [type = '', id = ''] = fullUrl.split('/').slice(-2)
      if (isResourceType(type)) out.add(`${type}/${id}`)
    }
    if (isObject(resource) && typeof resource.id === 'string') out.add(`${String(resource.resourceType)}/${resource.id}`)
  }
  return out
}

function checkReferences(value: unknown, names: ReadonlySet<string>, c: Context): void {
  if (!isObject(value)) return
  const { reference } = value
  if (typeof reference === 'string' && !reference.startsWith('#') && !names.has(reference.replace(/\/_history\/[^/]*$/, ''))) {
    report(c, documentReference, {}, 'reference')
  }
  for (const [name, inner] of Object.entries(value)) {
    const isList = Array.isArray(inner)
    const items: unknown[] = isList ? inner : [inner]
    items.forEach((item, i) => {
      if (isObject(item)) within(c, name, isList ? i : undefined, () => checkReferences(item, names, c))
    })
  }
}

function checkSections(sections: unknown, c: Context): void {
  list(sections).forEach((section, i) => {
    within(c, 'section', i, () => {
      const missing = ['code', 'text'].filter((name) => !has(section, name) && !(name === 'text' && has(section, 'section')))
      if (missing.length > 0) report(c, documentSection, { missing: missing.join(', ') })
      checkSections(section.section, c)
    })
  })
}

/** Tells what a document lacks; nothing for any other resource. The place is the resource's. */
export function checkDocument(resource: Json, c: Context): void {
  if (resource.resourceType !== 'Bundle' || resource.type !== 'document') return
  const entries = list(resource.entry)
  const names = namesOf(entries)
  entries.forEach(({ resource: inner }, i) => {
    if (!isObject(inner)) return
    within(c, 'entry', i, () =>
      within(c, 'resource', undefined, () => {
        checkReferences(inner, names, c)
        if (inner.resourceType === 'Composition') checkSections(inner.section, c)
      }),
    )
  })
}

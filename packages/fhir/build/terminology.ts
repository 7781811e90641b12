/** The published code systems with their codes and the value sets with their rules, without texts for readers. */

interface SourceConcept {
  code: string
  display?: string
  property?: { code?: string }[]
  concept?: SourceConcept[]
}

interface Source {
  resourceType: string
  url?: string
  version?: string
  title?: string
  name?: string
  content?: string
  concept?: SourceConcept[]
  compose?: { include?: Rule[]; exclude?: Rule[] }
}

interface Rule {
  system?: string
  version?: string
  concept?: { code: string; display?: string }[]
  filter?: unknown[]
  valueSet?: string[]
}

/** What tells a code's place and use; dates and remarks of the editors stay out. */
const KEPT = new Set(['parent', 'subsumedBy', 'notSelectable', 'abstract', 'inactive', 'status'])

function slim({ code, display, property, concept }: SourceConcept): SourceConcept {
  const props = property?.filter((p) => KEPT.has(p.code ?? '')) ?? []
  return {
    code,
    ...(display === undefined ? {} : { display }),
    ...(props.length > 0 ? { property: props } : {}),
    ...(concept ? { concept: concept.map(slim) } : {}),
  }
}

const rule = ({ system, version, concept, filter, valueSet }: Rule): Rule => ({
  ...(system === undefined ? {} : { system }),
  ...(version === undefined ? {} : { version }),
  ...(concept ? { concept: concept.map(({ code, display }) => ({ code, ...(display === undefined ? {} : { display }) })) } : {}),
  ...(filter ? { filter } : {}),
  ...(valueSet ? { valueSet } : {}),
})

/** Takes the published resources; gives url → what is asked of it. Only complete systems answer for their codes. */
export function terminology(resources: readonly Source[]) {
  const systems: Record<string, object> = {}
  const sets: Record<string, object> = {}
  for (const { resourceType, url, version = '4.0.1', title, name = '', content, concept, compose } of resources) {
    if (url === undefined || url.includes('|')) continue
    const head = { version, title: title ?? name }
    if (resourceType === 'CodeSystem' && content === 'complete' && concept) systems[url] = { ...head, concept: concept.map(slim) }
    if (resourceType === 'ValueSet' && compose) {
      const { include = [], exclude } = compose
      sets[url] = { ...head, compose: { include: include.map(rule), ...(exclude ? { exclude: exclude.map(rule) } : {}) } }
    }
  }
  return { systems, sets }
}

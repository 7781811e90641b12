/** The codes of a CodeSystem resource, in one flat list: nesting and properties both tell what lies below what. */

export interface Designation {
  language?: string
  value: string
}

export type PropertyValue = string | boolean | readonly string[]

export interface Concept {
  code: string
  display: string
  parents: readonly string[]
  /** There to be looked under, not to code with. */
  abstract: boolean
  inactive: boolean
  also: readonly Designation[]
  props: Readonly<Record<string, PropertyValue>>
}

interface Property {
  code?: string
  [value: `value${string}`]: unknown
}

interface SourceConcept {
  code?: string
  display?: string
  designation?: { language?: string; value?: string }[]
  property?: Property[]
  concept?: SourceConcept[]
}

/** Properties that say what a code lies below (http://hl7.org/fhir/concept-properties and the v3 systems). */
const PARENT = new Set(['parent', 'subsumedBy'])
const INACTIVE = new Set(['retired', 'deprecated', 'inactive'])

const typedValue = (property: Property): unknown => Object.entries(property).find(([name]) => name.startsWith('value'))?.[1]

function properties(source: SourceConcept): { parents: string[]; props: Record<string, PropertyValue> } {
  const parents: string[] = []
  const props: Record<string, PropertyValue> = {}
  for (const property of source.property ?? []) {
    const { code = '' } = property
    const value = typedValue(property)
    if (PARENT.has(code)) parents.push(String(value))
    else if (typeof value === 'boolean') props[code] = value
    else if (typeof value === 'string' || typeof value === 'number') {
      const known = props[code]
      props[code] = known === undefined || typeof known === 'boolean' ? String(value) : [...[known].flat(), String(value)]
    }
  }
  return { parents, props }
}

/** Takes `CodeSystem.concept`; gives every code, a parent before what lies in it. */
export function conceptsOf(sources: readonly SourceConcept[], above?: string): Concept[] {
  return sources.flatMap((source) => {
    const { code, display, designation = [], concept = [] } = source
    if (code === undefined) return []
    const { parents, props } = properties(source)
    if (above !== undefined && !parents.includes(above)) parents.unshift(above)
    const inactive = props.inactive === true || (typeof props.status === 'string' && INACTIVE.has(props.status))
    const also = designation.flatMap(({ language, value }) => (value === undefined ? [] : [{ ...(language ? { language } : {}), value }]))
    const own = {
      code,
      display: display ?? code,
      parents,
      abstract: props.notSelectable === true || props.abstract === true,
      inactive,
      also,
      props,
    }
    return [own, ...conceptsOf(concept, code)]
  })
}

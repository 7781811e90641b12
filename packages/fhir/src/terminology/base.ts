/** The code systems and value sets that FHIR R4 itself publishes, as `build/terminology.ts` writes them down. */
import { loadTable } from '../definitions.ts'
import { type Concept, conceptsOf } from './concepts.ts'

/** `ValueSet.compose.include` and `exclude`. */
export interface ComposeRule {
  system?: string
  version?: string
  concept?: { code?: string; display?: string; designation?: { language?: string; value?: string }[] }[]
  filter?: { property?: string; op?: string; value?: string }[]
  valueSet?: string[]
}

export interface Compose {
  inactive?: boolean
  include?: ComposeRule[]
  exclude?: ComposeRule[]
}

export interface BaseValueSet {
  url: string
  version: string
  title: string
  compose: Compose
}

export interface BaseCodeSystem {
  url: string
  version: string
  title: string
  concepts: readonly Concept[]
}

interface Tables {
  systems: Record<string, { version: string; title: string; concept: Parameters<typeof conceptsOf>[0] }>
  sets: Record<string, Omit<BaseValueSet, 'url'>>
}

let tables: Tables | undefined

/** Some megabytes, read when somebody first asks for a code. */
const all = (): Tables => {
  tables ??= loadTable<Tables>('terminology.json')
  return tables
}

/** A code system of R4 with all its codes; undefined for any other. Throws `definitions-not-built`. */
export function baseCodeSystem(url: string): BaseCodeSystem | undefined {
  const { systems } = all()
  const found = Object.hasOwn(systems, url) ? systems[url] : undefined
  return found && { url, version: found.version, title: found.title, concepts: conceptsOf(found.concept) }
}

/** A value set of R4; undefined for any other. Throws `definitions-not-built`. */
export function baseValueSet(url: string): BaseValueSet | undefined {
  const { sets } = all()
  const found = Object.hasOwn(sets, url) ? sets[url] : undefined
  return found && { url, ...found }
}

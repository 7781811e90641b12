/**
 * Where a code system's codes come from: an imported list in the version that holds on the day, else FHIR's own, else a
 * CodeSystem somebody stored with its concepts. Lists stay in memory under the id of their content.
 */
import { baseCodeSystem, type Concept, conceptsOf, type Finding, finding } from '@yba/fhir'
import type { Store, StoreRoot } from '../../../store/types.ts'
import { inForce, versionsInWords } from '../in-force.ts'
import { CATALOGUE_NOT_IN_FORCE, CATALOGUE_NOT_LOADED } from '../outcomes.ts'
import type { ConceptFacts } from '../read/draft.ts'
import { catalogues, codesOf, type KeptCatalogue } from '../tables.ts'
import { CodeTable } from './table.ts'

/** Codes kept in memory at most; the lists of the country are some 40,000. */
const MOST_KEPT = 120_000

const NO_NAMES: Concept['also'] = []
const NO_PROPS: Concept['props'] = {}
const NO_PARENTS: Concept['parents'] = []

const concept = (facts: ConceptFacts): Concept => ({
  code: facts.code,
  display: facts.display,
  parents: facts.parent === undefined ? NO_PARENTS : [facts.parent],
  abstract: facts.abstract ?? false,
  inactive: facts.inactive ?? false,
  also: facts.also ?? NO_NAMES,
  props: facts.props ?? NO_PROPS,
})

/** Who asks: the tables of the site, and its resources as the caller may see them. */
export interface Asking {
  /** Lists stay in memory as long as this object: the site's store. */
  memory: object
  root: Pick<StoreRoot, 'sql'>
  store: Pick<Store, 'search'>
}

export interface Wanted {
  system: string
  version?: string
  /** yyyy-mm-dd; without a version the one in force then. */
  day: string
}

interface Kept {
  codes: number
  table: Promise<CodeTable>
}

const keptOf = new WeakMap<object, Map<string, Kept>>()
const base = new Map<string, CodeTable | undefined>()

/** One version of a code system, or the finding that says why there is none and what to do. */
export async function codeTable(on: Asking, wanted: Wanted): Promise<CodeTable | Finding> {
  const { system, version, day } = wanted
  const versions = await catalogues(on.root, system)
  if (versions.length > 0) {
    const found = version === undefined ? inForce(versions, day) : versions.find((v) => v.version === version)
    if (found) return kept(on, found)
    return finding(CATALOGUE_NOT_IN_FORCE, { system, asked: version ?? day, known: versionsInWords(versions) })
  }
  const own = baseTable(system) ?? (await storedTable(on, wanted))
  if (own && (version === undefined || version === own.facts.version)) return own
  if (own) return finding(CATALOGUE_NOT_IN_FORCE, { system, asked: version ?? day, known: own.facts.version })
  return finding(CATALOGUE_NOT_LOADED, { system })
}

/** The codes of an imported version; read once for its id, for an import makes a new one. */
function kept({ memory, root }: Asking, row: KeptCatalogue): Promise<CodeTable> {
  const all = keptOf.get(memory) ?? new Map<string, Kept>()
  keptOf.set(memory, all)
  const known = all.get(row.id)
  const one = known ?? { codes: row.codes, table: codesOf(root, row.id).then((codes) => new CodeTable(row, codes.map(concept))) }
  // The one asked for last stands last, and the first ones go when it is too much.
  all.delete(row.id)
  all.set(row.id, one)
  if (!known) one.table.catch(() => all.delete(row.id))
  let count = [...all.values()].reduce((sum, k) => sum + k.codes, 0)
  for (const [id, { codes }] of all) {
    if (count <= MOST_KEPT || id === row.id) break
    all.delete(id)
    count -= codes
  }
  return one.table
}

function baseTable(system: string): CodeTable | undefined {
  if (base.has(system)) return base.get(system)
  const found = baseCodeSystem(system)
  const table = found && new CodeTable({ system, version: found.version, title: found.title, fragment: false }, found.concepts)
  if (table) base.set(system, table)
  return table
}

interface StoredCodeSystem {
  version?: string
  title?: string
  name?: string
  content?: string
  concept?: Parameters<typeof conceptsOf>[0]
}

async function storedTable(on: Asking, { system, version }: Wanted): Promise<CodeTable | undefined> {
  const query = new URLSearchParams({ url: system, ...(version === undefined ? {} : { version }), _sort: '-_lastUpdated', _count: '20' })
  const page = await on.store.search('CodeSystem', query.toString())
  const found = page.entries.map((e) => e.resource() as StoredCodeSystem).find((r) => (r.concept?.length ?? 0) > 0)
  if (!found) return undefined
  const { title = found.name ?? system, content } = found
  const concepts = conceptsOf(found.concept ?? [])
  return new CodeTable({ system, version: found.version ?? '', title, fragment: content !== 'complete' }, concepts)
}

export const isFinding = (one: object): one is Finding => 'definition' in one

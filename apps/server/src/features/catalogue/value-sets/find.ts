/** Where a value set's rules come from: a whole code system, FHIR's own sets, or one that is stored here. */
import { baseValueSet, type Compose, type Finding, finding, refuse } from '@yba/fhir'
import { type Asking, codeTable } from '../codes/sources.ts'
import type { CodeTable } from '../codes/table.ts'
import { CODE_OUTSIDE_PART, CODE_UNKNOWN, VALUE_SET_UNKNOWN } from '../outcomes.ts'
import { WHOLE } from '../resources.ts'

export interface SetSource {
  /** '' for one that was handed over with the question and has none. */
  url: string
  version?: string
  title: string
  compose: Compose
}

/** What a question rests on: who asks, the day, and the versions it names for code systems. */
export interface Terms extends Asking {
  day: string
  versions: ReadonlyMap<string, string>
}

export const tableFor = (terms: Terms, system: string, version?: string): Promise<CodeTable | Finding> => {
  const wanted = version ?? terms.versions.get(system)
  return codeTable(terms, { system, day: terms.day, ...(wanted === undefined ? {} : { version: wanted }) })
}

/** Why a list does not know a code: of a list that is loaded in part nobody can say that the code is wrong. */
export const unknownCode = ({ facts: { system, version, fragment } }: CodeTable, code: string): Finding =>
  finding(fragment ? CODE_OUTSIDE_PART : CODE_UNKNOWN, { code: code.slice(0, 60), system, version })

interface StoredSet {
  url?: string
  version?: string
  title?: string
  name?: string
  compose?: Compose
  expansion?: { contains?: Contained[] }
}

interface Contained {
  system?: string
  code?: string
  display?: string
  contains?: Contained[]
}

/** A set that was made elsewhere may carry its codes and no rules. */
function rulesOf(contains: readonly Contained[]): Compose {
  const flat = (list: readonly Contained[]): Contained[] => list.flatMap((c) => [c, ...flat(c.contains ?? [])])
  const bySystem = new Map<string, { code: string; display?: string }[]>()
  for (const { system, code, display } of flat(contains)) {
    if (system === undefined || code === undefined) continue
    bySystem.set(system, [...(bySystem.get(system) ?? []), { code, ...(display === undefined ? {} : { display }) }])
  }
  return { include: [...bySystem].map(([system, concept]) => ({ system, concept })) }
}

/** The rules of a ValueSet resource. */
export function setOf(resource: object): SetSource {
  const { url = '', version, title, name = '', compose, expansion } = resource as StoredSet
  return {
    url,
    ...(version === undefined ? {} : { version }),
    title: title ?? name,
    compose: compose ?? rulesOf(expansion?.contains ?? []),
  }
}

/** Takes a canonical, with or without `|version`. Throws `value-set-unknown`. */
export async function findSet(terms: Terms, canonical: string): Promise<SetSource> {
  const [url = '', version] = canonical.split('|')
  if (url.endsWith(WHOLE)) {
    const system = url.slice(0, -WHOLE.length)
    return { url, title: system, compose: { include: [{ system, ...(version === undefined ? {} : { version }) }] } }
  }
  const own = baseValueSet(url)
  if (own && (version === undefined || version === own.version)) return own
  const query = new URLSearchParams({ url, ...(version === undefined ? {} : { version }), _sort: '-_lastUpdated', _count: '1' })
  const [found] = (await terms.store.search('ValueSet', query.toString())).entries
  if (!found) throw refuse(VALUE_SET_UNKNOWN, { url: canonical })
  return setOf(found.resource())
}

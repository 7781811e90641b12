/** A value set's rules → its codes. */
import { type Compose, type ComposeRule, type Concept, OutcomeError, refuse } from '@yba/fhir'
import { isFinding } from '../codes/sources.ts'
import type { CodeTable } from '../codes/table.ts'
import { EXPANSION_TOO_COSTLY, VALUE_SET_CIRCULAR, VALUE_SET_RULE_UNFIT } from '../outcomes.ts'
import { filterTest } from './filters.ts'
import { findSet, type SetSource, type Terms, tableFor } from './find.ts'

export interface Member {
  system: string
  concept: Concept
  /** Undefined where a rule names the code of a system that is not loaded. */
  table?: CodeTable
}

/** By system and code, in the order of the rules. */
export type Members = Map<string, Member>

export interface Found {
  members: Members
  /** `system|version` of each list used. */
  used: Set<string>
  /** `system|code` that a rule names and the list does not have. */
  unknown: Set<string>
}

/** No list of the country is half as long. */
export const MOST_MEMBERS = 50_000

const keyOf = (system: string, code: string): string => `${system}\n${code}`

const plain = (code: string, display: string): Concept => ({
  code,
  display,
  parents: [],
  abstract: false,
  inactive: false,
  also: [],
  props: {},
})

/**
 * All codes of a value set. Throws `value-set-circular`, `value-set-unknown`, `value-set-rule-unfit`,
 * `value-set-filter-unsupported`, `catalogue-not-loaded`, `catalogue-not-in-force`, `expansion-too-costly`.
 */
export async function membersOf(terms: Terms, set: SetSource): Promise<Found> {
  const found: Found = { members: new Map(), used: new Set(), unknown: new Set() }
  await collect(terms, set, found, [])
  return found
}

async function collect(terms: Terms, set: SetSource, found: Found, path: readonly string[]): Promise<void> {
  if (set.url !== '' && path.includes(set.url)) throw refuse(VALUE_SET_CIRCULAR, { url: set.url })
  const inside = [...path, set.url]
  const { include = [], exclude = [], inactive }: Compose = set.compose
  for (const rule of include) {
    for (const [key, member] of await ruleMembers(terms, rule, found, inside)) {
      if (inactive === false && member.concept.inactive) continue
      found.members.set(key, member)
      if (found.members.size > MOST_MEMBERS) throw refuse(EXPANSION_TOO_COSTLY, { most: MOST_MEMBERS })
    }
  }
  for (const rule of exclude) for (const key of (await ruleMembers(terms, rule, found, inside)).keys()) found.members.delete(key)
}

/** The codes of one rule: those of its system that fit, and that stand in every value set it names. */
async function ruleMembers(terms: Terms, rule: ComposeRule, found: Found, path: readonly string[]): Promise<Members> {
  const { system, valueSet = [] } = rule
  if (system === undefined && valueSet.length === 0) throw refuse(VALUE_SET_RULE_UNFIT, { what: 'include' })
  let members = system === undefined ? undefined : await systemMembers(terms, { ...rule, system }, found)
  for (const url of valueSet) {
    const set = await findSet(terms, url)
    const inner: Found = { ...found, members: new Map() }
    await collect(terms, set, inner, path)
    members = members === undefined ? inner.members : new Map([...members].filter(([key]) => inner.members.has(key)))
  }
  return members ?? new Map()
}

async function systemMembers(terms: Terms, rule: ComposeRule & { system: string }, found: Found): Promise<Members> {
  const { system, version, concept: listed, filter = [] } = rule
  const table = await tableFor(terms, system, version)
  if (isFinding(table)) {
    // Codes that a rule lists one by one need no list to be known: licences keep many of those away.
    if (listed && filter.length === 0) {
      return new Map(
        listed.flatMap(({ code, display }) => (code ? [[keyOf(system, code), { system, concept: plain(code, display ?? code) }]] : [])),
      )
    }
    throw new OutcomeError([table])
  }
  found.used.add(`${system}|${table.facts.version}`)
  const fits = filterTest(table, filter)
  const out: Members = new Map()
  if (!listed) {
    for (const concept of table.concepts) if (fits(concept)) out.set(keyOf(system, concept.code), { system, concept, table })
    return out
  }
  for (const { code = '', display } of listed) {
    const concept = table.get(code) ?? (table.facts.fragment ? plain(code, display ?? code) : undefined)
    if (!concept) found.unknown.add(`${system}|${code}`)
    else if (fits(concept))
      out.set(keyOf(system, code), { system, concept: display === undefined ? concept : { ...concept, display }, table })
  }
  return out
}

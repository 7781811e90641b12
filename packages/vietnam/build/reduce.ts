/**
 * Compiled profiles → the compact tables that the validator runs (shape: `ProfileTables` of @yba/fhir). Only what a
 * profile changes is kept: its differential, after those of the profiles of ours it derives from.
 */
import type { ExtensionTable, ProfileInvariant, ProfileRule, ProfileSlice, ProfileSlicing, ProfileTable, ProfileTables } from '@yba/fhir'

interface Translated {
  extension?: { url: string; extension?: { url: string; valueCode?: string; valueString?: string }[] }[]
}

interface ElementSource {
  id: string
  min?: number
  max?: string
  type?: { code: string; profile?: string[]; targetProfile?: string[] }[]
  binding?: { strength: string; valueSet?: string }
  constraint?: { key: string; severity: 'error' | 'warning'; human: string; _human?: Translated; expression: string }[]
  slicing?: { discriminator?: { type: string; path: string }[]; rules: string }
  [value: `${'fixed' | 'pattern'}${string}`]: unknown
}

export interface StructureSource {
  resourceType: 'StructureDefinition'
  url: string
  version: string
  type: string
  title: string
  _title?: Translated
  baseDefinition: string
  context?: { type: string; expression: string }[]
  differential: { element: ElementSource[] }
}

interface CodeSystemSource {
  resourceType: 'CodeSystem'
  url: string
  concept?: { code: string }[]
}

interface ValueSetSource {
  resourceType: 'ValueSet'
  url: string
  compose: { include: { system?: string; concept?: { code: string }[] }[] }
}

/** What FSH compiles to, as far as the tables need it. */
export type Source = StructureSource | CodeSystemSource | ValueSetSource

const CORE = 'http://hl7.org/fhir/StructureDefinition/'

/** The Vietnamese of a text; the build ends where there is none. */
function vietnamese(text: Translated | undefined, where: string): string {
  const found = text?.extension?.[0]?.extension?.find((part) => part.url === 'content')?.valueString
  if (found === undefined) throw new Error(`${where} has no Vietnamese text`)
  return found
}

/** The elements that a profile changes, with those of its parents of ours before them; a later word replaces an earlier one. */
function elementsOf(profile: StructureSource, all: ReadonlyMap<string, StructureSource>): Map<string, ElementSource> {
  const parent = all.get(profile.baseDefinition)
  const merged = parent ? elementsOf(parent, all) : new Map<string, ElementSource>()
  for (const element of profile.differential.element) {
    const before = merged.get(element.id)
    const constraint = [...(before?.constraint ?? []), ...(element.constraint ?? [])]
    merged.set(element.id, { ...before, ...element, ...(constraint.length > 0 ? { constraint } : {}) })
  }
  return merged
}

/** The value an element is fixed to or patterned by. */
function contentOf(element: ElementSource | undefined, kind: 'fixed' | 'pattern'): unknown {
  const key = Object.keys(element ?? {}).find((name) => name.startsWith(kind) && /^[A-Z]/.test(name.slice(kind.length)))
  return key === undefined ? undefined : element?.[key as `fixed${string}`]
}

const invariants = (element: ElementSource): ProfileInvariant[] =>
  (element.constraint ?? []).map(({ key, severity, expression, human, _human }) => ({
    key,
    severity,
    expression,
    vi: vietnamese(_human, key),
    en: human,
  }))

/** What an element asks, apart from how often it is there. */
function askedOf(element: ElementSource, path: string): Omit<ProfileRule, 'path' | 'min' | 'max'> {
  const [fixed, pattern] = [contentOf(element, 'fixed'), contentOf(element, 'pattern')]
  const types = element.type ?? []
  const targets = types.flatMap((type) => type.targetProfile ?? []).map((url) => url.slice(CORE.length))
  const profiles = types.flatMap((type) => type.profile ?? [])
  const rules = invariants(element)
  return {
    ...(fixed === undefined ? {} : { fixed }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(element.binding?.strength === 'required' && element.binding.valueSet ? { binding: element.binding.valueSet } : {}),
    ...(path.endsWith('[x]') && types.length > 0 ? { types: types.map((type) => type.code) } : {}),
    ...(targets.length > 0 ? { targets } : {}),
    ...(profiles.length > 0 ? { profiles } : {}),
    ...(rules.length > 0 ? { invariants: rules } : {}),
  }
}

const counts = ({ min, max }: ElementSource): { min?: number; max?: number } => ({
  ...(min === undefined ? {} : { min }),
  ...(max === undefined || max === '*' ? {} : { max: Number(max) }),
})

/** Builds the rules of one profile, slice by slice. */
class Rules {
  readonly list: ProfileRule[] = []
  private readonly elements: ReadonlyMap<string, ElementSource>
  private readonly slices = new Map<string, { slicing: ProfileSlicing; slice: ProfileSlice }>()

  constructor(elements: ReadonlyMap<string, ElementSource>) {
    this.elements = elements
    for (const element of elements.values()) this.add(element)
  }

  private add(element: ElementSource): void {
    const { rules, path, slice, slicing } = this.place(element.id)
    const asked = askedOf(element, path)
    const isTold = slicing?.at === path
    // What tells a slice apart is asked by choosing it; an extension is judged by its definition wherever it stands.
    if (isTold) for (const member of ['fixed', 'pattern', 'types'] as const) delete asked[member]
    if (slicing?.by === 'url') delete asked.profiles
    if (slice && path === '') Object.assign(slice, counts(element))
    const often = slice && (path === '' || isTold) ? {} : counts(element)
    write(rules, { path, ...often, ...asked })
  }

  /** The rules that an element's id belongs to, and its path there. */
  private place(id: string): { rules: ProfileRule[]; path: string; slice?: ProfileSlice; slicing?: ProfileSlicing } {
    const [root = '', ...parts] = id.split('.')
    let at: { rules: ProfileRule[]; slice?: ProfileSlice; slicing?: ProfileSlicing } = { rules: this.list }
    let path: string[] = []
    let prefix = root
    for (const part of parts) {
      const [name = '', sliceName] = part.split(':')
      prefix += `.${part}`
      if (sliceName === undefined) path.push(name)
      else if (name.endsWith('[x]')) path.push(sliceName)
      else {
        const found = this.sliceOf(prefix, at.rules, [...path, name].join('.'), sliceName)
        at = { rules: found.slice.rules, ...found }
        path = []
      }
    }
    return { ...at, path: path.join('.') }
  }

  private sliceOf(id: string, rules: ProfileRule[], path: string, name: string): { slicing: ProfileSlicing; slice: ProfileSlice } {
    const known = this.slices.get(id)
    if (known) return known
    const sliced = this.elements.get(id.slice(0, id.lastIndexOf(':')))
    const { by, at } = discriminator(sliced, path)
    const rule = ruleAt(rules, path)
    rule.slices ??= { by, at, ...(sliced?.slicing?.rules === 'closed' ? { closed: true as const } : {}), list: [] }
    const slice: ProfileSlice = { name, match: this.matchOf(id, by, at), rules: [] }
    rule.slices.list.push(slice)
    const made = { slicing: rule.slices, slice }
    this.slices.set(id, made)
    return made
  }

  private matchOf(id: string, by: ProfileSlicing['by'], at: string): unknown {
    const item = this.elements.get(id)
    const [profile] = item?.type?.[0]?.profile ?? []
    if (by === 'url' && profile) return profile
    const told = at === '' ? item : this.elements.get(`${id}.${at}`)
    const match = by === 'type' ? told?.type?.[0]?.code : (contentOf(told, 'fixed') ?? contentOf(told, 'pattern'))
    if (match === undefined) throw new Error(`${id}: nothing tells the slice apart at ${at || 'itself'}`)
    return match
  }
}

/** How the slices of an element are told apart; extensions are by their address. */
function discriminator(sliced: ElementSource | undefined, path: string): { by: ProfileSlicing['by']; at: string } {
  if (/(^|\.)extension$/.test(path)) return { by: 'url', at: 'url' }
  const [first, ...others] = sliced?.slicing?.discriminator ?? []
  if (!first || others.length > 0) throw new Error(`${path}: one discriminator is needed`)
  if (first.type !== 'value' && first.type !== 'pattern' && first.type !== 'type') throw new Error(`${path}: sliced by ${first.type}`)
  return { by: first.type, at: first.path === '$this' ? '' : first.path }
}

/** The rule of a path, made when it is new. */
function ruleAt(rules: ProfileRule[], path: string): ProfileRule {
  const known = rules.find((rule) => rule.path === path)
  if (known) return known
  const made: ProfileRule = { path }
  rules.push(made)
  return made
}

/** Adds what a rule asks; a rule that asks nothing is none. */
function write(rules: ProfileRule[], rule: ProfileRule): void {
  if (Object.keys(rule).length > 1) Object.assign(ruleAt(rules, rule.path), rule)
}

function profileTable(source: StructureSource, all: ReadonlyMap<string, StructureSource>): ProfileTable {
  const title = { vi: vietnamese(source._title, source.url), en: source.title }
  const { list } = new Rules(elementsOf(source, all))
  return { url: source.url, version: source.version, type: source.type, title, rules: list }
}

function extensionTable(source: StructureSource, all: ReadonlyMap<string, StructureSource>): ExtensionTable {
  const table = profileTable(source, all)
  const contexts = (source.context ?? []).map(({ type, expression }) => {
    if (type !== 'element' && type !== 'extension') throw new Error(`${source.url}: context by ${type}`)
    return { type, expression } as const
  })
  // Its own address is what it is found by.
  return { ...table, type: 'Extension', rules: table.rules.filter((rule) => rule.path !== 'url'), contexts }
}

/** Codes of our own value sets, each by its code system. */
function expand(set: ValueSetSource, systems: ReadonlyMap<string, CodeSystemSource>): Record<string, string[]> {
  return Object.fromEntries(
    set.compose.include.map(({ system = '', concept }) => {
      const codes = (concept ?? systems.get(system)?.concept ?? []).map(({ code }) => code)
      if (codes.length === 0) throw new Error(`${set.url}: no codes of ${system}`)
      return [system, codes]
    }),
  )
}

/** The tables of everything compiled. Throws where a text, a discriminator or a code list is missing. */
export function profileTables(sources: readonly Source[]): ProfileTables {
  const structures = sources.filter((s) => s.resourceType === 'StructureDefinition')
  const all = new Map(structures.map((s) => [s.url, s]))
  const systems = new Map(sources.filter((s) => s.resourceType === 'CodeSystem').map((s) => [s.url, s]))
  const sets = sources.filter((s) => s.resourceType === 'ValueSet')
  return {
    profiles: structures.filter((s) => s.type !== 'Extension').map((s) => profileTable(s, all)),
    extensions: structures.filter((s) => s.type === 'Extension').map((s) => extensionTable(s, all)),
    valueSets: Object.fromEntries(sets.map((set) => [set.url, expand(set, systems)])),
  }
}

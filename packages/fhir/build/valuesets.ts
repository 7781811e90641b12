/** Expands the value sets that required bindings name, as far as the published content allows. */

interface Concept {
  code: string
  concept?: Concept[]
  property?: { code: string; valueCode?: string }[]
}

interface CodeSystemSource {
  resourceType: 'CodeSystem'
  url: string
  content: string
  concept?: Concept[]
}

interface Include {
  system?: string
  concept?: { code: string }[]
  filter?: { property: string; op: string; value: string }[]
  valueSet?: string[]
}

interface ValueSetSource {
  resourceType: 'ValueSet'
  url: string
  compose?: { include: Include[]; exclude?: Include[] }
}

type Codes = Map<string, Set<string>>

/** Larger sets are open-ended catalogues, checked by terminology look-up and not by structure validation. */
const MOST_CODES = 3000

export class ValueSets {
  private readonly systems = new Map<string, CodeSystemSource>()
  private readonly sets = new Map<string, ValueSetSource>()
  private readonly expanded = new Map<string, Codes | undefined>()
  private readonly needed = new Set<string>()

  constructor(resources: { resourceType: string }[]) {
    for (const r of resources) {
      if (r.resourceType === 'CodeSystem') this.systems.set((r as CodeSystemSource).url, r as CodeSystemSource)
      if (r.resourceType === 'ValueSet') this.sets.set((r as ValueSetSource).url, r as ValueSetSource)
    }
  }

  /** Notes that a binding names this set; false when it cannot be listed (mime types, languages, units). */
  need(url: string): boolean {
    const codes = this.expand(url)
    if (!codes) return false
    this.needed.add(url)
    return true
  }

  /** The needed sets: url → system → codes. */
  table(): Record<string, Record<string, string[]>> {
    const out: Record<string, Record<string, string[]>> = {}
    for (const url of [...this.needed].sort()) {
      const bySystem: Record<string, string[]> = {}
      for (const [system, codes] of this.expand(url) ?? []) bySystem[system] = [...codes]
      out[url] = bySystem
    }
    return out
  }

  private expand(url: string): Codes | undefined {
    if (this.expanded.has(url)) return this.expanded.get(url)
    this.expanded.set(url, undefined)
    const codes = this.compose(this.sets.get(url))
    let count = 0
    for (const set of codes?.values() ?? []) count += set.size
    const result = count > 0 && count <= MOST_CODES ? codes : undefined
    this.expanded.set(url, result)
    return result
  }

  private compose(source: ValueSetSource | undefined): Codes | undefined {
    if (!source?.compose) return undefined
    const out: Codes = new Map()
    for (const include of source.compose.include) {
      const part = this.part(include)
      if (!part) return undefined
      for (const [system, codes] of part) {
        out.set(system, new Set([...(out.get(system) ?? []), ...codes]))
      }
    }
    for (const exclude of source.compose.exclude ?? []) {
      const part = this.part(exclude)
      if (!part) return undefined
      for (const [system, codes] of part) for (const code of codes) out.get(system)?.delete(code)
    }
    return out
  }

  private part(include: Include): Codes | undefined {
    if (include.valueSet) {
      if (include.system) return undefined
      const out: Codes = new Map()
      for (const url of include.valueSet) {
        const codes = this.expand(url.split('|')[0] ?? '')
        if (!codes || include.valueSet.length > 1) return undefined
        for (const [system, set] of codes) out.set(system, set)
      }
      return out
    }
    if (!include.system) return undefined
    if (include.concept) return new Map([[include.system, new Set(include.concept.map((c) => c.code))]])
    const system = this.systems.get(include.system)
    if (system?.content !== 'complete' || !system.concept) return undefined
    let codes = descendants(system, undefined)
    for (const filter of include.filter ?? []) {
      if (filter.property !== 'concept' || (filter.op !== 'is-a' && filter.op !== 'descendent-of')) return undefined
      codes = descendants(system, filter.value)
      if (filter.op === 'descendent-of') codes.delete(filter.value)
    }
    return new Map([[include.system, codes]])
  }
}

/** All codes of a system at or below `root` (all of them without a root), by nesting and by `subsumedBy`. */
function descendants(system: CodeSystemSource, root: string | undefined): Set<string> {
  const children = new Map<string, string[]>()
  const all = new Set<string>()
  const visit = (concepts: Concept[], parent: string | undefined): void => {
    for (const c of concepts) {
      all.add(c.code)
      const parents = (c.property ?? []).filter((p) => p.code === 'subsumedBy').map((p) => p.valueCode ?? '')
      if (parent !== undefined) parents.push(parent)
      for (const p of parents) children.set(p, [...(children.get(p) ?? []), c.code])
      visit(c.concept ?? [], c.code)
    }
  }
  visit(system.concept ?? [], undefined)
  if (root === undefined) return all
  const out = new Set<string>([root])
  for (const code of out) for (const child of children.get(code) ?? []) out.add(child)
  return out
}

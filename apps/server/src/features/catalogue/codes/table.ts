/** One version of a code system in memory: what a code is, what lies below it and above it. Pure. */
import type { Concept } from '@yba/fhir'
import { foldName } from '@yba/vietnam'

export interface TableFacts {
  system: string
  version: string
  title: string
  /** Codes of the system are missing here, so that an unknown one may be good all the same. */
  fragment: boolean
}

export interface TypedKeys {
  /** `A01.0` and `a010` begin alike. */
  code: string
  /** The words of its names without marks, each after a blank: ` ly truc khuan`. */
  names: string
}

export const bareCode = (code: string): string => code.toLowerCase().replaceAll('.', '')

export const typedKeys = ({ code, display, also }: Concept): TypedKeys => ({
  code: bareCode(code),
  names: ` ${[display, ...also.map((a) => a.value)].map(foldName).join(' ')}`,
})

export class CodeTable {
  readonly facts: TableFacts
  /** In the order of the published list. */
  readonly concepts: readonly Concept[]
  private readonly byCode: ReadonlyMap<string, Concept>
  private childrenOf: Map<string, string[]> | undefined
  /** Weak: a value set may give a code another name for the length of one question. */
  private readonly keysOf = new WeakMap<Concept, TypedKeys>()

  constructor(facts: TableFacts, concepts: readonly Concept[]) {
    this.facts = facts
    this.concepts = concepts
    this.byCode = new Map(concepts.map((c) => [c.code, c]))
  }

  get(code: string): Concept | undefined {
    return this.byCode.get(code)
  }

  children(code: string): readonly string[] {
    this.childrenOf ??= this.nest()
    return this.childrenOf.get(code) ?? []
  }

  private nest(): Map<string, string[]> {
    const out = new Map<string, string[]>()
    for (const { code, parents } of this.concepts) {
      for (const parent of parents) {
        const known = out.get(parent)
        if (known) known.push(code)
        else out.set(parent, [code])
      }
    }
    return out
  }

  /** The code and everything below it; empty for a code the list does not have. */
  below(code: string): Set<string> {
    return this.walk(code, (one) => this.children(one))
  }

  /** The code and everything it lies in. */
  above(code: string): Set<string> {
    return this.walk(code, (one) => this.get(one)?.parents ?? [])
  }

  private walk(code: string, next: (code: string) => readonly string[]): Set<string> {
    const found = new Set<string>(this.byCode.has(code) ? [code] : [])
    // A set grows while it is walked: each code is visited once, so that a circle ends.
    for (const one of found) for (const other of next(one)) if (this.byCode.has(other)) found.add(other)
    return found
  }

  /** What a code is found by when somebody types; kept, for folding is dear. */
  keys(concept: Concept): TypedKeys {
    const known = this.keysOf.get(concept)
    if (known) return known
    const made = typedKeys(concept)
    this.keysOf.set(concept, made)
    return made
  }
}

/**
 * Which records are one person, from nothing but the records and what people decided: the same answer whatever came first.
 * Pure. A person's "the same" is heard first, then the citizen number (D1), then the card (D3). A record that fits two who are
 * certainly not one is joined to neither: it is a question, never a guess (ADR 0030).
 */
import { judge, type RuleResult, type SourcePerson, type Why } from './rules.ts'

export interface Member {
  id: string
  person: SourcePerson
}

/** What a person decided about two records. */
export interface Decided {
  one: string
  other: string
  same: boolean
}

export interface Joined {
  one: string
  other: string
  /** `person`: somebody decided so. */
  rule: RuleResult['rule'] | 'person'
  why: Why[]
}

export interface Grouping {
  /** Ids of each person's records, in the order they were given. */
  groups: string[][]
  /** Why they are together. */
  joined: Joined[]
  /** What would have joined two groups that are not one person, or one of which is not known which. */
  refused: Joined[]
}

type Group = Set<string>

const pairKey = (one: string, other: string): string => (one < other ? `${one}|${other}` : `${other}|${one}`)

/** The stronger is heard first: a card does not part whom a citizen number joined. */
const LEVELS: readonly (readonly Joined['rule'][])[] = [['D4', 'D1'], ['D3']]

/** Groups as they stand, and what may not come together. */
class Partition {
  readonly #of: Map<string, Group>
  readonly #apart: ReadonlySet<string>

  constructor(ids: readonly string[], apart: ReadonlySet<string>) {
    this.#of = new Map(ids.map((id) => [id, new Set([id])]))
    this.#apart = apart
  }

  of(id: string): Group {
    return this.#of.get(id) as Group
  }

  isApart(one: Group, other: Group): boolean {
    for (const a of one) for (const b of other) if (this.#apart.has(pairKey(a, b))) return true
    return false
  }

  join(one: Group, other: Group): void {
    if (one === other) return
    for (const id of other) {
      one.add(id)
      this.#of.set(id, one)
    }
  }

  all(): Group[] {
    return [...new Set(this.#of.values())]
  }
}

/** Groups that edges lead to, each with those it touches. */
function neighbours(now: Partition, edges: readonly Joined[]): Map<Group, Set<Group>> {
  const touching = new Map<Group, Set<Group>>()
  const touch = (a: Group, b: Group) => touching.set(a, (touching.get(a) ?? new Set()).add(b))
  for (const edge of edges) {
    const [a, b] = [now.of(edge.one), now.of(edge.other)]
    if (a === b || now.isApart(a, b)) continue
    touch(a, b)
    touch(b, a)
  }
  return touching
}

/** Groups that touch two who are apart: nobody can say which of them they belong to. */
function torn(now: Partition, touching: ReadonlyMap<Group, ReadonlySet<Group>>): Set<Group> {
  const found = new Set<Group>()
  for (const [group, others] of touching) {
    const list = [...others]
    if (list.some((a, i) => list.slice(i + 1).some((b) => now.isApart(a, b)))) found.add(group)
  }
  return found
}

/** Everybody who hangs together by these edges. */
function components(touching: ReadonlyMap<Group, ReadonlySet<Group>>, without: ReadonlySet<Group>): Group[][] {
  const seen = new Set<Group>(without)
  const out: Group[][] = []
  for (const start of touching.keys()) {
    if (seen.has(start)) continue
    const component = [start]
    seen.add(start)
    for (const group of component)
      for (const next of touching.get(group) ?? []) {
        if (seen.has(next)) continue
        seen.add(next)
        component.push(next)
      }
    out.push(component)
  }
  return out
}

/** Joins what the edges of one level join without a doubt; all at once, so that none of them is the first. */
function joinLevel(now: Partition, edges: readonly Joined[]): void {
  const touching = neighbours(now, edges)
  for (const component of components(touching, torn(now, touching))) {
    // A chain may lead from one to another who is apart, with nobody in it who touches both: then none of it is sure.
    if (component.some((a, i) => component.slice(i + 1).some((b) => now.isApart(a, b)))) continue
    const [first, ...others] = component
    for (const other of others) now.join(first as Group, other)
  }
}

interface Judged {
  apart: Set<string>
  edges: Joined[]
}

function judgeAll(members: readonly Member[], words: ReadonlyMap<string, boolean>, demo: boolean): Judged {
  const apart = new Set([...words].filter(([, same]) => !same).map(([pair]) => pair))
  const edges: Joined[] = []
  for (const [i, a] of members.entries()) {
    for (const b of members.slice(i + 1)) {
      const { rule, verdict, why } = judge(a.person, b.person, demo)
      if (verdict === 'no-match') apart.add(pairKey(a.id, b.id))
      // Who was told apart by a person is no edge, and nobody is asked again.
      if (verdict === 'certain' && words.get(pairKey(a.id, b.id)) === undefined) edges.push({ one: a.id, other: b.id, rule, why })
    }
  }
  return { apart, edges }
}

export function groupsOf(members: readonly Member[], decided: readonly Decided[], demo: boolean): Grouping {
  const words = new Map(decided.map((d) => [pairKey(d.one, d.other), d.same]))
  const { apart, edges } = judgeAll(members, words, demo)
  const now = new Partition(
    members.map((m) => m.id),
    apart,
  )
  const told: Joined[] = decided.filter((d) => d.same).map(({ one, other }) => ({ one, other, rule: 'person', why: [] }))
  for (const { one, other } of told) if (!now.isApart(now.of(one), now.of(other))) now.join(now.of(one), now.of(other))
  for (const level of LEVELS)
    joinLevel(
      now,
      edges.filter((edge) => level.includes(edge.rule)),
    )
  const [joined, refused] = [[] as Joined[], [] as Joined[]]
  for (const edge of [...told, ...edges]) (now.of(edge.one) === now.of(edge.other) ? joined : refused).push(edge)
  const order = new Map(members.map((m, i) => [m.id, i]))
  const byOrder = (one: string, other: string) => (order.get(one) ?? 0) - (order.get(other) ?? 0)
  return { groups: now.all().map((group) => [...group].toSorted(byOrder)), joined, refused }
}

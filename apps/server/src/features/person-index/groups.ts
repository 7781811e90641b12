/**
 * Which records are one person, from nothing but the records and what people decided: the same answer whatever came first.
 * Pure. A person's "the same" is heard first, then the certain rules; neither joins two groups with a pair between them that
 * is certainly two persons, by its numbers or by a person's word.
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
  /** What would have joined two groups that are not one person. */
  refused: Joined[]
}

const pairKey = (one: string, other: string): string => (one < other ? `${one}|${other}` : `${other}|${one}`)

export function groupsOf(members: readonly Member[], decided: readonly Decided[], demo: boolean): Grouping {
  const known = new Map(members.map((m) => [m.id, m]))
  const words = new Map(decided.map((d) => [pairKey(d.one, d.other), d.same]))
  const groups = new Map(members.map((m) => [m.id, [m.id]]))
  const out: Pick<Grouping, 'joined' | 'refused'> = { joined: [], refused: [] }
  const apart = (one: string, other: string): boolean => {
    const [a, b] = [known.get(one), known.get(other)]
    return (
      words.get(pairKey(one, other)) === false ||
      (a !== undefined && b !== undefined && judge(a.person, b.person, demo).verdict === 'no-match')
    )
  }
  const join = (edge: Joined): void => {
    const [mine, theirs] = [groups.get(edge.one), groups.get(edge.other)]
    if (!mine || !theirs) return
    if (mine !== theirs) {
      if (mine.some((one) => theirs.some((other) => apart(one, other)))) {
        out.refused.push(edge)
        return
      }
      mine.push(...theirs)
      for (const id of theirs) groups.set(id, mine)
    }
    out.joined.push(edge)
  }
  for (const d of decided) if (d.same) join({ one: d.one, other: d.other, rule: 'person', why: [] })
  for (const [i, a] of members.entries()) {
    for (const b of members.slice(i + 1)) {
      const { rule, verdict, why } = judge(a.person, b.person, demo)
      // Who was told apart by a person is no edge, and nobody is asked again.
      if (verdict === 'certain' && words.get(pairKey(a.id, b.id)) === undefined) join({ one: a.id, other: b.id, rule, why })
    }
  }
  const order = new Map(members.map((m, i) => [m.id, i]))
  const sorted = [...new Set(groups.values())].map((ids) => ids.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)))
  return { groups: sorted, ...out }
}

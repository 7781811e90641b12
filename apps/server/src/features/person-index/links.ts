/** Links as they follow from all records and all words: each group of records is one golden person. */
import { randomUUID } from 'node:crypto'
import type { Transaction } from '../../store/types.ts'
import type { Connected } from './connected.ts'
import type { Grouping } from './groups.ts'
import { type Link, putReview, setLink } from './tables.ts'

/** A person's word about a record tells more than the rule that found it. */
function linkFor(source: string, person: string, { joined }: Grouping): Omit<Link, 'at'> {
  const reasons = joined.filter((j) => j.one === source || j.other === source)
  const confirmed = reasons.find((j) => j.rule === 'person')
  const reason = confirmed ?? reasons[0]
  return {
    source,
    person,
    grade: confirmed ? 'confirmed' : reason ? 'certain' : 'own',
    rule: reason?.rule ?? 'new',
    why: reason?.why ?? [],
  }
}

/**
 * Brings the links of records (`known`, as they stand) to a grouping; what stands already stays as it is. The records' first golden person that
 * no other group has keeps its id, so who was known first is who the others join. Gives the golden person of each record.
 */
export async function relink(tx: Transaction, grouping: Grouping, known: Connected['links']): Promise<Map<string, string>> {
  const taken = new Set<string>()
  const out = new Map<string, string>()
  for (const ids of grouping.groups) {
    const person = ids.map((id) => known.get(id)?.person).find((p) => p !== undefined && !taken.has(p)) ?? randomUUID()
    taken.add(person)
    for (const source of ids) {
      const [before, next] = [known.get(source), linkFor(source, person, grouping)]
      if (before?.person !== person || before.grade !== next.grade) await setLink(tx, { ...next, at: tx.now })
      out.set(source, person)
    }
  }
  // A record that fits both sides of a parting is with neither; a person says where it belongs.
  for (const { one, other, rule, why } of grouping.refused) {
    if (rule !== 'person') await putReview(tx, { source: one, other, rule, why: [...why, 'groups-apart'], at: tx.now })
  }
  return out
}

/** Everybody a record may have to do with: by a number, by the numbers of who has one of those, and by what people decided. */
import { SYSTEM } from '@yba/fhir'
import { bhxhOf } from '@yba/vietnam'
import type { Transaction } from '../../store/types.ts'
import type { Member } from './groups.ts'
import { personFacts } from './person-facts.ts'
import type { SourcePerson } from './rules.ts'
import { linksOf, toldTogether } from './tables.ts'

/** Records of one number that are looked at; more is nobody's record, but a number typed for want of one. */
const MOST_OF_ONE = 20
const MOST = 200

/** The ten digits that every card of a person has in common; not where the card says no more than they do. */
export const insuredNumbers = (cards: readonly string[]): string[] => [
  ...new Set(cards.flatMap((card) => bhxhOf(card) ?? []).filter((number) => !cards.includes(number))),
]

const numbersOf = (p: SourcePerson): string[] => [
  ...(p.citizenId ? [`${SYSTEM.cccd}|${p.citizenId}`] : []),
  ...[...p.cards, ...insuredNumbers(p.cards)].map((card) => `${SYSTEM.bhyt}|${card}`),
]

export interface Connected {
  members: Member[]
  links: Awaited<ReturnType<typeof linksOf>>
}

/**
 * The records that hang together with one, itself first, the others in the order they became known.
 * @param before the record as it was: who was tied to it by a number it has no more is looked at as well
 */
export async function connectedTo(tx: Transaction, own: Member, before?: SourcePerson): Promise<Connected> {
  const found = new Map<string, Member>([[own.id, own]])
  const asked = new Set<string>()
  let numbers = [...numbersOf(own.person), ...(before ? numbersOf(before) : [])]
  let told = [own.id]
  while (found.size < MOST && (numbers.length > 0 || told.length > 0)) {
    const fresh = [...new Set(numbers)].filter((n) => !asked.has(n))
    for (const n of fresh) asked.add(n)
    const [pages, words] = await Promise.all([
      Promise.all(fresh.map((n) => tx.search('Patient', `identifier=${encodeURIComponent(n)}&_count=${MOST_OF_ONE}`))),
      toldTogether(tx, told),
    ])
    const missing = words.filter((id) => !found.has(id))
    const read = missing.length > 0 ? await tx.readMany(missing.map((id) => `Patient/${id}`)) : new Map<string, never>()
    const came = [...pages.flatMap((page) => page.entries), ...read.values()].filter((entry) => !found.has(entry.id))
    const members = came.map((entry): Member => ({ id: entry.id, person: personFacts(entry.resource()) }))
    for (const member of members) found.set(member.id, member)
    told = members.map((m) => m.id)
    numbers = members.flatMap((m) => numbersOf(m.person))
  }
  const links = await linksOf(tx, [...found.keys()])
  // A record without a link was forgotten: no paper speaks of it any more. Ids carry their time: one order for whoever looks.
  const members = [...found.values()].filter((m) => m.id === own.id || links.has(m.id)).sort((a, b) => (a.id < b.id ? -1 : 1))
  return { members, links }
}

/** A person's word about two records, and what follows from it for everybody linked to either. */
import { randomUUID } from 'node:crypto'
import { refuse } from '@yba/fhir'
import type { Transaction } from '../../store/types.ts'
import type { ReviewRequest } from './contract.ts'
import { type Grouping, groupsOf } from './groups.ts'
import { REVIEW_CONTRADICTS, REVIEW_DECIDED, REVIEW_OPEN, REVIEW_UNKNOWN } from './outcomes.ts'
import { lockKeys, membersOf } from './resolve.ts'
import { decidedAmong, lastWord, linkOf, lockReview, putDecision, putReview, setLink } from './tables.ts'

/**
 * `same` joins the two persons, `different` parts them and keeps them apart whatever comes later, `reopen` takes the last word
 * back: in each case the links of everybody concerned are made anew from the records and all words that stand.
 */
export async function decide(tx: Transaction, request: ReviewRequest, by: { id: string; name: string }, demo: boolean): Promise<void> {
  const { one, other, decision } = request
  await lockPersons(tx, one, other)
  const review = await lockReview(tx, one, other)
  if (!review || review.state === 'gone') throw refuse(REVIEW_UNKNOWN)
  if (decision === 'reopen' && review.state === 'open') throw refuse(REVIEW_OPEN)
  if (decision !== 'reopen' && review.state !== 'open') throw refuse(REVIEW_DECIDED, { by: (await lastWord(tx, one, other)) ?? '' })
  await putDecision(tx, { one, other, decision, reason: request.reason, byId: by.id, byName: by.name, at: tx.now })
  const members = await membersOf(tx, await personsOf(tx, one, other))
  const told = await decidedAmong(
    tx,
    members.map((m) => m.id),
  )
  const grouping = groupsOf(members, told, demo)
  // A new word may overrule a rule, never an older word.
  const kept = told.every((word) => !word.same || grouping.groups.some((ids) => ids.includes(word.one) && ids.includes(word.other)))
  if (!kept) throw refuse(REVIEW_CONTRADICTS)
  await relink(tx, grouping)
  tx.emit({ kind: 'person.review', thread: `Patient/${one}` })
}

async function personsOf(tx: Transaction, one: string, other: string): Promise<string[]> {
  const links = [await linkOf(tx, one), await linkOf(tx, other)]
  return [...new Set(links.flatMap((link) => (link ? [link.person] : [])))]
}

/** The same locks a new sending takes, so that neither sees half of what the other does. */
async function lockPersons(tx: Transaction, one: string, other: string): Promise<void> {
  const members = await membersOf(tx, await personsOf(tx, one, other))
  const keys = [...new Set(members.flatMap((m) => lockKeys(m.person)))].sort()
  for (const key of keys) await tx.lockKey(`person:${key}`)
}

/** Each group is one golden person: the first record's own where no other group has it. */
async function relink(tx: Transaction, { groups, joined, refused }: Grouping): Promise<void> {
  const taken = new Set<string>()
  for (const ids of groups) {
    const known = (await linkOf(tx, ids[0] ?? ''))?.person
    const person = known && !taken.has(known) ? known : randomUUID()
    taken.add(person)
    for (const source of ids) {
      const reasons = joined.filter((j) => j.one === source || j.other === source)
      const confirmed = reasons.find((j) => j.rule === 'person')
      const reason = confirmed ?? reasons[0]
      const grade = confirmed ? 'confirmed' : reason ? 'certain' : 'own'
      await setLink(tx, { source, person, grade, rule: reason?.rule ?? 'new', why: reason?.why ?? [], at: tx.now })
    }
  }
  // A record that fits both sides of a parting is with one of them; a person says whether that is right.
  for (const { one, other, rule, why } of refused) {
    if (rule === 'person') continue
    await putReview(tx, { source: one, other, rule, why: [...why, 'groups-apart'], at: tx.now })
  }
}

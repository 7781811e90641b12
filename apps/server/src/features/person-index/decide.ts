/** A person's word about two records, and what follows from it for everybody linked to either. */
import { refuse } from '@yba/fhir'
import type { Transaction } from '../../store/types.ts'
import { type Connected, connectedTo } from './connected.ts'
import type { ReviewRequest } from './contract.ts'
import { groupsOf, type Member } from './groups.ts'
import { relink } from './links.ts'
import { REVIEW_CONTRADICTS, REVIEW_DECIDED, REVIEW_OPEN, REVIEW_UNKNOWN } from './outcomes.ts'
import { personFacts } from './person-facts.ts'
import { lockKeys } from './resolve.ts'
import { decidedAmong, lastWord, lockReview, putDecision } from './tables.ts'

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
  const { members, links } = await everybody(tx, one, other)
  const told = await decidedAmong(
    tx,
    members.map((m) => m.id),
  )
  const grouping = groupsOf(members, told, demo)
  // A new word may overrule a rule, never an older word.
  const kept = told.every((word) => !word.same || grouping.groups.some((ids) => ids.includes(word.one) && ids.includes(word.other)))
  if (!kept) throw refuse(REVIEW_CONTRADICTS)
  await relink(tx, grouping, links)
  tx.emit({ kind: 'person.review', thread: `Patient/${one}` })
}

/** All records that either may have to do with. */
async function everybody(tx: Transaction, ...ids: string[]): Promise<Connected> {
  const found = new Map<string, Member>()
  const links: Connected['links'] = new Map()
  for (const record of (await tx.readMany(ids.map((id) => `Patient/${id}`))).values()) {
    const near = await connectedTo(tx, { id: record.id, person: personFacts(record.resource()) })
    for (const member of near.members) found.set(member.id, member)
    for (const [source, link] of near.links) links.set(source, link)
  }
  return { members: [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), links }
}

/** The same locks a new sending takes, so that neither sees half of what the other does. */
async function lockPersons(tx: Transaction, one: string, other: string): Promise<void> {
  const { members } = await everybody(tx, one, other)
  const keys = [...new Set(members.flatMap((m) => lockKeys(m.person)))].sort()
  for (const key of keys) await tx.lockKey(`person:${key}`)
}

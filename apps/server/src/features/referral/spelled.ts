/**
 * A paper slip's number typed at a desk in another spelling, before the slip itself came: the visit takes the slip's number
 * when nothing but the spelling differs. Where that does not say which, both stand and a person is told.
 */
import { finding, findingText } from '@yba/fhir'
import type { Stored, Transaction } from '../../store/types.ts'
import type { ThreadKey } from '../exchange/contract.ts'
import { moveWaiting, raiseAlert } from '../exchange/index.ts'
import { spelledAlike } from './find-slip.ts'
import { SPELLED_ALIKE } from './outcomes.ts'
import { samePerson } from './same-person.ts'
import { openAttention } from './tables/attention.ts'
import { dropCopy, moveHistory } from './tables.ts'
import { isShadow, type PersonFacts, type ReferralTask, taskFacts, taskResource } from './task.ts'

type Person = Pick<PersonFacts, 'name' | 'birthDate' | 'sex' | 'citizenId'>

interface Visits {
  /** The one visit that is this slip's, or null. */
  one: Stored | null
  /** Numbers under which paper slips were typed that are spelled alike. */
  numbers: string[]
}

async function visitsOf(tx: Transaction, thread: ThreadKey, person: Person, to?: string): Promise<Visits> {
  const shadows = (await spelledAlike(tx, thread)).filter((one) => {
    const task = taskFacts(one.resource())
    return isShadow(task) && task.state !== 'void' && (to === undefined || task.to.code === to)
  })
  const fits = shadows.filter((one) => samePerson(taskFacts(one.resource()).person, person))
  return { one: fits.length === 1 ? (fits[0] ?? null) : null, numbers: shadows.map((one) => taskFacts(one.resource()).number) }
}

/** The visit under the slip's own number; it is found by the typed one as well. */
async function renumber(tx: Transaction, visit: Stored, number: string): Promise<Stored> {
  const stored = await tx.read('Task', visit.id, { lock: true })
  if (!stored) throw new Error('a visit went away under its lock')
  const task = taskFacts(stored.resource())
  const next: ReferralTask = { ...task, number, aliases: [...new Set([...(task.aliases ?? []), task.number])] }
  await tx.write([{ kind: 'update', id: stored.id, ifMatch: stored.versionId, resource: taskResource(next) }])
  const again = await tx.read('Task', stored.id)
  if (!again) throw new Error('a visit went away under its lock')
  return again
}

/** At the hub: the visit that a desk told of under another spelling, now under the number of the slip that comes. */
export async function spelledAtHub(tx: Transaction, thread: ThreadKey, person: Person): Promise<Stored | null> {
  const { one } = await visitsOf(tx, thread, person)
  if (!one) return null
  await moveHistory(tx, thread.issuer, taskFacts(one.resource()).number, thread.number)
  return renumber(tx, one, thread.number)
}

/** At the receiver: the same, of the visit that a desk here opened, with what of it still waits for the line. */
export async function spelledHere(tx: Transaction, thread: ThreadKey, here: string, person: Person): Promise<Stored | null> {
  const { one, numbers } = await visitsOf(tx, thread, person, here)
  if (!one) {
    if (numbers.length > 0) await tellAlike(tx, thread, numbers)
    return null
  }
  const { number } = taskFacts(one.resource())
  await dropCopy(tx, { issuer: thread.issuer, number })
  await moveHistory(tx, thread.issuer, number, thread.number, 'local')
  await moveWaiting(tx, { issuer: thread.issuer, number }, thread.number)
  return renumber(tx, one, thread.number)
}

/** The desk compares its paper with the slips whose numbers differ by spelling only. */
export async function tellAlike(tx: Transaction, { issuer, number }: ThreadKey, others: readonly string[]): Promise<void> {
  const { code, vi, en, cure } = findingText(finding(SPELLED_ALIKE, { number, others: others.join(', ') }))
  const body = { code, vi, en, cure }
  const subject = `spelled-alike:${issuer}|${number}`
  if (!(await openAttention(tx, { kind: 'other-person', subject, issuer, number, event: 'arrive', body }, tx.now))) return
  const about = { kind: 'slip-elsewhere', subject: `${issuer}|${number}`, severity: 'warning', role: 'reception' } as const
  await raiseAlert(tx, { ...about, vi, en, cure }, tx.now)
}

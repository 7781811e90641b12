/** A slip by its number as somebody typed it: as it stands, else by the key under which spellings of one number meet. */
import { slipKey } from '@yba/vietnam'
import type { Stored, Transaction } from '../../store/types.ts'
import type { ThreadKey } from '../exchange/contract.ts'
import { samePerson } from './same-person.ts'
import { type PersonFacts, slipKeySystem, taskFacts, taskIdentifierSystem } from './task.ts'

/** Whether two numbers are one, typed in two ways. */
export const isSameNumber = (a: string, b: string): boolean => a === b || slipKey(a) === slipKey(b)

/** Reserved in a search; no register writes them, and such a number is found as it stands. */
const RESERVED = /[,|$\\]/

/** First threads of an issuer whose number is this one in another spelling. */
export async function spelledAlike(tx: Pick<Transaction, 'findByIdentifier' | 'search'>, { issuer, number }: ThreadKey): Promise<Stored[]> {
  const key = slipKey(number)
  // Hardly ever is there one: the cheap questions first, in one breath. A number that is its own key has no further identifier.
  const [further, own] = await Promise.all([
    tx.findByIdentifier('Task', slipKeySystem(issuer), key),
    key === number ? null : tx.findByIdentifier('Task', taskIdentifierSystem(issuer), key),
  ])
  if (!(further ?? own) || RESERVED.test(key)) return []
  const values = [slipKeySystem, taskIdentifierSystem].map((system) => encodeURIComponent(`${system(issuer)}|${key}`))
  const { entries } = await tx.search('Task', `identifier=${values.join(',')}&_count=20`)
  return entries.filter((one) => {
    const task = taskFacts(one.resource())
    return !task.partOf && task.number !== number
  })
}

interface Options {
  lock?: boolean
  /** Who is said to have come with it: tells slips apart whose numbers differ by spelling only. */
  person?: Pick<PersonFacts, 'name' | 'birthDate' | 'sex' | 'citizenId'>
}

/** The slip of an issuer, or null; null as well where spellings alone do not say which. What is sent and printed is its own spelling. */
export async function findSlip(
  tx: Pick<Transaction, 'findByIdentifier' | 'search' | 'read'>,
  issuer: string,
  number: string,
  { lock = false, person }: Options = {},
): Promise<Stored | null> {
  const exact = await tx.findByIdentifier('Task', taskIdentifierSystem(issuer), number, { lock })
  if (exact) return exact
  const alike = await spelledAlike(tx, { issuer, number })
  const fits = alike.length > 1 && person ? alike.filter((one) => samePerson(taskFacts(one.resource()).person, person)) : alike
  const [only] = fits
  if (!only || fits.length > 1) return null
  return lock ? tx.read('Task', only.id, { lock }) : only
}

/** Holds a thread, whichever spelling of its number a message names. */
export async function lockThread(tx: Pick<Transaction, 'lockKey'>, { issuer, number }: ThreadKey): Promise<void> {
  // In one breath, so that what is asked beside it is answered under both.
  await Promise.all([...new Set([number, slipKey(number)])].map((name) => tx.lockKey(`thread:${issuer}:${name}`)))
}

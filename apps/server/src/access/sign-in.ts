/**
 * Checks a login and a password, with lock-out. Known and unknown logins behave and take time alike.
 *
 * Wrong passwords are counted by login and place. A place is a browser somebody of this site has signed in with before,
 * else an address. A stranger who guesses closes the door for his own place alone: the doctor at the ward's computer at
 * three in the morning gets in. Guesses from everywhere at once close it for unknown places only.
 */
import { createHash } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { accountClosed, accountLocked, wrongCredentials } from './outcomes.ts'
import { passwordFits } from './passwords.ts'
import { failures, type Sql, type UserRow, users } from './tables.ts'

export const FAILURE_LIMIT = 5
/** Of all unknown places together. */
const STRANGERS_LIMIT = 60
const LONGEST_MINUTES = 15
const WINDOW_MINUTES = 60

/** Where an attempt comes from. */
export interface Place {
  /** `device <id>`, `session <hash>` or `address <visitor>`. */
  name: string
  /** A browser that was signed in here before. */
  known: boolean
}

/** Logins are compared lower-case, NFC, without outer spaces. */
export const normalLogin = (login: string): string => login.normalize('NFC').trim().toLowerCase()

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

export const failureKey = (login: string): string => hash(normalLogin(login))

export const lockWindow = (now: Date): Date => new Date(now.getTime() - WINDOW_MINUTES * 60_000)

const pauseAfter = (count: number): number => Math.min(LONGEST_MINUTES, 2 ** Math.max(0, count - FAILURE_LIMIT))

/** The user. Throws `wrong-credentials`, `account-locked` (too many failures) or `account-closed` (by the administrator). */
export async function checkCredentials(sql: Sql, login: string, password: string, now: Date, place: Place): Promise<UserRow> {
  const who = failureKey(login)
  const key = hash(`${who} ${place.name}`)
  const lockedOut = (minutes: number) => refuse(accountLocked, { limit: FAILURE_LIMIT, minutes })
  const count = await failures.count(sql, key, who, now, lockWindow(now), FAILURE_LIMIT)
  if (count === undefined) throw lockedOut(LONGEST_MINUTES)
  const strangers = hash(`${who} strangers`)
  if (!place.known && (await failures.count(sql, strangers, who, now, lockWindow(now), STRANGERS_LIMIT)) === undefined) {
    throw lockedOut(LONGEST_MINUTES)
  }
  const user = await users.byLogin(sql, normalLogin(login))
  if (!(await passwordFits(user?.password, password)) || !user) {
    throw count >= FAILURE_LIMIT ? lockedOut(pauseAfter(count)) : refuse(wrongCredentials)
  }
  await failures.clear(sql, key)
  if (user.locked) throw refuse(accountClosed)
  return user
}

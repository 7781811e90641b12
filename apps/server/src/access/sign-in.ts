/** Checks a login and a password, with lock-out. Known and unknown logins behave and take time alike. */
import { createHash } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { accountClosed, accountLocked, wrongCredentials } from './outcomes.ts'
import { passwordFits } from './passwords.ts'
import { failures, type Sql, type UserRow, users } from './tables.ts'

export const FAILURE_LIMIT = 5
export const LOCK_MINUTES = 15

/** Logins are compared lower-case, NFC, without outer spaces. */
export const normalLogin = (login: string): string => login.normalize('NFC').trim().toLowerCase()

export const failureKey = (login: string): string => createHash('sha256').update(normalLogin(login)).digest('hex')

export const lockWindow = (now: Date): Date => new Date(now.getTime() - LOCK_MINUTES * 60_000)

/** The user. Throws `wrong-credentials`, `account-locked` (too many failures) or `account-closed` (by the administrator). */
export async function checkCredentials(sql: Sql, login: string, password: string, now: Date): Promise<UserRow> {
  const key = failureKey(login)
  const lockedOut = () => refuse(accountLocked, { limit: FAILURE_LIMIT, minutes: LOCK_MINUTES })
  const count = await failures.count(sql, key, now, lockWindow(now), FAILURE_LIMIT)
  if (count === undefined) throw lockedOut()
  const user = await users.byLogin(sql, normalLogin(login))
  if (!(await passwordFits(user?.password, password)) || !user) {
    throw count >= FAILURE_LIMIT ? lockedOut() : refuse(wrongCredentials)
  }
  await failures.clear(sql, key)
  if (user.locked) throw refuse(accountClosed)
  return user
}

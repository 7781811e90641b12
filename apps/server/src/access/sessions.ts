/** Sessions of people: an opaque id in the cookie, its hash in the database, an idle lock and a hard end. */
import { createHash, randomBytes } from 'node:crypto'
import { checkCredentials } from './sign-in.ts'
import { type Sql, sessions, type UserRow } from './tables.ts'

/** A session ends twelve hours after sign-in, whatever happens: one long shift. */
const HOURS = 12

export interface Session {
  hash: string
  user: UserRow
  locked: boolean
  lang: 'vi' | 'en' | null
}

export interface SessionRules {
  sql: Sql
  idleLockSeconds: number
}

const hashOf = (id: string): string => createHash('sha256').update(id).digest('hex')

/** Opens a session under a fresh id (never one the browser brought) and gives that id for the cookie. */
export async function openSession(rules: SessionRules, user: UserRow, now: Date): Promise<string> {
  const id = randomBytes(32).toString('base64url')
  await sessions.insert(rules.sql, hashOf(id), user.id, now, new Date(now.getTime() + HOURS * 3_600_000))
  return id
}

/**
 * The session behind a cookie, or undefined. `active`: this request counts as use; screens that refresh by
 * themselves do not. Locks the session once it was idle for too long.
 */
/** A database that takes no rows for a while must not end the sessions of those who need to read in an emergency. */
function unlessReadOnly(error: unknown): void {
  if ((error as { code?: string }).code !== '25006') throw error
}

export async function findSession(rules: SessionRules, id: string | undefined, now: Date, active: boolean): Promise<Session | undefined> {
  if (!id || id.length > 100) return undefined
  const hash = hashOf(id)
  const row = await sessions.find(rules.sql, hash, now)
  if (!row) return undefined
  const idle = now.getTime() - row.seen_at.getTime()
  let locked = row.session_locked
  if (!locked && idle > rules.idleLockSeconds * 1000) {
    locked = true
    await sessions.setLocked(rules.sql, hash, true, now)
  }
  // Writing at every request would be one more commit for each; a twentieth of the limit is exact enough.
  if (!locked && active && idle > Math.min(15_000, rules.idleLockSeconds * 50))
    await sessions.touch(rules.sql, hash, now).catch(unlessReadOnly)
  return { hash, user: row, locked, lang: row.session_lang }
}

/** Locks at the user's wish. */
export async function lockSession(rules: SessionRules, session: Session, now: Date): Promise<void> {
  await sessions.setLocked(rules.sql, session.hash, true, now)
}

/** Throws as `checkCredentials` does. */
export async function unlockSession(rules: SessionRules, session: Session, password: string, now: Date): Promise<void> {
  await checkCredentials(rules.sql, session.user.login, password, now, { name: `session ${session.hash}`, known: true })
  await sessions.setLocked(rules.sql, session.hash, false, now)
}

export async function closeSession(rules: SessionRules, id: string | undefined): Promise<void> {
  if (id) await sessions.remove(rules.sql, hashOf(id))
}

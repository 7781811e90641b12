/** Users of one site: add, reset, lock, unlock, list. The web's administration and the command line use these. */
import { randomBytes, randomUUID } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { userExists, userInvalid, userUnknown } from './outcomes.ts'
import { checkPassword, hashPassword } from './passwords.ts'
import { MACHINE_ROLES, ROLES, type Role } from './permissions.ts'
import { FAILURE_LIMIT, failureKey, lockWindow, normalLogin } from './sign-in.ts'
import { failures, type Sql, sessions, type UserRow, users } from './tables.ts'

const PERSON_ROLES: readonly Role[] = ROLES.filter((r) => !MACHINE_ROLES.includes(r))

export interface NewUser {
  /** Given by seeds that must be repeatable. */
  id?: string
  login: string
  name: string
  role: string
  departments?: readonly string[]
  /** Practising licence (CCHN). */
  licence?: string
  title?: string
  /** Practitioner resource id. */
  practitioner?: string
  /** Without one a random password is made and given back once. */
  password?: string
}

export interface UserView {
  id: string
  login: string
  name: string
  role: Role
  departments: string[]
  licence?: string
  title?: string
  practitioner?: string
  /** By an administrator. */
  locked: boolean
  /** After too many wrong passwords. */
  lockedOut: boolean
  sessions: number
}

function isPersonRole(role: string): role is Role {
  return PERSON_ROLES.some((r) => r === role)
}

/** Eleven random bytes: readable once from a slip of paper, never stored. */
const randomPassword = (): string => randomBytes(11).toString('base64url')

/** Throws `user-invalid`, `user-exists`, `weak-password`. `password` comes back only when it was made here. */
export async function addUser(sql: Sql, user: NewUser, now: Date): Promise<{ id: string; login: string; password?: string }> {
  const login = normalLogin(user.login)
  const name = user.name.normalize('NFC').trim()
  if (!/^[a-z0-9][a-z0-9._-]{1,39}$/.test(login)) throw refuse(userInvalid, { field: 'login' })
  if (name === '' || name.length > 120) throw refuse(userInvalid, { field: 'name' })
  if (!isPersonRole(user.role)) throw refuse(userInvalid, { field: 'role' })
  const password = user.password ?? randomPassword()
  checkPassword(password, login)
  const row: UserRow = {
    id: user.id ?? randomUUID(),
    login,
    name,
    role: user.role,
    departments: [...(user.departments ?? [])],
    licence: user.licence ?? null,
    title: user.title ?? null,
    practitioner: user.practitioner ?? null,
    password: await hashPassword(password),
    lang: null,
    locked: false,
  }
  if (!(await users.insert(sql, row, now))) throw refuse(userExists)
  return { id: row.id, login, ...(user.password === undefined ? { password } : {}) }
}

/** By id or login. Throws `user-unknown`. */
export async function findUser(sql: Sql, idOrLogin: string): Promise<UserRow> {
  const user = (await users.byId(sql, idOrLogin)) ?? (await users.byLogin(sql, normalLogin(idOrLogin)))
  if (!user) throw refuse(userUnknown)
  return user
}

/** New password (given or made), failures forgotten, all sessions ended. */
export async function resetPassword(sql: Sql, idOrLogin: string, password: string | undefined, now: Date): Promise<{ password?: string }> {
  const user = await findUser(sql, idOrLogin)
  const next = password ?? randomPassword()
  checkPassword(next, user.login)
  await users.setPassword(sql, user.id, await hashPassword(next), now)
  await failures.clearLogin(sql, failureKey(user.login))
  await sessions.removeOf(sql, user.id)
  return password === undefined ? { password: next } : {}
}

/** Locks the account and ends its sessions at once. */
export async function lockUser(sql: Sql, idOrLogin: string, now: Date): Promise<void> {
  const user = await findUser(sql, idOrLogin)
  await users.setLocked(sql, user.id, true, now)
  await sessions.removeOf(sql, user.id)
}

/** Opens the account again, after an administrator's lock as well as after too many failures. */
export async function unlockUser(sql: Sql, idOrLogin: string, now: Date): Promise<void> {
  const user = await findUser(sql, idOrLogin)
  await users.setLocked(sql, user.id, false, now)
  await failures.clearLogin(sql, failureKey(user.login))
}

export async function listUsers(sql: Sql, now: Date): Promise<UserView[]> {
  const lockedOut = await failures.lockedLogins(sql, lockWindow(now), FAILURE_LIMIT)
  return (await users.list(sql)).map((u) => ({
    id: u.id,
    login: u.login,
    name: u.name,
    role: u.role,
    departments: u.departments,
    ...(u.licence ? { licence: u.licence } : {}),
    ...(u.title ? { title: u.title } : {}),
    ...(u.practitioner ? { practitioner: u.practitioner } : {}),
    locked: u.locked,
    lockedOut: lockedOut.has(failureKey(u.login)),
    sessions: u.sessions,
  }))
}

export interface SessionView {
  user: string
  login: string
  name: string
  role: Role
  since: string
  seen: string
  locked: boolean
}

/** Open sessions, the last used first; never their ids. */
export async function listSessions(sql: Sql, now: Date): Promise<SessionView[]> {
  return (await sessions.list(sql, now)).map((s) => ({
    user: s.user_id,
    login: s.login,
    name: s.name,
    role: s.role,
    since: s.created_at.toISOString(),
    seen: s.seen_at.toISOString(),
    locked: s.locked,
  }))
}

/**
 * Programs of a facility that post by themselves (its HIS, the watched folder): known by a token that is shown once.
 * A token is 256 random bits, so a plain digest of it is kept and no password hash is needed.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { invalidToken, programExists, programInvalid, programUnknown } from './outcomes.ts'
import { type ProgramRole, type ProgramRow, programs, type Sql } from './tables.ts'

export type { ProgramRole } from './tables.ts'

export interface ProgramView {
  id: string
  name: string
  role: ProgramRole
  registeredAt: string
  stoppedAt?: string
  /** To the minute. */
  seenAt?: string
}

const ID = /^[a-z0-9][a-z0-9-]{1,39}$/
const TOKEN = /^yba1\.([a-z0-9][a-z0-9-]{1,39})\.([A-Za-z0-9_-]{43})$/
/** For "last seen" once a minute is enough: otherwise each request would be a write. */
const SEEN_EVERY_MS = 60_000
const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** Registers a program; its token is given back once and kept nowhere. Throws `program-invalid`, `program-exists`. */
export async function addProgram(
  sql: Sql,
  program: { id: string; name: string; role?: ProgramRole },
  now: Date,
): Promise<{ token: string }> {
  const name = program.name.normalize('NFC').trim()
  if (!ID.test(program.id)) throw refuse(programInvalid, { field: 'id' })
  if (name === '' || name.length > 120) throw refuse(programInvalid, { field: 'name' })
  const secret = randomBytes(32).toString('base64url')
  if (!(await programs.insert(sql, { id: program.id, name, role: program.role ?? 'program', secret_sha256: digest(secret) }, now)))
    throw refuse(programExists)
  return { token: `yba1.${program.id}.${secret}` }
}

/** Its token is refused from now on. Throws `program-unknown`. */
export async function stopProgram(sql: Sql, id: string, now: Date): Promise<void> {
  if (!(await programs.stop(sql, id, now))) throw refuse(programUnknown)
}

export async function listPrograms(sql: Sql): Promise<ProgramView[]> {
  return (await programs.all(sql)).map((row) => ({
    id: row.id,
    name: row.name,
    role: row.role,
    registeredAt: row.registered_at.toISOString(),
    ...(row.stopped_at ? { stoppedAt: row.stopped_at.toISOString() } : {}),
    ...(row.seen_at ? { seenAt: row.seen_at.toISOString() } : {}),
  }))
}

/** Whose token it is. Throws `invalid-token`; whether the name or the secret is wrong is not said. */
export async function programOf(sql: Sql, token: string, now: Date): Promise<Pick<ProgramRow, 'id' | 'name' | 'role'>> {
  const [, id = '', secret = ''] = TOKEN.exec(token) ?? []
  const row = id ? await programs.find(sql, id) : undefined
  const good = row !== undefined && timingSafeEqual(row.secret_sha256, digest(secret))
  if (!good || row.stopped_at) throw refuse(invalidToken)
  if (now.getTime() - (row.seen_at?.getTime() ?? 0) > SEEN_EVERY_MS) await programs.seen(sql, row.id, now)
  return { id: row.id, name: row.name, role: row.role }
}

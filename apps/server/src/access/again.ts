/** Who asked for something that is done later, with the rights they have now. */
import type { Caller } from './caller.ts'
import { programCaller, userCaller } from './callers.ts'
import { programs, type Sql, users } from './tables.ts'

/** What is kept of a caller until then. */
export type Known = Pick<Caller, 'kind' | 'id'>

const PROGRAM = /^system:(?:client|import):([a-z0-9][a-z0-9-]{1,39})$/

/** A person or a program as they stand now; undefined for who is locked, stopped, gone, or neither. */
export async function callerAgain(sql: Sql, { kind, id }: Known, facility: string, requestId: string): Promise<Caller | undefined> {
  if (kind === 'user') {
    const user = await users.byId(sql, id)
    return user && !user.locked ? userCaller(user, facility, requestId) : undefined
  }
  const name = PROGRAM.exec(id)?.[1]
  const program = name === undefined ? undefined : await programs.find(sql, name)
  if (!program || program.stopped_at) return undefined
  const caller = programCaller(program, facility, requestId)
  return caller.id === id ? caller : undefined
}

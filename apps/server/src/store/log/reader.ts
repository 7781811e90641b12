/** Reading the log by cursor `epoch.number`. */
import { refuse, typeName } from '@yba/fhir'
import type { Db } from '../db.ts'
import { cursorUnknown } from '../outcomes.ts'
import type { LogEntry } from '../types.ts'

export interface EventLine {
  n: string
  at: Date
  kind: string
  thread: string
  t: number | null
  id: string | null
  ver: number | null
  pat: string | null
  payload: string
  by: string
}

/** What a line of the log is read from. */
export const COLUMNS = (of: string): string =>
  ['n', 'at', 'kind', 'thread', 't', 'id', 'ver', 'pat', 'payload', 'by'].map((name) => `${of}.${name}`).join(', ')

const READ = `
select ${COLUMNS('event')} from event where n is not null and n > $1 order by n limit $2`

const END = 'select coalesce(max(n), 0) as n from event where n is not null'

export const cursorText = (epoch: number, n: string | number): string => `${epoch}.${n}`

/** Position of a cursor; the empty cursor is the start. Throws `cursor-unknown`. */
export function cursorNumber(cursor: string, epoch: number): string {
  if (cursor === '') return '0'
  const m = /^(\d{1,9})\.(\d{1,18})$/.exec(cursor)
  if (!m || Number(m[1]) !== epoch) throw refuse(cursorUnknown)
  return m[2] as string
}

export async function endNumber(db: Db): Promise<string> {
  const [row] = await db.query<{ n: string }>(END, [], true)
  return row?.n ?? '0'
}

/** A row of the log as its readers see it. */
export function entry(line: EventLine, epoch: number): LogEntry {
  const type = line.t === null ? undefined : typeName(line.t)
  return {
    cursor: cursorText(epoch, line.n),
    at: line.at,
    kind: line.kind,
    thread: line.thread,
    ...(type === undefined ? {} : { type }),
    ...(line.id === null ? {} : { id: line.id }),
    ...(line.ver === null ? {} : { versionId: line.ver }),
    ...(line.pat === null ? {} : { patient: line.pat }),
    payload: JSON.parse(line.payload),
    by: line.by,
  }
}

/** Numbered entries after a number. */
export async function entriesAfter(db: Db, epoch: number, n: string, limit: number): Promise<LogEntry[]> {
  const lines = await db.query<EventLine>(READ, [n, limit], true)
  return lines.map((line) => entry(line, epoch))
}

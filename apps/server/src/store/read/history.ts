/** Versions of one resource. Who may see the current row (deleted or not) may see all of them. */
import { refuse } from '@yba/fhir'
import { cursorUnknown } from '../outcomes.ts'
import type { Row } from '../stored.ts'
import type { HistoryAsk, HistoryPage, Stored } from '../types.ts'
import { currentRow, type Reading } from './rows.ts'

export type Version = Omit<Row, 't' | 'pat'>

const HIST = 'select h.rid, h.ver, h.lu, h.deleted, h.content from hist h where h.rid = $1::bigint'

/** Current row and superseded versions, newest first; undefined when missing or forbidden. */
export async function versions(on: Reading, type: string, id: string): Promise<{ current: Row; all: Version[] } | undefined> {
  const current = await currentRow(on, type, id, 'history')
  if (!current) return undefined
  const old = await on.db.query<Version>(`${HIST} order by h.ver desc`, [current.rid], true)
  return { current, all: [current, ...old.filter((v) => v.ver < current.ver).map((v) => ({ ...v, id }))] }
}

/** One version; undefined when missing or forbidden. */
export async function version(on: Reading, type: string, id: string, ver: number): Promise<Row | undefined> {
  const current = await currentRow(on, type, id, 'read')
  if (!current || current.ver === ver) return current
  if (!Number.isInteger(ver) || ver < 1 || ver > current.ver) return undefined
  const [row] = await on.db.query<Version>(`${HIST} and h.ver = $2::integer`, [current.rid, ver], true)
  return row && { ...current, ...row, id }
}

// The literal is that of the index event_put.
const PUT_FIRST = `select 1 from event where t = $1::smallint and id = $2 and payload = '{"method":"PUT"}' limit 1`

/** Whether the first version of a resource came by PUT, as the log tells. */
export async function cameByPut(on: Reading, { t, id }: Row): Promise<boolean> {
  return (await on.db.query(PUT_FIRST, [t, id], true)).length > 0
}

const CURSOR = /^v(\d{1,9})$/

export interface Versions {
  all: readonly Version[]
  /** How the first of them came. */
  first: 'POST' | 'PUT'
}

/** A page of the versions of one resource; a cursor is the version it goes on below. Throws `cursor-unknown`. */
export function versionPage(ask: HistoryAsk, { all, first }: Versions, shown: (row: Version) => Stored): HistoryPage {
  const { count, since, at, cursor } = ask
  const below = cursor === undefined ? Number.POSITIVE_INFINITY : Number(CURSOR.exec(cursor)?.[1] ?? Number.NaN)
  if (Number.isNaN(below)) throw refuse(cursorUnknown)
  // A version is the current one until the next is there.
  const wasCurrent = (row: Version, i: number): boolean => {
    const next = all[i - 1]
    return at === undefined || (row.lu <= at.hi && (next === undefined || next.lu > at.lo))
  }
  const fitting = all.filter((row, i) => row.ver < below && (since === undefined || row.lu >= since) && wasCurrent(row, i))
  const page = fitting.slice(0, count)
  const last = page.at(-1)
  return {
    entries: page.map((row) => ({ method: row.deleted ? 'DELETE' : row.ver === 1 ? first : 'PUT', stored: shown(row) })),
    ...(last && fitting.length > count ? { next: `v${last.ver}` } : {}),
  }
}

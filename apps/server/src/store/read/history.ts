/** Versions of one resource. Who may see the current row (deleted or not) may see all of them. */

import type { Row } from '../stored.ts'
import { currentRow, type Reading } from './rows.ts'

type Version = Omit<Row, 't' | 'pat'>

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

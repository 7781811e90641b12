/**
 * Two bytes of every sealed row, in the order of sealing: little enough to give a day of them to somebody else, enough to
 * say which row is not as it was when everything here was sealed anew.
 */
import type { Db } from '../db.ts'
import type { MarkedRows } from '../types.ts'
import { unpackRows } from './seals.ts'

const MARK = 2

interface Part {
  start: string
  rows: Buffer
}

const COUNTED = 'select n, rows, count, sum(count) over (order by n) - count as start from seal'

const joined = (parts: readonly Part[]): MarkedRows => {
  const rows = parts.flatMap((p) => unpackRows(p.rows))
  return {
    start: Number(parts[0]?.start ?? 0),
    seqs: rows.map((r) => r.seq),
    marks: Buffer.concat(rows.map((r) => r.digest.subarray(0, MARK))),
  }
}

/** Rows of the seals of a range. */
export const marksOfSeals = async (db: Db, from: number, to: number): Promise<MarkedRows> =>
  joined(await db.query<Part>(`select start::text, rows from (${COUNTED}) s where n between $1 and $2 order by n`, [from, to]))

/** Rows that lie from `first` on in the order of sealing, wherever the seals are cut; whole seals, so it may begin before. */
export const marksOfRows = async (db: Db, first: number, count: number): Promise<MarkedRows> =>
  joined(
    await db.query<Part>(`select start::text, rows from (${COUNTED}) s where start + count > $1 and start < $2 order by n`, [
      first,
      first + count,
    ]),
  )

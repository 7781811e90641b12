/** Which row of a day is not as it was: what others hold of each row against the rows as they stand here now. Pure. */

const MARK = 2
/** Rows that must fit again behind a gap before it is believed. */
const WINDOW = 24
const LONGEST_GAP = 200

export interface OddRow {
  what: 'changed' | 'removed' | 'added'
  /** Place in the day, from 0. */
  at: number
  /** How many in a row. */
  rows: number
}

const markAt = (marks: Buffer, i: number): number | undefined =>
  i * MARK + MARK <= marks.length && i >= 0 ? marks.readUInt16BE(i * MARK) : undefined

/** What lies beyond the day is not known and fits. */
function fits(held: Buffer, h: number, present: Buffer, p: number): boolean {
  for (let i = 0; i < WINDOW; i++) {
    const wanted = markAt(held, h + i)
    if (wanted === undefined) return true
    if (wanted !== markAt(present, p + i)) return false
  }
  return true
}

/** The first row that differs; undefined when every row of the day is there. */
export function oddRow(held: Buffer, present: Buffer): OddRow | undefined {
  const count = Math.floor(held.length / MARK)
  for (let at = 0; at < count; at++) {
    if (markAt(held, at) === markAt(present, at)) continue
    for (let rows = 1; rows <= LONGEST_GAP; rows++) {
      if (fits(held, at + rows, present, at + rows)) return { what: 'changed', at, rows }
      if (fits(held, at + rows, present, at)) return { what: 'removed', at, rows }
      if (fits(held, at, present, at + rows)) return { what: 'added', at, rows }
    }
    return { what: 'changed', at, rows: 1 }
  }
  return undefined
}

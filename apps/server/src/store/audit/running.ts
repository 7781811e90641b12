/**
 * The running minute. Rows are sealed once a minute; until then whoever has the database's role can take one out and no
 * seal knows. This process remembers what it has written, outside the database, until a seal has it: a row that was
 * removed or changed in between is named at the seal. What is not protected: rows of a process that has died since, and a
 * process that is itself in the wrong hands.
 */
import { createHash } from 'node:crypto'
import type { Db } from '../db.ts'
import { type AuditLine, rowValues } from './rows.ts'
import { unpackRows } from './seals.ts'

/** Some minutes of the busiest hour; beyond it the oldest are no longer watched. */
const MOST = 100_000
/** Seals looked through once more before anything is said. */
const DOUBT = 1000

/** A row that was written here and stands in no seal. */
export interface LostRow {
  at: Date
  action: string
}

export interface Running {
  /** Lines whose commit has been answered. */
  note(lines: readonly AuditLine[]): void
  /** Before sealing: what will be settled then. */
  before(): Promise<Before>
  /** After sealing: what was noted, must be sealed by now, and is not. Each is told once. */
  after(before: Before): Promise<LostRow[]>
}

interface Before {
  settled: bigint
  newest: number
}

interface Pending extends LostRow {
  digest: string
  /** No transaction at or above this number wrote it. */
  below?: bigint
}

const ROW = `select pg_snapshot_xmin(s)::text as settled, pg_snapshot_xmax(s)::text as next, coalesce((select max(n) from seal), 0)::text as newest
from pg_current_snapshot() s`

export function runningMinute(db: Db, epoch: number): Running {
  let pending: Pending[] = []
  let from: number | undefined
  return {
    note(lines) {
      for (const line of lines) pending.push({ digest: digestOf(epoch, line), at: line.at, action: line.action })
      if (pending.length > MOST * 1.1) pending = pending.slice(-MOST)
    },
    async before() {
      const noted = pending.length
      const all = pending
      const [row] = await db.query<{ settled: string; next: string; newest: string }>(ROW)
      // Noted before the question: its transaction had ended, so its number is below the next one.
      const next = BigInt(row?.next ?? 0)
      for (const one of all.slice(0, noted)) one.below ??= next
      return { settled: BigInt(row?.settled ?? 0), newest: Number(row?.newest ?? 0) }
    },
    async after({ settled, newest }) {
      // One pass more than is new: a row may be sealed before its commit was answered here.
      await strike(from ?? newest)
      from = newest
      const due = pending.filter((p) => p.below !== undefined && p.below <= settled)
      if (due.length === 0) return []
      const lost: LostRow[] = []
      for (const one of due) {
        const [found] = await db.query('select 1 from seal where n > $1 and position($2::bytea in rows) > 0 limit 1', [
          newest - DOUBT,
          Buffer.from(one.digest, 'base64'),
        ])
        if (!found) lost.push({ at: one.at, action: one.action })
      }
      const told = new Set(due)
      pending = pending.filter((p) => !told.has(p))
      return lost
    },
  }

  async function strike(after: number): Promise<void> {
    if (pending.length === 0) return
    const seals = await db.query<{ rows: Buffer }>('select rows from seal where n > $1 and epoch = $2', [after, epoch])
    const sealed = new Map<string, number>()
    for (const { rows } of seals)
      for (const { digest } of unpackRows(rows)) {
        const key = digest.toString('base64')
        sealed.set(key, (sealed.get(key) ?? 0) + 1)
      }
    pending = pending.filter(({ digest }) => {
      const left = sealed.get(digest) ?? 0
      if (left > 0) sealed.set(digest, left - 1)
      return left === 0
    })
  }
}

/** As `presentRows` makes it of the row that lies in the table. */
const digestOf = (epoch: number, line: AuditLine): string =>
  createHash('sha256')
    .update(JSON.stringify(rowValues(epoch, line)))
    .digest('base64')

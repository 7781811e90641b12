/** Audit rows: how they are written, one statement for many. */

import { refuse } from '@yba/fhir'
import type { Caller } from '../../access/caller.ts'
import { type Db, isUnwritable, type Values } from '../db.ts'
import { auditUnavailable } from '../outcomes.ts'

export interface AuditEntry {
  action: string
  type?: string
  id?: string
  versionId?: number
  /** Row numbers of the patients the action showed. */
  pats: readonly string[]
  outcome: string
  detail?: string
}

export interface AuditLine extends AuditEntry {
  caller: Caller
  at: Date
}

const INSERT = `
insert into audit (epoch, at, caller, role, facility, purpose, reason, action, t, id, ver, pats, request, outcome, detail)
select $1, u.at, u.caller, u.role, u.facility, u.purpose, u.reason, u.action, u.t, u.id, u.ver, u.pats::bigint[], u.request, u.outcome, u.detail
from unnest($2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
  $11::integer[], $12::text[], $13::text[], $14::text[], $15::text[]) with ordinality
  as u(at, caller, role, facility, purpose, reason, action, t, id, ver, pats, request, outcome, detail, k)
order by u.k`

/** Lines of many callers share a statement: a character the database refuses in one must not cost the others theirs. */
const writable = (value: unknown): unknown => (typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value)

const patients = (l: AuditLine): string | null => (l.pats.length === 0 ? null : `{${[...new Set(l.pats)].join(',')}}`)

/** What a line will be in the table, as text, in the order in which seals digest it. */
export function rowValues(epoch: number, l: AuditLine): (string | null)[] {
  const { caller } = l
  const who = [caller.id, caller.role, caller.facility, caller.purpose, caller.reason]
  const what = [l.action, l.type, l.id, l.versionId === undefined ? undefined : String(l.versionId), patients(l)]
  return [String(epoch), `${l.at.getTime()}000`, ...who, ...what, caller.requestId, l.outcome, l.detail].map((value) =>
    typeof value === 'string' ? String(writable(value)).toWellFormed() : null,
  )
}

/** One statement that writes all lines in their order. */
export function auditStatement(epoch: number, lines: readonly AuditLine[]): [string, Values] {
  const col = (pick: (l: AuditLine) => unknown) => lines.map((l) => writable(pick(l)))
  return [
    INSERT,
    [
      epoch,
      col((l) => l.at),
      col((l) => l.caller.id),
      col((l) => l.caller.role),
      col((l) => l.caller.facility),
      col((l) => l.caller.purpose),
      col((l) => l.caller.reason ?? null),
      col((l) => l.action),
      col((l) => l.type ?? null),
      col((l) => l.id ?? null),
      col((l) => l.versionId ?? null),
      col(patients),
      col((l) => l.caller.requestId),
      col((l) => l.outcome),
      col((l) => l.detail ?? null),
    ],
  ]
}

/**
 * Rows of reads, written together: each caller waits for the flush that holds its rows, and a flush takes whatever
 * gathered behind the one before. No audit, no data: a failed flush fails every read in it.
 */
export function auditQueue(
  db: Db,
  epoch: number,
  written: (lines: readonly AuditLine[]) => void,
  instead?: (lines: readonly AuditLine[]) => Promise<boolean>,
): { add(lines: readonly AuditLine[]): Promise<void> } {
  let waiting: { lines: readonly AuditLine[]; done: () => void; failed: (error: unknown) => void }[] = []
  let running = false

  async function drain(): Promise<void> {
    running = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        const [text, values] = auditStatement(
          epoch,
          batch.flatMap((b) => b.lines),
        )
        await db.query(text, values, true)
        for (const b of batch) {
          written(b.lines)
          b.done()
        }
      } catch (error) {
        for (const b of batch) await elsewhere(b, error)
      }
    }
    running = false
  }

  /** Where the table takes no rows, lines of an open emergency go to the spool; all others fail their read by name. */
  async function elsewhere(b: (typeof waiting)[number], error: unknown): Promise<void> {
    if (!isUnwritable(error)) return b.failed(error)
    const kept = await instead?.(b.lines).catch(() => false)
    if (kept) b.done()
    else b.failed(refuse(auditUnavailable))
  }

  return {
    add: (lines) =>
      new Promise((done, failed) => {
        waiting.push({ lines, done, failed })
        if (!running) void drain()
      }),
  }
}

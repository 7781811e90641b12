/** Rows of suspensions as they are shown. */
import type { Suspension } from './conduct/contract.ts'
import { type AppealRow, appealsOf, type Sql, type SuspensionRow } from './tables/conduct.ts'

const when = (at: Date | null): string | null => at?.toISOString() ?? null

function view(row: SuspensionRow, appeals: readonly AppealRow[]): Suspension {
  return {
    facility: row.facility,
    since: row.since.toISOString(),
    automatic: row.automatic,
    cause: row.cause,
    evidence: row.evidence,
    by: row.by_name,
    reason: row.reason,
    liftedAt: when(row.lifted_at),
    liftedBy: row.lifted_by,
    liftReason: row.lift_reason,
    appeals: appeals
      .filter((a) => a.suspension === row.id)
      .map((a) => ({
        at: a.at.toISOString(),
        by: a.by_name,
        text: a.text,
        decision: a.decision,
        decidedAt: when(a.decided_at),
        decidedBy: a.decided_by,
        decisionReason: a.decision_reason,
      })),
  }
}

export async function suspensionViews(db: Sql, rows: readonly SuspensionRow[]): Promise<Suspension[]> {
  const appeals =
    rows.length > 0
      ? await appealsOf(
          db,
          rows.map((r) => r.id),
        )
      : []
  return rows.map((row) => view(row, appeals))
}

export async function suspensionView(db: Sql, row: SuspensionRow): Promise<Suspension> {
  return view(row, await appealsOf(db, [row.id]))
}

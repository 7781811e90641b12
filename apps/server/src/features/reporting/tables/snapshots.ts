/** Frozen tables. One is written once and never changed; a correction is the next edition. */
import type { StoreRoot, Transaction } from '../../../store/types.ts'
import type { SnapshotHead, TableTotals } from '../contract.ts'

type Sql = Pick<StoreRoot | Transaction, 'sql'>

interface HeadRow extends Record<string, unknown> {
  id: string
  kind: 'week' | 'month'
  from_day: string
  until_day: string
  edition: number
  at: Date
  by_name: string | null
  reason: string
  sha256: string
  totals: TableTotals
}

const HEAD = 'id::text, kind, from_day, until_day, edition, at, by_name, reason, sha256, totals'

const headOf = (r: HeadRow): SnapshotHead => ({
  id: r.id,
  kind: r.kind,
  from: r.from_day,
  until: r.until_day,
  edition: r.edition,
  at: r.at.toISOString(),
  by: r.by_name,
  reason: r.reason,
  sha256: r.sha256,
  totals: r.totals,
})

/** The newest first. */
export async function snapshotHeads(db: Sql, limit: number): Promise<SnapshotHead[]> {
  const rows = await db.sql<HeadRow>(`select ${HEAD} from reporting_snapshot order by from_day desc, kind desc, edition desc limit $1`, [
    limit,
  ])
  return rows.map(headOf)
}

/** Editions of one period, the newest first. */
export async function editionsOf(db: Sql, kind: string, from: string): Promise<SnapshotHead[]> {
  const rows = await db.sql<HeadRow>(`select ${HEAD} from reporting_snapshot where kind = $1 and from_day = $2 order by edition desc`, [
    kind,
    from,
  ])
  return rows.map(headOf)
}

export interface Frozen {
  head: SnapshotHead
  /** JSON as it was frozen. */
  basis: string
  body: string
}

export async function snapshotById(db: Sql, id: string): Promise<Frozen | undefined> {
  const rows = await db.sql<HeadRow & { basis: string; body: string }>(
    `select ${HEAD}, basis, body from reporting_snapshot where id::text = $1`,
    [id],
  )
  const row = rows[0]
  return row && { head: headOf(row), basis: row.basis, body: row.body }
}

export interface NewSnapshot extends Omit<SnapshotHead, 'id' | 'at'> {
  at: Date
  byId: string | null
  basis: string
  body: string
}

export async function putSnapshot(db: Sql, s: NewSnapshot): Promise<string> {
  const rows = await db.sql<{ id: string }>(
    `insert into reporting_snapshot(kind, from_day, until_day, edition, at, by_id, by_name, reason, sha256, totals, basis, body)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id::text`,
    [s.kind, s.from, s.until, s.edition, s.at, s.byId, s.by, s.reason, s.sha256, JSON.stringify(s.totals), s.basis, s.body],
  )
  return rows[0]?.id ?? ''
}

/** First day of the newest frozen period of a kind. */
export async function newestPeriod(db: Sql, kind: 'week' | 'month'): Promise<string | undefined> {
  const rows = await db.sql<{ from_day: string | null }>('select max(from_day) as from_day from reporting_snapshot where kind = $1', [kind])
  return rows[0]?.from_day ?? undefined
}

/** How far sealing has come, and what holds it up. */
import type { Db } from '../db.ts'
import type { AuditState } from '../types.ts'

const LAST = `select n::text, at, encode(hash, 'hex') as hash from seal order by n desc limit 1`

// Sealed is everything below the newest seal's end in its epoch; an older epoch is sealed whole before the next begins.
const WAITING = `
select count(*)::text as rows, min(at) as oldest from audit a
where a.epoch > coalesce((select max(epoch) from seal), 0)
  or (a.epoch = (select max(epoch) from seal) and a.xid >= (select to_xid from seal order by n desc limit 1))`

// Transaction numbers are the cluster's: a writer in another site's database holds this site's sealing up, too.
const HOLDER = `
select xact_start as since, pid, application_name as application from pg_stat_activity
where backend_xid is not null and pid <> pg_backend_pid() order by xact_start limit 1`

/** Reads the present state. */
export async function auditState(db: Db): Promise<AuditState> {
  const [[last], [waiting], [holder]] = await Promise.all([
    db.query<{ n: string; at: Date; hash: string }>(LAST),
    db.query<{ rows: string; oldest: Date | null }>(WAITING),
    db.query<{ since: Date | null; pid: number; application: string }>(HOLDER),
  ])
  return {
    seals: Number(last?.n ?? 0),
    ...(last ? { lastSeal: { n: Number(last.n), at: last.at, hash: last.hash } } : {}),
    unsealed: Number(waiting?.rows ?? 0),
    ...(waiting?.oldest ? { oldestUnsealed: waiting.oldest } : {}),
    ...(holder?.since ? { heldBy: { since: holder.since, pid: holder.pid, application: holder.application } } : {}),
  }
}

/** Seals after a number, oldest first. */
export async function sealHeads(db: Db, after: number): Promise<{ n: number; at: Date; count: number; hash: string }[]> {
  const rows = await db.query<{ n: string; at: Date; count: number; hash: string }>(
    `select n::text, at, count, encode(hash, 'hex') as hash from seal where n > $1 order by seal.n`,
    [after],
  )
  return rows.map((r) => ({ ...r, n: Number(r.n) }))
}

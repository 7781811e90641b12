/** One row: since when the site and its database answer, and when that was last true. */
import type { Sql } from './alerts.ts'

export const runningMigrations = [
  {
    name: 'running-001',
    sql: `create table site_running(
      one boolean primary key default true check (one),
      site_since timestamptz not null,
      database_since timestamptz not null,
      seen_at timestamptz not null)`,
  },
]

export interface RunningRow extends Record<string, unknown> {
  site_since: Date
  database_since: Date
  seen_at: Date
}

/** A restart and an update take less; what was away longer was down. */
const RESTART_MINUTES = 5

/** `fresh`: the first word of a process. A gap then means that the site was down, otherwise only its database. */
export async function noteRunning(db: Sql, fresh: boolean, now: Date): Promise<RunningRow> {
  const away = `$1::timestamptz - site_running.seen_at > interval '${RESTART_MINUTES} minutes'`
  const rows = await db.sql<RunningRow>(
    `insert into site_running(site_since, database_since, seen_at) values ($1, $1, $1)
     on conflict (one) do update set
       site_since = case when $2::boolean and ${away} then $1 else site_running.site_since end,
       database_since = case when ${away} then $1 else site_running.database_since end,
       seen_at = greatest(site_running.seen_at, $1)
     returning site_since, database_since, seen_at`,
    [now, fresh],
  )
  return rows[0] as RunningRow
}

export async function readRunning(db: Sql): Promise<RunningRow | null> {
  return (await db.sql<RunningRow>('select site_since, database_since, seen_at from site_running'))[0] ?? null
}

/** What PostgreSQL was asked, by text: calls, planning and execution per referral (`YBA_PG_STATEMENTS=1`). */
import pg from 'pg'
import { say } from './report.ts'

interface Row {
  db: string
  calls: number
  plans: number
  plan: number
  exec: number
  wal: number
  query: string
}

/** Counts from here on. */
export async function startCounting(url: string): Promise<void> {
  await asked(url, 'create extension if not exists pg_stat_statements')
  await asked(url, 'select pg_stat_statements_reset()')
}

/** One line per text, the dearest first, everything divided by `n` referrals. */
export async function printStatements(url: string, n: number): Promise<void> {
  const rows = (await asked(
    url,
    `select d.datname as db, sum(s.calls)::float8 as calls, sum(s.plans)::float8 as plans, sum(s.total_plan_time)::float8 as plan,
       sum(s.total_exec_time)::float8 as exec, sum(s.wal_bytes)::float8 as wal, regexp_replace(min(s.query), '\\s+', ' ', 'g') as query
     from pg_stat_statements s join pg_database d on d.oid = s.dbid group by d.datname, s.queryid
     order by sum(s.total_plan_time + s.total_exec_time) desc`,
  )) as Row[]
  for (const db of new Set(rows.map((r) => r.db))) {
    const own = rows.filter((r) => r.db === db)
    const sum = (of: (r: Row) => number) => own.reduce((a, r) => a + of(r), 0) / n
    say(
      `${db}: ${sum((r) => r.calls).toFixed(1)} calls, ${sum((r) => r.plans).toFixed(1)} plans, plan ${sum((r) => r.plan).toFixed(2)} ms, exec ${sum((r) => r.exec).toFixed(2)} ms, WAL ${(sum((r) => r.wal) / 1000).toFixed(1)} kB per referral`,
    )
    for (const r of own.slice(0, 70))
      say(
        `  ${(r.calls / n).toFixed(2).padStart(7)} calls ${(r.plans / n).toFixed(2).padStart(6)} plans ${(r.plan / n).toFixed(3).padStart(7)} ms plan ${(r.exec / n).toFixed(3).padStart(7)} ms exec ${(r.wal / n / 1000).toFixed(2).padStart(6)} kB  ${r.query.slice(0, 170)}`,
      )
  }
}

async function asked(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/** Counts for the status page. Tables of other features are asked only where the site has them. */
import type { StoreRoot } from '../../store/types.ts'

type Sql = StoreRoot['sql']

async function has(sql: Sql, table: string): Promise<boolean> {
  const rows = await sql<{ found: boolean }>('select to_regclass($1) is not null as found', [table])
  return rows[0]?.found === true
}

export async function databaseFacts(sql: Sql) {
  const rows = await sql<{ bytes: string; users: number; sessions: number }>(
    `select pg_database_size(current_database())::text as bytes, (select count(*)::int from app_user) as users,
            (select count(*)::int from app_session) as sessions`,
  )
  return { bytes: Number(rows[0]?.bytes ?? 0), users: rows[0]?.users ?? 0, sessions: rows[0]?.sessions ?? 0 }
}

export async function outboxFacts(sql: Sql) {
  if (!(await has(sql, 'outbox'))) return undefined
  const rows = await sql<{ pending: number; refused: number; oldest: Date | null }>(
    `select count(*) filter (where state = 'pending')::int as pending, count(*) filter (where state = 'refused')::int as refused,
            min(created_at) filter (where state = 'pending') as oldest from outbox`,
  )
  const row = rows[0]
  return { pending: row?.pending ?? 0, refused: row?.refused ?? 0, oldest: row?.oldest?.toISOString() ?? null }
}

export async function signingFacts(sql: Sql) {
  if (!(await has(sql, 'signature_request'))) return undefined
  const rows = await sql<{ open: number; signing: number; failed: number }>(
    `select count(*) filter (where state = 'open')::int as open, count(*) filter (where state = 'signing')::int as signing,
            count(*) filter (where state = 'failed')::int as failed from signature_request`,
  )
  return rows[0] ?? { open: 0, signing: 0, failed: 0 }
}

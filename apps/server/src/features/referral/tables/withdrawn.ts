/** Slips the HIS names no more: its last record of the stay has none. A person settles it; nothing is void by itself. */
import type { StoreRoot, Transaction } from '../../../store/types.ts'

export const withdrawnMigration = {
  name: 'withdrawn-001',
  sql: `create table referral_withdrawn(
    task text collate "C" primary key,
    at timestamptz not null,
    by text not null,
    settled_at timestamptz,
    settled_by text)`,
}

type Sql = Pick<StoreRoot | Transaction, 'sql'>

/** Notes that the HIS names the slip no more; false when that is known, settled or not. */
export async function noteWithdrawn(db: Sql, task: string, by: string, now: Date): Promise<boolean> {
  const rows = await db.sql(
    'insert into referral_withdrawn(task, at, by) values ($1, $2, $3) on conflict (task) do nothing returning task',
    [task, now, by],
  )
  return rows.length === 1
}

/** The HIS names the slip again. */
export async function clearWithdrawn(db: Sql, task: string): Promise<void> {
  await db.sql('delete from referral_withdrawn where task = $1', [task])
}

/** A person keeps the slip all the same; false when nothing waits. */
export async function settleWithdrawn(db: Sql, task: string, by: string, now: Date): Promise<boolean> {
  const rows = await db.sql(
    'update referral_withdrawn set settled_at = $3, settled_by = $2 where task = $1 and settled_at is null returning task',
    [task, by, now],
  )
  return rows.length === 1
}

/** Since when, for those of the list that wait for a person. */
export async function withdrawnAmong(db: Sql, tasks: readonly string[]): Promise<Map<string, Date>> {
  const rows = await db.sql<{ task: string; at: Date }>(
    'select task, at from referral_withdrawn where task = any($1) and settled_at is null',
    [tasks],
  )
  return new Map(rows.map((r) => [r.task, r.at]))
}

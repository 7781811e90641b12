/** What watched folders tell of themselves. */
import type { StoreRoot, Transaction } from '../../../../store/types.ts'

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export interface WatchRow extends Record<string, unknown> {
  caller: string
  folder: string
  by: string
  host: string
  seen_at: Date
  /** When its program last could look into it. */
  looked_at: Date | null
  waiting: number
  /** Since when the oldest of the waiting ones waits. */
  oldest_at: Date | null
  trouble: string | null
  /** Since when it is as it is: well, or in this trouble. */
  since: Date
}

export async function putWatch(db: Sql, w: Omit<WatchRow, 'seen_at' | 'since'>, now: Date): Promise<void> {
  await db.sql(
    `insert into claim_watch(caller, folder, by, host, seen_at, waiting, trouble, since, looked_at, oldest_at)
     values ($1, $2, $3, $4, $7, $5, $6, $7, $8, $9)
     on conflict (caller, folder) do update set by = excluded.by, host = excluded.host, seen_at = excluded.seen_at, waiting = excluded.waiting,
       trouble = excluded.trouble, looked_at = coalesce(excluded.looked_at, claim_watch.looked_at), oldest_at = excluded.oldest_at,
       since = case when claim_watch.trouble is not distinct from excluded.trouble then claim_watch.since else excluded.since end`,
    [w.caller, w.folder, w.by, w.host, w.waiting, w.trouble, now, w.looked_at, w.oldest_at],
  )
}

export const watches = (db: Sql): Promise<WatchRow[]> => db.sql<WatchRow>('select * from claim_watch order by folder')

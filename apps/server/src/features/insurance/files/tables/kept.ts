/** How long is kept what became of each record of a file; the file's own row with its figures stays. */
import type { StoreRoot, Transaction } from '../../../../store/types.ts'

type Sql = Pick<StoreRoot | Transaction, 'sql'>

/** The oldest file closed before then whose records are still kept. */
export const untrimmed = async (db: Sql, before: Date): Promise<string | undefined> =>
  (
    await db.sql<{ id: string }>(`select id from claim_file where trimmed_at is null and finished_at < $1 order by finished_at limit 1`, [
      before,
    ])
  )[0]?.id

/** Removes some records of a file; gives how many. */
export async function trimRecords(db: Sql, file: string, most: number): Promise<number> {
  const rows = await db.sql(
    `delete from claim_file_record where (file, at) in (select file, at from claim_file_record where file = $1 limit $2) returning at`,
    [file, most],
  )
  return rows.length
}

export async function noteTrimmed(db: Sql, file: string, now: Date): Promise<void> {
  await db.sql('update claim_file set trimmed_at = $2 where id = $1', [file, now])
}

/** Answers of the BHXH portal as this facility's HIS handed them in: kept as received, tied to a record or slip by value. */
import type { PortalReceipt } from '@yba/vietnam'
import type { StoreRoot, Transaction } from '../../../store/types.ts'

export const receiptMigration = {
  name: '008-portal-receipt',
  sql: `create table portal_receipt(
    raw text collate "C" not null,
    at integer not null,
    file bigint not null,
    came_at timestamptz not null,
    ma_lk text collate "C",
    slip text collate "C",
    stem text collate "C" not null,
    said jsonb not null,
    primary key (raw, at));
    create index on portal_receipt(ma_lk);
    create index on portal_receipt(slip);
    create index on portal_receipt(stem) where ma_lk is null and slip is null`,
}

type Sql = Pick<StoreRoot | Transaction, 'sql'>

/** What is kept of a receipt beside its bytes. */
export type SaidReceipt = Omit<PortalReceipt, 'findings'>

export interface ReceiptRow extends Record<string, unknown> {
  came_at: Date
  said: SaidReceipt
}

export interface NewReceipt {
  /** sha-256 of the file, and the receipt's place in it. */
  raw: string
  at: number
  file: string
  stem: string
  said: SaidReceipt
}

/** False when the same receipt of the same file is here already. */
export async function putReceipt(db: Sql, r: NewReceipt, now: Date): Promise<boolean> {
  const rows = await db.sql(
    `insert into portal_receipt(raw, at, file, came_at, ma_lk, slip, stem, said) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict do nothing returning raw`,
    [r.raw, r.at, r.file, now, r.said.maLk ?? null, r.said.slip ?? null, r.stem, JSON.stringify(r.said)],
  )
  return rows.length === 1
}

const STEM = `lower(regexp_replace(f.name, '\\.xml$', '', 'i'))`

/** Records of a claim file of this name, whose receipt a file of the same name is. */
const FILES_OF_RECORD = `select ${STEM} from claim_file f where f.id in
  (select file from claim_record where ma_lk = $1 union select file from claim_file_record where ma_lk = $1)`

/** Whether a record, or a file, is known that a receipt may be about. */
export async function isTied(db: Sql, maLk: string | undefined, stem: string): Promise<boolean> {
  const rows = maLk
    ? await db.sql('select 1 as one from claim_record where ma_lk = $1', [maLk])
    : await db.sql(`select 1 as one from claim_file f where layout is distinct from 'receipt' and ${STEM} = $1 limit 1`, [stem])
  return rows.length > 0
}

/** Receipts of a record or of a slip's numbers, the newest first. */
export function receiptsFor(db: Sql, record: string | undefined, slips: readonly string[], limit = 50): Promise<ReceiptRow[]> {
  return db.sql<ReceiptRow>(
    `select came_at, said from portal_receipt where ma_lk = $1 or slip = any($2::text[])
       or (ma_lk is null and slip is null and stem in (${FILES_OF_RECORD}))
     order by coalesce((said->>'receivedAt')::timestamptz, came_at) desc limit $3`,
    [record ?? null, slips, limit],
  )
}

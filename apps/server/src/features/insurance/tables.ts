/** Which claim records have been taken over, and what they became: the same record again changes nothing. */
import type { StoreRoot, Transaction } from '../../store/types.ts'

export const migrations = [
  {
    name: '001-claim-record',
    sql: `create table claim_record(
      ma_lk text collate "C" primary key,
      digest text collate "C" not null,
      layout text collate "C" not null,
      patient text collate "C" not null,
      encounter text collate "C" not null,
      resources jsonb not null,
      document text collate "C" not null,
      at timestamptz not null)`,
  },
]

export interface ClaimRow extends Record<string, unknown> {
  ma_lk: string
  digest: string
  patient: string
  encounter: string
  /** References `Type/id` of the lines of the chart. */
  resources: string[]
}

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export async function takenOver(db: Sql, maLk: string): Promise<ClaimRow | null> {
  const rows = await db.sql<ClaimRow>('select ma_lk, digest, patient, encounter, resources from claim_record where ma_lk = $1', [maLk])
  return rows[0] ?? null
}

export async function rememberRecord(db: Sql, row: ClaimRow & { layout: string; document: string }, now: Date): Promise<void> {
  await db.sql(
    `insert into claim_record(ma_lk, digest, layout, patient, encounter, resources, document, at) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (ma_lk) do update set digest = excluded.digest, layout = excluded.layout, patient = excluded.patient,
       encounter = excluded.encounter, resources = excluded.resources, document = excluded.document, at = excluded.at`,
    [row.ma_lk, row.digest, row.layout, row.patient, row.encounter, JSON.stringify(row.resources), row.document, now],
  )
}

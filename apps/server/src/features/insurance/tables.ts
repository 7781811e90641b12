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
  {
    name: '002-claim-issues',
    sql: `alter table claim_record add column issues integer not null default 0;
      alter table claim_record add column raw text collate "C";
      create index claim_record_issues on claim_record(at desc) where issues > 0`,
  },
  { name: '003-claim-head', sql: `alter table claim_record add column head text collate "C" not null default 'XML1'` },
]

export interface ClaimRow extends Record<string, unknown> {
  ma_lk: string
  /** Which table speaks of the stay: XML0 while the patient has only been checked in. */
  head: 'XML0' | 'XML1'
  digest: string
  patient: string
  encounter: string
  /** References `Type/id` of the lines of the chart. */
  resources: string[]
}

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export async function takenOver(db: Sql, maLk: string): Promise<ClaimRow | null> {
  const rows = await db.sql<ClaimRow>('select ma_lk, head, digest, patient, encounter, resources from claim_record where ma_lk = $1', [
    maLk,
  ])
  return rows[0] ?? null
}

export async function rememberRecord(
  db: Sql,
  row: ClaimRow & { layout: string; document: string; issues: number; raw: string },
  now: Date,
): Promise<void> {
  await db.sql(
    `insert into claim_record(ma_lk, digest, layout, patient, encounter, resources, document, at, issues, raw, head)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (ma_lk) do update set digest = excluded.digest, layout = excluded.layout, patient = excluded.patient,
       encounter = excluded.encounter, resources = excluded.resources, document = excluded.document, at = excluded.at,
       issues = excluded.issues, raw = excluded.raw, head = excluded.head`,
    [
      row.ma_lk,
      row.digest,
      row.layout,
      row.patient,
      row.encounter,
      JSON.stringify(row.resources),
      row.document,
      now,
      row.issues,
      row.raw,
      row.head,
    ],
  )
}

/** The same record came again without anything odd: nobody needs to look any more. */
export async function settleIssues(db: Sql, maLk: string): Promise<void> {
  await db.sql('update claim_record set issues = 0 where ma_lk = $1 and issues > 0', [maLk])
}

export interface TakenRow extends Record<string, unknown> {
  ma_lk: string
  patient: string
  document: string
  at: Date
  issues: number
  raw: string
}

/** Records taken with issues, the newest first. */
export async function takenWithIssues(db: Sql, most: number): Promise<TakenRow[]> {
  return db.sql<TakenRow>(
    'select ma_lk, patient, document, at, issues, raw from claim_record where issues > 0 order by at desc, ma_lk limit $1',
    [most],
  )
}

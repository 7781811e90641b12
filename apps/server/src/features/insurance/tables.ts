/** Which claim records have been taken over, and what they became: the same record again changes nothing. */
import type { StoreRoot, Transaction } from '../../store/types.ts'
import { fileMigrations } from './files/tables.ts'
import { receiptMigration } from './tables/receipts.ts'
import { type RecordSlip, slipCountMigration } from './tables/slip-counts.ts'

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
  {
    name: '004-claim-undo',
    // Records taken back: what they were, who said so and why. The next sending of the stay is written apart from them.
    sql: `alter table claim_record add column undone boolean not null default false;
      alter table claim_record add column generation integer not null default 0;
      create table claim_undo(
        id bigint generated always as identity primary key,
        ma_lk text collate "C" not null,
        generation integer not null,
        digest text collate "C" not null,
        patient text collate "C" not null,
        encounter text collate "C" not null,
        resources jsonb not null,
        raw text collate "C",
        marked integer not null,
        why text collate "C" not null,
        reason text not null,
        by_id text collate "C" not null,
        by_name text not null,
        at timestamptz not null);
      create index on claim_undo(ma_lk);
      create index on claim_record(patient)`,
  },
  ...fileMigrations,
  slipCountMigration,
  receiptMigration,
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
  /** The file it stands as; null for records taken before files were counted. */
  file: string | null
}

export interface TakenRecord extends ClaimRow {
  /** Taken back as mistaken: nothing of it counts. */
  undone: boolean
  /** How often records of this stay were taken back. */
  generation: number
  document: string
  raw: string | null
}

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export async function takenOver(db: Sql, maLk: string): Promise<TakenRecord | null> {
  const rows = await db.sql<TakenRecord>(
    'select ma_lk, head, digest, patient, encounter, resources, undone, generation, document, raw, file from claim_record where ma_lk = $1',
    [maLk],
  )
  return rows[0] ?? null
}

export async function rememberRecord(
  db: Sql,
  row: ClaimRow & RecordSlip & { layout: string; document: string; issues: number; raw: string },
  now: Date,
): Promise<void> {
  await db.sql(
    `insert into claim_record(ma_lk, digest, layout, patient, encounter, resources, document, at, issues, raw, head, file, left_on, slip)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     on conflict (ma_lk) do update set digest = excluded.digest, layout = excluded.layout, patient = excluded.patient,
       encounter = excluded.encounter, resources = excluded.resources, document = excluded.document, at = excluded.at,
       issues = excluded.issues, raw = excluded.raw, head = excluded.head, file = excluded.file,
       left_on = excluded.left_on, slip = excluded.slip, undone = false`,
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
      row.file,
      row.left_on,
      row.slip,
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

export interface UndoRow {
  marked: number
  why: string
  reason: string
  by: { id: string; name: string }
}

/** A record is taken back; its story stays. */
export async function rememberUndo(db: Sql, record: TakenRecord, undo: UndoRow, now: Date): Promise<void> {
  await db.sql(
    `insert into claim_undo(ma_lk, generation, digest, patient, encounter, resources, raw, marked, why, reason, by_id, by_name, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      record.ma_lk,
      record.generation,
      record.digest,
      record.patient,
      record.encounter,
      JSON.stringify(record.resources),
      record.raw,
      undo.marked,
      undo.why,
      undo.reason,
      undo.by.id,
      undo.by.name,
      now,
    ],
  )
  await db.sql('update claim_record set undone = true, generation = generation + 1, issues = 0 where ma_lk = $1', [record.ma_lk])
}

/** Whether this very sending was taken back before. */
export async function wasTakenBack(db: Sql, maLk: string, digest: string): Promise<boolean> {
  return (await db.sql('select 1 as one from claim_undo where ma_lk = $1 and digest = $2 limit 1', [maLk, digest])).length > 0
}

/** Those of the references that another standing record of the person speaks of too. */
export async function sharedWith(db: Sql, record: TakenRecord): Promise<Set<string>> {
  const rows = await db.sql<{ reference: string }>(
    `select distinct e.reference from claim_record c, jsonb_array_elements_text(c.resources) as e(reference)
     where c.patient = $2 and c.ma_lk <> $1 and not c.undone and e.reference = any($3)`,
    [record.ma_lk, record.patient, record.resources],
  )
  return new Set(rows.map((r) => r.reference))
}

/** Whether another standing record speaks of this person. */
export async function spokenOf(db: Sql, patient: string, besides: string): Promise<boolean> {
  const rows = await db.sql('select 1 as one from claim_record where patient = $1 and ma_lk <> $2 and not undone limit 1', [
    patient,
    besides,
  ])
  return rows.length > 0
}

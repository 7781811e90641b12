/** Every claim file that came: whence, when, how far it is, what became of each of its records. */
import type { Caller, CallerKind, Role } from '../../../access/index.ts'
import type { StoreRoot, Transaction } from '../../../store/types.ts'
import type { FindingView } from '../../referral/contract.ts'
import type { CameBy, FileState, ImportedRecord, RecordResult } from '../contract.ts'

export const fileMigrations = [
  {
    name: '005-claim-file',
    sql: `create table claim_file(
      id bigint generated always as identity primary key,
      name text not null,
      folded text collate "C" not null,
      sha256 text collate "C" not null,
      size bigint not null,
      came_by text collate "C" not null,
      caller text collate "C" not null,
      caller_kind text collate "C" not null,
      caller_role text collate "C" not null,
      by text not null,
      folder text,
      received_at timestamptz not null,
      state text collate "C" not null,
      spool text collate "C",
      holder text collate "C",
      held_until timestamptz,
      layout text collate "C",
      facility text collate "C",
      total integer,
      created integer not null default 0,
      updated integer not null default 0,
      unchanged integer not null default 0,
      refused integer not null default 0,
      issues integer not null default 0,
      findings jsonb not null default '[]',
      stuck_at integer,
      tries integer not null default 0,
      trouble text,
      finished_at timestamptz);
    create index claim_file_open on claim_file(id) where state in ('waiting', 'reading');
    create index claim_file_sha on claim_file(sha256);
    create index claim_file_state on claim_file(state, id desc);
    create table claim_file_record(
      file bigint not null references claim_file(id),
      at integer not null,
      ma_lk text collate "C" not null,
      result text collate "C" not null,
      patient text collate "C",
      encounter text collate "C",
      referral jsonb,
      resources jsonb not null,
      findings jsonb not null,
      primary key (file, at));
    create index claim_file_record_lk on claim_file_record(ma_lk);
    create index claim_file_record_look on claim_file_record(file, at) where result = 'refused';
    alter table claim_record add column file bigint;
    create table claim_watch(
      caller text collate "C" not null,
      folder text not null,
      by text not null,
      host text not null,
      seen_at timestamptz not null,
      waiting integer not null,
      trouble text,
      since timestamptz not null,
      primary key (caller, folder))`,
  },
  {
    name: '006-claim-file-once',
    sql: `alter table claim_file add column delivery text collate "C", add column trimmed_at timestamptz;
    create unique index claim_file_delivery on claim_file(caller, delivery) where delivery is not null;
    create index claim_file_kept on claim_file(finished_at) where trimmed_at is null;
    alter table claim_watch add column looked_at timestamptz, add column oldest_at timestamptz`,
  },
] as const

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export interface FileRow extends Record<string, unknown> {
  id: string
  name: string
  sha256: string
  size: string
  came_by: CameBy
  caller: string
  caller_kind: CallerKind
  caller_role: Role
  by: string
  folder: string | null
  received_at: Date
  state: FileState
  /** File in the folder of received files; null when its bytes are not kept. */
  spool: string | null
  layout: string | null
  facility: string | null
  total: number | null
  created: number
  updated: number
  unchanged: number
  refused: number
  issues: number
  findings: FindingView[]
  stuck_at: number | null
  tries: number
  trouble: string | null
  finished_at: Date | null
  /** When what became of its records was removed. */
  trimmed_at: Date | null
}

const COLUMNS = `id, name, sha256, size, came_by, caller, caller_kind, caller_role, by, folder, received_at, state, spool, layout, facility, total, created, updated,
  unchanged, refused, issues, findings, stuck_at, tries, trouble, finished_at, trimmed_at`

export interface NewFile {
  name: string
  /** Name as it is searched by. */
  folded: string
  sha256: string
  size: number
  cameBy: CameBy
  caller: Pick<Caller, 'id' | 'kind' | 'role' | 'display'>
  folder?: string
  spool?: string
  /** The sender's own name of this one delivery: the same again is not another file. */
  delivery?: string
  /** Who judges it from memory; without `spool`. */
  holder?: string
}

/** A file judged from memory belongs to its process so long; `holdFile` renews it. */
const FIRST_HOLD_SECONDS = 60

/**
 * The row of a file that has come whole; `waiting` where its bytes are kept, else under the eyes of who sent it. `again`:
 * this delivery has its row already, which is given.
 */
export async function putFile(db: Sql, f: NewFile, now: Date): Promise<FileRow & { again?: true }> {
  const state: FileState = f.spool ? 'waiting' : 'reading'
  const rows = await db.sql<FileRow>(
    `insert into claim_file(name, folded, sha256, size, came_by, caller, caller_kind, caller_role, by, folder, received_at, state, spool,
       delivery, holder, held_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
       case when $15::text is null then null else now() + make_interval(secs => ${FIRST_HOLD_SECONDS}) end)
     on conflict (caller, delivery) where delivery is not null do nothing returning ${COLUMNS}`,
    [
      f.name,
      f.folded,
      f.sha256,
      f.size,
      f.cameBy,
      f.caller.id,
      f.caller.kind,
      f.caller.role,
      f.caller.display,
      f.folder ?? null,
      now,
      state,
      f.spool ?? null,
      f.delivery ?? null,
      f.holder ?? null,
    ],
  )
  if (rows[0]) return rows[0]
  const known = await fileOfDelivery(db, f.caller.id, f.delivery ?? '')
  // Between the two questions it was closed as cut: the delivery is free again.
  return known ? { ...known, again: true } : putFile(db, f, now)
}

/** The file of a delivery that was taken before. */
export const fileOfDelivery = async (db: Sql, caller: string, delivery: string): Promise<FileRow | undefined> =>
  (await db.sql<FileRow>(`select ${COLUMNS} from claim_file where caller = $1 and delivery = $2`, [caller, delivery]))[0]

export const fileById = async (db: Sql, id: string): Promise<FileRow | undefined> =>
  (await db.sql<FileRow>(`select ${COLUMNS} from claim_file where id = $1`, [id]))[0]

/** The same bytes by the same sender, still under way. */
export const sameUnderWay = async (db: Sql, sha256: string, caller: string): Promise<FileRow | undefined> =>
  (
    await db.sql<FileRow>(
      `select ${COLUMNS} from claim_file where sha256 = $1 and caller = $2 and spool is not null and state in ('waiting', 'reading')
       order by id limit 1`,
      [sha256, caller],
    )
  )[0]

/** Takes the oldest file that waits, or that its holder left, those in trouble last; held for some seconds, by the database's clock. */
export async function takeFile(db: Sql, holder: string, seconds: number): Promise<FileRow | undefined> {
  const rows = await db.sql<FileRow>(
    `update claim_file set state = 'reading', holder = $1, held_until = now() + make_interval(secs => $2)
     where id = (select id from claim_file where state in ('waiting', 'reading') and spool is not null
       and (holder is null or holder = $1 or held_until < now()) order by trouble is not null, id limit 1 for update skip locked)
     returning ${COLUMNS}`,
    [holder, seconds],
  )
  return rows[0]
}

/** False when somebody else holds it by now. */
export async function holdFile(db: Sql, id: string, holder: string, seconds: number): Promise<boolean> {
  const rows = await db.sql(
    'update claim_file set held_until = now() + make_interval(secs => $3) where id = $1 and holder = $2 returning id',
    [id, holder, seconds],
  )
  return rows.length === 1
}

export async function letGo(db: Sql, id: string, holder: string): Promise<void> {
  await db.sql('update claim_file set holder = null, held_until = null where id = $1 and holder = $2', [id, holder])
}

/** What the first look told. */
export async function putHead(
  db: Sql,
  id: string,
  head: { layout: string; facility: string; total: number; findings: FindingView[] },
): Promise<void> {
  await db.sql('update claim_file set layout = $2, facility = $3, total = $4, findings = $5 where id = $1', [
    id,
    head.layout,
    head.facility,
    head.total,
    JSON.stringify(head.findings),
  ])
}

/** A trouble that is not the file's own: how often it stopped at the same record. */
export async function noteTrouble(db: Sql, id: string, at: number, trouble: string): Promise<number> {
  const rows = await db.sql<{ tries: number }>(
    `update claim_file set tries = case when stuck_at = $2 then tries + 1 else 1 end, stuck_at = $2, trouble = $3 where id = $1 returning tries`,
    [id, at, trouble],
  )
  return rows[0]?.tries ?? 0
}

export async function sayTrouble(db: Sql, id: string, trouble: string): Promise<void> {
  await db.sql('update claim_file set trouble = $2 where id = $1', [id, trouble])
}

/** The end of a file: its figures are counted from its records. `whole`: it was read to its end. */
export async function closeFile(db: Sql, id: string, state: FileState, findings: FindingView[], now: Date): Promise<FileRow | undefined> {
  const rows = await db.sql<FileRow>(
    `update claim_file f set state = $2, findings = f.findings || $3::jsonb, finished_at = $4, spool = null, holder = null, held_until = null,
       trouble = null, delivery = case when $2 = 'stopped' then null else f.delivery end, created = n.created, updated = n.updated, unchanged = n.unchanged, refused = n.refused, issues = n.issues
     from (select count(*) filter (where result = 'created')::int as created, count(*) filter (where result = 'updated')::int as updated,
       count(*) filter (where result = 'unchanged')::int as unchanged, count(*) filter (where result = 'refused')::int as refused,
       count(*) filter (where result <> 'refused' and findings @> '[{"severity":"warning"}]')::int as issues
       from claim_file_record where file = $1) n
     where f.id = $1 and f.state in ('waiting', 'reading') returning ${COLUMNS.replaceAll(/\b(\w+)\b/g, 'f.$1')}`,
    [id, state, JSON.stringify(findings), now],
  )
  return rows[0]
}

/** Files judged from memory by a process that died: nobody holds them any more, however long they take. Gives their ids. */
export async function cutFiles(db: Sql): Promise<string[]> {
  const rows = await db.sql<{ id: string }>(
    `select id from claim_file where state in ('waiting', 'reading') and spool is null
       and case when held_until is null then received_at < now() - interval '10 minutes' else held_until < now() end`,
  )
  return rows.map((r) => r.id)
}

/** One record of a file, in the transaction that wrote it; said once, whatever happens afterwards. */
export async function noteRecord(
  db: Sql,
  file: string,
  at: number,
  r: Omit<ImportedRecord, 'result'> & { result: RecordResult },
): Promise<void> {
  await db.sql(
    `insert into claim_file_record(file, at, ma_lk, result, patient, encounter, referral, resources, findings)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (file, at) do nothing`,
    [
      file,
      at,
      r.maLk,
      r.result,
      r.patient?.id ?? null,
      r.encounter ?? null,
      r.referral ? JSON.stringify(r.referral) : null,
      JSON.stringify(r.resources),
      JSON.stringify(r.findings),
    ],
  )
}

/** How far a file had come: its last record, and the MA_LK before. */
export async function judgedSoFar(db: Sql, file: string): Promise<{ last: number; maLks: string[] }> {
  const rows = await db.sql<{ at: number; ma_lk: string }>('select at, ma_lk from claim_file_record where file = $1 order by at', [file])
  return { last: rows.at(-1)?.at ?? 0, maLks: rows.map((r) => r.ma_lk).filter((k) => k !== '') }
}

export interface RecordRow extends Record<string, unknown> {
  at: number
  ma_lk: string
  result: RecordResult
  patient: string | null
  encounter: string | null
  referral: { id: string; number: string } | null
  resources: ImportedRecord['resources']
  findings: FindingView[]
}

const RECORD = 'at, ma_lk, result, patient, encounter, referral, resources, findings'

/** Records of a file after a place, in its order; `only`: those a person must look at, or of one MA_LK. */
export const recordsAfter = (
  db: Sql,
  file: string,
  after: number,
  most: number,
  only: { result?: string; maLk?: string } = {},
): Promise<RecordRow[]> =>
  db.sql<RecordRow>(
    `select ${RECORD} from claim_file_record where file = $1 and at > $2 and ($4::text is null or result = $4)
     and ($5::text is null or ma_lk = $5) order by at limit $3`,
    [file, after, most, only.result ?? null, only.maLk ?? null],
  )

/** Which files a list holds. */
export interface FileFilter {
  /** Folded text: part of a name, start of a digest, or a whole MA_LK. */
  text?: string
  maLk?: string
  kind?: 'running' | 'refused' | 'look' | 'taken'
  /** Of this caller only. */
  caller?: string
  before?: string
}

const KINDS = {
  running: `state in ('waiting', 'reading')`,
  refused: `state in ('refused', 'stopped')`,
  look: `(state in ('refused', 'stopped') or refused > 0)`,
  taken: `state = 'done' and refused = 0`,
} as const

const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&')

export interface ListedRow extends FileRow {
  /** How often these bytes came before, this time included. */
  times: number
  /** Records judged so far. */
  judged: number
}

/** Newest first. */
export async function listFiles(db: Sql, filter: FileFilter, most: number): Promise<ListedRow[]> {
  return db.sql<ListedRow>(
    `select ${COLUMNS}, (select count(*)::int from claim_file s where s.sha256 = f.sha256 and s.id <= f.id) as times,
       case when state in ('waiting', 'reading') then (select count(*)::int from claim_file_record r where r.file = f.id)
       else coalesce(total, 0) end as judged
     from claim_file f
     where ($1::bigint is null or id < $1) and ($2::text is null or caller = $2)
       and ($3::text is null or folded like '%' || $3 || '%' or sha256 like $3 || '%'
         or id in (select file from claim_file_record where ma_lk = $4))
       and ${filter.kind ? KINDS[filter.kind] : 'true'}
     order by id desc limit $5`,
    [filter.before ?? null, filter.caller ?? null, filter.text ? escaped(filter.text) : null, filter.maLk ?? null, most],
  )
}

/** How many files are of each kind, of the newest days. */
export async function countFiles(db: Sql, since: Date, caller?: string): Promise<{ running: number; look: number; taken: number }> {
  const rows = await db.sql<{ running: number; look: number; taken: number }>(
    `select count(*) filter (where ${KINDS.running})::int as running, count(*) filter (where ${KINDS.look})::int as look,
       count(*) filter (where ${KINDS.taken})::int as taken
     from claim_file where (received_at >= $1 or ${KINDS.running}) and ($2::text is null or caller = $2)`,
    [since, caller ?? null],
  )
  return rows[0] ?? { running: 0, look: 0, taken: 0 }
}

/** Every kind of finding of a file's records, the gravest and most frequent first, with one example. */
export async function findingKinds(db: Sql, file: string, most: number): Promise<{ finding: FindingView; records: number }[]> {
  const rows = await db.sql<{ finding: FindingView; records: number }>(
    `select (array_agg(f order by r.at))[1] as finding, count(distinct r.at)::int as records
     from claim_file_record r, jsonb_array_elements(r.findings) f where r.file = $1
     group by f->>'code', f->>'severity'
     order by case f->>'severity' when 'fatal' then 0 when 'error' then 1 when 'warning' then 2 else 3 end, 2 desc limit $2`,
    [file, most],
  )
  return rows.map(({ finding, records }) => ({ finding, records }))
}

/** Names in the spool that are still wanted. */
export const openSpools = async (db: Sql): Promise<string[]> =>
  (await db.sql<{ spool: string }>(`select spool from claim_file where spool is not null`)).map((r) => r.spool)

/** The referral's own tables: drafts (not FHIR versions), the story of each thread, number series, reading marks. */
import type { PaperContent, PaperKind } from '@yba/vietnam'
import type { StoreRoot, Transaction } from '../../store/types.ts'
import type { ReferralHistoryEntry } from './contract.ts'
import { attentionMigration, clashMigration } from './tables/attention.ts'
import { revisionMigrations } from './tables/revisions.ts'
import { withdrawnMigration } from './tables/withdrawn.ts'

export const migrations = [
  {
    name: '001-referral',
    sql: `create table referral_draft(
      task text collate "C" not null,
      kind text collate "C" not null,
      content jsonb not null,
      version int not null default 1,
      updated_at timestamptz not null,
      updated_by text collate "C" not null,
      primary key (task, kind));
    create table referral_history(
      issuer text collate "C" not null,
      number text collate "C" not null,
      scope text collate "C" not null check (scope in ('local', 'hub')),
      seq int not null,
      entry jsonb not null,
      primary key (issuer, number, scope, seq));
    create table referral_number(year int primary key, last int not null);
    create table referral_read(task text collate "C" not null, who text collate "C" not null, at timestamptz not null, primary key (task, who))`,
  },
  attentionMigration,
  {
    name: 'series-001',
    sql: 'alter table referral_number add column epoch int not null default 1',
  },
  clashMigration,
  ...revisionMigrations,
  withdrawnMigration,
  {
    name: 'summary-number-001',
    sql: `create index referral_draft_summary on referral_draft ((content->>'number')) where kind = 'summary'`,
  },
]

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export interface Draft {
  content: PaperContent
  version: number
  updatedAt: string
  updatedBy: string
}

/** The draft of one paper of a Task, or null. */
export async function loadDraft(db: Sql, task: string, kind: PaperKind): Promise<Draft | null> {
  const rows = await db.sql<{ content: PaperContent; version: number; updated_at: Date; updated_by: string }>(
    'select content, version, updated_at, updated_by from referral_draft where task = $1 and kind = $2',
    [task, kind],
  )
  const row = rows[0]
  return row ? { content: row.content, version: row.version, updatedAt: row.updated_at.toISOString(), updatedBy: row.updated_by } : null
}

/**
 * Saves a draft over the version the writer saw (0 = new); gives the new version, or null when somebody else saved
 * meanwhile.
 */
export async function saveDraft(db: Sql, task: string, content: PaperContent, seen: number, by: string, now: Date): Promise<number | null> {
  const rows = await db.sql<{ version: number }>(
    `insert into referral_draft(task, kind, content, version, updated_at, updated_by) values ($1, $2, $3, 1, $5, $6)
     on conflict (task, kind) do update
       set content = excluded.content, version = referral_draft.version + 1, updated_at = excluded.updated_at, updated_by = excluded.updated_by
       where referral_draft.version = $4
     returning version`,
    [task, content.kind, JSON.stringify(content), seen, now, by],
  )
  return rows[0]?.version ?? null
}

/** Whether the record summary of another person, by their number here, stands under this number. */
export async function othersSummaryOf(db: Sql, number: string, mrn: string): Promise<boolean> {
  const rows = await db.sql(
    `select 1 from referral_draft where kind = 'summary' and content->>'number' = $1 and content->'patient'->>'mrn' <> $2 limit 1`,
    [number, mrn],
  )
  return rows.length > 0
}

export async function dropDraft(db: Sql, task: string, kind: PaperKind): Promise<void> {
  await db.sql('delete from referral_draft where task = $1 and kind = $2', [task, kind])
}

export async function moveDraft(db: Sql, from: string, to: string, kind: PaperKind): Promise<void> {
  await db.sql('update referral_draft set task = $2 where task = $1 and kind = $3', [from, to, kind])
}

export interface ThreadKey {
  issuer: string
  number: string
}

/** Appends one entry to the story of a thread; gives how many entries the scope has now. */
export async function appendHistory(db: Sql, key: ThreadKey, scope: 'local' | 'hub', entry: ReferralHistoryEntry): Promise<number> {
  const rows = await db.sql<{ seq: number }>(
    `insert into referral_history(issuer, number, scope, seq, entry)
     select $1, $2, $3, coalesce(max(seq), 0) + 1, $4 from referral_history where issuer = $1 and number = $2 and scope = $3
     returning seq`,
    [key.issuer, key.number, scope, JSON.stringify(entry)],
  )
  return rows[0]?.seq ?? 0
}

/** A node's copy of the hub's story: entries it does not have yet are added, none is changed. */
export async function mergeHistory(db: Sql, key: ThreadKey, entries: readonly ReferralHistoryEntry[]): Promise<void> {
  await db.sql(
    `insert into referral_history(issuer, number, scope, seq, entry)
     select $1, $2, 'hub', e.seq, e.entry from jsonb_array_elements($3::jsonb) with ordinality as e(entry, seq)
     on conflict do nothing`,
    [key.issuer, key.number, JSON.stringify(entries)],
  )
}

/** The story so far: what happened at the sender before the hub knew, then the hub's entries. */
export async function loadHistory(db: Sql, key: ThreadKey, scope?: 'local' | 'hub'): Promise<ReferralHistoryEntry[]> {
  const rows = await db.sql<{ entry: ReferralHistoryEntry }>(
    `select entry from referral_history where issuer = $1 and number = $2 and ($3::text is null or scope = $3)
     order by scope desc, seq`,
    [key.issuer, key.number, scope ?? null],
  )
  return rows.map((r) => r.entry)
}

/** A story goes on under another number: what came as one thread turns out to be a visit of another, or its number is free again. */
export async function moveHistory(db: Sql, issuer: string, from: string, to: string, scope: 'local' | 'hub' = 'hub'): Promise<void> {
  await db.sql('update referral_history set number = $3 where issuer = $1 and number = $2 and scope = $4', [issuer, from, to, scope])
}

/** A node forgets its copy of a story that the hub now tells under another number. */
export async function dropCopy(db: Sql, key: ThreadKey): Promise<void> {
  await db.sql(`delete from referral_history where issuer = $1 and number = $2 and scope = 'hub'`, [key.issuer, key.number])
}

/** How many entries of the hub's story this site holds: the version of the shared state it knows. */
export async function hubVersion(db: Sql, key: ThreadKey): Promise<number> {
  const rows = await db.sql<{ n: string }>(
    `select count(*) as n from referral_history where issuer = $1 and number = $2 and scope = 'hub'`,
    [key.issuer, key.number],
  )
  return Number(rows[0]?.n ?? 0)
}

/** The hub's story of many threads at once, by `issuer number`. */
export async function storiesOf(db: Sql, keys: readonly ThreadKey[]): Promise<Map<string, ReferralHistoryEntry[]>> {
  const rows = await db.sql<{ issuer: string; number: string; story: ReferralHistoryEntry[] }>(
    `select issuer, number, jsonb_agg(entry order by seq) as story from referral_history
     where scope = 'hub' and (issuer, number) in (select * from unnest($1::text[], $2::text[])) group by issuer, number`,
    [keys.map((k) => k.issuer), keys.map((k) => k.number)],
  )
  return new Map(rows.map((r) => [`${r.issuer} ${r.number}`, r.story]))
}

/** Threads of which this site holds the hub's story, in pages. */
export function knownThreads(db: Sql, after: ThreadKey, limit: number): Promise<{ issuer: string; number: string }[]> {
  return db.sql<{ issuer: string; number: string }>(
    `select issuer, number from referral_history where scope = 'hub' and (issuer, number) > ($1, $2)
     group by issuer, number order by issuer, number limit $3`,
    [after.issuer, after.number, limit],
  )
}

/** The hub's word in the place of ours: after the hub was put back and has gone on in another way. */
export async function replaceHistory(db: Sql, key: ThreadKey, entries: readonly ReferralHistoryEntry[]): Promise<void> {
  await db.sql(`delete from referral_history where issuer = $1 and number = $2 and scope = 'hub'`, [key.issuer, key.number])
  await mergeHistory(db, key, entries)
}

/** Highest number of a facility's own series among the threads here, by year. */
export async function seriesSeen(db: Sql, issuer: string): Promise<Record<string, number>> {
  const rows = await db.sql<{ year: string; last: number }>(
    `select split_part(number, '/', 2) as year, max(split_part(number, '/', 1)::int) as last from referral_history
     where issuer = $1 and number ~ '^[0-9]{1,8}/[0-9]{4}/GCT-YB' group by 1`,
    [issuer],
  )
  return Object.fromEntries(rows.map((r) => [r.year, r.last]))
}

/** A number at or below this one has been used somewhere. */
export async function raiseSeries(db: Sql, year: number, last: number): Promise<void> {
  await db.sql(
    `insert into referral_number(year, last) values ($1, $2)
     on conflict (year) do update set last = greatest(referral_number.last, excluded.last)`,
    [year, last],
  )
}

/** Numbers left out after a site was put back from a backup: more than it can have given out unknown to the hub. */
const LEFT_OUT = 1000

/**
 * Next number of the facility's own series for a year; numbers of the HIS are never touched. The first one of an epoch
 * that a restore began leaves a gap: slips of the lost time may be printed and in somebody's hand.
 */
export async function reserveNumber(db: Sql, year: number, epoch: { number: number; started: Date }): Promise<number> {
  const lost = epoch.number > 1 && epoch.started.getUTCFullYear() === year
  const rows = await db.sql<{ last: number }>(
    `insert into referral_number(year, last, epoch) values ($1, $2, $3)
     on conflict (year) do update set epoch = $3,
       last = referral_number.last + case when referral_number.epoch < $3 and $4 then ${LEFT_OUT + 1} else 1 end
     returning last`,
    [year, lost ? LEFT_OUT + 1 : 1, epoch.number, lost],
  )
  return rows[0]?.last ?? 0
}

export async function markRead(db: Sql, task: string, who: string, now: Date): Promise<void> {
  await db.sql('insert into referral_read(task, who, at) values ($1, $2, $3) on conflict do nothing', [task, who, now])
}

/** What was read has changed: it is new to everybody again. */
export async function clearRead(db: Sql, task: string): Promise<void> {
  await db.sql('delete from referral_read where task = $1', [task])
}

/** Tasks of the list that somebody at this site has opened. */
export async function readTasks(db: Sql, tasks: readonly string[]): Promise<Set<string>> {
  const rows = await db.sql<{ task: string }>('select distinct task from referral_read where task = any($1)', [tasks])
  return new Set(rows.map((r) => r.task))
}

/** What a person must look at: steps and papers the hub refused, slips that do not fit. Settled rows stay, with who and when. */
import type { StoreRoot, Transaction } from '../../../store/types.ts'
import type { AttentionKind, AttentionNote } from '../contract.ts'
import type { ReferralEvent } from '../transitions.ts'

export const attentionMigration = {
  name: '002-attention',
  sql: `create table referral_attention(
    id uuid primary key default gen_random_uuid(),
    kind text collate "C" not null,
    subject text collate "C" not null unique,
    issuer text collate "C" not null,
    number text collate "C" not null,
    event text collate "C" not null,
    body jsonb not null,
    at timestamptz not null,
    notes jsonb not null default '[]',
    settled_at timestamptz,
    settled_by text collate "C",
    settled_name text,
    settled_how text collate "C");
  create index on referral_attention(issuer, number);
  create index on referral_attention(at) where settled_at is null`,
}

type Sql = Pick<StoreRoot | Transaction, 'sql'>

/** Why the hub said no, in its words; what this site had said; what the hub had at that moment. */
export interface AttentionBody {
  code: string
  vi?: string
  en?: string
  cure?: { vi?: string; en?: string }
  /** Our message as it went out, and when it was recorded here. */
  message?: unknown
  recordedAt?: string
  /** The shared state when the hub refused. */
  hubState?: string
  /** What became of the local side effects of the step, and why. */
  local?: string
  values?: Record<string, string | number>
}

export interface NewAttention {
  kind: AttentionKind
  /** One row for each; the same again changes nothing. */
  subject: string
  issuer: string
  number: string
  event: ReferralEvent
  body: AttentionBody
}

export interface AttentionDbRow extends NewAttention, Record<string, unknown> {
  id: string
  at: Date
  notes: AttentionNote[]
  settled_at: Date | null
  settled_by: string | null
  settled_name: string | null
  settled_how: string | null
}

/** True when it is new, or open again: what was sent once more under its own key and refused once more is news. */
export async function openAttention(db: Sql, a: NewAttention, now: Date): Promise<boolean> {
  const rows = await db.sql(
    `insert into referral_attention(kind, subject, issuer, number, event, body, at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (subject) do update set body = excluded.body, at = excluded.at,
       settled_at = null, settled_by = null, settled_name = null, settled_how = null
       where referral_attention.settled_how = 'again' and referral_attention.kind = 'refused-paper'
     returning id`,
    [a.kind, a.subject, a.issuer, a.number, a.event, JSON.stringify(a.body), now],
  )
  return rows.length > 0
}

/** Open rows, oldest first; or the settled ones, newest first. */
export function attentionRows(db: Sql, open: boolean, limit = 200): Promise<AttentionDbRow[]> {
  return db.sql<AttentionDbRow>(
    open
      ? 'select * from referral_attention where settled_at is null order by at limit $1'
      : 'select * from referral_attention where settled_at is not null order by settled_at desc limit $1',
    [limit],
  )
}

export async function attentionRow(db: Sql, id: string): Promise<AttentionDbRow | null> {
  const rows = await db.sql<AttentionDbRow>('select * from referral_attention where id = $1 for update', [id])
  return rows[0] ?? null
}

/** The row about a message or slip, if there is one. */
export async function attentionOf(db: Sql, subject: string): Promise<AttentionDbRow | null> {
  const rows = await db.sql<AttentionDbRow>('select * from referral_attention where subject = $1 for update', [subject])
  return rows[0] ?? null
}

/** Whether something about a slip waits for a person. */
export async function hasAttention(db: Sql, key: { issuer: string; number: string }): Promise<boolean> {
  const rows = await db.sql('select 1 as one from referral_attention where issuer = $1 and number = $2 and settled_at is null limit 1', [
    key.issuer,
    key.number,
  ])
  return rows.length > 0
}

export async function addNote(db: Sql, id: string, note: AttentionNote): Promise<void> {
  await db.sql('update referral_attention set notes = notes || $2::jsonb where id = $1', [id, JSON.stringify([note])])
}

export async function settleAttention(db: Sql, id: string, how: string, by: { id: string; display: string }, now: Date): Promise<void> {
  await db.sql(
    `update referral_attention set settled_at = $2, settled_by = $3, settled_name = $4, settled_how = $5 where id = $1 and settled_at is null`,
    [id, now, by.id, by.display, how],
  )
}

/** Of these messages, those a person has settled: their refusal is no news any more. */
export async function settledSubjects(db: Sql, subjects: readonly string[]): Promise<Set<string>> {
  if (subjects.length === 0) return new Set()
  const rows = await db.sql<{ subject: string }>(
    'select subject from referral_attention where subject = any($1) and settled_at is not null',
    [subjects],
  )
  return new Set(rows.map((r) => r.subject))
}

/** The hub's memory of papers that came under a taken number and version with other content (F3). */
export const clashMigration = {
  name: '003-clash',
  sql: `create table referral_clash(
    issuer text collate "C" not null,
    thread text collate "C" not null,
    number text collate "C" not null,
    version int not null,
    at timestamptz not null,
    primary key (issuer, thread, number, version))`,
}

/** True when it is new. */
export async function noteClash(
  db: Sql,
  thread: { issuer: string; number: string },
  paper: { number: string; version: number },
  now: Date,
): Promise<boolean> {
  const rows = await db.sql(
    `insert into referral_clash(issuer, thread, number, version, at) values ($1, $2, $3, $4, $5) on conflict do nothing returning at`,
    [thread.issuer, thread.number, paper.number, paper.version, now],
  )
  return rows.length > 0
}

export async function clashesOf(
  db: Sql,
  thread: { issuer: string; number: string },
): Promise<{ number: string; version: number; at: string }[]> {
  const rows = await db.sql<{ number: string; version: number; at: Date }>(
    'select number, version, at from referral_clash where issuer = $1 and thread = $2 order by at',
    [thread.issuer, thread.number],
  )
  return rows.map((r) => ({ number: r.number, version: r.version, at: r.at.toISOString() }))
}

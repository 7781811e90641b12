/** What the exchange page reads, and replays as jobs that survive a restart. */
import type { SkipReason } from '../page/contract.ts'
import type { Sql } from './alerts.ts'

export const pageMigrations = [
  {
    name: 'page-001',
    sql: `create table replay(
      id bigint generated always as identity primary key,
      kind text collate "C" not null check (kind in ('send', 'take', 'offer')),
      what jsonb not null,
      reason text not null,
      by_id text collate "C" not null,
      by_name text not null,
      at timestamptz not null,
      total int not null,
      done int not null default 0,
      failed int not null default 0,
      pos text collate "C",
      note text,
      finished_at timestamptz);
    create index on replay(id) where finished_at is null;
    create table feed_offer(
      facility text collate "C" primary key,
      after text collate "C" not null,
      replay bigint not null,
      by_name text not null,
      at timestamptz not null);
    alter table node_contact add column version text collate "C", add column skew_ms int, add column report jsonb, add column reported_at timestamptz`,
  },
  // Since when a node has spoken; of nodes heard of before, nobody wrote it down.
  { name: 'page-002-first-heard', sql: 'alter table node_contact add column first_seen_at timestamptz' },
]

export interface OutRow extends Record<string, unknown> {
  id: string
  seq: string
  issuer: string
  number: string
  kind: 'parcel' | 'transition'
  state: 'pending' | 'acked' | 'refused'
  attempts: number
  next_at: Date
  created_at: Date
  acked_at: Date | null
  last_error: string | null
  event: string | null
  outcome: boolean
  urgent: boolean
  other: string | null
  thread_state: string | null
  /** Whether the receiver has had the thread; null when nobody noted it. */
  reached: boolean | null
}

export interface ListFilter {
  state: 'open' | 'waiting' | 'done' | 'refused' | 'letters' | 'all'
  q: string
  other: string
  from: Date | null
  to: Date | null
  limit: number
}

const OUT = `
select o.id::text, o.seq::text, o.issuer, o.number, o.kind, o.state, o.attempts, o.next_at, o.created_at, o.acked_at, o.last_error,
  o.body->>'event' as event, o.priority = 'stat' as urgent,
  coalesce(o.body->'documents' @> '[{"kind": "outcome"}]', false) as outcome,
  coalesce(o.body->>'to', t.other, (select p.body->>'to' from outbox p where p.issuer = o.issuer and p.number = o.number and p.body ? 'to' and p.kind = 'parcel' limit 1)) as other,
  t.state as thread_state, t.reached
from outbox o left join lateral (
  select f.state, f.other, f.reached from feed_taken f where f.issuer = o.issuer and f.number = o.number order by f.version desc limit 1) t on true`

const OPEN_LETTER = `exists (select from dead_letter d where d.direction = 'out' and d.message = o.id::text and d.settled_at is null)`

/** A later message of the thread got through. */
const OVERTAKEN = `exists (select from outbox l where l.issuer = o.issuer and l.number = o.number and l.state = 'acked' and l.seq > o.seq)`

/** Outgoing messages, newest first; what needs a person comes before the rest. */
export function outMessages(db: Sql, f: ListFilter): Promise<OutRow[]> {
  return db.sql<OutRow>(
    `select * from (${OUT}) o where
       case $1 when 'open' then o.state = 'pending' or ${OPEN_LETTER} when 'waiting' then o.state = 'pending' when 'done' then o.state = 'acked'
         when 'refused' then o.state = 'refused' when 'letters' then ${OPEN_LETTER} else true end
       and ($2 = '' or o.number ilike $2) and ($3 = '' or o.other = $3)
       and ($4::timestamptz is null or o.created_at >= $4) and ($5::timestamptz is null or o.created_at < $5)
     order by o.seq::bigint desc limit $6`,
    [f.state, like(f.q), f.other, f.from, f.to, f.limit],
  )
}

const like = (q: string): string => (q ? `%${q.replace(/[\\%_]/g, '\\$&')}%` : '')

export function outMessagesById(db: Sql, ids: readonly string[]): Promise<OutRow[]> {
  return db.sql<OutRow>(`select * from (${OUT}) o where o.id = any($1) order by o.seq::bigint`, [ids])
}

export function outMessagesOf(db: Sql, issuer: string, number: string): Promise<OutRow[]> {
  return db.sql<OutRow>(`select * from (${OUT}) o where o.issuer = $1 and o.number = $2 order by o.seq::bigint limit 200`, [issuer, number])
}

export interface InRow extends Record<string, unknown> {
  issuer: string
  number: string
  event: string
  state: string
  other: string
  cursor: string
  told_at: Date
  taken_at: Date | null
  times: number
  parked: boolean
  attempts: number
  next_at: Date | null
  error: string | null
}

const IN = `
select coalesce(k.issuer, t.issuer) as issuer, coalesce(k.number, t.number) as number,
  coalesce(k.body->'history'->-1->>'event', t.event, '') as event, coalesce(k.body->>'state', t.state, '') as state,
  coalesce(t.other, case when k.body->>'from' = $1 then k.body->>'to' else k.body->>'from' end, '') as other, coalesce(t.cursor, '') as cursor,
  coalesce((k.body->'history'->-1->>'recordedAt')::timestamptz, t.told_at, k.next_at) as told_at, t.taken_at, coalesce(t.times, 0) as times,
  k.issuer is not null as parked, coalesce(k.attempts, 0) as attempts, k.next_at, k.error
from feed_parked k full join (
  select distinct on (issuer, number) * from feed_taken order by issuer, number, version desc) t on t.issuer = k.issuer and t.number = k.number`

/** Threads that came in, the newest word of each; what lies aside comes first. */
export function inThreads(db: Sql, here: string, f: ListFilter): Promise<InRow[]> {
  return db.sql<InRow>(
    `select * from (${IN}) i where
       case $2 when 'open' then i.parked when 'waiting' then i.parked when 'letters' then i.parked when 'done' then not i.parked when 'refused' then false else true end
       and ($3 = '' or i.number ilike $3) and ($4 = '' or i.other = $4)
       and ($5::timestamptz is null or i.told_at >= $5) and ($6::timestamptz is null or i.told_at < $6)
     order by i.parked desc, i.told_at desc limit $7`,
    [here, f.state, like(f.q), f.other, f.from, f.to, f.limit],
  )
}

export async function inThread(db: Sql, here: string, issuer: string, number: string): Promise<InRow | null> {
  const rows = await db.sql<InRow>(`select * from (${IN}) i where i.issuer = $2 and i.number = $3`, [here, issuer, number])
  return rows[0] ?? null
}

export interface Counts extends Record<string, unknown> {
  waiting: number
  oldest: Date | null
  letters: number
  parked: number
  cursor: string | null
  cursor_at: Date | null
  directory_at: Date | null
}

export async function exchangeCounts(db: Sql): Promise<Counts> {
  const rows = await db.sql<Counts>(`select count(*)::int as waiting, min(created_at) as oldest,
      (select count(*)::int from dead_letter where settled_at is null) as letters, (select count(*)::int from feed_parked) as parked,
      (select cursor from feed_cursor where source = 'hub') as cursor, (select at from feed_cursor where source = 'hub') as cursor_at,
      (select max(fetched_at) from directory_kept) as directory_at
    from outbox where state = 'pending'`)
  const row = rows[0]
  if (!row) throw new Error('no counts')
  return row
}

/** Messages of a period, for a replay. */
export async function outIdsBetween(db: Sql, from: Date, to: Date, limit: number): Promise<string[]> {
  const rows = await db.sql<{ id: string }>(
    'select id::text from outbox where created_at >= $1 and created_at < $2 order by seq limit $3',
    [from, to, limit],
  )
  return rows.map((r) => r.id)
}

export async function inKeysBetween(db: Sql, from: Date, to: Date, limit: number): Promise<string[]> {
  const rows = await db.sql<{ key: string }>(
    `select distinct issuer || '|' || number as key from feed_taken where told_at >= $1 and told_at < $2 limit $3`,
    [from, to, limit],
  )
  return rows.map((r) => r.key)
}

/**
 * A refused message goes into the queue again under its own key, only while it waits for a person and no later message
 * of its thread got through; gives whether it did.
 */
export async function reopen(db: Sql, id: string, now: Date): Promise<boolean> {
  const rows = await db.sql(
    `update outbox o set state = 'pending', next_at = $2, acked_at = null where id = $1 and state = 'refused' and ${OPEN_LETTER}
       and not ${OVERTAKEN}
     returning id`,
    [id, now],
  )
  return rows.length > 0
}

/**
 * What a replay by somebody of a role does with each message: it goes, or is left alone and why. What nobody here has
 * ever sent is missing from the answer.
 */
export async function replayFates(db: Sql, ids: readonly string[], role: string): Promise<Map<string, 'goes' | SkipReason>> {
  const rows = await db.sql<{ id: string; fate: 'goes' | SkipReason }>(
    `select o.id::text as id, case when o.state <> 'refused' then 'goes' when ${OVERTAKEN} then 'overtaken' when not ${OPEN_LETTER} then 'settled'
       when not exists (select from dead_letter d where d.direction = 'out' and d.message = o.id::text and d.settled_at is null and d.role = $2)
       then 'other-role' else 'goes' end as fate
     from outbox o where o.id::text = any($1)`,
    [ids, role],
  )
  return new Map(rows.map((r) => [r.id, r.fate]))
}

/** What lies aside of a thread that came in is applied again at the next pass. */
export async function parkedDueNow(db: Sql, issuer: string, number: string, now: Date): Promise<void> {
  await db.sql('update feed_parked set next_at = $3 where issuer = $1 and number = $2', [issuer, number, now])
}

export async function dueNow(db: Sql, id: string, now: Date): Promise<void> {
  await db.sql(`update outbox set next_at = $2 where id = $1 and state = 'pending'`, [id, now])
}

export interface ReplayRow extends Record<string, unknown> {
  id: string
  kind: 'send' | 'take' | 'offer'
  /** `role`: of the person, whose dead letters alone are sent again; `left`: what was left alone when it was asked for, and why. */
  what: { keys?: string[]; after?: string; facility?: string; role?: string; left?: { why: SkipReason; n: number }[] }
  reason: string
  by_id: string
  by_name: string
  at: Date
  total: number
  done: number
  failed: number
  pos: string | null
  note: string | null
  finished_at: Date | null
}

export async function putReplay(
  db: Sql,
  r: Pick<ReplayRow, 'kind' | 'what' | 'reason' | 'by_id' | 'by_name' | 'total'>,
  now: Date,
): Promise<string> {
  const rows = await db.sql<{ id: string }>(
    `insert into replay(kind, what, reason, by_id, by_name, total, at) values ($1, $2, $3, $4, $5, $6, $7) returning id::text`,
    [r.kind, JSON.stringify(r.what), r.reason, r.by_id, r.by_name, r.total, now],
  )
  return rows[0]?.id ?? ''
}

/** The oldest unfinished replay this site carries out itself. */
export async function nextReplay(db: Sql): Promise<ReplayRow | null> {
  const rows = await db.sql<ReplayRow>(`select * from replay where finished_at is null and kind <> 'offer' order by id limit 1`)
  return rows[0] ?? null
}

export async function noteReplay(
  db: Sql,
  id: string,
  r: { done: number; failed: number; total?: number; pos: string; note?: string; finished?: Date },
): Promise<void> {
  await db.sql(
    `update replay set done = $2, failed = $3, pos = $4, note = coalesce($5, note), finished_at = $6, total = coalesce($7, total) where id = $1`,
    [id, r.done, r.failed, r.pos, r.note ?? null, r.finished ?? null, r.total ?? null],
  )
}

export function replays(db: Sql, limit: number): Promise<ReplayRow[]> {
  return db.sql<ReplayRow>('select * from replay order by id desc limit $1', [limit])
}

export interface OfferRow extends Record<string, unknown> {
  facility: string
  after: string
  replay: string
  by_name: string
  at: Date
}

/** The hub offers a node everything after a cursor again; one offer per node, the wider one wins. */
export async function putOffer(db: Sql, o: Omit<OfferRow, 'at'>, now: Date): Promise<void> {
  await db.sql(
    `insert into feed_offer(facility, after, replay, by_name, at) values ($1, $2, $3, $4, $5)
     on conflict (facility) do update set after = excluded.after, replay = excluded.replay, by_name = excluded.by_name, at = excluded.at`,
    [o.facility, o.after, o.replay, o.by_name, now],
  )
}

export function offers(db: Sql): Promise<OfferRow[]> {
  return db.sql<OfferRow>('select facility, after, replay::text, by_name, at from feed_offer')
}

/** The node has taken what was offered. */
export async function endOffer(db: Sql, facility: string, replay: string, now: Date): Promise<void> {
  const rows = await db.sql('delete from feed_offer where facility = $1 and replay::text = $2 returning facility', [facility, replay])
  if (rows.length > 0) await db.sql('update replay set done = total, finished_at = $2 where id = $1', [replay, now])
}

/** Refusals at the hub, newest first; `message` is `facility|number`. */
export function refusalsAtHub(db: Sql, limit: number) {
  return db.sql<{ message: string; code: string; words: Record<string, unknown>; first_at: Date; last_at: Date; times: number }>(
    `select message, code, words, first_at, last_at, times from message_try where direction = 'hub' order by last_at desc limit $1`,
    [limit],
  )
}

/** What a hostile node refused itself with does not pile up for ever. */
export async function trimRefusals(db: Sql, keep: number): Promise<void> {
  await db.sql(
    `delete from message_try where direction = 'hub' and last_at < (
       select last_at from message_try where direction = 'hub' order by last_at desc offset $1 limit 1)`,
    [keep],
  )
}

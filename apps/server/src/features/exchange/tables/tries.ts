/**
 * What became of messages, kept small: of every message the first and last moment and the number of tries per kind of
 * failure, and of every thread that came in, what was applied when. So "why" is the truth and not the last error only.
 */
import type { ThreadKey } from '../contract.ts'
import type { Sql } from './alerts.ts'

export const tryMigrations = [
  {
    name: 'tries-001',
    sql: `create table message_try(
      direction text collate "C" not null check (direction in ('out', 'in', 'hub')),
      message text collate "C" not null,
      code text collate "C" not null,
      words jsonb not null default '{}',
      first_at timestamptz not null,
      last_at timestamptz not null,
      times int not null default 1,
      primary key (direction, message, code));
    create table feed_taken(
      issuer text collate "C" not null,
      number text collate "C" not null,
      version int not null,
      event text collate "C" not null,
      state text collate "C" not null,
      facility text collate "C" not null,
      other text collate "C" not null,
      cursor text collate "C" not null,
      told_at timestamptz not null,
      taken_at timestamptz not null,
      again_at timestamptz,
      times int not null default 1,
      primary key (issuer, number, version));
    create index on feed_taken(taken_at desc);
    create table exchange_line(
      id int primary key check (id = 1),
      up boolean not null,
      since timestamptz not null,
      why text collate "C",
      heard_at timestamptz);
    create index on outbox(seq desc)`,
  },
  // Whether the receiver ever had the thread; null for what came in before this was asked.
  { name: 'tries-002', sql: 'alter table feed_taken add column reached boolean' },
]

/** Who the refusal or failure is explained to, in both languages where both are known. */
export interface Words {
  vi?: string
  en?: string
  cure?: { vi?: string; en?: string }
}

export type Direction = 'out' | 'in' | 'hub'

export interface TryRow extends Record<string, unknown> {
  direction: Direction
  message: string
  code: string
  words: Words
  first_at: Date
  last_at: Date
  times: number
}

/** One failed try more; gives how often this message has failed in this way. */
export async function recordTry(db: Sql, direction: Direction, message: string, code: string, words: Words, now: Date): Promise<number> {
  const rows = await db.sql<{ times: number }>(
    `insert into message_try(direction, message, code, words, first_at, last_at) values ($1, $2, $3, $4, $5, $5)
     on conflict (direction, message, code) do update set times = message_try.times + 1, words = excluded.words,
       last_at = greatest(message_try.last_at, excluded.last_at)
     returning times`,
    [direction, message, code, JSON.stringify(words), now],
  )
  return rows[0]?.times ?? 0
}

export function triesOf(db: Sql, direction: Direction, messages: readonly string[]): Promise<TryRow[]> {
  return db.sql<TryRow>('select * from message_try where direction = $1 and message = any($2) order by first_at, code', [
    direction,
    messages,
  ])
}

/** Key of an incoming thread in the table of tries. */
export const threadName = (thread: ThreadKey): string => `${thread.issuer}|${thread.number}`

export interface TakenRow extends Record<string, unknown> {
  issuer: string
  number: string
  version: number
  /** The last step of the hub's story that came with it, and who took it. */
  event: string
  state: string
  facility: string
  /** The other party of the thread. */
  other: string
  cursor: string
  told_at: Date
  taken_at: Date
  again_at: Date | null
  times: number
}

export type Taken = Pick<TakenRow, 'issuer' | 'number' | 'version' | 'event' | 'state' | 'facility' | 'other' | 'cursor'> & {
  /** Whether the receiver has had it. */
  reached: boolean
}

/**
 * A thread's state came in and is applied; the same version again only counts. It lies aside no longer, and no person
 * has to look after it any more: all in one statement, for it is said of every message.
 */
export async function noteTaken(db: Sql, taken: Taken, toldAt: Date, now: Date): Promise<void> {
  await db.sql(
    `with back as (delete from feed_parked where issuer = $1 and number = $2),
       settled as (update dead_letter set settled_at = $10, settlement = 'delivered'
         where direction = 'in' and message = $12 and settled_at is null)
     insert into feed_taken(issuer, number, version, event, state, facility, other, cursor, told_at, taken_at, reached)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (issuer, number, version) do update set times = feed_taken.times + 1, again_at = excluded.taken_at,
       cursor = case when excluded.cursor = '' then feed_taken.cursor else excluded.cursor end`,
    [
      taken.issuer,
      taken.number,
      taken.version,
      taken.event,
      taken.state,
      taken.facility,
      taken.other,
      taken.cursor,
      toldAt,
      now,
      taken.reached,
      `${taken.issuer}|${taken.number}`,
    ],
  )
}

export interface LineRow extends Record<string, unknown> {
  up: boolean
  /** Since when it is so. */
  since: Date
  why: string | null
  /** When the hub last answered anything. */
  heard_at: Date | null
}

/** The hub was heard of, or was not; true when that changed. */
export async function putLine(db: Sql, up: boolean, why: string | null, now: Date): Promise<boolean> {
  const rows = await db.sql<{ changed: boolean }>(
    `with old as (select up from exchange_line where id = 1)
     insert into exchange_line as l(id, up, since, why, heard_at) values (1, $1, $3, $2, case when $1 then $3::timestamptz end)
     on conflict (id) do update set since = case when l.up = excluded.up then l.since else excluded.since end, up = excluded.up,
       why = excluded.why, heard_at = coalesce(excluded.heard_at, l.heard_at)
     returning (select up from old) is distinct from up as changed`,
    [up, why, now],
  )
  return rows[0]?.changed === true
}

export async function readLine(db: Sql): Promise<LineRow | null> {
  return (await db.sql<LineRow>('select up, since, why, heard_at from exchange_line'))[0] ?? null
}

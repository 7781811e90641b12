/** Dead letters: messages a person must deal with. One open row per message; settled ones stay. */
import type { Sql } from './alerts.ts'

export const deadLetterMigrations = [
  {
    name: 'dead-letters-001',
    sql: `create table dead_letter(
      id bigint generated always as identity primary key,
      direction text collate "C" not null check (direction in ('out', 'in')),
      message text collate "C" not null,
      issuer text collate "C" not null,
      number text collate "C" not null,
      cause text collate "C" not null check (cause in ('refused', 'failing', 'unreachable')),
      code text collate "C" not null,
      role text collate "C" not null,
      at timestamptz not null,
      settled_at timestamptz,
      settled_by text collate "C",
      settled_name text,
      settlement text collate "C",
      reason text);
    create unique index dead_letter_open on dead_letter(direction, message) where settled_at is null;
    create index on dead_letter(issuer, number)`,
  },
  {
    name: 'dead-letters-002-on-paper',
    sql: `create index dead_letter_on_paper on dead_letter(direction, message) where settlement = 'on-paper'`,
  },
]

/** refused: the hub's word. failing: tried often enough without a word about it. unreachable: 72 hours without the hub. */
export type DeathCause = 'refused' | 'failing' | 'unreachable'
export type Settlement = 'delivered' | 'sent-again' | 'replaced' | 'void' | 'on-paper' | 'closed'

export interface NewDeadLetter {
  direction: 'out' | 'in'
  message: string
  issuer: string
  number: string
  cause: DeathCause
  code: string
  role: string
}

export interface DeadLetterRow extends NewDeadLetter, Record<string, unknown> {
  id: string
  at: Date
  settled_at: Date | null
  settled_by: string | null
  settled_name: string | null
  settlement: Settlement | null
  reason: string | null
}

/** Opens a dead letter; an open one of the same message takes over the newer cause. True when it is new. */
export async function openDeadLetter(db: Sql, d: NewDeadLetter, now: Date): Promise<boolean> {
  const rows = await db.sql<{ fresh: boolean }>(
    `insert into dead_letter(direction, message, issuer, number, cause, code, role, at) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (direction, message) where settled_at is null do update set cause = excluded.cause, code = excluded.code, role = excluded.role
     returning xmax = 0 as fresh`,
    [d.direction, d.message, d.issuer, d.number, d.cause, d.code, d.role, now],
  )
  return rows[0]?.fresh === true
}

export interface Settling {
  settlement: Settlement
  by?: { id: string; name: string }
  reason?: string
}

/** Settles the open dead letter of a message, if there is one; gives whether there was. */
export async function settleDeadLetter(db: Sql, direction: 'out' | 'in', message: string, s: Settling, now: Date): Promise<boolean> {
  const rows = await db.sql(
    `update dead_letter set settled_at = $3, settlement = $4, settled_by = $5, settled_name = $6, reason = $7
     where direction = $1 and message = $2 and settled_at is null returning id`,
    [direction, message, now, s.settlement, s.by?.id ?? null, s.by?.name ?? null, s.reason ?? null],
  )
  return rows.length > 0
}

/** Messages got through: they are acknowledged, and their open dead letters with them, in one statement. */
export async function settleDelivered(db: Sql, messages: readonly string[], now: Date): Promise<void> {
  await db.sql(
    `with letter as (update dead_letter set settled_at = $2, settlement = 'delivered', settled_by = null, settled_name = null, reason = null
       where direction = 'out' and message = any($1::text[]) and settled_at is null)
     update outbox set state = 'acked', acked_at = $2, last_error = null where id = any($1::text[]::uuid[])`,
    [messages, now],
  )
}

/** Settles all open dead letters of what a thread had to send: nothing of it is to be sent any more. Gives their messages. */
export async function settleThreadLetters(db: Sql, thread: { issuer: string; number: string }, s: Settling, now: Date): Promise<string[]> {
  const rows = await db.sql<{ message: string }>(
    `update dead_letter set settled_at = $3, settlement = $4, settled_by = $5, settled_name = $6, reason = $7
     where direction = 'out' and issuer = $1 and number = $2 and settled_at is null returning message`,
    [thread.issuer, thread.number, now, s.settlement, s.by?.id ?? null, s.by?.name ?? null, s.reason ?? null],
  )
  return rows.map((row) => row.message)
}

/**
 * Opens one for every message that has waited longer than the limit; gives how many are new. Each message looks into the
 * indexes by itself: joined as one set, tens of thousands were compared with each other by a table too young for statistics.
 */
export async function buryUnreachable(db: Sql, before: Date, role: string, now: Date): Promise<number> {
  const rows = await db.sql(
    `insert into dead_letter(direction, message, issuer, number, cause, code, role, at)
     select 'out', id::text, issuer, number, 'unreachable', coalesce(last_error, 'hub-unreachable'), $2, $3 from outbox
     where state = 'pending' and created_at <= $1
       and (select 1 from dead_letter d where d.direction = 'out' and d.message = outbox.id::text and d.settled_at is null) is null
       and (select 1 from dead_letter d where d.direction = 'out' and d.message = outbox.id::text and d.settlement = 'on-paper' limit 1) is null
     on conflict do nothing returning id`,
    [before, role, now],
  )
  return rows.length
}

/** What an answer to a later message of the same thread has overtaken: nothing is left to do about it. */
export async function settleOvertaken(db: Sql, now: Date): Promise<number> {
  const rows = await db.sql(
    `update dead_letter d set settled_at = $1, settlement = 'replaced' from outbox o
     where d.settled_at is null and d.direction = 'out' and d.cause = 'refused' and o.id::text = d.message
       and exists (select from outbox l where l.issuer = o.issuer and l.number = o.number and l.kind = o.kind and l.state = 'acked' and l.seq > o.seq)
     returning d.id`,
    [now],
  )
  return rows.length
}

export function deadLettersOf(db: Sql, direction: 'out' | 'in', messages: readonly string[]): Promise<DeadLetterRow[]> {
  return db.sql<DeadLetterRow>('select * from dead_letter where direction = $1 and message = any($2) order by at', [direction, messages])
}

export function openDeadLetters(db: Sql): Promise<DeadLetterRow[]> {
  return db.sql<DeadLetterRow>('select * from dead_letter where settled_at is null order by at limit 500')
}

/** How many are open per role. */
export async function deadLetterCounts(db: Sql): Promise<{ role: string; n: number; oldest: Date }[]> {
  return db.sql<{ role: string; n: number; oldest: Date }>(
    'select role, count(*)::int as n, min(at) as oldest from dead_letter where settled_at is null group by role',
  )
}

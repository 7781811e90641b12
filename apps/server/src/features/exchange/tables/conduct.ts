/** Behaviour of nodes at the hub: counted misdeeds, suspensions with their appeals, clocks, old papers asked for. No clinical content. */
import type { StoreRoot, Transaction } from '../../../store/types.ts'

export const conductMigrations = [
  {
    name: '001-conduct',
    sql: `create table node_misdeed(
      facility text collate "C" not null,
      kind text collate "C" not null,
      minute timestamptz not null,
      count int not null,
      weight int not null,
      first_request text collate "C" not null,
      last_at timestamptz not null,
      round int not null,
      primary key (facility, kind, minute, round));
    create table node_suspension(
      id uuid primary key,
      facility text collate "C" not null,
      since timestamptz not null,
      automatic boolean not null,
      cause text collate "C" not null,
      evidence jsonb not null,
      by_id text collate "C" not null,
      by_name text not null,
      reason text not null default '',
      lifted_at timestamptz,
      lifted_by text,
      lift_reason text);
    create unique index node_suspended on node_suspension(facility) where lifted_at is null;
    create index on node_suspension(facility, since);
    create table node_appeal(
      id uuid primary key,
      suspension uuid not null references node_suspension(id),
      at timestamptz not null,
      by_name text not null,
      text text not null,
      decision text collate "C" check (decision in ('lifted', 'confirmed')),
      decided_at timestamptz,
      decided_by text,
      decision_reason text);
    create unique index node_appeal_open on node_appeal(suspension) where decision is null;
    create table node_clock(facility text collate "C" primary key, skew_ms bigint not null, at timestamptz not null);
    create table node_asked(
      facility text collate "C" not null,
      item text collate "C" not null,
      at timestamptz not null,
      primary key (facility, item));
    create index on node_asked(facility, at);
    create table own_standing(one boolean primary key default true check (one), body jsonb not null, at timestamptz not null)`,
  },
  {
    name: '002-quarantine',
    sql: `create table node_quarantine(
      id uuid primary key,
      facility text collate "C" not null,
      at timestamptz not null,
      route text collate "C" not null,
      code text collate "C" not null,
      place text not null,
      size int not null,
      bytes bytea not null);
    create index on node_quarantine(facility, at desc)`,
  },
  {
    name: '003-quarantine-case',
    sql: `alter table node_quarantine
      add column number text not null default '',
      add column key text collate "C" not null default '',
      add column words jsonb,
      add column role text collate "C" not null default 'hub-operator',
      add column state text collate "C" not null default 'open' check (state in ('open', 'taken', 'refused')),
      add column tried jsonb,
      add column settled_at timestamptz,
      add column settled_by text,
      add column reason text`,
  },
]

export type Sql = Pick<StoreRoot | Transaction, 'sql'>

/** How often the node was let in again: what was judged once is not judged twice. */
const ROUND = '(select count(*) from node_suspension where facility = $1 and lifted_at is not null)'

/** Adds one misdeed to the count of its minute: a flood of them is one row a minute. */
export async function countMisdeed(
  db: Sql,
  m: { facility: string; kind: string; weight: number; request: string; times: number },
  now: Date,
) {
  const minute = new Date(Math.floor(now.getTime() / 60_000) * 60_000)
  await db.sql(
    `insert into node_misdeed(facility, kind, minute, count, weight, first_request, last_at, round)
     values ($1, $2, $3, $4, $5, $6, $7, ${ROUND}) on conflict (facility, kind, minute, round) do update set count = node_misdeed.count + excluded.count, last_at = excluded.last_at`,
    [m.facility, m.kind, minute, m.times, m.weight, m.request, now],
  )
}

export interface MisdeedSum extends Record<string, unknown> {
  kind: string
  count: number
  score: number
  lastAt: string
}

/** What counts against a node since a moment, and since its last suspension was lifted. */
export function misdeedsSince(db: Sql, facility: string, since: Date): Promise<MisdeedSum[]> {
  return db.sql<MisdeedSum>(
    `select kind, sum(count)::int as count, sum(count * weight)::int as score, to_char(max(last_at) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "lastAt"
     from node_misdeed
     where facility = $1 and last_at >= $2 and round = ${ROUND}
     group by kind order by score desc, kind`,
    [facility, since],
  )
}

/** All nodes of which something is written, with their counts of a time. */
export function misdeedsOfAll(db: Sql, since: Date): Promise<(MisdeedSum & { facility: string })[]> {
  return db.sql(
    `select facility, kind, sum(count)::int as count, sum(count * weight)::int as score, to_char(max(last_at) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "lastAt"
     from node_misdeed where last_at >= $1 group by facility, kind order by facility, score desc, kind`,
    [since],
  )
}

export interface SuspensionRow extends Record<string, unknown> {
  id: string
  facility: string
  since: Date
  automatic: boolean
  cause: string
  evidence: MisdeedSum[]
  by_name: string
  reason: string
  lifted_at: Date | null
  lifted_by: string | null
  lift_reason: string | null
}

export interface NewSuspension {
  id: string
  facility: string
  automatic: boolean
  cause: string
  evidence: readonly MisdeedSum[]
  byId: string
  byName: string
  reason: string
}

/** False when the node is suspended already. */
export async function openSuspension(db: Sql, s: NewSuspension, now: Date): Promise<boolean> {
  const rows = await db.sql(
    `insert into node_suspension(id, facility, since, automatic, cause, evidence, by_id, by_name, reason)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning id`,
    [s.id, s.facility, now, s.automatic, s.cause, JSON.stringify(s.evidence), s.byId, s.byName, s.reason],
  )
  return rows.length === 1
}

export async function currentSuspension(db: Sql, facility: string): Promise<SuspensionRow | null> {
  const rows = await db.sql<SuspensionRow>('select * from node_suspension where facility = $1 and lifted_at is null', [facility])
  return rows[0] ?? null
}

/** Codes of the facilities that are suspended now. */
export async function suspendedNow(db: Sql): Promise<Set<string>> {
  const rows = await db.sql<{ facility: string }>('select facility from node_suspension where lifted_at is null')
  return new Set(rows.map((r) => r.facility))
}

/** Newest first. */
export function suspensionStory(db: Sql, facility: string | null, limit = 100): Promise<SuspensionRow[]> {
  return db.sql<SuspensionRow>(
    'select * from node_suspension where ($1::text is null or facility = $1) order by lifted_at is not null, since desc limit $2',
    [facility, limit],
  )
}

export async function liftSuspension(db: Sql, id: string, by: string, reason: string, now: Date): Promise<void> {
  await db.sql('update node_suspension set lifted_at = $2, lifted_by = $3, lift_reason = $4 where id = $1 and lifted_at is null', [
    id,
    now,
    by,
    reason,
  ])
}

export interface AppealRow extends Record<string, unknown> {
  id: string
  suspension: string
  at: Date
  by_name: string
  text: string
  decision: 'lifted' | 'confirmed' | null
  decided_at: Date | null
  decided_by: string | null
  decision_reason: string | null
}

/** False while an earlier appeal waits. */
export async function putAppeal(db: Sql, a: { id: string; suspension: string; by: string; text: string }, now: Date): Promise<boolean> {
  const rows = await db.sql(
    'insert into node_appeal(id, suspension, at, by_name, text) values ($1, $2, $3, $4, $5) on conflict do nothing returning id',
    [a.id, a.suspension, now, a.by, a.text],
  )
  return rows.length === 1
}

export function appealsOf(db: Sql, suspensions: readonly string[]): Promise<AppealRow[]> {
  return db.sql<AppealRow>('select * from node_appeal where suspension = any($1::uuid[]) order by at desc limit 500', [suspensions])
}

/** How many appeals of this suspension were refused already. */
export async function confirmedAppeals(db: Sql, suspension: string, since: Date): Promise<number> {
  const rows = await db.sql<{ n: number }>('select count(*)::int as n from node_appeal where suspension = $1 and at >= $2', [
    suspension,
    since,
  ])
  return rows[0]?.n ?? 0
}

/** Decides the appeal that waits; false when none does. */
export async function decideAppeal(
  db: Sql,
  suspension: string,
  decision: 'lifted' | 'confirmed',
  by: string,
  reason: string,
  now: Date,
): Promise<boolean> {
  const rows = await db.sql(
    `update node_appeal set decision = $2, decided_at = $3, decided_by = $4, decision_reason = $5
     where suspension = $1 and decision is null returning id`,
    [suspension, decision, now, by, reason],
  )
  return rows.length > 0
}

export async function putClock(db: Sql, facility: string, skewMs: number, now: Date): Promise<void> {
  await db.sql(
    `insert into node_clock(facility, skew_ms, at) values ($1, $2, $3)
     on conflict (facility) do update set skew_ms = excluded.skew_ms, at = excluded.at`,
    [facility, skewMs, now],
  )
}

export function clocks(db: Sql): Promise<{ facility: string; skew_ms: string; at: Date }[]> {
  return db.sql('select facility, skew_ms, at from node_clock order by facility')
}

/** Notes an old paper a node asked for; gives how many different ones it asked for since a moment, and its busiest hour before. */
export async function noteAsked(
  db: Sql,
  facility: string,
  item: string,
  hourAgo: Date,
  now: Date,
): Promise<{ lately: number; usual: number }> {
  await db.sql(
    `insert into node_asked(facility, item, at) values ($1, $2, $3) on conflict (facility, item) do update set at = excluded.at`,
    [facility, item, now],
  )
  const rows = await db.sql<{ lately: number; usual: number }>(
    `select (select count(*)::int from node_asked where facility = $1 and at > $2) as lately,
            coalesce((select max(n)::int from (select count(*) as n from node_asked where facility = $1 and at <= $2 group by date_trunc('hour', at)) h), 0) as usual`,
    [facility, hourAgo],
  )
  return rows[0] ?? { lately: 0, usual: 0 }
}

/** Forgets what is older than anybody looks back. */
export async function forgetConduct(db: Sql, asked: Date, misdeeds: Date): Promise<void> {
  await db.sql('delete from node_asked where at < $1', [asked])
  await db.sql('delete from node_misdeed where last_at < $1', [misdeeds])
}

/** Node: what the hub last said of this site's standing. */
export async function putOwnStanding(db: Sql, body: unknown, now: Date): Promise<void> {
  await db.sql(
    'insert into own_standing(body, at) values ($1, $2) on conflict (one) do update set body = excluded.body, at = excluded.at',
    [JSON.stringify(body), now],
  )
}

export async function ownStanding<T>(db: Sql): Promise<{ body: T; at: Date } | null> {
  const rows = await db.sql<{ body: T; at: Date }>('select body, at from own_standing')
  return rows[0] ?? null
}

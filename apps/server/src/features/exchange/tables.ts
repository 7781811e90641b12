/** Transport tables. Node: ordered outbox and feed cursor. Hub: idempotency by key. No clinical content: parcels name blobs. */
import type { StoreRoot, Transaction } from '../../store/types.ts'
import type { CarriedDocument, Parcel, Priority, ThreadKey, ThreadState, TransitionMessage } from './contract.ts'
import type { ReofferMark } from './tables/resync.ts'

export const migrations = [
  {
    name: '001-exchange',
    sql: `create table outbox(
      id uuid primary key,
      seq bigint generated always as identity,
      issuer text collate "C" not null,
      number text collate "C" not null,
      kind text collate "C" not null check (kind in ('parcel', 'transition')),
      body jsonb not null,
      state text collate "C" not null default 'pending' check (state in ('pending', 'acked', 'refused')),
      attempts int not null default 0,
      next_at timestamptz not null,
      created_at timestamptz not null,
      acked_at timestamptz,
      last_error text collate "C");
    create index on outbox(seq) where state = 'pending';
    create index on outbox(issuer, number, seq);
    create table feed_cursor(source text collate "C" primary key, cursor text collate "C" not null, at timestamptz not null);
    create table idempotency(
      client text collate "C" not null,
      key text collate "C" not null,
      digest text collate "C" not null,
      status int not null,
      response jsonb not null,
      at timestamptz not null,
      primary key (client, key));
    create table node_contact(facility text collate "C" primary key, seen_at timestamptz not null, cursor text collate "C", accepted int not null default 0, refused int not null default 0)`,
  },
  {
    name: '002-feed-parked',
    sql: `create table feed_parked(
      issuer text collate "C" not null,
      number text collate "C" not null,
      body jsonb not null,
      attempts int not null default 1,
      next_at timestamptz not null,
      error text collate "C" not null,
      primary key (issuer, number))`,
  },
  {
    name: '003-stat-lane',
    sql: `alter table outbox add column priority text collate "C" not null default 'routine' check (priority in ('stat', 'routine'));
    create index outbox_due on outbox(priority desc, next_at, seq) where state = 'pending'`,
  },
  {
    name: '004-order-of-slips',
    sql: `create index outbox_slip on outbox(issuer, split_part(number, '~', 1), seq) where state = 'pending'`,
  },
]

/** A parcel as it lies in the outbox: bytes stay blobs until it is sent. */
export type StoredParcel = Omit<Parcel, 'documents'> & { documents: CarriedDocument[] }

export interface OutboxRow extends Record<string, unknown> {
  id: string
  seq: string
  issuer: string
  number: string
  kind: 'parcel' | 'transition'
  body: StoredParcel | TransitionMessage
  priority: Priority
  state: 'pending' | 'acked' | 'refused'
  attempts: number
  next_at: Date
  created_at: Date
  last_error: string | null
  /** Offered again after the hub was put back: where its entry stood. */
  reoffer: ReofferMark | null
  /** Of a message that is due: the epoch of the hub this node has agreed with, null before the first contact. */
  hub_epoch?: number | null
}

type Sql = Pick<StoreRoot | Transaction, 'sql'>

/** The slip of a thread: its visits, and where it was sent on to, have a counter behind `~`. */
const SLIP = "split_part(number, '~', 1)"

/**
 * Queues a message behind the earlier ones of its slip; `id` is its idempotency key for ever. A stat message takes
 * those before it along: the order stays.
 */
export async function enqueue(
  db: Sql,
  id: string,
  kind: OutboxRow['kind'],
  thread: ThreadKey,
  body: OutboxRow['body'],
  now: Date,
): Promise<void> {
  const priority = body.priority ?? 'routine'
  await db.sql(
    `insert into outbox(id, issuer, number, kind, body, next_at, created_at, priority) values ($1, $2, $3, $4, $5, $6, $6, $7)`,
    [id, thread.issuer, thread.number, kind, JSON.stringify(body), now, priority],
  )
  if (priority === 'routine') return
  await db.sql(
    `update outbox set priority = $3 where issuer = $1 and ${SLIP} = split_part($2, '~', 1) and state = 'pending' and priority <> $3`,
    [thread.issuer, thread.number, priority],
  )
}

/** One message by its key, or null. */
export async function messageOf(db: Sql, id: string): Promise<OutboxRow | null> {
  const rows = await db.sql<OutboxRow>('select * from outbox where id = $1', [id])
  return rows[0] ?? null
}

/**
 * The oldest message of every slip that is due and not under way: order within a slip, freedom between slips. A slip's own
 * thread and those of its visits are one queue: the hub gives a step of the slip to the visit that is open, so it may not
 * come behind a later step of that visit. What is offered again waits only for its own thread, as its place in the story asks.
 * Stat comes first; what failed comes after what did not, so that one message that cannot be sent keeps no other waiting.
 */
export function dueMessages(
  db: Sql,
  now: Date,
  limit: number,
  but: { underWay?: readonly string[]; statOnly?: boolean } = {},
): Promise<OutboxRow[]> {
  return db.sql<OutboxRow>(
    `select o.*, (select hub_epoch from resync_state where source = 'hub') as hub_epoch from outbox o where state = 'pending' and next_at <= $1 and id <> all($3::uuid[]) and (not $4 or priority = 'stat')
       and not exists (select from outbox e where e.issuer = o.issuer and split_part(e.number, '~', 1) = split_part(o.number, '~', 1)
         and e.state = 'pending' and e.seq < o.seq and (e.number = o.number or (e.reoffer is null and o.reoffer is null)))
     order by priority desc, next_at, seq limit $2`,
    [now, limit, but.underWay ?? [], but.statOnly ?? false],
  )
}

export async function messageById(db: Sql, id: string): Promise<OutboxRow | null> {
  return (await db.sql<OutboxRow>('select * from outbox where id = $1', [id]))[0] ?? null
}

/** The hub's "no" ends the message. */
export async function endRefused(db: Sql, id: string, now: Date, error: string): Promise<void> {
  await db.sql(`update outbox set state = 'refused', acked_at = $2, last_error = $3 where id = $1`, [id, now, error])
}

export async function postpone(db: Sql, id: string, next: Date, error: string): Promise<void> {
  await db.sql(`update outbox set attempts = attempts + 1, next_at = $2, last_error = $3 where id = $1`, [id, next, error])
}

/** Steps of ours the hub has not answered, and what it refused (papers too) until a later message of the thread got through. */
export function openProposals(db: Sql, threads: readonly ThreadKey[]): Promise<OutboxRow[]> {
  const [one, another] = threads
  // Mostly it is one, and of one the server keeps its plan.
  if (one && !another) return db.sql<OutboxRow>(openOf('issuer = $1 and number = $2'), [one.issuer, one.number])
  return db.sql<OutboxRow>(openOf('(issuer, number) in (select * from unnest($1::text[], $2::text[]))'), [
    threads.map((t) => t.issuer),
    threads.map((t) => t.number),
  ])
}

const openOf = (whose: string): string =>
  `select * from outbox o where ${whose}
     and ((state = 'pending' and kind = 'transition') or (state = 'refused' and not exists (
       select from outbox l where l.issuer = o.issuer and l.number = o.number and l.state = 'acked' and l.seq > o.seq)))
   order by seq`

/** Threads whose papers were all refused: nothing of them goes any more. Since when, and why the last one. */
export function stoppedThreads(db: Sql, threads: readonly ThreadKey[]): Promise<(ThreadKey & { at: Date; because: string | null })[]> {
  return db.sql<{ issuer: string; number: string; at: Date; because: string | null }>(
    `select issuer, number, max(coalesce(acked_at, created_at)) as at, (array_agg(last_error order by seq desc))[1] as because
     from outbox where kind = 'parcel' and (issuer, number) in (select * from unnest($1::text[], $2::text[]))
     group by issuer, number having bool_and(state = 'refused')`,
    [threads.map((t) => t.issuer), threads.map((t) => t.number)],
  )
}

/** Whether papers of the thread are with the hub or may get there: a message under way cannot be called back. */
export async function parcelUnderWay(db: Sql, thread: ThreadKey): Promise<boolean> {
  const rows = await db.sql(
    `select 1 as one from outbox where issuer = $1 and number = $2 and kind = 'parcel' and state <> 'refused' limit 1`,
    [thread.issuer, thread.number],
  )
  return rows.length > 0
}

/** What waits under one number of a slip belongs to the thread of another. */
export async function moveWaiting(db: Sql, thread: ThreadKey, number: string): Promise<void> {
  await db.sql(`update outbox set number = $3 where issuer = $1 and number = $2 and state = 'pending'`, [
    thread.issuer,
    thread.number,
    number,
  ])
}

/** Whether this site has ever proposed the event for the thread, answered or not. */
export async function wasProposed(db: Sql, thread: ThreadKey, event: string): Promise<boolean> {
  const rows = await db.sql(
    `select 1 as one from outbox where issuer = $1 and number = $2 and kind = 'transition' and body->>'event' = $3 limit 1`,
    [thread.issuer, thread.number, event],
  )
  return rows.length > 0
}

export async function outboxCounts(db: Sql): Promise<{ pending: number; refused: number; oldest: Date | null }> {
  const rows = await db.sql<{ pending: string; refused: string; oldest: Date | null }>(
    `select count(*) filter (where state = 'pending') as pending, count(*) filter (where state = 'refused') as refused,
            min(created_at) filter (where state = 'pending') as oldest from outbox`,
  )
  const row = rows[0]
  return { pending: Number(row?.pending ?? 0), refused: Number(row?.refused ?? 0), oldest: row?.oldest ?? null }
}

export async function feedCursor(db: Sql, source: string): Promise<string> {
  const rows = await db.sql<{ cursor: string }>('select cursor from feed_cursor where source = $1', [source])
  return rows[0]?.cursor ?? ''
}

export async function moveCursor(db: Sql, source: string, cursor: string, now: Date): Promise<void> {
  await db.sql(
    `insert into feed_cursor(source, cursor, at) values ($1, $2, $3)
     on conflict (source) do update set cursor = excluded.cursor, at = excluded.at`,
    [source, cursor, now],
  )
}

export interface ParkedThread extends Record<string, unknown> {
  body: ThreadState
  attempts: number
  next_at: Date
}

/** Puts aside what could not be applied: the feed goes on, this thread is tried again. */
export async function park(db: Sql, state: ThreadState, next: Date, error: string): Promise<void> {
  await db.sql(
    `insert into feed_parked(issuer, number, body, next_at, error) values ($1, $2, $3, $4, $5)
     on conflict (issuer, number) do update set body = excluded.body, next_at = excluded.next_at, error = excluded.error,
       attempts = feed_parked.attempts + 1`,
    [state.thread.issuer, state.thread.number, JSON.stringify(state), next, error],
  )
}

/** What lies aside, what is due first. */
export function parkedThreads(db: Sql): Promise<ParkedThread[]> {
  return db.sql<ParkedThread>('select body, attempts, next_at from feed_parked order by next_at limit 100')
}

/** The stored answer for a key, or null. */
export async function knownAnswer(
  db: Sql,
  client: string,
  key: string,
): Promise<{ digest: string; status: number; response: ThreadState } | null> {
  const rows = await db.sql<{ digest: string; status: number; response: ThreadState }>(
    'select digest, status, response from idempotency where client = $1 and key = $2',
    [client, key],
  )
  return rows[0] ?? null
}

/** Keeps the answer of a key; it leaves with the commit. */
export function rememberAnswer(tx: Transaction, client: string, key: string, digest: string, status: number, response: unknown): void {
  tx.sqlLast(`insert into idempotency(client, key, digest, status, response, at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`, [
    client,
    key,
    digest,
    status,
    JSON.stringify(response),
    tx.now,
  ])
}

export interface Contact {
  facility: string
  seen: Date
  cursor?: string
  accepted: number
  refused: number
  report?: { version: string; skewMs: number | null; report: Record<string, unknown>; at: Date }
}

/** What was heard of nodes since the last time, all in one statement; always in the same order, so that none waits in a ring. */
export async function noteContacts(db: Sql, contacts: readonly Contact[]): Promise<void> {
  const list = contacts.toSorted((a, b) => (a.facility < b.facility ? -1 : 1))
  const column = (pick: (c: Contact) => unknown): unknown[] => list.map((c) => pick(c) ?? null)
  await db.sql(
    `insert into node_contact as c(facility, seen_at, cursor, accepted, refused, version, skew_ms, report, reported_at, first_seen_at)
     select u.*, u.seen_at from unnest($1::text[], $2::timestamptz[], $3::text[], $4::int[], $5::int[], $6::text[], $7::int[], $8::jsonb[], $9::timestamptz[])
       as u(facility, seen_at, cursor, accepted, refused, version, skew_ms, report, reported_at)
     on conflict (facility) do update set seen_at = excluded.seen_at, cursor = coalesce(excluded.cursor, c.cursor),
       accepted = c.accepted + excluded.accepted, refused = c.refused + excluded.refused,
       version = case when excluded.reported_at is null then c.version else excluded.version end,
       skew_ms = case when excluded.reported_at is null then c.skew_ms else excluded.skew_ms end,
       report = coalesce(excluded.report, c.report), reported_at = coalesce(excluded.reported_at, c.reported_at)`,
    [
      column((c) => c.facility),
      column((c) => c.seen),
      column((c) => c.cursor),
      column((c) => c.accepted),
      column((c) => c.refused),
      column((c) => c.report?.version),
      column((c) => c.report?.skewMs),
      column((c) => c.report && JSON.stringify(c.report.report)),
      column((c) => c.report?.at),
    ],
  )
}

export interface NodeContact extends Record<string, unknown> {
  facility: string
  seen_at: Date
  /** Null for a node heard of before this was written down. */
  first_seen_at: Date | null
  cursor: string | null
  accepted: number
  refused: number
  version: string | null
  skew_ms: number | null
  report: { version: string; waiting: number; oldest: string | null; letters: number; parked: number } | null
  reported_at: Date | null
}

export function nodeContacts(db: Sql): Promise<NodeContact[]> {
  return db.sql<NodeContact>('select * from node_contact order by facility')
}

/** Subscriptions as they are served: whose rights count, which events are theirs, how far the receiver is. */
import type { StoreRoot, Transaction } from '../../store/types.ts'

export const migrations = [
  {
    name: '001-subscriptions',
    sql: `create table subscription_state(
      id text collate "C" primary key,
      owner text collate "C" not null,
      wanted jsonb not null,
      state text collate "C" not null,
      problem text collate "C",
      events bigint not null default 0,
      delivered bigint not null default 0,
      failures integer not null default 0,
      next_try timestamptz not null default now(),
      held_until timestamptz);
    create table subscription_event(
      subscription text collate "C" not null references subscription_state(id) on delete cascade,
      number bigint not null,
      cursor text collate "C" not null,
      at timestamptz not null,
      type text collate "C" not null,
      id text collate "C" not null,
      primary key (subscription, number),
      unique (subscription, cursor));
    create index subscription_due on subscription_state(next_try) where state in ('requested', 'active')`,
  },
]

export type Content = 'empty' | 'id-only' | 'full-resource'

/** What a Subscription asks for. Without an endpoint nothing is sent: its events are asked for. */
export interface Wanted {
  topic: string
  type: string
  /** Searches of the type; one must fit; none: every write. */
  filters: string[]
  content: Content
  endpoint?: string
  headers: [name: string, value: string][]
}

export interface StateRow extends Record<string, unknown> {
  id: string
  owner: string
  wanted: Wanted
  state: 'requested' | 'active' | 'error' | 'off'
  problem: string | null
  events: string
  delivered: string
  failures: number
}

export interface EventRow extends Record<string, unknown> {
  number: string
  at: Date
  type: string
  id: string
}

const STATE = 'id, owner, wanted, state, problem, events, delivered, failures'

export const subscriptions = {
  find: async ({ sql }: StoreRoot, id: string): Promise<StateRow | undefined> =>
    (await sql<StateRow>(`select ${STATE} from subscription_state where id = $1`, [id]))[0],
  active: ({ sql }: StoreRoot, types: readonly string[]): Promise<StateRow[]> =>
    sql<StateRow>(`select ${STATE} from subscription_state where state <> 'off' and wanted ->> 'type' = any($1::text[]) order by id`, [
      types,
    ]),
  /** As a client wrote it: from now on with the rights of who did. Numbers go on. */
  begin: ({ sql }: StoreRoot, id: string, owner: string, wanted: Wanted, state: StateRow['state']) =>
    sql(
      `insert into subscription_state (id, owner, wanted, state) values ($1, $2, $3::jsonb, $4) on conflict (id) do update
       set owner = $2, wanted = $3::jsonb, state = $4, problem = null, failures = 0, next_try = now()`,
      [id, owner, JSON.stringify(wanted), state],
    ),
  remove: ({ sql }: StoreRoot, id: string) => sql('delete from subscription_state where id = $1', [id]),
  stand: ({ sql }: StoreRoot, id: string, state: StateRow['state'], problem: string | null) =>
    sql('update subscription_state set state = $2, problem = $3, failures = 0, held_until = null where id = $1', [id, state, problem]),
  /** Each event once, with the next number, however often the log brings it. */
  async add(tx: Transaction, id: string, event: { cursor: string; at: Date; type: string; id: string }): Promise<void> {
    const [row] = await tx.sql<{ events: string }>('select events from subscription_state where id = $1 for update', [id])
    if (!row) return
    const number = Number(row.events) + 1
    const added = await tx.sql(
      'insert into subscription_event (subscription, number, cursor, at, type, id) values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning 1',
      [id, number, event.cursor, event.at, event.type, event.id],
    )
    if (added.length > 0) await tx.sql('update subscription_state set events = $2 where id = $1', [id, number])
  },
  events: ({ sql }: StoreRoot, id: string, after: number, upTo: number, most: number): Promise<EventRow[]> =>
    sql<EventRow>(
      'select number, at, type, id from subscription_event where subscription = $1 and number > $2 and number <= $3 order by number limit $4',
      [id, after, upTo, most],
    ),
  /** One whose turn it is; nobody else takes it while it is held. */
  due: async ({ sql }: StoreRoot): Promise<StateRow | undefined> =>
    (
      await sql<StateRow>(
        `update subscription_state set held_until = now() + interval '60 seconds' where id = (
           select id from subscription_state where next_try <= now() and (held_until is null or held_until < now())
             and wanted ? 'endpoint' and (state = 'requested' or (state = 'active' and delivered < events))
           order by next_try limit 1 for update skip locked) returning ${STATE}`,
        [],
      )
    )[0],
  delivered: ({ sql }: StoreRoot, id: string, number: number) =>
    sql(
      `update subscription_state set delivered = greatest(delivered, $2), failures = 0, next_try = now(), held_until = null, problem = null where id = $1`,
      [id, number],
    ),
  failed: ({ sql }: StoreRoot, id: string, problem: string, pauseMs: number) =>
    sql(
      `update subscription_state set failures = failures + 1, problem = $2, held_until = null, next_try = now() + $3 * interval '1 millisecond' where id = $1`,
      [id, problem, pauseMs],
    ),
}

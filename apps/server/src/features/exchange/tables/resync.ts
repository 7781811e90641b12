/** What a node and the hub remember of agreeing again after one of them was put back from a backup. */
import type { StoreRoot, Transaction } from '../../../store/types.ts'
import type { ReconcileReport, ReconcilingView, ThreadKey } from '../contract.ts'

export const resyncMigrations = [
  {
    name: 'resync-001',
    sql: `create table resync_state(
      source text collate "C" primary key,
      hub_epoch int not null,
      own_epoch int not null,
      report jsonb,
      at timestamptz not null);
    alter table outbox add column reoffer jsonb;
    create index on outbox(seq) where state = 'pending' and reoffer is not null;
    create table reconcile_report(
      facility text collate "C" not null,
      hub_epoch int not null,
      own_epoch int not null,
      report jsonb not null,
      at timestamptz not null,
      primary key (facility, hub_epoch, own_epoch))`,
  },
  {
    // Who is comparing while this is put in compares once more: which slips are open was not written down before.
    name: 'resync-002',
    sql: `create table reconcile_open(
      issuer text collate "C" not null,
      number text collate "C" not null,
      awaits text collate "C" not null,
      primary key (issuer, number));
    update resync_state set own_epoch = 0 where report->>'stage' = 'offered'`,
  },
]

type Sql = Pick<StoreRoot | Transaction, 'sql'>

/** Where the entry of a message stood in the hub's story: it may be written there again, and nowhere else. */
export interface ReofferMark {
  number: string
  /** 0: a parcel without an entry of its own. */
  position: number
  recordedAt: string
}

export interface ResyncState extends Record<string, unknown> {
  hub_epoch: number
  own_epoch: number
  report: ReconcileReport | null
  at: Date
}

/** What this node last agreed on with the hub; undefined before the first contact. */
export async function resyncState(db: Sql): Promise<ResyncState | undefined> {
  return (await db.sql<ResyncState>(`select hub_epoch, own_epoch, report, at from resync_state where source = 'hub'`))[0]
}

export async function putResyncState(db: Sql, state: Omit<ResyncState, 'at'>, now: Date): Promise<void> {
  await db.sql(
    `insert into resync_state(source, hub_epoch, own_epoch, report, at) values ('hub', $1, $2, $3, $4)
     on conflict (source) do update set hub_epoch = excluded.hub_epoch, own_epoch = excluded.own_epoch, report = excluded.report, at = excluded.at`,
    [state.hub_epoch, state.own_epoch, state.report === null ? null : JSON.stringify(state.report), now],
  )
}

/** What has come of the comparing so far; since when it goes on stays as it was. */
export async function noteReport(db: Sql, report: ReconcileReport): Promise<void> {
  await db.sql(`update resync_state set report = $1 where source = 'hub'`, [JSON.stringify(report)])
}

/** A thread that is still open to change, and the author of the first step the hub lacks. */
export interface OpenThread extends ThreadKey, Record<string, unknown> {
  awaits: string
}

/** Writes down which threads are open, in the place of those that were. */
export async function putOpenThreads(db: Sql, threads: readonly OpenThread[]): Promise<void> {
  await db.sql('delete from reconcile_open')
  await db.sql(`insert into reconcile_open(issuer, number, awaits) select * from unnest($1::text[], $2::text[], $3::text[])`, [
    threads.map((t) => t.issuer),
    threads.map((t) => t.number),
    threads.map((t) => t.awaits),
  ])
}

export const openThreads = (db: Sql): Promise<OpenThread[]> =>
  db.sql<OpenThread>('select issuer, number, awaits from reconcile_open order by issuer, number')

export async function isOpenThread(db: Sql, { issuer, number }: ThreadKey): Promise<boolean> {
  return (await db.sql('select 1 as one from reconcile_open where issuer = $1 and number = $2', [issuer, number])).length > 0
}

export async function closeOpenThread(db: Sql, { issuer, number }: ThreadKey): Promise<void> {
  await db.sql('delete from reconcile_open where issuer = $1 and number = $2', [issuer, number])
}

/** Those of the threads that are being compared, by `issuer|number`. */
export async function reconcilingAmong(db: Sql, threads: readonly ThreadKey[]): Promise<Map<string, ReconcilingView>> {
  const rows = await db.sql<OpenThread & { at: Date; reason: ReconcileReport['reason'] }>(
    `select o.*, s.at, s.report->>'reason' as reason from reconcile_open o, resync_state s
     where s.source = 'hub' and (o.issuer, o.number) in (select * from unnest($1::text[], $2::text[]))`,
    [threads.map((t) => t.issuer), threads.map((t) => t.number)],
  )
  return new Map(rows.map((r) => [`${r.issuer}|${r.number}`, { since: r.at.toISOString(), reason: r.reason, awaits: r.awaits }]))
}

/** Forgets the agreement: the node compares everything with the hub once more. */
export async function forgetResyncState(db: Sql): Promise<void> {
  await db.sql(`update resync_state set own_epoch = 0 where source = 'hub'`)
}

export interface AckedMessage extends Record<string, unknown> {
  id: string
  issuer: string
  number: string
  kind: 'parcel' | 'transition'
  body: Record<string, unknown>
}

/** What the hub has acknowledged about a slip and its children, oldest first. */
export function ackedMessages(db: Sql, issuer: string, slip: string): Promise<AckedMessage[]> {
  return db.sql<AckedMessage>(
    `select id, issuer, number, kind, body from outbox
     where issuer = $1 and (number = $2 or number like $3) and state = 'acked' order by seq`,
    [issuer, slip, `${slip.replace(/[\\%_]/g, (c) => `\\${c}`)}~%`],
  )
}

/** Offers a message again under its old key and in its old place of the queue. */
export async function offerAgain(db: Sql, id: string, mark: ReofferMark, now: Date): Promise<void> {
  await db.sql(
    `update outbox set state = 'pending', attempts = 0, next_at = $2, last_error = null, reoffer = $3 where id = $1 and state = 'acked'`,
    [id, now, JSON.stringify(mark)],
  )
}

/** Threads of messages that were offered again and are not answered yet; `number` is that of the entry. */
export function openReoffers(db: Sql): Promise<(ThreadKey & Record<string, unknown>)[]> {
  return db.sql(`select distinct issuer, reoffer->>'number' as number from outbox where state = 'pending' and reoffer is not null`)
}

/** What came before these steps is lost for good: they go to the hub like any new ones. */
export async function offerWithoutPlace(db: Sql, { issuer, number }: ThreadKey, now: Date): Promise<void> {
  await db.sql(
    `update outbox set reoffer = null, attempts = 0, next_at = $3
     where issuer = $1 and state = 'pending' and reoffer->>'number' = $2 and last_error = 'reoffer-early'`,
    [issuer, number, now],
  )
}

export interface StoredReport extends Record<string, unknown> {
  facility: string
  hub_epoch: number
  own_epoch: number
  report: ReconcileReport
  at: Date
}

/** At the hub: what a node says of its comparing. */
export async function putReport(db: Sql, facility: string, report: ReconcileReport, now: Date): Promise<void> {
  await db.sql(
    `insert into reconcile_report(facility, hub_epoch, own_epoch, report, at) values ($1, $2, $3, $4, $5)
     on conflict (facility, hub_epoch, own_epoch) do update set report = excluded.report, at = excluded.at`,
    [facility, report.hubEpoch, report.ownEpoch, JSON.stringify(report), now],
  )
}

export function reconcileReports(db: Sql): Promise<StoredReport[]> {
  return db.sql<StoredReport>('select facility, hub_epoch, own_epoch, report, at from reconcile_report order by at desc limit 500')
}

/** Facilities whose last word about this epoch of the hub is that nothing of theirs is left to offer. */
export async function settledFacilities(db: Sql, hubEpoch: number): Promise<string[]> {
  const rows = await db.sql<{ facility: string }>(
    `select facility from (select distinct on (facility) facility, report from reconcile_report where hub_epoch = $1 order by facility, at desc) r
     where report->>'stage' = 'done' or report->>'offeredAll' = 'true'`,
    [hubEpoch],
  )
  return rows.map((r) => r.facility)
}

/** Nodes heard of in the days before that have not agreed with this epoch of the hub. */
export async function notReconciled(db: Sql, hubEpoch: number, since: Date): Promise<string[]> {
  const rows = await db.sql<{ facility: string }>(
    `select facility from node_contact c where seen_at >= $2 and not exists
       (select from reconcile_report r where r.facility = c.facility and r.hub_epoch = $1) order by facility`,
    [hubEpoch, since],
  )
  return rows.map((r) => r.facility)
}

/** Roots of days: a site's own, and those it keeps for others. Rows are written once; a trigger refuses changes. */
import type { StoreRoot, Transaction } from '../../store/types.ts'
import type { DayRoot, HeldRoot } from './contract.ts'

export const auditMigrations = [
  {
    name: '001-roots',
    sql: `create table audit_root(
      origin text collate "C" not null,
      day date not null,
      to_seal bigint not null,
      hash text collate "C" not null,
      root jsonb not null,
      jws text collate "C" not null,
      at timestamptz not null,
      primary key (origin, day));
    create table audit_root_deposit(day date primary key, at timestamptz not null);
    create table audit_root_witness(
      holder text collate "C" not null,
      day date not null,
      hash text collate "C" not null,
      at timestamptz not null,
      primary key (holder, day));
    create function audit_root_stands() returns trigger language plpgsql as $$
      begin raise exception 'a root of a day is never changed'; end $$;
    create trigger audit_root_stands before update or delete on audit_root for each statement execute function audit_root_stands()`,
  },
  {
    name: '002-marks',
    sql: `create table audit_mark(
      origin text collate "C" not null,
      day date not null,
      start bigint not null,
      marks bytea not null,
      primary key (origin, day))`,
  },
]

export type Sql = Pick<StoreRoot | Transaction, 'sql'>

/** Keeps a root; gives the hash that stands: another one than the root's when one was kept before. */
export async function keepRoot(db: Sql, root: DayRoot, jws: string, now: Date): Promise<string> {
  await db.sql(
    `insert into audit_root(origin, day, to_seal, hash, root, jws, at) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [root.origin, root.day, root.to, root.hash, JSON.stringify(root), jws, now],
  )
  const [row] = await db.sql<{ hash: string }>('select hash from audit_root where origin = $1 and day = $2', [root.origin, root.day])
  return row?.hash ?? ''
}

export interface KeptMarks extends Record<string, unknown> {
  day: string
  start: string
  marks: Buffer
}

/** Kept once; what came first stands. Older days than `since` are let go. */
export async function keepMarks(db: Sql, origin: string, m: { day: string; start: number; marks: Buffer }, since: string): Promise<void> {
  await db.sql('insert into audit_mark(origin, day, start, marks) values ($1, $2, $3, $4) on conflict do nothing', [
    origin,
    m.day,
    m.start,
    m.marks,
  ])
  await db.sql('delete from audit_mark where origin = $1 and day < $2', [origin, since])
}

export function marksFrom(db: Sql, origin: string, day: string): Promise<KeptMarks[]> {
  return db.sql<KeptMarks>(
    `select to_char(day, 'YYYY-MM-DD') as day, start::text, marks from audit_mark where origin = $1 and day >= $2 order by audit_mark.day`,
    [origin, day],
  )
}

export interface KeptRoot extends Record<string, unknown> {
  day: string
  jws: string
  root: DayRoot
}

/** Roots of a site, oldest first. */
export function rootsOf(db: Sql, origin: string, after = '0001-01-01'): Promise<KeptRoot[]> {
  return db.sql<KeptRoot>(
    `select to_char(day, 'YYYY-MM-DD') as day, jws, root from audit_root where origin = $1 and day > $2 order by audit_root.day`,
    [origin, after],
  )
}

export const heldRoot = ({ root }: KeptRoot): HeldRoot => ({
  day: root.day,
  to: root.to,
  hash: root.hash,
  from: root.from,
  seals: root.seals,
})

/** Own roots that nobody else has confirmed, oldest first. */
export function undeposited(db: Sql, origin: string): Promise<KeptRoot[]> {
  return db.sql<KeptRoot>(
    `select to_char(r.day, 'YYYY-MM-DD') as day, jws, root from audit_root r
     where origin = $1 and not exists (select from audit_root_deposit d where d.day = r.day) order by r.day`,
    [origin],
  )
}

export async function noteDeposit(db: Sql, day: string, now: Date): Promise<void> {
  await db.sql('insert into audit_root_deposit(day, at) values ($1, $2) on conflict do nothing', [day, now])
}

/** At the hub: which of its roots a facility says it holds. */
export async function noteWitness(db: Sql, holder: string, held: readonly { day: string; hash: string }[], now: Date): Promise<void> {
  await db.sql(
    `insert into audit_root_witness(holder, day, hash, at) select $1, u.day, u.hash, $4 from unnest($2::date[], $3::text[]) as u(day, hash)
     on conflict (holder, day) do update set hash = excluded.hash, at = excluded.at`,
    [holder, held.map((h) => h.day), held.map((h) => h.hash), now],
  )
}

export function witnesses(db: Sql): Promise<{ holder: string; day: string; hash: string }[]> {
  return db.sql<{ holder: string; day: string; hash: string }>(
    `select holder, to_char(day, 'YYYY-MM-DD') as day, hash from audit_root_witness order by audit_root_witness.day, holder`,
  )
}

/** Newest day held of each origin. */
export function newestRoots(db: Sql): Promise<{ origin: string; day: string }[]> {
  return db.sql<{ origin: string; day: string }>(`select origin, to_char(max(day), 'YYYY-MM-DD') as day from audit_root group by origin`)
}

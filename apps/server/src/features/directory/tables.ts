/** Facilities of the exchange, what their codes became, and the snapshot a node keeps. The hub's rows are the truth. */
import type { StoreRoot, Transaction } from '../../store/types.ts'
import type { DirectoryAlias, DirectoryKey } from '../exchange/contract.ts'
import { registerKeptMigration, registerMigration } from './tables/register.ts'

export const migrations = [
  {
    name: '001-directory',
    sql: `create table directory_facility(
      code text collate "C" primary key,
      name text not null,
      managing_body text not null default '',
      active boolean not null default true,
      slip_keys jsonb not null default '[]',
      client_keys jsonb not null default '[]',
      updated_at timestamptz not null)`,
  },
  {
    name: '002-snapshot',
    sql: `alter table directory_facility add column suspended boolean not null default false;
      create table directory_alias(
        code text collate "C" not null,
        becomes text collate "C" not null,
        from_day text collate "C" not null,
        until_day text collate "C",
        reason text not null default '',
        by text not null default '',
        recorded_at timestamptz not null,
        primary key (code, from_day));
      create table directory_kept(
        one boolean primary key default true check (one),
        jws text not null,
        issued_at timestamptz not null,
        fetched_at timestamptz not null,
        public_url text not null,
        directory_keys jsonb not null)`,
  },
  registerMigration,
  registerKeptMigration,
]

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export interface Facility extends Record<string, unknown> {
  code: string
  name: string
  managing_body: string
  active: boolean
  suspended?: boolean
  slip_keys: DirectoryKey[]
  client_keys: DirectoryKey[]
  /** First and last day of the code, where a list says them. */
  valid_from?: string | null
  valid_until?: string | null
  /** Level of care as the list writes it. */
  level?: string
  /** The code stands for one nobody knows yet. */
  demo_code?: boolean
}

const FACILITY = 'code, name, managing_body, active, suspended, slip_keys, client_keys, valid_from, valid_until, level, demo_code'

export function facilities(db: Sql): Promise<Facility[]> {
  return db.sql<Facility>(`select ${FACILITY} from directory_facility order by code`)
}

/** A facility that is, or was, in the directory. */
export async function facility(db: Sql, code: string): Promise<Facility | undefined> {
  const rows = await db.sql<Facility>(`select ${FACILITY} from directory_facility where code = $1`, [code])
  return rows[0]
}

/** Name of an active facility, or '' when the directory does not know it. */
export async function facilityName(db: Sql, code: string): Promise<string> {
  const rows = await db.sql<{ name: string }>('select name from directory_facility where code = $1 and active', [code])
  return rows[0]?.name ?? ''
}

/** The same, and also of a facility that merged or changed its code: its slips go on. */
export async function issuerName(db: Sql, code: string): Promise<string> {
  const rows = await db.sql<{ name: string }>(
    `select name from directory_facility f
     where code = $1 and (active or exists (select from directory_alias a where a.code = f.code))`,
    [code],
  )
  return rows[0]?.name ?? ''
}

const COLUMNS = `select f.code, f.name, f.managing_body, f.active, coalesce(f.suspended, false), f.slip_keys, f.client_keys,
    f.valid_from, f.valid_until, coalesce(f.level, ''), coalesce(f.demo_code, false), $2::timestamptz
  from jsonb_to_recordset($1::jsonb)
    as f(code text, name text, managing_body text, active boolean, suspended boolean, slip_keys jsonb, client_keys jsonb,
      valid_from text, valid_until text, level text, demo_code boolean)`
const INSERT = `insert into directory_facility(${FACILITY}, updated_at)`

/** Adds or corrects facilities; none is removed (old slips must resolve). */
export async function putFacilities(db: Sql, list: readonly Facility[], now: Date): Promise<void> {
  await db.sql(
    `${INSERT} ${COLUMNS}
     on conflict (code) do update set name = excluded.name, managing_body = excluded.managing_body, active = excluded.active,
       suspended = excluded.suspended, slip_keys = excluded.slip_keys, client_keys = excluded.client_keys,
       valid_from = excluded.valid_from, valid_until = excluded.valid_until, level = excluded.level, demo_code = excluded.demo_code,
       updated_at = excluded.updated_at`,
    [JSON.stringify(list), now],
  )
}

/** Adds the facilities that are missing; what is known stays. */
export async function addFacilities(db: Sql, list: readonly Facility[], now: Date): Promise<void> {
  await db.sql(`${INSERT} ${COLUMNS} on conflict (code) do nothing`, [JSON.stringify(list), now])
}

export async function setSlipKeys(db: Sql, code: string, keys: readonly DirectoryKey[], now: Date): Promise<void> {
  await db.sql('update directory_facility set slip_keys = $2::jsonb, updated_at = $3 where code = $1', [code, JSON.stringify(keys), now])
}

/** What a transaction was told: a step asks several times under which code its parties go. */
const told = new WeakMap<object, Promise<DirectoryAlias[]>>()

/** All changes of codes; asked once in a transaction. */
export function aliases(db: Sql): Promise<DirectoryAlias[]> {
  if (!('lockKey' in db)) return readAliases(db)
  const known = told.get(db) ?? readAliases(db)
  told.set(db, known)
  return known
}

async function readAliases(db: Sql): Promise<DirectoryAlias[]> {
  const rows = await db.sql<{ code: string; becomes: string; from_day: string; until_day: string | null }>(
    'select code, becomes, from_day, until_day from directory_alias order by code, from_day',
  )
  return rows.map((r) => ({ code: r.code, becomes: r.becomes, from: r.from_day, ...(r.until_day ? { until: r.until_day } : {}) }))
}

export async function putAliases(db: Sql, list: readonly (DirectoryAlias & { reason?: string })[], by: string, now: Date): Promise<void> {
  told.delete(db)
  await db.sql(
    `insert into directory_alias(code, becomes, from_day, until_day, reason, by, recorded_at)
     select a.code, a.becomes, a."from", a.until, coalesce(a.reason, ''), $2, $3
     from jsonb_to_recordset($1::jsonb) as a(code text, becomes text, "from" text, until text, reason text)
     on conflict (code, from_day) do update set becomes = excluded.becomes, until_day = excluded.until_day,
       reason = excluded.reason, by = excluded.by, recorded_at = excluded.recorded_at`,
    [JSON.stringify(list), by, now],
  )
}

export interface Kept extends Record<string, unknown> {
  jws: string
  issued_at: Date
  fetched_at: Date
  public_url: string
  directory_keys: DirectoryKey[]
}

/** The last good snapshot of a node. */
export async function kept(db: Sql): Promise<Kept | undefined> {
  return (await db.sql<Kept>('select jws, issued_at, fetched_at, public_url, directory_keys from directory_kept'))[0]
}

export async function putKept(db: Sql, row: Kept): Promise<void> {
  await db.sql(
    `insert into directory_kept(jws, issued_at, fetched_at, public_url, directory_keys) values ($1, $2, $3, $4, $5::jsonb)
     on conflict (one) do update set jws = excluded.jws, issued_at = excluded.issued_at, fetched_at = excluded.fetched_at,
       public_url = excluded.public_url, directory_keys = excluded.directory_keys`,
    [row.jws, row.issued_at, row.fetched_at, row.public_url, JSON.stringify(row.directory_keys)],
  )
}

/** A node's aliases are the snapshot's, no more. */
export async function replaceAliases(db: Sql, list: readonly DirectoryAlias[], now: Date): Promise<void> {
  told.delete(db)
  await db.sql('delete from directory_alias')
  await putAliases(db, list, 'hub', now)
}

/** Facilities of the exchange. The hub's rows are the truth; a node keeps the last snapshot. */
import type { StoreRoot, Transaction } from '../../store/types.ts'

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
]

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export interface Facility extends Record<string, unknown> {
  code: string
  name: string
  managing_body: string
  active: boolean
  slip_keys: unknown[]
  client_keys: unknown[]
}

export function facilities(db: Sql): Promise<Facility[]> {
  return db.sql<Facility>('select code, name, managing_body, active, slip_keys, client_keys from directory_facility order by code')
}

/** Name of an active facility, or '' when the directory does not know it. */
export async function facilityName(db: Sql, code: string): Promise<string> {
  const rows = await db.sql<{ name: string }>('select name from directory_facility where code = $1 and active', [code])
  return rows[0]?.name ?? ''
}

/** Adds or corrects facilities; none is removed (old slips must resolve). */
export async function putFacilities(db: Sql, list: readonly Facility[], now: Date): Promise<void> {
  await db.sql(
    `insert into directory_facility(code, name, managing_body, active, slip_keys, client_keys, updated_at)
     select f.code, f.name, f.managing_body, f.active, f.slip_keys, f.client_keys, $2
     from jsonb_to_recordset($1::jsonb) as f(code text, name text, managing_body text, active boolean, slip_keys jsonb, client_keys jsonb)
     on conflict (code) do update set name = excluded.name, managing_body = excluded.managing_body, active = excluded.active,
       slip_keys = excluded.slip_keys, client_keys = excluded.client_keys, updated_at = excluded.updated_at`,
    [JSON.stringify(list), now],
  )
}

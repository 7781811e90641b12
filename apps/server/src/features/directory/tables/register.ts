/** The register behind the directory: names and lists with their days, departments, practitioners. Days are yyyy-mm-dd. */
import type { StoreRoot, Transaction } from '../../../store/types.ts'

export const registerMigration = {
  name: '003-register',
  sql: `alter table directory_facility add column valid_from text collate "C", add column valid_until text collate "C",
      add column level text not null default '', add column demo_code boolean not null default false;
    create table directory_name(
      code text collate "C" not null,
      name text not null,
      from_day text collate "C" not null,
      until_day text collate "C",
      source text not null,
      primary key (code, from_day));
    create table directory_list(
      list text collate "C" not null,
      code text collate "C" not null,
      name text not null,
      place int not null,
      from_day text collate "C" not null,
      until_day text collate "C",
      source text not null,
      primary key (list, code, from_day));
    create table directory_department(
      facility text collate "C" not null,
      code text collate "C" not null,
      name text not null,
      from_day text collate "C" not null,
      until_day text collate "C",
      source text not null,
      primary key (facility, code, from_day));
    create table directory_practitioner(
      licence text collate "C" not null,
      facility text collate "C" not null,
      department text collate "C" not null default '',
      name text not null,
      title text not null default '',
      from_day text collate "C" not null,
      until_day text collate "C",
      source text not null,
      primary key (licence, facility, department, from_day));
    create index on directory_practitioner(facility);
    create table directory_import(
      id bigint generated always as identity primary key,
      at timestamptz not null,
      by text not null,
      file text not null,
      sha256 text collate "C" not null,
      kind text collate "C" not null,
      rows int not null,
      added int not null,
      changed int not null,
      unchanged int not null)`,
}

type Sql = Pick<StoreRoot | Transaction, 'sql'>

/** Something that holds from a day (unknown: '') to a day, both included; undefined: it still does. */
export interface Dated {
  from: string
  until?: string
  /** The decision or list it was taken from. */
  source: string
}

export interface ListEntry extends Dated {
  code: string
  /** Name in the list, which may not be the name of today. */
  name: string
  place: number
}

const dated = (row: { from_day: string; until_day: string | null; source: string }): Dated => ({
  from: row.from_day,
  ...(row.until_day ? { until: row.until_day } : {}),
  source: row.source,
})

type Row<T> = T & { from_day: string; until_day: string | null; source: string } & Record<string, unknown>

/** Who stands in a list at some day of a period, in the list's order. */
export async function listed(db: Sql, list: string, from: string, until: string): Promise<ListEntry[]> {
  const rows = await db.sql<Row<{ code: string; name: string; place: number }>>(
    `select code, name, place, from_day, until_day, source from directory_list
     where list = $1 and from_day <= $3 and (until_day is null or until_day >= $2) order by place, code, from_day`,
    [list, from, until],
  )
  return rows.map((r) => ({ code: r.code, name: r.name, place: r.place, ...dated(r) }))
}

/** Puts entries into a list; one that begins on the same day is corrected. */
export async function putListed(db: Sql, list: string, entries: readonly ListEntry[]): Promise<void> {
  await db.sql(
    `insert into directory_list(list, code, name, place, from_day, until_day, source)
     select $1, e.code, e.name, e.place, e."from", e.until, e.source
     from jsonb_to_recordset($2::jsonb) as e(code text, name text, place int, "from" text, until text, source text)
     on conflict (list, code, from_day) do update set name = excluded.name, place = excluded.place, until_day = excluded.until_day,
       source = excluded.source`,
    [list, JSON.stringify(entries)],
  )
}

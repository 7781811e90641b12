/** The register behind the directory: names and lists with their days, departments, practitioners. Days are yyyy-mm-dd. */
import type { StoreRoot, Transaction } from '../../../store/types.ts'
import type { DirectoryRegister } from '../contract.ts'

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

/** A node remembers which register it took home. */
export const registerKeptMigration = {
  name: '004-register-kept',
  sql: `alter table directory_kept add column register_sha256 text collate "C" not null default ''`,
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

export interface NameRow extends Dated {
  code: string
  name: string
}

/** Every name every facility has had, the oldest first. */
export async function nameRows(db: Sql): Promise<NameRow[]> {
  const rows = await db.sql<Row<{ code: string; name: string }>>(
    'select code, name, from_day, until_day, source from directory_name order by code, from_day',
  )
  return rows.map((r) => ({ code: r.code, name: r.name, ...dated(r) }))
}

export async function putNames(db: Sql, rows: readonly NameRow[]): Promise<void> {
  await db.sql(
    `insert into directory_name(code, name, from_day, until_day, source)
     select n.code, n.name, n."from", n.until, n.source
     from jsonb_to_recordset($1::jsonb) as n(code text, name text, "from" text, until text, source text)
     on conflict (code, from_day) do update set name = excluded.name, until_day = excluded.until_day, source = excluded.source`,
    [JSON.stringify(rows)],
  )
}

export interface ListRow extends ListEntry {
  list: string
}

/** Every entry of every list. */
export async function listRows(db: Sql): Promise<ListRow[]> {
  const rows = await db.sql<Row<{ list: string; code: string; name: string; place: number }>>(
    'select list, code, name, place, from_day, until_day, source from directory_list order by list, place, code, from_day',
  )
  return rows.map((r) => ({ list: r.list, code: r.code, name: r.name, place: r.place, ...dated(r) }))
}

export interface DepartmentRow extends Dated {
  facility: string
  code: string
  name: string
}

export async function departmentRows(db: Sql): Promise<DepartmentRow[]> {
  const rows = await db.sql<Row<{ facility: string; code: string; name: string }>>(
    'select facility, code, name, from_day, until_day, source from directory_department order by facility, code, from_day',
  )
  return rows.map((r) => ({ facility: r.facility, code: r.code, name: r.name, ...dated(r) }))
}

export async function putDepartments(db: Sql, rows: readonly DepartmentRow[]): Promise<void> {
  await db.sql(
    `insert into directory_department(facility, code, name, from_day, until_day, source)
     select d.facility, d.code, d.name, d."from", d.until, d.source
     from jsonb_to_recordset($1::jsonb) as d(facility text, code text, name text, "from" text, until text, source text)
     on conflict (facility, code, from_day) do update set name = excluded.name, until_day = excluded.until_day, source = excluded.source`,
    [JSON.stringify(rows)],
  )
}

export interface PractitionerRow extends Dated {
  licence: string
  name: string
  title: string
  facility: string
  department: string
}

export async function practitionerRows(db: Sql): Promise<PractitionerRow[]> {
  const rows = await db.sql<Row<{ licence: string; name: string; title: string; facility: string; department: string }>>(
    `select licence, name, title, facility, department, from_day, until_day, source from directory_practitioner
     order by licence, facility, department, from_day`,
  )
  return rows.map((r) => ({
    licence: r.licence,
    name: r.name,
    title: r.title,
    facility: r.facility,
    department: r.department,
    ...dated(r),
  }))
}

export async function putPractitioners(db: Sql, rows: readonly PractitionerRow[]): Promise<void> {
  await db.sql(
    `insert into directory_practitioner(licence, facility, department, name, title, from_day, until_day, source)
     select p.licence, p.facility, p.department, p.name, p.title, p."from", p.until, p.source
     from jsonb_to_recordset($1::jsonb)
       as p(licence text, facility text, department text, name text, title text, "from" text, until text, source text)
     on conflict (licence, facility, department, from_day) do update set name = excluded.name, title = excluded.title,
       until_day = excluded.until_day, source = excluded.source`,
    [JSON.stringify(rows)],
  )
}

export interface ImportNote {
  by: string
  file: string
  sha256: string
  kind: string
  rows: number
  added: number
  changed: number
  unchanged: number
}

export async function noteImport(db: Sql, n: ImportNote, now: Date): Promise<void> {
  await db.sql(
    `insert into directory_import(at, by, file, sha256, kind, rows, added, changed, unchanged) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [now, n.by, n.file, n.sha256, n.kind, n.rows, n.added, n.changed, n.unchanged],
  )
}

/** Names, lists, departments and practitioners as they stand here. */
export async function registerOf(db: Sql): Promise<DirectoryRegister> {
  const [names, lists, departments, practitioners] = await Promise.all([
    nameRows(db),
    listRows(db),
    departmentRows(db),
    practitionerRows(db),
  ])
  return { names, lists, departments, practitioners }
}

/** A node's register is the hub's, no more. */
export async function replaceRegister(db: Sql, register: DirectoryRegister, sha256: string): Promise<void> {
  for (const table of ['name', 'list', 'department', 'practitioner']) await db.sql(`delete from directory_${table}`)
  await putNames(db, register.names)
  for (const [list, rows] of Map.groupBy(register.lists, (row) => row.list)) await putListed(db, list, rows)
  await putDepartments(db, register.departments)
  await putPractitioners(db, register.practitioners)
  await db.sql('update directory_kept set register_sha256 = $1', [sha256])
}

export async function registerKept(db: Sql): Promise<string | undefined> {
  return (await db.sql<{ register_sha256: string }>('select register_sha256 from directory_kept'))[0]?.register_sha256
}

/** Imported lists: versions with their days, their codes, and maps between lists. Days are yyyy-mm-dd, both included. */
import type { StoreRoot, Transaction } from '../../store/types.ts'
import type { ConceptFacts, DraftMap, Equivalence } from './read/draft.ts'

export const migrations = [
  {
    name: '001-catalogue',
    sql: `create table catalogue(
        id bigint generated always as identity primary key,
        system text collate "C" not null,
        version text collate "C" not null,
        kind text collate "C" not null,
        title text not null,
        publisher text not null,
        copyright text not null,
        fragment boolean not null,
        from_day text collate "C" not null,
        until_day text collate "C",
        source text not null,
        digest text collate "C" not null,
        codes int not null,
        imported_at timestamptz not null,
        by text not null,
        unique (system, version));
      create table catalogue_code(
        catalogue bigint not null references catalogue on delete cascade,
        place int not null,
        code text collate "C" not null,
        display text not null,
        facts jsonb not null,
        primary key (catalogue, code));
      create table catalogue_map(
        id bigint generated always as identity primary key,
        name text collate "C" not null unique,
        title text not null,
        copyright text not null,
        from_system text collate "C" not null,
        from_version text collate "C" not null,
        to_system text collate "C" not null,
        to_version text collate "C" not null,
        source text not null,
        digest text collate "C" not null,
        pairs int not null,
        imported_at timestamptz not null,
        by text not null);
      create table catalogue_pair(
        map bigint not null references catalogue_map on delete cascade,
        code text collate "C" not null,
        target text collate "C" not null,
        equivalence text collate "C" not null,
        primary key (map, code, target))`,
  },
]

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export interface CatalogueRow {
  system: string
  version: string
  kind: string
  title: string
  publisher: string
  copyright: string
  fragment: boolean
  from: string
  until?: string
  /** The files it came from. */
  source: string
  digest: string
  codes: number
}

/** A catalogue in the database. Its id stands for its content: an import makes a new one. */
export interface KeptCatalogue extends CatalogueRow {
  id: string
  importedAt: Date
  by: string
}

type Raw = Omit<KeptCatalogue, 'from' | 'until' | 'importedAt'> & { from_day: string; until_day: string | null; imported_at: Date }

/** Every version of every list, or of one system, oldest first. */
export async function catalogues(db: Sql, system?: string): Promise<KeptCatalogue[]> {
  const rows = await db.sql<Raw & Record<string, unknown>>(
    `select id::text, system, version, kind, title, publisher, copyright, fragment, from_day, until_day, source, digest, codes, imported_at, by
     from catalogue where $1::text is null or system = $1 order by system, from_day, version`,
    [system ?? null],
  )
  return rows.map(({ from_day, until_day, imported_at, ...row }) => ({
    ...row,
    from: from_day,
    ...(until_day === null ? {} : { until: until_day }),
    importedAt: imported_at,
  }))
}

/** The codes of one version in the order of the official list. */
export async function codesOf(db: Sql, catalogue: string): Promise<ConceptFacts[]> {
  const rows = await db.sql<{ code: string; display: string; facts: Omit<ConceptFacts, 'code' | 'display'> }>(
    'select code, display, facts from catalogue_code where catalogue = $1 order by place',
    [catalogue],
  )
  return rows.map(({ code, display, facts }) => ({ code, display, ...facts }))
}

/** The names of these codes in one version; what it does not know is left out. */
export async function displaysOf(db: Sql, catalogue: string, codes: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.sql<{ code: string; display: string }>(
    'select code, display from catalogue_code where catalogue = $1 and code = any($2)',
    [catalogue, codes],
  )
  return new Map(rows.map(({ code, display }) => [code, display]))
}

/** Makes the row of a version, in the place of an earlier import of the same; gives its id. */
export async function putCatalogue(tx: Sql, row: CatalogueRow, by: string, now: Date): Promise<string> {
  await tx.sql('delete from catalogue where system = $1 and version = $2', [row.system, row.version])
  const rows = await tx.sql<{ id: string }>(
    `insert into catalogue(system, version, kind, title, publisher, copyright, fragment, from_day, until_day, source, digest, codes, imported_at, by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) returning id::text`,
    [
      row.system,
      row.version,
      row.kind,
      row.title,
      row.publisher,
      row.copyright,
      row.fragment,
      row.from,
      row.until ?? null,
      row.source,
      row.digest,
      row.codes,
      now,
      by,
    ],
  )
  return rows[0]?.id ?? ''
}

/** Writes codes from a place on. */
export async function putCodes(tx: Sql, catalogue: string, place: number, codes: readonly ConceptFacts[]): Promise<void> {
  const rows = codes.map(({ code, display, ...facts }, i) => ({ place: place + i, code, display, facts }))
  await tx.sql(
    `insert into catalogue_code(catalogue, place, code, display, facts)
     select $1, c.place, c.code, c.display, c.facts
     from jsonb_to_recordset($2::jsonb) as c(place int, code text, display text, facts jsonb)`,
    [catalogue, JSON.stringify(rows)],
  )
}

export interface MapRow {
  name: string
  title: string
  copyright: string
  from: { system: string; version: string }
  to: { system: string; version: string }
  source: string
  digest: string
  pairs: number
}

export interface Pair extends Record<string, unknown> {
  code: string
  target: string
  equivalence: Equivalence
}

export interface KeptMap extends MapRow {
  id: string
}

/** Every map between lists. */
export async function maps(db: Sql): Promise<KeptMap[]> {
  const rows = await db.sql<Omit<KeptMap, 'from' | 'to'> & Record<string, unknown>>(
    `select id::text, name, title, copyright, source, digest, pairs, from_system as "fromSystem", from_version as "fromVersion",
       to_system as "toSystem", to_version as "toVersion" from catalogue_map order by name`,
  )
  return rows.map(({ fromSystem, fromVersion, toSystem, toVersion, ...row }) => ({
    ...row,
    from: { system: String(fromSystem), version: String(fromVersion) },
    to: { system: String(toSystem), version: String(toVersion) },
  }))
}

/** What one code became, or what became it. */
export const pairsOf = (db: Sql, map: string, code: string, reverse = false): Promise<Pair[]> =>
  db.sql<Pair>(
    `select code, target, equivalence from catalogue_pair where map = $1 and ${reverse ? 'target' : 'code'} = $2 order by target`,
    [map, code],
  )

/** Writes a map whole, in the place of the one of this name. */
export async function putMap(tx: Sql, row: MapRow, pairs: readonly DraftMap['rows'][number][], by: string, now: Date): Promise<void> {
  await tx.sql('delete from catalogue_map where name = $1', [row.name])
  const rows = await tx.sql<{ id: string }>(
    `insert into catalogue_map(name, title, copyright, from_system, from_version, to_system, to_version, source, digest, pairs, imported_at, by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id::text`,
    [
      row.name,
      row.title,
      row.copyright,
      row.from.system,
      row.from.version,
      row.to.system,
      row.to.version,
      row.source,
      row.digest,
      row.pairs,
      now,
      by,
    ],
  )
  await tx.sql(
    `insert into catalogue_pair(map, code, target, equivalence)
     select $1, p.code, p.target, p.equivalence
     from jsonb_to_recordset($2::jsonb) as p(code text, target text, equivalence text)`,
    [rows[0]?.id, JSON.stringify(pairs)],
  )
}

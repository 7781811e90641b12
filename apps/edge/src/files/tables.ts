/**
 * What the edge has taken: one row each in SQLite, on disk before the original is moved. A row goes taken → sent (large
 * files: the site has it and judges it) → answered → done; whatever dies in between goes on from the row.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Sighting } from './sighting.ts'

export interface Taken extends Sighting {
  id: number
  /** Name in the drop folder. */
  name: string
  sha256: string
  takenAt: string
  /** 1 when it looked ended. */
  ended: number
  state: 'taken' | 'sent' | 'answered' | 'done'
  /** The site's number of the file, once it has it. */
  received: string | null
  /** Where the original lies now, relative to the drop folder; '' when it was gone; null while it was not moved. */
  archived: string | null
  tries: number
  lastError: string | null
}

const TABLES = `
create table if not exists about (key text primary key, value text not null) strict;
create table if not exists file (
  id integer primary key autoincrement,
  name text not null,
  sha256 text not null,
  size integer not null,
  mtime_ms real not null,
  taken_at text not null,
  ended integer not null,
  state text not null default 'taken',
  received text,
  archived text,
  tries integer not null default 0,
  last_error text
) strict;
create index if not exists file_open on file(id) where state <> 'done';
create index if not exists file_lying on file(name) where archived is null;
create index if not exists file_sha on file(sha256)`

const COLUMNS = `id, name, sha256, size, mtime_ms as mtimeMs, taken_at as takenAt, ended, state, received, archived, tries,
  last_error as lastError`

export interface TakenStore {
  /** Name of this edge, the same for as long as its state folder lives. */
  readonly edge: string
  /** The row is on disk when it returns. */
  keep(name: string, seen: Sighting, copied: { sha256: string; ended: boolean }, now: Date): Taken
  /** Not done yet, the oldest first. */
  open(): Taken[]
  /** Rows whose original was not moved yet. */
  unmoved(): Taken[]
  /** The row of an original that still lies in the drop folder as it was seen. */
  lyingThere(name: string, seen: Sighting): Taken | undefined
  /** How often these bytes came before this row. */
  timesBefore(taken: Taken): number
  set(id: number, change: Partial<Pick<Taken, 'state' | 'received' | 'archived' | 'tries' | 'lastError'>>): void
  /** Digests whose bytes are still wanted. */
  wanted(): Set<string>
  isWanted(sha256: string): boolean
  waiting(): { count: number; oldest: string | null }
  /** What the edge remembers of the folder itself. */
  recall(key: string): string | undefined
  remember(key: string, value: string): void
  close(): void
}

/** Opens the table in a folder of this computer (never on the share). Throws what SQLite throws. */
export function openTaken(folder: string): TakenStore {
  const db = new DatabaseSync(join(folder, 'edge.sqlite'))
  db.exec('pragma journal_mode = wal; pragma busy_timeout = 5000')
  db.exec(TABLES)
  // Prepared once: a statement holds memory that the collector does not see, and a full folder asks ten thousand times a look.
  const prepared = new Map<string, StatementSync>()
  const statement = (sql: string): StatementSync => {
    const known = prepared.get(sql) ?? db.prepare(sql)
    prepared.set(sql, known)
    return known
  }
  const rows = (sql: string, ...values: (string | number)[]) => statement(sql).all(...values) as unknown as Taken[]
  const remember = (key: string, value: string) => {
    statement('insert into about values (?, ?) on conflict do update set value = excluded.value').run(key, value)
  }
  const recall = (key: string) => (statement('select value from about where key = ?').get(key) as { value: string } | undefined)?.value
  const edge = recall('edge') ?? randomUUID()
  remember('edge', edge)
  return {
    edge,
    remember,
    recall,
    keep(name, seen, { sha256, ended }, now) {
      // This row alone must outlive a power cut; what is lost of the others is done again.
      db.exec('pragma synchronous = full')
      statement('insert into file (name, sha256, size, mtime_ms, taken_at, ended) values (?, ?, ?, ?, ?, ?)').run(
        name,
        sha256,
        seen.size,
        seen.mtimeMs,
        now.toISOString(),
        ended ? 1 : 0,
      )
      db.exec('pragma synchronous = normal')
      return rows(`select ${COLUMNS} from file where id = last_insert_rowid()`)[0] as Taken
    },
    open: () => rows(`select ${COLUMNS} from file where state <> 'done' order by id`),
    unmoved: () => rows(`select ${COLUMNS} from file where archived is null order by id`),
    lyingThere: (name, seen) =>
      rows(
        `select ${COLUMNS} from file where name = ? and size = ? and mtime_ms = ? and archived is null order by id desc limit 1`,
        name,
        seen.size,
        seen.mtimeMs,
      )[0],
    timesBefore: (taken) =>
      Number((statement('select count(*) as n from file where sha256 = ? and id < ?').get(taken.sha256, taken.id) as { n: number }).n),
    set(id, change) {
      const columns = { state: 'state', received: 'received', archived: 'archived', tries: 'tries', lastError: 'last_error' } as const
      for (const [key, column] of Object.entries(columns) as [keyof typeof columns, string][]) {
        const value = change[key]
        if (value !== undefined) statement(`update file set ${column} = ? where id = ?`).run(value, id)
      }
    },
    wanted: () => new Set(rows("select distinct sha256 from file where state in ('taken', 'sent')").map((r) => r.sha256)),
    isWanted: (sha256) => statement("select 1 from file where sha256 = ? and state in ('taken', 'sent') limit 1").get(sha256) !== undefined,
    waiting: () =>
      statement("select count(*) as count, min(taken_at) as oldest from file where state <> 'done'").get() as {
        count: number
        oldest: string | null
      },
    close: () => db.close(),
  }
}

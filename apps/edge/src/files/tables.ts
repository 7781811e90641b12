/**
 * What the edge has taken, on disk before anything else happens to it: bytes in the spool, one row each in SQLite.
 * A row goes taken → answered → done; whatever dies in between goes on from the row.
 */
import { createHash } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Size and time of change as the share tells them: an original that could not be moved is known again by these. */
export interface Sighting {
  size: number
  mtimeMs: number
}

export interface Taken extends Sighting {
  id: number
  /** Name in the drop folder. */
  name: string
  sha256: string
  takenAt: string
  state: 'taken' | 'answered' | 'done'
  /** Where the original lies now, relative to the drop folder; null while it could not be moved. */
  archived: string | null
  /** JSON of the answer file. */
  answer: string | null
  tries: number
  lastError: string | null
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const TABLE = `
create table if not exists taken (
  id integer primary key autoincrement,
  name text not null,
  sha256 text not null,
  size integer not null,
  mtime_ms real not null,
  taken_at text not null,
  state text not null default 'taken',
  archived text,
  answer text,
  tries integer not null default 0,
  last_error text
) strict;
create index if not exists taken_open on taken(id) where state <> 'done';
create index if not exists taken_name on taken(name);
create index if not exists taken_sha on taken(sha256)`

const COLUMNS = 'id, name, sha256, size, mtime_ms as mtimeMs, taken_at as takenAt, state, archived, answer, tries, last_error as lastError'

export interface TakenStore {
  /** Bytes and row are on disk when it returns. */
  keep(name: string, bytes: Uint8Array, seen: Sighting, now: Date): Taken
  bytesOf(taken: Taken): Buffer
  /** Not done yet, the oldest first. */
  open(): Taken[]
  /** The row of an original that still lies in the drop folder as it was seen. */
  lyingThere(name: string, seen: Sighting): Taken | undefined
  /** How often these bytes came before this row. */
  timesBefore(taken: Taken): number
  set(id: number, change: Partial<Pick<Taken, 'state' | 'archived' | 'answer' | 'tries' | 'lastError'>>): void
  counts(): { waiting: number; done: number }
  close(): void
}

/** Opens the store in a folder of this computer (never on the share). Throws what the file system and SQLite throw. */
export function openTaken(folder: string): TakenStore {
  const spool = join(folder, 'spool')
  mkdirSync(spool, { recursive: true, mode: 0o700 })
  const db = new DatabaseSync(join(folder, 'taken.sqlite'))
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000')
  db.exec(TABLE)
  const one = (sql: string, ...values: (string | number)[]) => db.prepare(sql).get(...values) as unknown as Taken | undefined
  sweep(spool, db)

  return {
    keep(name, bytes, seen, now) {
      const digest = sha256(bytes)
      lay(join(spool, digest), bytes)
      db.prepare('insert into taken (name, sha256, size, mtime_ms, taken_at) values (?, ?, ?, ?, ?)').run(
        name,
        digest,
        seen.size,
        seen.mtimeMs,
        now.toISOString(),
      )
      return one(`select ${COLUMNS} from taken where id = last_insert_rowid()`) as Taken
    },
    bytesOf: (taken) => readFileSync(join(spool, taken.sha256)),
    open: () => db.prepare(`select ${COLUMNS} from taken where state <> 'done' order by id`).all() as unknown as Taken[],
    lyingThere: (name, seen) =>
      one(
        `select ${COLUMNS} from taken where name = ? and size = ? and mtime_ms = ? and archived is null order by id desc`,
        name,
        seen.size,
        seen.mtimeMs,
      ),
    timesBefore: (taken) =>
      Number((db.prepare('select count(*) as n from taken where sha256 = ? and id < ?').get(taken.sha256, taken.id) as { n: number }).n),
    set(id, change) {
      const names = { state: 'state', archived: 'archived', answer: 'answer', tries: 'tries', lastError: 'last_error' } as const
      for (const [key, column] of Object.entries(names) as [keyof typeof names, string][]) {
        const value = change[key]
        if (value !== undefined) db.prepare(`update taken set ${column} = ? where id = ?`).run(value, id)
      }
      if (change.state !== 'done') return
      const row = one(`select ${COLUMNS} from taken where id = ?`, id)
      const wanted = row && one(`select ${COLUMNS} from taken where sha256 = ? and state <> 'done'`, row.sha256)
      if (row && !wanted) rmSync(join(spool, row.sha256), { force: true })
    },
    counts: () =>
      db
        .prepare("select count(*) filter (where state <> 'done') as waiting, count(*) filter (where state = 'done') as done from taken")
        .get() as {
        waiting: number
        done: number
      },
    close: () => db.close(),
  }
}

/** Written aside, synced, then named: a file under its digest is whole. */
function lay(path: string, bytes: Uint8Array): void {
  if (existsSync(path)) return
  const draft = `${path}.draft`
  const file = openSync(draft, 'w', 0o600)
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}

/** Bytes no open row speaks of: a death between the spool and the row; the original still lies in the drop folder. */
function sweep(spool: string, db: DatabaseSync): void {
  const wanted = new Set(
    (db.prepare("select distinct sha256 from taken where state <> 'done'").all() as { sha256: string }[]).map((r) => r.sha256),
  )
  for (const name of readdirSync(spool)) if (!wanted.has(name)) rmSync(join(spool, name), { force: true })
}

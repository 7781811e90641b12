/** The SQL of backup and restore: backup mode, one instant over all sites, measures of tables. */

import { setTimeout as sleep } from 'node:timers/promises'
import { refuse } from '@yba/fhir'
import pg from 'pg'
import type { SiteMeasure, TableMeasure } from './manifest.ts'
import { backupNoQuietMoment } from './outcomes.ts'
import { type Pace, swift } from './pace.ts'
import { lowerPriority } from './priority.ts'

export interface SiteDatabase {
  name: string
  database: string
  url: string
}

export interface BackupMode {
  /** First log segment the backup needs. */
  firstSegment: string
  /** Ends backup mode; gives the label file to put into the copy. */
  end(): Promise<string>
  /** Marks the instant the restore will end at. */
  mark(name: string): Promise<{ lsn: string; at: string }>
  /** Closes the segment that holds the mark; gives its name. */
  lastSegment(lsn: string): Promise<string>
  close(): Promise<void>
}

/** Backup mode on a session of its own, whose temporary slot keeps the log; both fall with the session, so a kill leaves nothing. */
export async function enterBackupMode(superuserUrl: string, id: string): Promise<BackupMode> {
  const client = await connect(superuserUrl)
  try {
    await client.query('select pg_create_physical_replication_slot($1, true, true)', [id.replaceAll('-', '_')])
    const begun = await one<{ segment: string }>(client, 'select pg_walfile_name(pg_backup_start($1, true)) as segment', [id])
    return {
      firstSegment: begun.segment,
      end: async () => (await one<{ labelfile: string }>(client, 'select labelfile from pg_backup_stop(false)', [])).labelfile,
      mark: (name) =>
        one<{ lsn: string; at: string }>(
          client,
          `select pg_create_restore_point($1)::text as lsn, to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`,
          [name],
        ),
      async lastSegment(lsn) {
        const { segment } = await one<{ segment: string }>(client, 'select pg_walfile_name($1::pg_lsn) as segment', [lsn])
        await client.query('select pg_switch_wal()')
        return segment
      },
      close: () => client.end(),
    }
  } catch (error) {
    await client.end()
    throw error
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  // A server that goes away is told by the statement under way.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function one<R extends object>(client: pg.Client, text: string, values: unknown[]): Promise<R> {
  const { rows } = await client.query<R>(text, values)
  if (!rows[0]) throw new Error('a statement of the backup gave no row')
  return rows[0]
}

async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by tablename collate "C"`,
  )
  return rows.map((row) => row.name)
}

/** Names of the tables as they can stand in a statement. */
const quoted = (names: readonly string[]) => names.map((name) => pg.escapeIdentifier(name)).join(', ')

const ATTEMPTS = 40

/** Nobody writes while `work` runs: a share lock on every table, given up before it could make a writer fail. */
async function holdingStill<T>(clients: readonly pg.Client[], attempts: number, work: () => Promise<T>): Promise<T> {
  const tables = await Promise.all(clients.map(tablesOf))
  for (let attempt = 1; ; attempt++) {
    try {
      // Shorter than deadlock_timeout, so that in a knot of locks it is never a writer who loses.
      await Promise.all(
        clients.map(async (client, i) => {
          await client.query(`begin; set local statement_timeout = '600ms'`)
          if (tables[i]?.length) await client.query(`lock table ${quoted(tables[i])} in share mode`)
        }),
      )
      return await work()
    } catch (error) {
      const busy = error instanceof Error && ['57014', '40P01', '55P03'].includes((error as { code?: string }).code ?? '')
      if (!busy) throw error
      if (attempt === attempts) throw refuse(backupNoQuietMoment)
    } finally {
      await Promise.allSettled(clients.map((client) => client.query('rollback')))
    }
    await sleep(50 + Math.random() * 400)
  }
}

/**
 * One instant over all sites: `mark` runs while nobody writes, and what is measured afterwards, with everybody at work
 * again, is the state of that instant.
 */
export async function measureAt<T>(
  sites: readonly SiteDatabase[],
  mark: () => Promise<T>,
  { attempts = ATTEMPTS, pace = swift }: { attempts?: number; pace?: Pace } = {},
): Promise<{ mark: T; sites: SiteMeasure[] }> {
  const all: pg.Client[] = []
  const open = async (url: string) => {
    const client = await connect(url)
    all.push(client)
    return client
  }
  try {
    const lockers = await Promise.all(sites.map((site) => open(site.url)))
    const readers = await Promise.all(sites.map((site) => open(site.url)))
    const made = await holdingStill(lockers, attempts, async () => {
      await Promise.all(
        readers.map(async (reader) => {
          await reader.query('rollback; begin isolation level repeatable read read only')
          await reader.query('select count(*) from pg_class')
        }),
      )
      return await mark()
    })
    // Everybody is at work again: what counts rows now steps back behind them.
    for (const reader of readers) await stepBack(reader)
    const measured: SiteMeasure[] = []
    for (const [i, site] of sites.entries()) measured.push(await measure(readers[i] as pg.Client, site, pace))
    return { mark: made, sites: measured }
  } finally {
    await Promise.all(all.map((client) => client.end()))
  }
}

/** Gives the session's server process the lowest priority, where it is ours to give. */
async function stepBack(client: pg.Client): Promise<void> {
  const { pid, here } = await one<{ pid: number; here: boolean }>(
    client,
    `select pg_backend_pid() as pid, coalesce(inet_client_addr() = inet_server_addr(), true) as here`,
    [],
  )
  if (here) lowerPriority(pid)
}

/** Measures a database nobody else uses. */
export async function measureSite(site: SiteDatabase): Promise<SiteMeasure> {
  const client = await connect(site.url)
  try {
    return await measure(client, site, swift)
  } finally {
    await client.end()
  }
}

async function measure(client: pg.Client, site: SiteDatabase, pace: Pace): Promise<SiteMeasure> {
  // The text of a row must not hang on the settings of a session.
  await client.query(
    `set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set extra_float_digits = 1; set bytea_output = 'hex'`,
  )
  const tables: Record<string, TableMeasure> = {}
  const names = await tablesOf(client)
  for (const name of names) tables[name] = await measureTable(client, name, pace)
  const known = names.includes('event')
  const log = known ? (await one<{ log: string }>(client, LOG, [])).log : ''
  const { rows } = known ? await client.query<{ n: string; hash: string }>(SEAL) : { rows: [] }
  const seal = rows[0] ? { n: Number(rows[0].n), hash: rows[0].hash } : null
  return { name: site.name, database: site.database, log, seal, tables }
}

async function measureTable(client: pg.Client, name: string, pace: Pace): Promise<TableMeasure> {
  let [rows, a, b] = [0, 0n, 0n]
  for await (const part of partsOf(client, name, pace)) {
    // `whole.*`, never a bare alias: a column of that name would be taken instead of the row.
    const row = await one<{ rows: string; a: string; b: string }>(
      client,
      `select count(*) as rows, coalesce(sum(hashtextextended((whole.*)::text, 1)::numeric), 0)::text as a,
        coalesce(sum(hashtextextended((whole.*)::text, 2)::numeric), 0)::text as b from ${pg.escapeIdentifier(name)} whole ${part}`,
      [],
    )
    await pace.rest()
    rows += Number(row.rows)
    a += BigInt(row.a)
    b += BigInt(row.b)
  }
  return { rows, digest: `${a}/${b}` }
}

/** Conditions on `whole` that together take every row of a table once: by its pages, so that a pause can be made between. */
async function* partsOf(client: pg.Client, table: string, { pages }: Pace): AsyncGenerator<string> {
  if (pages === undefined) return yield ''
  const { all } = await one<{ all: string }>(
    client,
    `select (pg_relation_size($1::regclass) / current_setting('block_size')::int)::text as all`,
    [pg.escapeIdentifier(table)],
  )
  for (let from = 0; from < Number(all); from += pages) {
    const to = from + pages
    yield to < Number(all) ? `where whole.ctid >= '(${from},0)' and whole.ctid < '(${to},0)'` : `where whole.ctid >= '(${from},0)'`
  }
}

const LOG = `select (select max(epoch) from epoch) || '.' || coalesce((select max(n) from event where n is not null), 0) as log`
const SEAL = `select n, encode(hash, 'hex') as hash from seal order by n desc limit 1`

/** Digests of all blobs that records of the site name, newest and superseded versions. */
export async function namedBlobs(url: string, pace: Pace = swift): Promise<string[]> {
  const client = await connect(url)
  const named = new Set<string>()
  try {
    // One snapshot: a row that moves between pages while they are read one after the other is still seen once.
    await client.query('begin isolation level repeatable read read only')
    if (pace !== swift) await stepBack(client)
    for (const table of ['res', 'hist']) {
      for await (const part of partsOf(client, table, pace)) {
        const { rows } = await client.query<{ sha: string }>(
          `select distinct m[1] as sha from ${table} whole, regexp_matches(whole.content, 'Binary/([0-9a-f]{64})', 'g') m ${part}`,
        )
        await pace.rest()
        for (const row of rows) named.add(row.sha)
      }
    }
    return [...named].sort()
  } finally {
    await client.end()
  }
}

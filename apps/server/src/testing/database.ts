/**
 * Databases for tests: one embedded cluster per checkout, shared by all test processes and by later runs,
 * and a fresh database for each caller. Commits do not wait for the disk here; crash tests start their own cluster.
 * `YBA_TEST_POSTGRES` names the folder above `bin/` of another PostgreSQL to run the same tests on.
 */

import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { takeLock } from '../box/lock.ts'
import { type Postgres, startPostgres, stopPostgres } from '../box/postgres.ts'
import { databaseNames, withClient } from '../box/postgres-databases.ts'
import { isAlive } from '../box/process.ts'
import { type Migrations, migrateStore, migrationsDigest } from '../store/index.ts'

export interface TestDatabase {
  url: string
  name: string
  pool: pg.Pool
  /** Closes the pool and drops the database, disconnecting whoever still uses it. */
  drop(): Promise<void>
}

export interface TestDatabaseOptions {
  /**
   * A prepared template: `prepare` runs once per cluster and key, each caller gets a copy (about 30 ms).
   * Put whatever changes the content into the key, for instance a hash of the migrations.
   */
  template?: { key: string; prepare(url: string): Promise<void> }
}

const checkout = join(import.meta.dirname, '../../../..')
const programs = process.env.YBA_TEST_POSTGRES
const placeOf = (installed: string | undefined): string =>
  join(
    tmpdir(),
    `yba-test-${createHash('sha256')
      .update(`${checkout}:${process.getuid?.()}:${installed ?? ''}`)
      .digest('hex')
      .slice(0, 12)}`,
  )
const place = placeOf(programs)

let cluster: Promise<Postgres> | undefined
let counter = 0

/** A fresh, empty database (or a copy of the template) with a pool on it. Call `drop()` in `after`. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = await testCluster()
  const template = options.template ? await preparedTemplate(server, options.template) : undefined
  const name = `t_${process.pid}_${++counter}_${Math.random().toString(36).slice(2, 8)}`
  if (template) await copyDatabase(server, template, name)
  else await server.createDatabase(name)
  const url = server.url(name)
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  // A test may end the connections of a database, to copy it or to see what happens.
  pool.on('error', () => undefined)
  const drop = async () => {
    if (!pool.ended) await pool.end()
    await server.dropDatabase(name)
  }
  return { url, name, pool, drop }
}

/** The shared cluster, started by whoever comes first and left running for the others. */
export function testCluster(): Promise<Postgres> {
  cluster ??= openCluster()
  return cluster
}

async function openCluster(): Promise<Postgres> {
  const lock = await takeLock(join(place, 'start.lock'), 120_000)
  try {
    const server = await startPostgres({
      dataDir: place,
      durable: false,
      running: 'reuse',
      attached: false,
      ...(programs ? { programs } : {}),
    })
    await dropAbandoned(server)
    return server
  } finally {
    lock.release()
  }
}

/** Copies the files of the template, by reference where the disk can: through the log a copy costs a fifth of a second of a core. */
async function copyDatabase(server: Postgres, template: string, name: string): Promise<void> {
  try {
    await withClient(server.superuserUrl, async (client) => {
      await client.query("select set_config(name, 'clone', false) from pg_settings where name = 'file_copy_method'")
      const [copy, from] = [client.escapeIdentifier(name), client.escapeIdentifier(template)]
      await client.query(`create database ${copy} template ${from} strategy file_copy`)
    })
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    // A disk that cannot: as everywhere else, or its own refusal.
    await server.createDatabase(name, { template })
  }
}

/** Databases of test processes that died before their `drop()`. */
async function dropAbandoned(server: Postgres): Promise<void> {
  for (const name of await databaseNames(server.superuserUrl)) {
    const owner = /^t_(\d+)_/.exec(name)?.[1]
    if (owner && !isAlive(Number(owner))) await server.dropDatabase(name)
  }
}

/** A template with the tables of the store and of these features, as opening a site makes them. */
export function migratedTemplate(features: readonly Migrations[]): NonNullable<TestDatabaseOptions['template']> {
  const prepare = async (url: string) => {
    const pool = new pg.Pool({ connectionString: url, max: 1 })
    try {
      await migrateStore(pool, features)
    } finally {
      await pool.end()
    }
  }
  return { key: `migrated ${migrationsDigest(features)}`, prepare }
}

async function preparedTemplate(server: Postgres, template: { key: string; prepare(url: string): Promise<void> }): Promise<string> {
  const name = `tpl_${createHash('sha256').update(template.key).digest('hex').slice(0, 16)}`
  const lock = await takeLock(join(place, `${name}.lock`), 120_000)
  try {
    if ((await databaseNames(server.superuserUrl)).includes(name)) return name
    const draft = `${name}_draft`
    await server.dropDatabase(draft)
    await server.createDatabase(draft)
    await template.prepare(server.url(draft))
    // A finished template is a copy under the final name, so a failed preparation is never taken for one.
    await server.createDatabase(name, { template: draft })
    await server.dropDatabase(draft)
    return name
  } finally {
    lock.release()
  }
}

/** Stops the shared cluster (of the PostgreSQL named) and removes its data; for the end of `npm test`. */
export async function stopTestCluster(installed = programs): Promise<void> {
  const place = placeOf(installed)
  const lock = await takeLock(join(place, 'start.lock'), 120_000)
  await stopPostgres(place)
  lock.release()
  rmSync(place, { recursive: true, force: true })
}

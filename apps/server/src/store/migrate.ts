/** Numbered SQL, applied once, in order, under an advisory lock. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '@yba/fhir'
import type pg from 'pg'
import { migrationChanged } from './outcomes.ts'

export interface Migrations {
  name: string
  migrations?: readonly { name: string; sql: string }[]
}

const folder = join(import.meta.dirname, 'schema')

type Steps = { name: string; sql: string }[]

function storeMigrations(): Steps {
  const files = readdirSync(folder).filter((f) => /^\d{3}.*\.sql$/.test(f))
  return files.sort().map((f) => ({ name: `store/${f.slice(0, -4)}`, sql: readFileSync(join(folder, f), 'utf8') }))
}

const stepsOf = (features: readonly Migrations[]): Steps => [
  ...storeMigrations(),
  ...features.flatMap((f) => (f.migrations ?? []).map((m) => ({ name: `${f.name}/${m.name}`, sql: m.sql }))),
]

const digest = (sql: string) => createHash('sha256').update(sql).digest('hex').slice(0, 32)

/** One name for a layout: it changes with every step. */
export const migrationsDigest = (features: readonly Migrations[]): string => digest(JSON.stringify(stepsOf(features)))

/**
 * Brings a database to the present layout: the store's tables, then each feature's. Gives the names applied now.
 * Throws `migration-changed` when a step was released and edited afterwards.
 */
export async function migrateStore(pool: pg.Pool, features: readonly Migrations[] = []): Promise<string[]> {
  const steps = stepsOf(features)
  const client = await pool.connect()
  try {
    await client.query("select pg_advisory_lock(hashtextextended('yba migrate', 0))")
    await client.query(
      'create table if not exists migration (name text collate "C" primary key, digest text not null, at timestamptz not null default now())',
    )
    const { rows } = await client.query<{ name: string; digest: string }>('select name, digest from migration')
    const done = new Map(rows.map((r) => [r.name, r.digest]))
    const applied: string[] = []
    for (const step of steps) {
      const known = done.get(step.name)
      if (known === digest(step.sql)) continue
      if (known !== undefined) throw refuse(migrationChanged, { name: step.name })
      await apply(client, step)
      applied.push(step.name)
    }
    return applied
  } finally {
    await client.query("select pg_advisory_unlock(hashtextextended('yba migrate', 0))").finally(() => client.release())
  }
}

async function apply(client: pg.PoolClient, step: { name: string; sql: string }): Promise<void> {
  await client.query('begin')
  try {
    await client.query("set local lock_timeout = '5s'; set local statement_timeout = 0")
    await client.query(step.sql)
    await client.query('insert into migration (name, digest) values ($1, $2)', [step.name, digest(step.sql)])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

/** The province a backup is taken of: its PostgreSQL (started for the time when the box is down), its sites, its files. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '@yba/fhir'
import type { GivenSettings } from '../../settings.ts'
import { ARCHIVING } from '../archiving.ts'
import { databaseRole, layout, readJsonFile, readRuntime } from '../layout.ts'
import { tryLock } from '../lock.ts'
import { boxNotRunning } from '../outcomes.ts'
import { freePort, type Postgres, startPostgres } from '../postgres.ts'
import { type PostgresHome, preparePostgresHome } from '../postgres-home.ts'
import type { SiteDatabase } from './tables.ts'

export interface Source {
  data: string
  home: PostgresHome
  postgres: Postgres
  sites: SiteDatabase[]
  /** False when PostgreSQL was started for the backup alone: nobody is at work. */
  running: boolean
}

/** Runs `work` on the province, running or stopped. Throws `box-not-running` where there is none or it is just starting. */
export async function withSource<T>(data: string, work: (source: Source) => Promise<T>): Promise<T> {
  const names = siteNames(data)
  if (!existsSync(layout.note(data)) || names.length === 0) throw refuse(boxNotRunning, { folder: data })
  const lock = tryLock(layout.lock(data))
  const running = !('release' in lock)
  if (running && !readRuntime(data)) throw refuse(boxNotRunning, { folder: data })
  const dataDir = layout.postgres(data)
  try {
    const postgres = running
      ? await startPostgres({ dataDir, running: 'reuse' })
      : await startPostgres({ dataDir, port: await freePort(), settings: ARCHIVING })
    try {
      return await work({ data, home: preparePostgresHome(dataDir), postgres, sites: siteDatabases(data, postgres), running })
    } finally {
      if (!running) await postgres.stop()
    }
  } finally {
    if (!running) lock.release()
  }
}

export function siteNames(data: string): string[] {
  const folder = join(data, 'sites')
  return existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(layout.settings(data, name))) : []
}

/** The sites' databases as the superuser enters them. */
export function siteDatabases(data: string, postgres: Postgres): SiteDatabase[] {
  return siteNames(data).map((name) => {
    const settings = readJsonFile<GivenSettings>(layout.settings(data, name))
    const database = settings ? new URL(settings.database).pathname.slice(1) : databaseRole(name)
    return { name, database, url: postgres.url(database) }
  })
}

/** Relative paths of all files below a folder, sorted; none when it is not there. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

/** Lines of a site's second memory of its seals that a database with so many seals knows. */
export function sealLinesUpTo(file: string, n: number): string {
  if (!existsSync(file)) return ''
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines
    .filter((line) => /^\d+ [0-9a-f]{64}$/.test(line) && Number(line.split(' ')[0]) <= n)
    .map((line) => `${line}\n`)
    .join('')
}

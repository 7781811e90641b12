/**
 * A backup becomes a province again, in an empty folder: files verified, cluster laid out, log replayed up to the instant
 * of the backup or up to a time after it, a new epoch begun at every site. `province.json` comes last: a killed restore
 * leaves a folder that nobody can open and that the next restore clears.
 */

import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { OutcomeError, refuse } from '@yba/fhir'
import type { GivenSettings } from '../../settings.ts'
import { openPool, startEpoch } from '../../store/index.ts'
import { makeFolder } from '../folder.ts'
import { emptyFolder, layout, readJsonFile } from '../layout.ts'
import { freePort, type Postgres, startPostgres, stopPostgres } from '../postgres.ts'
import { giveTo, type PostgresHome, preparePostgresHome } from '../postgres-home.ts'
import { isAlive } from '../process.ts'
import { writeWhole } from '../site-keys.ts'
import { copyFile, eachOf, type Manifest, readManifest, type SiteMeasure, verifyFiles } from './manifest.ts'
import { backupWrongVersion, badTime, folderNotEmpty, restoreDiffers, timeNotCovered } from './outcomes.ts'
import { filesBelow, sealLinesUpTo, siteDatabases, siteNames } from './source.ts'
import { measureSite, type SiteDatabase } from './tables.ts'
import { gatherSegments } from './wal.ts'

export interface RestoreOptions {
  from: string
  /** New or empty folder. */
  data: string
  /** ISO time with its zone, after the backup; default is the instant of the backup. */
  toTime?: string
  say?: (line: string) => void
  /** Looks at the restored sites while PostgreSQL still runs, after the new epoch began. */
  inspect?: (postgres: Postgres, sites: SiteDatabase[]) => Promise<void>
}

export interface Restored {
  manifest: Manifest
  sites: SiteMeasure[]
  /** Tables that are not as the manifest says; only after a restore without a time is this a fault. */
  differences: string[]
  epochs: Record<string, number>
  seconds: number
}

const MARKER = 'restoring.json'

/** Throws `folder-not-empty`, what `readManifest` and `verifyFiles` throw, `restore-time-not-covered`, `restore-differs`. */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const begun = performance.now()
  const [from, data] = [resolve(options.from), resolve(options.data)]
  const say = options.say ?? (() => undefined)
  const manifest = await readManifest(from)
  const until = options.toTime === undefined ? undefined : checkedTime(options.toTime, manifest)
  await takeFolder(data)
  try {
    await verifyFiles(from, manifest)
    say(`${manifest.files.length} files are as the manifest says`)
    const restored = await layOut({ from, data, manifest, until, say, ...(options.inspect ? { inspect: options.inspect } : {}) })
    // The note of the province makes the folder one that opens; the marker goes first, so that neither state is a lie.
    rmSync(join(data, MARKER))
    await copyFile(join(from, 'province.json'), layout.note(data))
    return { ...restored, manifest, seconds: Math.round(performance.now() - begun) / 1000 }
  } catch (error) {
    emptyFolder(data)
    throw error
  }
}

function checkedTime(asked: string, manifest: Manifest): string {
  const at = Date.parse(asked)
  if (!/(Z|[+-]\d\d:?\d\d)$/i.test(asked) || Number.isNaN(at)) throw refuse(badTime, { asked })
  if (at < Date.parse(manifest.point.at)) throw refuse(timeNotCovered, { asked, from: manifest.point.at })
  return new Date(at).toISOString()
}

/** The folder is empty, or holds a restore whose process died. Throws `folder-not-empty`. */
async function takeFolder(data: string): Promise<void> {
  if (existsSync(data) && readdirSync(data).length > 0) {
    const before = readJsonFile<{ pid: number }>(join(data, MARKER))
    if (!before || isAlive(before.pid)) throw refuse(folderNotEmpty, { folder: data })
    await clearRestored(data)
  }
  makeFolder(data)
  writeWhole(join(data, MARKER), JSON.stringify({ pid: process.pid }))
}

/** Empties the folder of a restore or drill that ended or died; its PostgreSQL may live on. */
export async function clearRestored(data: string): Promise<void> {
  await stopPostgres(layout.postgres(data))
  emptyFolder(data)
}

interface Work {
  from: string
  data: string
  manifest: Manifest
  until: string | undefined
  say(line: string): void
  inspect?: RestoreOptions['inspect']
}

async function layOut(work: Work): Promise<Pick<Restored, 'sites' | 'differences' | 'epochs'>> {
  const { data, manifest, until, say } = work
  await copyFiles(work)
  const home = preparePostgresHome(layout.postgres(data))
  const major = (version: string) => version.split('.')[0]
  if (major(home.version) !== major(manifest.postgres))
    throw refuse(backupWrongVersion, { found: `PostgreSQL ${manifest.postgres}`, expected: `PostgreSQL ${home.version}` })
  await placeCluster(work, home)
  await gatherSegments(work.from, home, until ? manifest.source.state : undefined)
  say('replaying the log')
  const postgres = await recover(work)
  try {
    const databases = siteDatabases(data, postgres)
    const sites: SiteMeasure[] = []
    for (const site of databases) sites.push(await measureSite(site))
    const differences = until ? [] : differencesOf(manifest.sites, sites)
    if (differences[0] && !work.inspect) throw refuse(restoreDiffers, { what: differences.slice(0, 5).join(', ') })
    if (until) await bringLaterFiles(work, sites)
    const epochs: Record<string, number> = {}
    for (const site of databases) epochs[site.name] = await beginEpoch(site, until)
    say('a new epoch has begun at every site')
    await work.inspect?.(postgres, databases)
    return { sites, differences, epochs }
  } finally {
    await postgres.stop()
    rmSync(join(home.state, 'restore-wal'), { recursive: true, force: true })
    rmSync(join(home.state, 'cluster', 'backup_label.old'), { force: true })
  }
}

async function copyFiles({ from, data, manifest }: Work): Promise<void> {
  const rest = manifest.files.filter((one) => !/^(cluster|wal)\//.test(one.path) && one.path !== 'province.json')
  await eachOf(rest, 4, async ({ path }) => {
    await copyFile(join(from, path), join(data, path))
  })
  // Settings name the folder they came from; a command on the restored place must never reach back there.
  for (const name of siteNames(data)) {
    const settings = readJsonFile<GivenSettings>(layout.settings(data, name))
    if (settings) writeWhole(layout.settings(data, name), `${JSON.stringify({ ...settings, folder: layout.site(data, name) }, null, 2)}\n`)
  }
}

/** Owned by the database's account, in folders nobody else enters. */
async function placeCluster({ from, manifest, say }: Work, home: PostgresHome): Promise<void> {
  const cluster = join(home.state, 'cluster')
  for (const folder of ['', ...manifest.folders, 'pg_wal', 'pg_replslot']) {
    mkdirSync(join(cluster, folder), { recursive: true, mode: 0o700 })
    giveTo(join(cluster, folder), home.runAs)
  }
  const files = manifest.files.filter((one) => one.path.startsWith('cluster/'))
  await eachOf(files, 4, async ({ path }) => {
    const to = join(home.state, path)
    await copyFile(join(from, path), to)
    giveTo(dirname(to), home.runAs)
    giveTo(to, home.runAs)
  })
  const signal = join(cluster, 'recovery.signal')
  writeFileSync(signal, '', { mode: 0o600 })
  giveTo(signal, home.runAs)
  say(`${files.length} files of the cluster are in place`)
}

/** Replays up to the mark of the backup, or up to a time; then the cluster takes writes. */
async function recover({ data, manifest, until }: Work): Promise<Postgres> {
  try {
    return await startPostgres({
      dataDir: layout.postgres(data),
      port: await freePort(),
      settings: {
        // In the cluster's folder, as PostgreSQL runs it.
        restore_command: 'test -f ../restore-wal/%f && cp ../restore-wal/%f %p',
        // Names of zones, even Z, are not known yet when PostgreSQL reads this.
        ...(until ? { recovery_target_time: until.replace('Z', '+00') } : { recovery_target_name: manifest.point.name }),
        recovery_target_timeline: 'current',
        recovery_target_action: 'promote',
        hot_standby: 'off',
      },
    })
  } catch (error) {
    const reason = error instanceof OutcomeError ? String(error.findings[0]?.values?.reason) : ''
    if (until && /recovery target|recovery stop point/.test(reason)) throw refuse(timeNotCovered, { asked: until, from: manifest.point.at })
    throw error
  }
}

async function beginEpoch(site: SiteDatabase, until: string | undefined): Promise<number> {
  const pool = openPool(site.url, 1)
  try {
    return await startEpoch(pool, until ? `restore to ${until}` : 'restore')
  } finally {
    await pool.end()
  }
}

/** What is not as it was, `site.table`. */
export function differencesOf(before: readonly SiteMeasure[], after: readonly SiteMeasure[]): string[] {
  return before.flatMap((site) => {
    const now = after.find((one) => one.name === site.name)
    if (!now) return [site.name]
    const tables = Object.keys({ ...site.tables, ...now.tables })
    const off = tables.filter((t) => site.tables[t]?.rows !== now.tables[t]?.rows || site.tables[t]?.digest !== now.tables[t]?.digest)
    const heads = site.log === now.log && site.seal?.hash === now.seal?.hash ? [] : ['log or seals']
    return [...off, ...heads].map((what) => `${site.name}.${what}`)
  })
}

/**
 * Rows written after the backup name blobs and seals written after it; the source still has them. The whole second memory
 * of the seals stays beside the shortened one: who restored to before a seal must be able to show it.
 */
async function bringLaterFiles({ data, manifest, say }: Work, sites: readonly SiteMeasure[]): Promise<void> {
  let brought = 0
  for (const site of sites) {
    const [there, here] = [layout.site(manifest.source.data, site.name), layout.site(data, site.name)]
    for (const path of filesBelow(join(there, 'blobs'))) {
      if (existsSync(join(here, 'blobs', path)) || path.endsWith('.tmp')) continue
      await copyFile(join(there, 'blobs', path), join(here, 'blobs', path))
      brought++
    }
    const seals = join(there, 'audit-seals.txt')
    if (!existsSync(seals)) continue
    cpSync(seals, join(here, 'audit-seals.before-restore.txt'))
    writeWhole(join(here, 'audit-seals.txt'), sealLinesUpTo(seals, site.seal?.n ?? 0))
  }
  say(`${brought} blobs written after the backup were brought`)
}

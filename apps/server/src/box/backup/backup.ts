/**
 * An online backup of a province: the cluster copied in backup mode, the log that makes the copy whole, then blobs, keys,
 * authority and settings. Everything is written aside, synced and renamed: a folder under the asked name is complete.
 */

import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { refuse } from '@yba/fhir'
import { makeFolder } from '../folder.ts'
import { layout } from '../layout.ts'
import { isAlive } from '../process.ts'
import { noteBackup } from './last.ts'
import { copyFile, eachOf, type FileEntry, FORMAT, type Manifest, writeManifest, writeSynced } from './manifest.ts'
import { folderNotEmpty } from './outcomes.ts'
import { type Pace, swift } from './pace.ts'
import { saying } from './progress.ts'
import { filesBelow, type Source, sealLinesUpTo, withSource } from './source.ts'
import { type BackupMode, enterBackupMode, measureAt, namedBlobs } from './tables.ts'
import { copySegments, openArchive, rememberBackup } from './wal.ts'

export interface BackupOptions {
  data: string
  /** Folder of this one backup, new or empty. */
  to: string
  say?: (line: string) => void
  /** `swift` without it, and when the box is stopped: there is nobody to give way to. */
  pace?: Pace
  /** How often an instant without a long write is looked for. */
  attempts?: number
}

/** Takes the backup and gives its manifest. Throws `folder-not-empty`, `box-not-running`, `backup-no-quiet-moment`. */
export async function backup(options: BackupOptions): Promise<Manifest> {
  const to = resolve(options.to)
  if (existsSync(to) && readdirSync(to).length > 0) throw refuse(folderNotEmpty, { folder: to })
  dropHalfMade(to)
  const aside = `${to}.writing-${process.pid}`
  try {
    return await withSource(resolve(options.data), async (source) => {
      makeFolder(aside, 0o700)
      const { manifest, firstSegment } = await takeCopy(source, aside, options)
      await writeManifest(aside, manifest)
      await rename(aside, to)
      await syncFolder(dirname(to))
      for (const { name } of source.sites) noteBackup(layout.site(source.data, name), manifest.madeAt)
      rememberBackup(source.home, { id: manifest.id, at: manifest.madeAt, segment: firstSegment })
      return manifest
    })
  } catch (error) {
    rmSync(aside, { recursive: true, force: true })
    throw error
  }
}

/** What killed backups of the same name left. */
function dropHalfMade(to: string): void {
  if (!existsSync(dirname(to))) return
  for (const name of readdirSync(dirname(to))) {
    const pid = name.startsWith(`${basename(to)}.writing-`) ? Number(name.split('.writing-')[1]) : Number.NaN
    if (Number.isInteger(pid) && !isAlive(pid)) rmSync(join(dirname(to), name), { recursive: true, force: true })
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function takeCopy(source: Source, aside: string, options: BackupOptions): Promise<{ manifest: Manifest; firstSegment: string }> {
  const begun = performance.now()
  const say = options.say ?? (() => undefined)
  const pace = (source.running && options.pace) || swift
  const id = `yba-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}-${randomBytes(3).toString('hex')}`
  openArchive(source.home)
  const mode = await enterBackupMode(source.postgres.superuserUrl, id)
  try {
    const cluster = await copyCluster(source, aside, mode, { say, pace })
    const { mark, sites } = await measureAt(source.sites, () => mode.mark(id), {
      pace,
      ...(options.attempts ? { attempts: options.attempts } : {}),
    })
    say(`${sites.length} sites measured at ${mark.at}`)
    const last = await mode.lastSegment(mark.lsn)
    const wal = await copySegments(source.home, { first: mode.firstSegment, last }, aside, pace)
    say(`${wal.length} log segments`)
    const rest = await copyRest(source, aside, new Map(sites.map((site) => [site.name, site.seal?.n ?? 0])), { say, pace })
    say(`${rest.length} blobs, keys and settings`)
    const files = [...cluster.files, ...wal, ...rest]
    const manifest: Manifest = {
      format: FORMAT,
      id,
      madeAt: new Date().toISOString(),
      postgres: source.home.version,
      point: { name: id, ...mark },
      source: { data: source.data, state: source.home.state },
      sites,
      absentBlobs: await absentBlobs(source, aside, pace),
      folders: cluster.folders,
      files,
      bytes: files.reduce((sum, one) => sum + one.bytes, 0),
      seconds: Math.round(performance.now() - begun) / 1000,
    }
    return { manifest, firstSegment: mode.firstSegment }
  } finally {
    await mode.close()
  }
}

/** Left out as PostgreSQL itself leaves them out: made anew at the start, or of the running server only. */
const FOLDER_ONLY = /^(pg_wal|pg_dynshmem|pg_notify|pg_replslot|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\//
const LEFT_OUT =
  /(^|\/)(postmaster\.(pid|opts)|pg_internal\.init(\.\d+)?|current_logfiles|backup_label(\.old)?|tablespace_map(\.old)?|pgsql_tmp[^/]*(\/.*)?)$/

interface ClusterCopy {
  files: FileEntry[]
  folders: string[]
}

interface Manner {
  say: (line: string) => void
  pace: Pace
}

async function copyCluster(source: Source, aside: string, mode: BackupMode, { say, pace }: Manner): Promise<ClusterCopy> {
  const cluster = join(source.home.state, 'cluster')
  const entries = readdirSync(cluster, { recursive: true, withFileTypes: true })
  const pathOf = (entry: (typeof entries)[number]) => join(entry.parentPath, entry.name).slice(cluster.length + 1)
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map(pathOf)
    .filter((path) => !LEFT_OUT.test(path) && !path.startsWith('pg_replslot/'))
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(pathOf)
    .filter((path) => !FOLDER_ONLY.test(path) && !LEFT_OUT.test(path))
  // The control file last: it must not be older than what was copied before it.
  const order = [...paths.filter((path) => path !== 'global/pg_control').sort(), 'global/pg_control']
  const files: FileEntry[] = []
  const copyOne = async (path: string) => {
    const made = await copyFile(join(cluster, path), join(aside, 'cluster', path), pace)
    if (made) files.push({ path: join('cluster', path), ...made })
  }
  const tell = saying(say, (done) => `cluster: ${done} of ${order.length} files`)
  await eachOf(order.slice(0, -1), pace.lanes, async (path) => {
    await copyOne(path)
    tell()
  })
  await copyOne('global/pg_control')
  const label = await mode.end()
  files.push({ path: 'cluster/backup_label', ...(await writeSynced(join(aside, 'cluster', 'backup_label'), [Buffer.from(label)])) })
  say(`cluster: ${files.length} files`)
  return { files, folders: folders.sort() }
}

const NOT_COPIED = /(\.log|\.tmp|\.new|audit-seals\.txt)$/

/** After the database: bytes are written before the rows that name them. */
async function copyRest(source: Source, aside: string, seals: ReadonlyMap<string, number>, { say, pace }: Manner): Promise<FileEntry[]> {
  const data = source.data
  const wanted = [
    'province.json',
    join('postgres', 'cluster.json'),
    ...filesBelow(join(data, 'authority')).map((path) => join('authority', path)),
    ...source.sites.flatMap(({ name }) => filesBelow(join(data, 'sites', name)).map((path) => join('sites', name, path))),
  ].filter((path) => !NOT_COPIED.test(path))
  const files: FileEntry[] = []
  const tell = saying(say, (done) => `blobs, keys and settings: ${done} of ${wanted.length} files`)
  await eachOf(wanted, pace.lanes, async (path) => {
    const made = await copyFile(join(data, path), join(aside, path), pace)
    if (made) files.push({ path, ...made })
    tell()
  })
  for (const [name, n] of seals) {
    const path = join('sites', name, 'audit-seals.txt')
    // Seals made after the instant of the backup are unknown to the copy.
    const lines = sealLinesUpTo(join(data, path), n)
    files.push({ path, ...(await writeSynced(join(aside, path), [Buffer.from(lines)])) })
  }
  return files
}

async function absentBlobs(source: Source, aside: string, pace: Pace): Promise<Record<string, string[]>> {
  const absent: Record<string, string[]> = {}
  for (const { name, url } of source.sites) {
    const named = await namedBlobs(url, pace)
    const gone = named.filter((sha) => !existsSync(join(aside, 'sites', name, 'blobs', sha.slice(0, 2), sha.slice(2, 4), sha)))
    // A blob that came after the copy of the folder belongs to rows after the instant of the backup.
    absent[name] = gone.filter((sha) => !existsSync(join(source.data, 'sites', name, 'blobs', sha.slice(0, 2), sha.slice(2, 4), sha)))
  }
  return absent
}

/** What a backup says of itself, and the copying and checking of its files. */

import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { refuse } from '@yba/fhir'
import { backupDamaged, backupFileMissing, backupNotFound, backupWrongVersion } from './outcomes.ts'
import { type Pace, swift } from './pace.ts'

export const FORMAT = 1

export interface FileEntry {
  path: string
  bytes: number
  sha256: string
}

export interface TableMeasure {
  rows: number
  /** Sums of two hashes over all rows, whatever their order. */
  digest: string
}

export interface SiteMeasure {
  name: string
  database: string
  /** Position of the log, `epoch.number`. */
  log: string
  seal: { n: number; hash: string } | null
  tables: Record<string, TableMeasure>
}

export interface Manifest {
  format: number
  id: string
  madeAt: string
  postgres: string
  /** The one instant at which all sites were measured; a restore without a time ends there. */
  point: { name: string; lsn: string; at: string }
  /** Where the source lies: its log and its later blobs serve recovery to a time after the backup. */
  source: { data: string; state: string }
  sites: SiteMeasure[]
  /** Blobs a site names and does not have itself, by site. */
  absentBlobs: Record<string, string[]>
  folders: string[]
  files: FileEntry[]
  bytes: number
  seconds: number
}

/** Files up to this size are taken in one piece; most of a cluster's are a few kilobytes. */
const SMALL = 1 << 20

const NAME = 'manifest.json'
const DIGEST = 'manifest.sha256'

/** Runs `work` on all items, a few at a time. */
export async function eachOf<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items].reverse()
  const lane = async () => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

/** Writes bytes to a new file and waits for the disk. */
export async function writeSynced(
  file: string,
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  pace: Pace = swift,
): Promise<{ bytes: number; sha256: string }> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const hash = createHash('sha256')
  let bytes = 0
  const handle = await open(file, 'w', 0o600)
  try {
    for await (const chunk of chunks) {
      hash.update(chunk)
      bytes += chunk.length
      await handle.writeFile(chunk)
      if (pace.syncPieces) await handle.datasync()
      await pace.rest()
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** Copies one file with its digest; undefined when it vanished meanwhile, as tables do that are dropped. */
export async function copyFile(from: string, to: string, pace: Pace = swift): Promise<{ bytes: number; sha256: string } | undefined> {
  try {
    const handle = await open(from, 'r')
    if ((await handle.stat()).size > SMALL) return await writeSynced(to, handle.createReadStream({ highWaterMark: SMALL }), pace)
    const bytes = await handle.readFile().finally(() => handle.close())
    return await writeSynced(to, [bytes], pace)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync(from)) return undefined
    throw error
  }
}

export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  if (statSync(file).size <= SMALL) return hash.update(readFileSync(file)).digest('hex')
  for await (const chunk of createReadStream(file, { highWaterMark: SMALL })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const { sha256 } = await writeSynced(join(folder, NAME), [Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)])
  await writeSynced(join(folder, DIGEST), [Buffer.from(`${sha256}\n`)])
}

/** Throws `backup-not-found`, `backup-damaged`, `backup-wrong-version`. */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, NAME)
  if (!existsSync(file) || !existsSync(join(folder, DIGEST))) throw refuse(backupNotFound, { folder })
  if ((await digestOf(file)) !== readFileSync(join(folder, DIGEST), 'utf8').trim()) throw refuse(backupDamaged, { count: 1, file })
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest
  if (manifest.format !== FORMAT) throw refuse(backupWrongVersion, { found: `format ${manifest.format}`, expected: `format ${FORMAT}` })
  return manifest
}

/** Every file there and as it was. Throws `backup-file-missing`, `backup-damaged`. */
export async function verifyFiles(folder: string, manifest: Pick<Manifest, 'files'>): Promise<void> {
  const missing = manifest.files.filter((one) => !existsSync(join(folder, one.path)))
  if (missing[0]) throw refuse(backupFileMissing, { count: missing.length, file: missing[0].path })
  const damaged: string[] = []
  await eachOf(manifest.files, 4, async (one) => {
    if ((await digestOf(join(folder, one.path))) !== one.sha256) damaged.push(one.path)
  })
  const first = damaged.sort()[0]
  if (first) throw refuse(backupDamaged, { count: damaged.length, file: first })
}

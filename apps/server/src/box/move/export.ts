/**
 * A whole site as files: tables as NDJSON, blobs, keys. For moving, the keys are sealed under a transfer key that travels
 * apart; in a backup they lie as they lie in the site's folder, so that a restore needs nothing but the backup and, on a
 * production site, the master key that is kept apart from it.
 */

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { refuse } from '@yba/fhir'
import { newMasterKey, wrapKey } from '@yba/signing'
import type { GivenSettings } from '../../settings.ts'
import { copyFile, eachOf, type FileEntry, writeSynced } from '../backup/manifest.ts'
import { folderNotEmpty } from '../backup/outcomes.ts'
import { type Pace, swift } from '../backup/pace.ts'
import { saying } from '../backup/progress.ts'
import { filesBelow, sealLinesUpTo } from '../backup/source.ts'
import { namedBlobs } from '../backup/tables.ts'
import { makeFolder } from '../folder.ts'
import { readMasterKey } from '../site-keys.ts'
import {
  beginReading,
  lastSeal,
  linesOf,
  type Migration,
  migrationsOf,
  type Sequence,
  sequencesOf,
  tableNames,
  withSession,
} from './tables.ts'

export const EXPORT_FORMAT = 1
/** What the sealed keys are bound to. */
export const KEYS_NAME = 'site-export'

/** Sealed under the transfer key, or as they lie in the site's folder. */
export type KeysAre = 'sealed' | 'beside'

export interface ExportNote {
  format: number
  madeAt: string
  keys: KeysAre
  site: Pick<GivenSettings, 'name' | 'role' | 'environment' | 'facility'>
  migrations: Migration[]
  sequences: Sequence[]
  tables: { name: string; rows: number; file: string; sha256: string }[]
  /** Blobs that records name and this site does not have itself. */
  absentBlobs: string[]
  files: FileEntry[]
  bytes: number
  seconds: number
}

export interface Exported {
  note: ExportNote
  /** Opens `keys.sealed`; not written anywhere. Empty when the keys lie beside. */
  transferKey: string
}

export interface ExportOptions {
  keys?: KeysAre
  say?: (line: string) => void
  /** `swift` without it. */
  pace?: Pace
}

/** One instant of the site, running or stopped. Written aside and renamed. Throws `folder-not-empty`. */
export async function exportSite(settings: GivenSettings, asked: string, options: ExportOptions = {}): Promise<Exported> {
  const to = resolve(asked)
  if (existsSync(to) && readdirSync(to).length > 0) throw refuse(folderNotEmpty, { folder: to })
  const aside = `${to}.writing-${process.pid}`
  rmSync(aside, { recursive: true, force: true })
  makeFolder(aside, 0o700)
  try {
    const made = await writeExport(settings, aside, options)
    await rename(aside, to)
    return made
  } catch (error) {
    rmSync(aside, { recursive: true, force: true })
    throw error
  }
}

type Write = (path: string, chunks: AsyncIterable<Buffer> | Iterable<Buffer>) => Promise<FileEntry>

async function writeExport(settings: GivenSettings, aside: string, options: ExportOptions): Promise<Exported> {
  const begun = performance.now()
  const { name, role, environment, facility } = settings
  const say = options.say ?? (() => undefined)
  const pace = options.pace ?? swift
  const files: FileEntry[] = []
  const write: Write = async (path, chunks) => {
    const entry = { path, ...(await writeSynced(join(aside, path), chunks, pace)) }
    files.push(entry)
    return entry
  }
  const { newestSeal, ...database } = await writeTables(settings, write, say)
  // After the database: bytes are written before the rows that name them.
  const blobs = filesBelow(join(settings.folder, 'blobs')).filter((path) => !path.endsWith('.tmp'))
  const copied = saying(say, (n) => `${n} of ${blobs.length} blobs`)
  await eachOf(blobs, pace.lanes, async (path) => {
    const made = await copyFile(join(settings.folder, 'blobs', path), join(aside, 'blobs', path), pace)
    if (made) files.push({ path: join('blobs', path), ...made })
    copied()
  })
  say(`${blobs.length} blobs`)
  const have = new Set(blobs.map((path) => basename(path)))
  const absentBlobs = (await namedBlobs(settings.database, pace)).filter((sha) => !have.has(sha))
  // Seals made after the instant of the export are unknown to it.
  await write('audit-seals.txt', [Buffer.from(sealLinesUpTo(join(settings.folder, 'audit-seals.txt'), newestSeal))])
  const keys = options.keys ?? 'sealed'
  const transferKey = await writeKeys(settings.folder, keys, write)
  const note: ExportNote = {
    format: EXPORT_FORMAT,
    madeAt: new Date().toISOString(),
    keys,
    site: { name, role, environment, facility },
    ...database,
    absentBlobs,
    files,
    bytes: files.reduce((sum, one) => sum + one.bytes, 0),
    seconds: Math.round(performance.now() - begun) / 1000,
  }
  const { sha256 } = await writeSynced(join(aside, 'manifest.json'), [Buffer.from(`${JSON.stringify(note, null, 1)}\n`)])
  await writeSynced(join(aside, 'manifest.sha256'), [Buffer.from(`${sha256}\n`)])
  return { note, transferKey }
}

/** All tables as they were at one instant. */
async function writeTables(settings: GivenSettings, write: Write, say: (line: string) => void) {
  return await withSession(settings.database, async (client) => {
    await beginReading(client)
    const tables: ExportNote['tables'] = []
    for (const table of await tableNames(client)) {
      let rows = 0
      const read = saying(say, (n) => `${table}: ${n} rows`)
      const counted = inBlocks(linesOf(client, table), () => {
        rows++
        read()
      })
      const entry = await write(join('tables', `${table}.ndjson`), counted)
      tables.push({ name: table, rows, file: entry.path, sha256: entry.sha256 })
    }
    say(`${tables.length} tables, ${tables.reduce((sum, one) => sum + one.rows, 0)} rows`)
    const newestSeal = await lastSeal(client)
    return { tables, migrations: await migrationsOf(client), sequences: await sequencesOf(client), newestSeal }
  })
}

async function writeKeys(folder: string, keys: KeysAre, write: Write): Promise<string> {
  if (keys === 'beside') {
    for (const path of filesBelow(join(folder, 'keys'))) await write(join('keys', path), [readFileSync(join(folder, 'keys', path))])
    return ''
  }
  const transfer = newMasterKey()
  await write('keys.sealed', [Buffer.from(wrapKey(Buffer.from(JSON.stringify(keyFiles(folder))), transfer, KEYS_NAME))])
  return transfer.toString('base64')
}

/** All files of `keys/`, the master key among them wherever it came from. */
function keyFiles(folder: string): Record<string, string> {
  const keys = join(folder, 'keys')
  const all = Object.fromEntries(filesBelow(keys).map((path) => [path, readFileSync(join(keys, path)).toString('base64')]))
  return { ...all, 'master.key': Buffer.from(readMasterKey(folder).toString('base64')).toString('base64') }
}

/** Lines gathered to blocks of about a megabyte. */
async function* inBlocks(lines: AsyncIterable<string>, each: () => void): AsyncGenerator<Buffer> {
  let block: string[] = []
  let size = 0
  for await (const line of lines) {
    each()
    block.push(line, '\n')
    size += line.length
    if (size < 1 << 20) continue
    yield Buffer.from(block.join(''))
    block = []
    size = 0
  }
  yield Buffer.from(block.join(''))
}

/** Digest of a table as its file has it. */
export async function tableDigest(lines: AsyncIterable<string>): Promise<string> {
  const hash = createHash('sha256')
  for await (const line of lines) hash.update(line).update('\n')
  return hash.digest('hex')
}

/** A whole site as files: tables as NDJSON, blobs, and its keys sealed under a transfer key that travels apart. */

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { refuse } from '@yba/fhir'
import { newMasterKey, wrapKey } from '@yba/signing'
import type { SiteSettings } from '../../settings.ts'
import { copyFile, eachOf, type FileEntry, writeSynced } from '../backup/manifest.ts'
import { folderNotEmpty } from '../backup/outcomes.ts'
import { filesBelow } from '../backup/source.ts'
import { readMasterKey } from '../site-keys.ts'
import { beginReading, linesOf, type Migration, migrationsOf, type Sequence, sequencesOf, tableNames, withSession } from './tables.ts'

export const EXPORT_FORMAT = 1
/** What the sealed keys are bound to. */
export const KEYS_NAME = 'site-export'

export interface ExportNote {
  format: number
  madeAt: string
  site: Pick<SiteSettings, 'name' | 'role' | 'environment' | 'facility'>
  migrations: Migration[]
  sequences: Sequence[]
  tables: { name: string; rows: number; file: string; sha256: string }[]
  files: FileEntry[]
}

export interface Exported {
  note: ExportNote
  /** Opens `keys.sealed`; not written anywhere. */
  transferKey: string
}

/** One instant of the site, running or stopped. Written aside and renamed. Throws `folder-not-empty`. */
export async function exportSite(settings: SiteSettings, asked: string, say: (line: string) => void = () => undefined): Promise<Exported> {
  const to = resolve(asked)
  if (existsSync(to) && readdirSync(to).length > 0) throw refuse(folderNotEmpty, { folder: to })
  const aside = `${to}.writing-${process.pid}`
  rmSync(aside, { recursive: true, force: true })
  await mkdir(aside, { recursive: true, mode: 0o700 })
  try {
    const made = await writeExport(settings, aside, say)
    await rename(aside, to)
    return made
  } catch (error) {
    rmSync(aside, { recursive: true, force: true })
    throw error
  }
}

async function writeExport(settings: SiteSettings, aside: string, say: (line: string) => void): Promise<Exported> {
  const { name, role, environment, facility } = settings
  const files: FileEntry[] = []
  const write = async (path: string, chunks: AsyncIterable<Buffer> | Iterable<Buffer>) => {
    const entry = { path, ...(await writeSynced(join(aside, path), chunks)) }
    files.push(entry)
    return entry
  }
  const database = await withSession(settings.database, async (client) => {
    await beginReading(client)
    const tables: ExportNote['tables'] = []
    for (const table of await tableNames(client)) {
      let rows = 0
      const counted = inBlocks(linesOf(client, table), () => rows++)
      const entry = await write(join('tables', `${table}.ndjson`), counted)
      tables.push({ name: table, rows, file: entry.path, sha256: entry.sha256 })
    }
    return { tables, migrations: await migrationsOf(client), sequences: await sequencesOf(client) }
  })
  say(`${database.tables.length} tables, ${database.tables.reduce((sum, one) => sum + one.rows, 0)} rows`)
  // After the database: bytes are written before the rows that name them.
  const blobs = filesBelow(join(settings.folder, 'blobs')).filter((path) => !path.endsWith('.tmp'))
  await eachOf(blobs, 4, async (path) => {
    const made = await copyFile(join(settings.folder, 'blobs', path), join(aside, 'blobs', path))
    if (made) files.push({ path: join('blobs', path), ...made })
  })
  say(`${blobs.length} blobs`)
  const seals = join(settings.folder, 'audit-seals.txt')
  if (existsSync(seals)) await write('audit-seals.txt', [readFileSync(seals)])
  const transfer = newMasterKey()
  await write('keys.sealed', [Buffer.from(wrapKey(Buffer.from(JSON.stringify(keyFiles(settings.folder))), transfer, KEYS_NAME))])
  const note: ExportNote = {
    format: EXPORT_FORMAT,
    madeAt: new Date().toISOString(),
    site: { name, role, environment, facility },
    ...database,
    files,
  }
  const { sha256 } = await writeSynced(join(aside, 'manifest.json'), [Buffer.from(`${JSON.stringify(note, null, 1)}\n`)])
  await writeSynced(join(aside, 'manifest.sha256'), [Buffer.from(`${sha256}\n`)])
  return { note, transferKey: transfer.toString('base64') }
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

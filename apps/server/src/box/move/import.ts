/**
 * An exported site at a new place: empty database, folder without keys. All tables come in one transaction and are read
 * back before it commits; what differs by one byte is taken back whole.
 */

import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { refuse } from '@yba/fhir'
import { unwrapKey } from '@yba/signing'
import type pg from 'pg'
import type { GivenSettings } from '../../settings.ts'
import { migrateStore, openPool } from '../../store/index.ts'
import { copyFile, digestOf, eachOf, verifyFiles, writeSynced } from '../backup/manifest.ts'
import { backupDamaged, backupNotFound, backupWrongVersion } from '../backup/outcomes.ts'
import { saying } from '../backup/progress.ts'
import { readSiteKeys } from '../site-keys.ts'
import { EXPORT_FORMAT, type ExportNote, KEYS_NAME, tableDigest } from './export.ts'
import { exportOtherLayout, exportOtherSite, importDiffers, siteNotEmpty } from './outcomes.ts'
import { clear, isEmpty, linesOf, load, migrationsOf, newEpoch, setSequence, tableNames, withSession } from './tables.ts'

/** What an import needs to know of the new place. */
export type PlaceSettings = Pick<GivenSettings, 'name' | 'role' | 'environment' | 'facility' | 'database' | 'folder'>

export interface ImportOptions {
  from: string
  /** Of the new place: its database exists and is empty, its folder holds no keys and no blobs. */
  settings: PlaceSettings
  /** What the export printed; a backup has its keys beside and needs none. */
  transferKey?: string
  say?: (line: string) => void
}

export interface Imported {
  note: ExportNote
  epoch: number
}

/** Throws `backup-not-found`, `backup-damaged`, `backup-wrong-version`, `site-not-empty`, `export-other-site`, `export-other-layout`, `key-unwrap-failed`. */
export async function importSite(options: ImportOptions): Promise<Imported> {
  const { settings } = options
  const say = options.say ?? (() => undefined)
  const from = resolve(options.from)
  const note = await readNote(from)
  checkSite(note, settings)
  await verifyFiles(from, note)
  say(`${note.files.length} files are as the manifest says`)
  const keys = note.keys === 'beside' ? keysBeside(from, note) : openKeys(from, options.transferKey ?? '')
  const [keyFolder, blobs] = [join(settings.folder, 'keys'), join(settings.folder, 'blobs')]
  if (existsSync(keyFolder) || existsSync(blobs)) throw refuse(siteNotEmpty, { name: settings.name })
  await migrate(settings)
  const epoch = await withSession(settings.database, async (client) => {
    if (!(await isEmpty(client))) throw refuse(siteNotEmpty, { name: settings.name })
    await checkLayout(client, note)
    await client.query('begin')
    try {
      const begun = await loadAll(client, from, note, say)
      await placeFiles(from, note, settings.folder, keys, say)
      // Keys that their master key does not open are found out before anything stays.
      await readSiteKeys(settings.folder)
      await client.query('commit')
      return begun
    } catch (error) {
      await client.query('rollback')
      for (const made of [keyFolder, blobs, join(settings.folder, 'audit-seals.txt')]) rmSync(made, { recursive: true, force: true })
      throw error
    }
  })
  say(`${note.tables.length} tables are equal to the export; epoch ${epoch} has begun`)
  return { note, epoch }
}

/** Whether the folder holds one site, not a province. */
export function isSiteExport(folder: string): boolean {
  const file = join(folder, 'manifest.json')
  return existsSync(file) && 'keys' in JSON.parse(readFileSync(file, 'utf8'))
}

/** What an export or a site's backup says of itself. Throws `backup-not-found`, `backup-damaged`, `backup-wrong-version`. */
export async function readNote(from: string): Promise<ExportNote> {
  const file = join(from, 'manifest.json')
  const digest = join(from, 'manifest.sha256')
  if (!existsSync(file) || !existsSync(digest)) throw refuse(backupNotFound, { folder: from })
  if ((await digestOf(file)) !== readFileSync(digest, 'utf8').trim()) throw refuse(backupDamaged, { count: 1, file })
  const note = JSON.parse(readFileSync(file, 'utf8')) as ExportNote
  // A backup of a province has a manifest, too.
  if (note.format === EXPORT_FORMAT && note.tables) return note
  throw refuse(backupWrongVersion, { found: `format ${note.format}`, expected: `site export ${EXPORT_FORMAT}` })
}

function checkSite(note: ExportNote, settings: PlaceSettings): void {
  const word = (one: ExportNote['site']) => `${one.facility.code} (${one.role}, ${one.environment})`
  if (word(note.site) !== word(settings)) throw refuse(exportOtherSite, { found: word(note.site), expected: word(settings) })
}

function openKeys(from: string, transferKey: string): Record<string, string> {
  const sealed = readFileSync(join(from, 'keys.sealed'), 'utf8')
  // A key of another length is a wrong key, too, and is refused as one.
  const given = Buffer.alloc(32)
  Buffer.from(transferKey, 'base64').copy(given)
  return JSON.parse(unwrapKey(sealed, given, KEYS_NAME).toString('utf8')) as Record<string, string>
}

function keysBeside(from: string, note: ExportNote): Record<string, string> {
  const own = note.files.filter((one) => one.path.startsWith('keys/'))
  return Object.fromEntries(own.map(({ path }) => [path.slice('keys/'.length), readFileSync(join(from, path)).toString('base64')]))
}

async function migrate(settings: PlaceSettings): Promise<void> {
  const { featuresOf } = await import('../../roles.ts')
  const pool = openPool(settings.database, 1)
  try {
    await migrateStore(pool, featuresOf(settings.role))
  } finally {
    await pool.end()
  }
}

async function checkLayout(client: pg.Client, note: ExportNote): Promise<void> {
  const words = (all: ExportNote['migrations']) => new Set(all.map((one) => `${one.name} ${one.digest}`))
  const [here, there] = [words(await migrationsOf(client)), words(note.migrations)]
  const odd = [...here].find((one) => !there.has(one)) ?? [...there].find((one) => !here.has(one))
  if (odd) throw refuse(exportOtherLayout, { name: odd.split(' ')[0] ?? odd })
}

const BATCH_BYTES = 2 << 20

async function loadAll(client: pg.Client, from: string, note: ExportNote, say: (line: string) => void): Promise<number> {
  const names = await tableNames(client)
  await clear(client, names)
  const total = note.tables.reduce((sum, one) => sum + one.rows, 0)
  const loaded = saying(say, (n) => `${n} of ${total} rows`)
  for (const table of names) {
    const entry = note.tables.find((one) => one.name === table)
    if (!entry) throw refuse(exportOtherLayout, { name: table })
    let batch: string[] = []
    let size = 0
    for await (const line of createInterface({ input: createReadStream(join(from, entry.file)), crlfDelay: Number.POSITIVE_INFINITY })) {
      batch.push(line)
      loaded()
      size += line.length
      if (size < BATCH_BYTES) continue
      await load(client, table, batch)
      batch = []
      size = 0
    }
    if (batch.length > 0) await load(client, table, batch)
  }
  say(`${total} rows loaded, comparing`)
  for (const entry of note.tables) {
    if ((await tableDigest(linesOf(client, entry.name))) !== entry.sha256) throw refuse(importDiffers, { table: entry.name })
  }
  for (const sequence of note.sequences) await setSequence(client, sequence)
  return await newEpoch(client, 'import')
}

async function placeFiles(
  from: string,
  note: ExportNote,
  folder: string,
  keys: Record<string, string>,
  say: (line: string) => void,
): Promise<void> {
  mkdirSync(join(folder, 'keys', 'signing'), { recursive: true, mode: 0o700 })
  for (const [path, text] of Object.entries(keys)) {
    const target = resolve(folder, 'keys', path)
    if (!target.startsWith(resolve(folder, 'keys'))) throw refuse(backupDamaged, { count: 1, file: 'keys.sealed' })
    await writeSynced(target, [Buffer.from(text, 'base64')])
  }
  const files = note.files.filter((one) => one.path.startsWith('blobs/') || one.path === 'audit-seals.txt')
  const placed = saying(say, (n) => `${n} of ${files.length} files`)
  await eachOf(files, 4, async ({ path }) => {
    await copyFile(join(from, path), join(folder, path))
    placed()
  })
}

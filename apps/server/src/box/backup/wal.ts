/** Log segments: copied into a backup, kept in the archive as long as a backup may need them, gathered for a restore. */

import { createReadStream, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { readJsonFile } from '../layout.ts'
import { giveTo, type PostgresHome } from '../postgres-home.ts'
import { writeWhole } from '../site-keys.ts'
import { type FileEntry, writeSynced } from './manifest.ts'
import type { Pace } from './pace.ts'

const SEGMENT = /^[0-9A-F]{24}$/
const ARCHIVED = /^([0-9A-F]{24})\.gz$/
const DAYS_KEPT = 7

interface KeptBackup {
  id: string
  at: string
  segment: string
}

/** From now on finished segments are kept. */
export function openArchive(home: PostgresHome): void {
  const folder = join(home.state, 'wal')
  if (existsSync(folder)) return
  mkdirSync(folder, { mode: 0o700 })
  giveTo(folder, home.runAs)
}

/** Notes a finished backup and drops segments older than every backup of the last days. */
export function rememberBackup(home: PostgresHome, made: KeptBackup): void {
  const folder = join(home.state, 'wal')
  const file = join(folder, 'backups.json')
  const since = Date.parse(made.at) - DAYS_KEPT * 86_400_000
  const kept = [...(readJsonFile<KeptBackup[]>(file) ?? []).filter((one) => Date.parse(one.at) >= since), made]
  writeWhole(file, `${JSON.stringify(kept, null, 1)}\n`)
  const oldest = kept.map((one) => one.segment).sort()[0] ?? made.segment
  for (const name of readdirSync(folder)) {
    const segment = ARCHIVED.exec(name)?.[1]
    if (segment && segment < oldest) rmSync(join(folder, name))
  }
}

/** Copies the segments from `first` to `last` out of the running cluster, compressed. */
export async function copySegments(
  home: PostgresHome,
  range: { first: string; last: string },
  to: string,
  pace: Pace,
): Promise<FileEntry[]> {
  const from = join(home.state, 'cluster', 'pg_wal')
  const names = readdirSync(from)
    .filter((name) => (SEGMENT.test(name) && name >= range.first && name <= range.last) || /\.history$/.test(name))
    .sort()
  const made: FileEntry[] = []
  for (const name of names) {
    const path = join('wal', `${name}.gz`)
    const packed = createReadStream(join(from, name)).pipe(createGzip({ level: 1 }))
    made.push({ path, ...(await writeSynced(join(to, path), packed, pace)) })
  }
  return made
}

export interface Gathered {
  /** Folder the recovering server reads from. */
  folder: string
}

/**
 * Puts segments where the recovering server reads them: those of the backup; for a time after it also those of the
 * source's archive and, newest of all, those still in the source's `pg_wal`.
 */
export async function gatherSegments(backup: string, home: PostgresHome, source: string | undefined): Promise<Gathered> {
  const folder = join(home.state, 'restore-wal')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { mode: 0o700 })
  const live = source ? join(source, 'cluster', 'pg_wal') : ''
  if (existsSync(live)) {
    for (const name of readdirSync(live).filter((one) => SEGMENT.test(one))) {
      // A segment may be archived and recycled at this very moment; then the archive below has it.
      if (existsSync(join(live, name))) await writeSynced(join(folder, name), createReadStream(join(live, name)))
    }
  }
  for (const place of [source ? join(source, 'wal') : '', join(backup, 'wal')]) {
    if (!existsSync(place)) continue
    for (const name of readdirSync(place).filter((one) => one.endsWith('.gz'))) {
      const target = join(folder, name.slice(0, -3))
      const unpacked = createGunzip()
      await Promise.all([pipeline(createReadStream(join(place, name)), unpacked), writeSynced(target, unpacked)])
    }
  }
  for (const name of readdirSync(folder)) giveTo(join(folder, name), home.runAs)
  giveTo(folder, home.runAs)
  return { folder }
}

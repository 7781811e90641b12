/** A site knows when it was last backed up: people see it on its exchange page. */

import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GivenSettings } from '../../settings.ts'
import { type ExportNote, type ExportOptions, exportSite } from '../move/export.ts'

/** Notes a finished backup in the site's folder. It may be made by another account than the one the site runs under. */
export function noteBackup(folder: string, at: string): void {
  const file = join(folder, 'last-backup.json')
  const aside = `${file}.${process.pid}.new`
  writeFileSync(aside, `${JSON.stringify({ at })}\n`, { mode: 0o644 })
  renameSync(aside, file)
}

/** One site, running or stopped, on whatever PostgreSQL; noted when it is whole. Throws `folder-not-empty`. */
export async function backupSite(
  settings: GivenSettings,
  to: string,
  options: Pick<ExportOptions, 'say' | 'pace'> = {},
): Promise<ExportNote> {
  const { note } = await exportSite(settings, to, { ...options, keys: 'beside' })
  noteBackup(settings.folder, note.madeAt)
  return note
}

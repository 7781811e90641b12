/** When this site was last backed up, as `yba backup` noted it in the site's folder (box/backup/last.ts). */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Site } from '../../../site.ts'

/** Null when it never was, or when nobody can tell: a damaged note must not take the page away. */
export async function lastBackup(site: Site): Promise<string | null> {
  try {
    const note = JSON.parse(await readFile(join(site.settings.folder, 'last-backup.json'), 'utf8')) as { at?: unknown }
    return typeof note.at === 'string' && !Number.isNaN(Date.parse(note.at)) ? note.at : null
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') site.log.warn({ err: error }, 'the note of the last backup cannot be read')
    return null
  }
}

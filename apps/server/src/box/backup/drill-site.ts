/** The drill of one site's backup: restored on the box's own PostgreSQL in a scratch place, whatever server it came from. */

import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { refuse } from '@yba/fhir'
import { databaseRole } from '../layout.ts'
import { importSite, readNote } from '../move/import.ts'
import { freePort, startPostgres } from '../postgres.ts'
import { type DrillOptions, type DrillReport, sweepDead, writeReport } from './drill.ts'
import { lookAt } from './look.ts'
import { folderNotEmpty } from './outcomes.ts'
import { clearRestored } from './restore.ts'

/**
 * Gives the report and writes it beside the backup. Tables are compared with the backup row by row before anything else;
 * the server the site works on is not touched. Throws what `importSite` throws.
 */
export async function drillSite(options: DrillOptions & { transferKey?: string }): Promise<DrillReport> {
  const begun = performance.now()
  const from = resolve(options.from)
  const scratch = resolve(options.scratch ?? `${from}.drill-${process.pid}`)
  const existed = existsSync(scratch)
  if (existed && readdirSync(scratch).length > 0) throw refuse(folderNotEmpty, { folder: scratch })
  await sweepDead(from)
  const note = await readNote(from)
  mkdirSync(scratch, { recursive: true, mode: 0o755 })
  const dataDir = join(scratch, 'postgres')
  try {
    const postgres = await startPostgres({ dataDir, port: await freePort(), durable: false })
    const database = databaseRole(note.site.name)
    await postgres.createDatabase(database)
    const settings = { ...note.site, database: postgres.url(database), folder: join(scratch, 'site') }
    const { transferKey, say } = options
    const { epoch } = await importSite({ from, settings, ...(transferKey ? { transferKey } : {}), ...(say ? { say } : {}) })
    const secondsToRestore = Math.round(performance.now() - begun) / 1000
    const looked = await lookAt({ name: note.site.name, database, url: settings.database }, settings.folder, note.absentBlobs ?? [])
    const rows = note.tables.reduce((sum, one) => sum + one.rows, 0)
    return writeReport(from, {
      ok: looked.audit.ok && looked.blobs.missing.length + looked.blobs.damaged.length === 0,
      backup: { id: `${note.site.name} (${note.site.facility.code})`, madeAt: note.madeAt, bytes: note.bytes, files: note.files.length },
      drilledAt: new Date().toISOString(),
      secondsToRestore,
      differences: [],
      sites: [{ ...looked, tables: note.tables.length, rows, epoch }],
    })
  } finally {
    await clearRestored(scratch)
    if (!existed) rmSync(scratch, { recursive: true, force: true })
  }
}

/**
 * Work on a site from the command line: beside a running box, on a stopped one (its PostgreSQL is started for the time),
 * or on a site of its own given by its settings file. The site is opened without listening.
 */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '@yba/fhir'
import type { GivenSettings } from '../settings.ts'
import { ARCHIVING } from './archiving.ts'
import { layout, readJsonFile, readRuntime } from './layout.ts'
import { tryLock } from './lock.ts'
import { boxNotRunning, siteUnknown } from './outcomes.ts'
import { loadOpenSite, type OpenedSite } from './parts.ts'
import { startPostgres } from './postgres.ts'

/** Runs `work` on each named site, one after the other. Throws `site-unknown`, `box-not-running` and what the site throws. */
export async function withSites(data: string, named: string | undefined, work: (site: OpenedSite) => Promise<void>): Promise<void> {
  const files = settingsFiles(data, named)
  const all = files.map((file) => readJsonFile<GivenSettings>(file)).filter((one) => one !== undefined)
  const insideBox = all.some((settings) => settings.folder.startsWith(join(data, 'sites')))
  const release = insideBox ? await databaseOf(data, all) : undefined
  try {
    const openSite = await loadOpenSite()
    for (const settings of all) {
      const site = await openSite(settings, { logFile: join(settings.folder, 'cli.log') })
      try {
        await work(site)
      } finally {
        await site.stop()
      }
    }
  } finally {
    await release?.()
  }
}

function settingsFiles(data: string, named: string | undefined): string[] {
  if (named?.endsWith('.json')) {
    if (!existsSync(named)) throw refuse(siteUnknown, { name: named, known: '' })
    return [named]
  }
  const sites = join(data, 'sites')
  const known = existsSync(sites) ? readdirSync(sites).filter((name) => existsSync(layout.settings(data, name))) : []
  if (known.length === 0) throw refuse(boxNotRunning, { folder: data })
  if (named && !known.includes(named)) throw refuse(siteUnknown, { name: named, known: known.join(', ') })
  return (named ? [named] : known).map((name) => layout.settings(data, name))
}

/** Makes sure the box's PostgreSQL is up; gives what ends it when it was started here. */
async function databaseOf(data: string, all: GivenSettings[]): Promise<(() => Promise<void>) | undefined> {
  const lock = tryLock(layout.lock(data))
  if (!('release' in lock)) {
    if (readRuntime(data)) return undefined
    // The box is starting or stopping at this very moment.
    throw refuse(boxNotRunning, { folder: data })
  }
  try {
    const port = Number(new URL(all[0]?.database ?? 'postgres://x:1/').port)
    const postgres = await startPostgres({ dataDir: layout.postgres(data), port, settings: ARCHIVING })
    return async () => {
      await postgres.stop()
      lock.release()
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

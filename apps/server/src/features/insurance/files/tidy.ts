/** Once a minute: files whose process died are closed, folders that need a person are told, what is too old is removed. */
import { systemCaller } from '../../../access/index.ts'
import type { Site } from '../../../site.ts'
import { clearAlert, openAlerts, raiseAlert } from '../../exchange/index.ts'
import { endCut } from './close.ts'
import { FOLDER_ALERTS, folderAlerts } from './folder-alerts.ts'
import { noteTrimmed, trimRecords, untrimmed } from './tables/kept.ts'
import { cutFiles } from './tables.ts'

/** A year of claims and the quarter in which it is settled with the insurer. */
const KEPT_MS = 456 * 86_400_000
/** Records removed in one go. */
const BITE = 2000

export async function tidy(site: Site): Promise<void> {
  for (const id of await cutFiles(site.store)) await endCut(site, id)
  await tellFolders(site)
  await trim(site)
}

async function tellFolders(site: Site): Promise<void> {
  const now = site.clock.now()
  const found = await folderAlerts(site, now)
  const own = (await openAlerts(site.store)).filter((a) => FOLDER_ALERTS.has(a.kind))
  if (found.length === 0 && own.length === 0) return
  await site.store.as(systemCaller('watch', site.settings.facility.code)).transact(async (tx) => {
    for (const alert of found) await raiseAlert(tx, alert, now)
    for (const { kind, subject } of own)
      if (!found.some((a) => a.kind === kind && a.subject === subject)) await clearAlert(tx, kind, subject, now)
  })
}

/** One file a minute at most: nobody is to feel it. */
async function trim(site: Site): Promise<void> {
  const now = site.clock.now()
  const file = await untrimmed(site.store, new Date(now.getTime() - KEPT_MS))
  if (file === undefined) return
  if ((await trimRecords(site.store, file, BITE)) < BITE) await noteTrimmed(site.store, file, now)
}

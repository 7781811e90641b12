/** `yba backup`, `backup drill`, `backup server`, `backup follow`, `restore`. */

import { refuse } from '@yba/fhir'
import { backup } from '../box/backup/backup.ts'
import { drill, drillText } from '../box/backup/drill.ts'
import { drillSite } from '../box/backup/drill-site.ts'
import { backupSite } from '../box/backup/last.ts'
import { gentle, type Pace, swift } from '../box/backup/pace.ts'
import { lowerPriority } from '../box/backup/priority.ts'
import { restore } from '../box/backup/restore.ts'
import { readJsonFile } from '../box/layout.ts'
import { importSite, isSiteExport } from '../box/move/import.ts'
import { siteUnknown } from '../box/outcomes.ts'
import { copyServer, followServer } from '../box/server-copy/copy.ts'
import { serverNotNamed } from '../box/server-copy/outcomes.ts'
import { siteAt } from '../box/server-copy/time-travel.ts'
import { withSites } from '../box/with-site.ts'
import type { GivenSettings } from '../settings.ts'
import { onEnd } from './signals.ts'
import type { Lang } from './text.ts'

const progress = (line: string): void => console.error(`  ${line}`)

/** The share of the time a backup works, so that those at work keep nine tenths of what they had: docs/performance.md. */
const SHARE = 1 / 8

function paceOf(options: { quick: boolean }): Pace {
  if (options.quick) return swift
  lowerPriority()
  return gentle(SHARE)
}

export async function backupCommand(options: { data: string; to: string; quick: boolean; json: boolean; lang: Lang }): Promise<void> {
  const { files, ...made } = await backup({ data: options.data, to: options.to, say: progress, pace: paceOf(options) })
  if (options.json)
    return console.log(JSON.stringify({ id: made.id, point: made.point, files: files.length, bytes: made.bytes, seconds: made.seconds }))
  const size = `${(made.bytes / 1e6).toFixed(1)} MB, ${made.seconds.toFixed(1)} s`
  console.log(
    options.lang === 'vi'
      ? `✓ Đã sao lưu vào ${options.to}: ${files.length} tệp, ${size}`
      : `✓ Backed up to ${options.to}: ${files.length} files, ${size}`,
  )
}

export async function restoreCommand(options: { from: string; data: string; toTime?: string; json: boolean; lang: Lang }): Promise<void> {
  const { from, data, toTime } = options
  const restored = await restore({ from, data, ...(toTime ? { toTime } : {}), say: progress })
  if (options.json) return console.log(JSON.stringify({ id: restored.manifest.id, epochs: restored.epochs, seconds: restored.seconds }))
  const seconds = restored.seconds.toFixed(1)
  console.log(
    options.lang === 'vi'
      ? `✓ Đã phục hồi vào ${data} (${seconds} s). Chạy: npm start -- --data ${data}`
      : `✓ Restored to ${data} (${seconds} s). Run: npm start -- --data ${data}`,
  )
}

/** One site, running or stopped, on whatever PostgreSQL. */
export async function backupSiteCommand(options: {
  data: string
  site: string
  to: string
  quick: boolean
  json: boolean
  lang: Lang
}): Promise<void> {
  const pace = paceOf(options)
  await withSites(options.data, options.site, async (site) => {
    const note = await backupSite(site.settings, options.to, { say: progress, pace })
    const rows = note.tables.reduce((sum, one) => sum + one.rows, 0)
    if (options.json)
      return console.log(JSON.stringify({ site: note.site.name, rows, files: note.files.length, bytes: note.bytes, seconds: note.seconds }))
    const size = `${(note.bytes / 1e6).toFixed(1)} MB, ${note.seconds.toFixed(1)} s`
    console.log(
      options.lang === 'vi'
        ? `✓ Đã sao lưu ${note.site.facility.name} vào ${options.to}: ${rows} dòng, ${note.files.length} tệp, ${size}`
        : `✓ Backed up ${note.site.facility.name} to ${options.to}: ${rows} rows, ${note.files.length} files, ${size}`,
    )
  })
}

/** A site's backup into an empty place; with `--of`, `--log` and `--to-time` the site as it was on a copied server. */
export async function restoreSiteCommand(options: {
  from: string
  site: string
  of?: string
  log?: string
  toTime?: string
  json: boolean
  lang: Lang
}): Promise<void> {
  const into = settingsIn(options.site)
  const { from, of, log, toTime } = options
  const { note, epoch } =
    of && log && toTime
      ? await siteAt({ copy: from, log, toTime, site: settingsIn(of), into, say: progress })
      : await importSite({ from, settings: into, say: progress })
  if (options.json) return console.log(JSON.stringify({ site: note.site.name, epoch }))
  console.log(
    options.lang === 'vi'
      ? `✓ Đã phục hồi ${note.site.facility.name}, kỷ nguyên ${epoch}. Chạy: npm run yba -- serve --site ${options.site}`
      : `✓ Restored ${note.site.facility.name}, epoch ${epoch}. Run: npm run yba -- serve --site ${options.site}`,
  )
}

function settingsIn(file: string): GivenSettings {
  const settings = readJsonFile<GivenSettings>(file)
  if (!settings) throw refuse(siteUnknown, { name: file, known: '' })
  return settings
}

export async function copyServerCommand(options: { server?: string; to: string; lang: Lang }): Promise<void> {
  lowerPriority()
  const { seconds, major } = await copyServer(serverUrl(options.server), options.to, progress)
  console.log(
    options.lang === 'vi'
      ? `✓ Đã sao chép máy chủ PostgreSQL ${major} vào ${options.to} (${seconds.toFixed(1)} s)`
      : `✓ Copied the PostgreSQL ${major} server to ${options.to} (${seconds.toFixed(1)} s)`,
  )
}

/** Runs until it is told to end. */
export async function followCommand(options: { server?: string; to: string; slot: string }): Promise<void> {
  const ending = new AbortController()
  const following = followServer(serverUrl(options.server), options.to, { slot: options.slot, signal: ending.signal, say: progress })
  onEnd(async () => {
    ending.abort()
    await following
  })
  await following
}

function serverUrl(asked: string | undefined): string {
  const url = asked ?? process.env.YBA_PG_SERVER
  if (!url) throw refuse(serverNotNamed)
  return url
}

/** Exit code 1 when something was not as it should be. */
export async function drillCommand(options: { from: string; scratch?: string; key?: string; json: boolean }): Promise<void> {
  const { from, scratch, key } = options
  const asked = { from, ...(scratch ? { scratch } : {}), say: progress }
  const report = isSiteExport(from) ? await drillSite({ ...asked, ...(key ? { transferKey: key } : {}) }) : await drill(asked)
  console.log(options.json ? JSON.stringify(report) : drillText(report).trimEnd())
  if (!report.ok) process.exitCode = 1
}

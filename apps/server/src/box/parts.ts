/** Opening a site as the box does it: with a log file and the built web app. */

import { join } from 'node:path'
import { pino } from 'pino'
import type { OpenedSite } from '../open-site.ts'
import type { SiteSettings } from '../settings.ts'

export type { OpenedSite } from '../open-site.ts'

export type OpenSite = (settings: SiteSettings, options: { logFile: string }) => Promise<OpenedSite>

export const WEB_ROOT = join(import.meta.dirname, '..', '..', '..', 'web', 'dist')

/** The server itself is loaded when a site is opened and not before: `--help` and `doctor` need none of it. */
export async function loadOpenSite(): Promise<OpenSite> {
  const { openSite } = await import('../open-site.ts')
  return async (settings, options) => {
    const destination = pino.destination({ dest: options.logFile, append: true, mkdir: true, sync: false })
    const log = pino({ level: process.env.YBA_LOG_LEVEL ?? 'info', base: { site: settings.name } }, destination)
    return await openSite(settings, { log, webRoot: WEB_ROOT })
  }
}

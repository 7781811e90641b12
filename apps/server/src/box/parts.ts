/** Opening a site as the box does it. */

import type { OpenedSite } from '../open-site.ts'
import type { SiteSettings } from '../settings.ts'

export type { OpenedSite } from '../open-site.ts'

export type OpenSite = (settings: SiteSettings, options: { logFile: string }) => Promise<OpenedSite>

/** The server itself is loaded when a site is opened and not before: `--help` and `doctor` need none of it. */
export async function loadOpenSite(): Promise<OpenSite> {
  return (await import('../open-site.ts')).openSite
}

/** Opening a site as the box does it. */

import type { OpenedSite } from '../open-site.ts'
import type { GivenSettings } from '../settings.ts'

export type { OpenedSite } from '../open-site.ts'

export type OpenSite = (settings: GivenSettings, options: { logFile: string }) => Promise<OpenedSite>

/** The server itself is loaded when a site is opened and not before: `--help` and `doctor` need none of it. */
export async function loadOpenSite(): Promise<OpenSite> {
  return (await import('../open-site.ts')).openSite
}

/** Troubles of the directory as alerts of the site. */
import { findingText } from '@yba/fhir'
import type { Site } from '../../site.ts'
import type { DirectoryTrouble } from '../directory/index.ts'
import { clearAlert, raiseAlert } from '../exchange/index.ts'

export function directoryAlerts(site: Site): DirectoryTrouble {
  return async (kind, trouble) => {
    const now = site.clock.now()
    if (!trouble) {
      await clearAlert(site.store, kind, 'directory', now)
      return
    }
    const { vi, en, cure, code } = findingText(trouble)
    const severity = kind === 'directory-old' ? 'warning' : 'error'
    await raiseAlert(site.store, { kind, subject: 'directory', severity, role: 'administrator', vi, en, cure, details: { code } }, now)
  }
}

/** Keys, certificates, authorities and the directory run out on a known day: said thirty, seven and one days before. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Site } from '../../site.ts'
import { clearAlert, openAlerts, raiseAlert, wasDealtWith } from '../exchange/index.ts'
import { alertOf, brokenKeys, ENDING_KINDS, endings } from './endings.ts'

const EVERY_MS = 3_600_000
/** One look: raises what is due, each step once, and clears what was renewed or is gone. */
export async function watchKeys(site: Site): Promise<void> {
  const now = site.clock.now()
  const { ends, untold } = await endings(site)
  const due = [...ends.flatMap((one) => alertOf(one, now) ?? []), ...(await brokenKeys(site))]
  for (const alert of due) {
    // What a person has closed with a reason is not said again; the next step is.
    const said = alert.details && { notAfter: String(alert.details.notAfter) }
    if (!said || !(await wasDealtWith(site.store, alert.kind, alert.subject, said))) await raiseAlert(site.store, alert, now)
  }
  for (const open of await openAlerts(site.store)) {
    const still =
      untold.includes(open.kind) || !ENDING_KINDS.includes(open.kind) || due.some((a) => a.kind === open.kind && a.subject === open.subject)
    if (!still) await clearAlert(site.store, open.kind, open.subject, now)
  }
}

/** Looks at start and every hour. */
export function startKeyWatch(site: Site): { stop(): Promise<void> } {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  const running = (async () => {
    while (!signal.aborted) {
      await watchKeys(site).catch((error: unknown) => {
        if (!signal.aborted) site.log.error({ err: error }, 'key watch')
      })
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined)
    }
  })()
  return {
    stop: async () => {
      stop.abort()
      await running
    },
  }
}

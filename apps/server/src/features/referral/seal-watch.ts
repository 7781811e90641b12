/** A site of the exchange whose seal cannot be used says so by itself: nothing it finishes leaves before it is sealed. */
import { findingText } from '@yba/fhir'
import type { Site } from '../../site.ts'
import { startLoop } from '../../worker-loop.ts'
import { sealFault } from '../documents/index.ts'
import { clearAlert, raiseAlert } from '../exchange/index.ts'
import { waitingForSeal } from '../sign-tray/index.ts'

const KIND = 'seal-unusable'
const EVERY_MS = 30_000
/** Entries of the log behind which a paper may wait for the seal, or has got it. */
const MOVED = ['referral.signing', 'document.signed']

/** One look: raises the alert while the seal cannot be used, with how many papers wait for it, and clears it afterwards. */
export async function watchSeal(site: Site): Promise<void> {
  const fault = await sealFault(site)
  const now = site.clock.now()
  if (!fault) {
    await clearAlert(site.store, KIND, 'seal', now)
    return
  }
  const waiting = await waitingForSeal(site.store)
  const { code, vi, en, cure } = findingText(fault)
  const alert = {
    kind: KIND,
    subject: 'seal',
    severity: waiting > 0 ? ('error' as const) : ('warning' as const),
    role: 'administrator' as const,
    vi: `Không đóng được con dấu cơ sở, ${waiting} văn bản đang chờ. ${vi}`,
    en: `The facility's seal cannot be used, ${waiting} papers wait for it. ${en}`,
    cure,
    details: { code, waiting },
  }
  await raiseAlert(site.store, alert, now)
}

/** Looks each half minute, and whenever a paper was signed. */
export function startSealWatch(site: Site): { stop(): Promise<void> } {
  return startLoop(site, 'seal watch', async (signal) => {
    const cursor = await site.store.log.end()
    await watchSeal(site)
    await site.store.log.heard(cursor, MOVED, EVERY_MS, signal)
  })
}

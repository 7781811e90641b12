/** Keys and certificates run out on a known day: said thirty, fourteen and three days before, and shown until then. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Site } from '../../site.ts'
import { signingCertificates } from '../documents/index.ts'
import { clearAlert, raiseAlert } from '../exchange/index.ts'

export interface KeyEnd {
  /** `client` (towards the hub), `seal`, or the id of the person. */
  subject: string
  /** Whom the certificate names. */
  name?: string
  notAfter: string
  /** Whole days left; negative when it is over. */
  days: number
}

const DAY_MS = 86_400_000
const EVERY_MS = 3_600_000
const KIND = 'certificate-expiring'
/** Days left → how loud. */
const STEPS = [
  { days: 3, severity: 'error' },
  { days: 14, severity: 'warning' },
  { days: 30, severity: 'information' },
] as const

/** Every key of the site that has a last day, the soonest first. */
export async function keyEnds(site: Site): Promise<KeyEnd[]> {
  const now = site.clock.now().getTime()
  const client = site.keys.client?.notAfter
  const all = [...(client ? [{ id: 'client', notAfter: client }] : []), ...(await signingCertificates(site))]
  return all
    .map(({ id, notAfter, ...more }) => ({
      subject: id,
      ...more,
      notAfter: notAfter.toISOString(),
      days: Math.floor((notAfter.getTime() - now) / DAY_MS),
    }))
    .sort((a, b) => a.notAfter.localeCompare(b.notAfter))
}

/** One look at all keys: raises what is due, clears what was renewed. */
export async function watchKeys(site: Site): Promise<void> {
  const now = site.clock.now()
  for (const { subject, days, notAfter } of await keyEnds(site)) {
    const step = STEPS.find((s) => days < s.days)
    // An alert stands once and keeps its first severity: a louder one takes its place.
    for (const other of STEPS) if (other !== step) await clearAlert(site.store, KIND, `${subject}/${other.days}`, now)
    if (!step) continue
    const date = notAfter.slice(0, 10)
    const over = days < 0
    await raiseAlert(
      site.store,
      {
        kind: KIND,
        subject: `${subject}/${step.days}`,
        severity: step.severity,
        role: 'administrator',
        vi: over
          ? `Khóa hoặc chứng thư “${subject}” đã hết hạn ngày ${date}.`
          : `Khóa hoặc chứng thư “${subject}” hết hạn ngày ${date}, còn ${days} ngày.`,
        en: over
          ? `The key or certificate “${subject}” ran out on ${date}.`
          : `The key or certificate “${subject}” runs out on ${date}, ${days} days are left.`,
        cure: { vi: `Gia hạn: npm run yba -- keys rotate ${subject}`, en: `Renew it: npm run yba -- keys rotate ${subject}` },
        details: { days, notAfter },
      },
      now,
    )
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

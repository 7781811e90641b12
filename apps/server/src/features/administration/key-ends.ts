/** The keys of a site that have a last day. */
import type { Site } from '../../site.ts'
import { signingCertificates } from '../documents/index.ts'

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

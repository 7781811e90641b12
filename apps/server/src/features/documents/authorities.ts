/** The authorities this site's signatures rest on, and until when: trust anchors, those in between, and their services. */
import { nameAttribute, type ReadCertificate, readCertificate, responderCertificates } from '@yba/signing'
import type { Site } from '../../site.ts'
import { signerChains } from './signers.ts'
import { newestAnswers } from './tables/evidence.ts'

export interface AuthorityEnd {
  kind: 'ca' | 'ocsp' | 'tsa'
  /** Of the certificate, hex. */
  serial: string
  name: string
  notAfter: Date
}

const DAY_MS = 86_400_000
/** A service that has not answered for so long is not in use any more. */
const HEARD_DAYS = 14

const endOf = (kind: AuthorityEnd['kind'], c: ReadCertificate): AuthorityEnd => ({
  kind,
  serial: c.serialHex,
  name: nameAttribute(c.parsed.subject, 'commonName') ?? c.serialHex,
  notAfter: c.validTo,
})

/** Each authority once. */
export async function authorityEnds(site: Site): Promise<AuthorityEnd[]> {
  const chains = (await signerChains(site)).map((bytes) => readCertificate(bytes))
  const authorities = [...site.keys.trust.map((bytes) => readCertificate(bytes)), ...chains.filter((c) => c.isCa)]
  const found = authorities.map((c) => endOf('ca', c))
  const since = new Date(site.clock.now().getTime() - HEARD_DAYS * DAY_MS)
  for (const { kind, blob } of await newestAnswers(site.store, since)) {
    const bytes = await site.store.blobs.get(blob).catch((error: unknown) => site.log.error({ err: error, kind }, 'evidence not readable'))
    // One lost file must not silence what is known of all the others.
    if (!bytes) continue
    const made = responderCertificates(kind, bytes)
    found.push(...made.map((c) => endOf(kind === 'ocsp' ? 'ocsp' : 'tsa', c)))
  }
  return [...new Map(found.map((one) => [`${one.kind} ${one.serial}`, one])).values()]
}

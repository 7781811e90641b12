/** Asking authorities and keeping what is evidence. Every function ends in bounded time and throws nothing but at the site's end. */
import {
  checkCrl,
  checkOcsp,
  checkTimestamp,
  type EvidenceFault,
  merkleBatch,
  ocspQuestion,
  readCertificate,
  readCrl,
  timestampQuestion,
} from '@yba/signing'
import type { Site } from '../../site.ts'
import { askService, mayAsk } from './fetch.ts'
import { revocationServices, timestampServices } from './services.ts'
import { answered, type EvidenceRow, keepEvidence, newestList, stampedOf } from './tables/evidence.ts'

const OCSP_ANSWER = 'application/ocsp-response'
const CRL_ANSWER = 'application/pkix-crl'
const TIMESTAMP_ANSWER = 'application/timestamp-reply'

/** A certificate and its issuer by their digests; the bytes are blobs. */
export interface Asked {
  certificate: string
  issuer: string
  /** Evidence must speak from this moment or later. */
  after: Date
}

export type Told = { status: 'good' | 'revoked'; fault?: undefined } | { status?: undefined; fault: EvidenceFault }

const UNREACHABLE: Told = { fault: 'evidence-unreachable' }

/** Asks OCSP, then for the list; what is evidence is kept. */
export async function askRevocation(site: Site, asked: Asked): Promise<Told> {
  const [certificate, issuer] = await Promise.all([site.store.blobs.get(asked.certificate), site.store.blobs.get(asked.issuer)])
  const services = revocationServices(site, certificate, issuer)
  let told = UNREACHABLE
  for (const url of services.ocsp) {
    told = worse(told, await askOcsp(site, url, asked, { certificate, issuer }, services.nonce))
    if (told.status) return told
  }
  for (const url of services.crl) {
    const list = await askList(site, url, asked.issuer, issuer, true)
    if (list.fault) told = worse(told, { fault: list.fault })
    else if (list.revoked.has(readCertificate(certificate).serialHex)) return { status: 'revoked' }
    else if (list.thisUpdate >= asked.after) return { status: 'good' }
  }
  return told
}

/** An answer that is no evidence says more than silence. */
const worse = (before: Told, now: Told): Told => (now.status || before.fault === 'evidence-unreachable' ? now : before)

async function askOcsp(
  site: Site,
  url: string,
  asked: Asked,
  pair: { certificate: Buffer; issuer: Buffer },
  requireNonce: boolean,
): Promise<Told> {
  if (!mayAsk(site, url)) return UNREACHABLE
  const { request, nonce } = ocspQuestion(pair.certificate, pair.issuer)
  const answer = await askService(site, { url, body: request, type: 'application/ocsp-request', expect: OCSP_ANSWER })
  if (typeof answer === 'string') return { fault: answer }
  const at = site.clock.now()
  const found = checkOcsp(answer, { ...pair, nonce, requireNonce, at })
  if (typeof found === 'string') return { fault: found }
  await keep(site, answer, {
    kind: 'ocsp',
    about: asked.certificate,
    source: url,
    fetched_at: at,
    said_at: found.thisUpdate,
    valid_until: found.nextUpdate ?? null,
    number: null,
    path: null,
  })
  // An answer prepared before the signature is kept, and asked for again.
  return found.status === 'good' && found.thisUpdate < asked.after ? { fault: 'evidence-unreachable' } : { status: found.status }
}

type List = { fault: EvidenceFault } | { fault?: undefined; revoked: ReadonlyMap<string, Date>; thisUpdate: Date }

/**
 * Fetches an issuer's list; an older one than that at hand is refused. It is kept when it says something new, or when
 * `speaks`: a signature waits for it.
 */
export async function askList(site: Site, url: string, about: string, issuer: Buffer, speaks: boolean): Promise<List> {
  if (!mayAsk(site, url)) return { fault: 'evidence-unreachable' }
  const answer = await askService(site, { url, expect: CRL_ANSWER })
  if (typeof answer === 'string') return { fault: answer }
  const known = await newestList(site.store, about)
  const at = site.clock.now()
  const list = checkCrl(answer, { issuer, at, newest: known?.number ? BigInt(known.number) : undefined })
  if (typeof list === 'string') return { fault: list }
  const before = known && readCrl(await site.store.blobs.get(known.blob), readCertificate(issuer))
  const news = !before || typeof before === 'string' || before.revoked.size !== list.revoked.size
  if (speaks || news)
    await keep(site, answer, {
      kind: 'crl',
      about,
      source: url,
      fetched_at: at,
      said_at: list.thisUpdate,
      valid_until: list.nextUpdate ?? null,
      number: list.number === undefined ? null : String(list.number),
      path: null,
    })
  return { revoked: list.revoked, thisUpdate: list.thisUpdate }
}

async function keep(site: Site, bytes: Buffer, row: Omit<EvidenceRow, 'blob'>): Promise<void> {
  await keepEvidence(site.store, { ...row, blob: await site.store.blobs.put(bytes) } as EvidenceRow)
}

/** A token over `value` from the first service that gives one, or by name why none did. */
export async function askTimestamp(
  site: Site,
  value: Buffer,
  timeoutMs?: number,
): Promise<{ token: Buffer; at: Date; source: string } | EvidenceFault> {
  let fault: EvidenceFault = 'evidence-unreachable'
  for (const url of timestampServices(site)) {
    if (!mayAsk(site, url)) continue
    const { request, nonce } = timestampQuestion(value)
    const question = { url, body: request, type: 'application/timestamp-query', expect: TIMESTAMP_ANSWER }
    const answer = await askService(site, timeoutMs ? { ...question, timeoutMs } : question)
    const found =
      typeof answer === 'string' ? answer : checkTimestamp(answer, { value, nonce, trust: site.keys.trust, at: site.clock.now() })
    if (typeof found !== 'string') return { ...found, source: url }
    fault = found
  }
  return fault
}

/** One token for all these signatures: a tree over their values. Gives the leaves that are stamped now, or why none is. */
export async function stampTogether(site: Site, leaves: readonly string[]): Promise<string[] | EvidenceFault> {
  const rows = await stampedOf(site.store, leaves)
  const [only] = rows
  if (!only) return []
  const { root, paths } = merkleBatch(rows.map((r) => r.stamped))
  const stamped = await askTimestamp(site, rows.length === 1 ? only.stamped : root)
  if (typeof stamped === 'string') return stamped
  for (const [i, { leaf }] of rows.entries()) {
    await keep(site, stamped.token, {
      kind: 'timestamp',
      about: leaf,
      source: stamped.source,
      fetched_at: site.clock.now(),
      said_at: stamped.at,
      valid_until: null,
      number: null,
      path: rows.length === 1 ? null : (paths[i] ?? []),
    })
  }
  await answered(
    site.store,
    'timestamp',
    rows.map((r) => r.leaf),
  )
  return rows.map((r) => r.leaf)
}

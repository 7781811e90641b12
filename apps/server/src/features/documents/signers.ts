/**
 * Where the signing keys of a site live: `<folder>/keys/signing/<id>.json`, wrapped under the site's master key.
 * `seal` is the facility's own key; a person's file is named by the user id. Remote signers join behind the same door.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { refuse } from '@yba/fhir'
import {
  keyFileSigner,
  nameAttribute,
  readCertificate,
  SEAL_MISSING,
  SIGNING_CERTIFICATE_EXPIRED,
  SIGNING_CERTIFICATE_REVOKED,
  type Signer,
  signerUnavailable,
  unwrapKey,
  wrapKey,
} from '@yba/signing'
import type { Site } from '../../site.ts'
import { knownRevoked } from './tables/evidence.ts'

interface KeyFile {
  wrapped: string
  certificate: string
  chain: string[]
}

export interface SigningKey {
  pkcs8: Uint8Array
  certificate: Uint8Array
  chain: Uint8Array[]
}

const SAFE_ID = /^[A-Za-z0-9._-]{1,80}$/

function keyPath(folder: string, id: string): string {
  if (!SAFE_ID.test(id)) throw new Error('a signer id holds letters, digits, dot, dash and underscore only')
  return join(folder, 'keys', 'signing', `${id}.json`)
}

/** Lays a signing key into the site's folder, wrapped, 0600. Used at enrolment; an existing key is replaced. */
export async function enrolSigner(site: { folder: string; master: Buffer }, id: string, key: SigningKey): Promise<void> {
  const file: KeyFile = {
    wrapped: wrapKey(key.pkcs8, site.master),
    certificate: Buffer.from(key.certificate).toString('base64'),
    chain: key.chain.map((c) => Buffer.from(c).toString('base64')),
  }
  await mkdir(join(site.folder, 'keys', 'signing'), { recursive: true, mode: 0o700 })
  await writeFile(keyPath(site.folder, id), JSON.stringify(file), { mode: 0o600 })
}

/** Whether this person (or `seal`) has a key at this site at all. */
export function hasSigner(site: Site, id: string): boolean {
  return existsSync(keyPath(site.settings.folder, id))
}

/**
 * The signer of a person or of the facility (`seal`). Throws `signer-unavailable`, of the facility `seal-missing`,
 * while there is no key; the document then waits and is signed when the key is there.
 */
export async function signerFor(site: Site, id: string): Promise<Signer> {
  await demoOutage(site)
  if (!hasSigner(site, id)) throw id === 'seal' ? refuse(SEAL_MISSING) : signerUnavailable()
  const file = await readKeyFile(site, id)
  // A signature by an expired certificate would be void: the paper waits for the new one.
  if (aboutOf(file).notAfter <= site.clock.now()) throw refuse(SIGNING_CERTIFICATE_EXPIRED)
  // Its state is looked at before signing as far as it is known here (NĐ 23/2025 Đ15); nobody is asked while a person waits.
  const certificate = createHash('sha256').update(Buffer.from(file.certificate, 'base64')).digest('hex')
  if (await knownRevoked(site.store, certificate)) throw refuse(SIGNING_CERTIFICATE_REVOKED)
  return keyFileSigner({
    pkcs8: unwrapKey(file.wrapped, site.keys.master),
    certificate: Buffer.from(file.certificate, 'base64'),
    chain: file.chain.map((c) => Buffer.from(c, 'base64')),
  })
}

const readKeyFile = async (site: Site, id: string): Promise<KeyFile> =>
  JSON.parse(await readFile(keyPath(site.settings.folder, id), 'utf8')) as KeyFile

function aboutOf(file: KeyFile): { notAfter: Date; name: string } {
  const { validTo, parsed } = readCertificate(Buffer.from(file.certificate, 'base64'))
  return { notAfter: validTo, name: nameAttribute(parsed.subject, 'commonName') ?? '' }
}

/** The key files of this site: what each says, or that it cannot be read. */
async function keyFiles(site: Site): Promise<{ id: string; read?: { chain: Buffer[]; notAfter: Date; name: string } }[]> {
  const folder = join(site.settings.folder, 'keys', 'signing')
  const ids = existsSync(folder) ? readdirSync(folder).flatMap((f) => (f.endsWith('.json') ? [f.slice(0, -5)] : [])) : []
  const one = async (id: string) => {
    const file = await readKeyFile(site, id)
    const chain = file.chain.map((text) => Buffer.from(text, 'base64'))
    for (const certificate of chain) readCertificate(certificate)
    return { chain, ...aboutOf(file) }
  }
  return Promise.all(
    ids.sort().map(async (id) => {
      const read = await one(id).catch((error: unknown) => site.log.error({ err: error, id }, 'key file not readable'))
      return read ? { id, read } : { id }
    }),
  )
}

/** The certificates above those, as they were enrolled. */
export async function signerChains(site: Site): Promise<Buffer[]> {
  const all = (await keyFiles(site)).flatMap((f) => f.read?.chain ?? [])
  return [...new Map(all.map((c) => [c.toString('base64'), c])).values()]
}

/** The signing certificates of this site: whose (`seal` or a user's id, and the name in it) and until when. */
export async function signingCertificates(site: Site): Promise<{ id: string; name: string; notAfter: Date }[]> {
  return (await keyFiles(site)).flatMap(({ id, read }) => (read ? [{ id, name: read.name, notAfter: read.notAfter }] : []))
}

/** Whose key files cannot be read: damaged, or a certificate in them is none. The others are not concerned. */
export const unreadableKeyFiles = async (site: Site): Promise<string[]> =>
  (await keyFiles(site)).flatMap(({ id, read }) => (read ? [] : [id]))

/**
 * Demo sites can play a slow or missing signing service: `<folder>/signer-outage.json` with `{"mode": "down"}` or
 * `{"mode": "slow", "ms": 5000}`. A production site never reads it.
 */
async function demoOutage(site: Site): Promise<void> {
  const outage = await signerOutage(site)
  if (outage.mode === 'down') throw signerUnavailable()
  if (outage.mode === 'slow') await delay((outage.seconds ?? 5) * 1000, undefined, { signal: site.stopping })
}

export const outageFile = (site: Site): string => join(site.settings.folder, 'signer-outage.json')

/** How the signer of a demo site plays just now; always `normal` elsewhere. */
export async function signerOutage(site: Site): Promise<{ mode: 'normal' | 'slow' | 'down'; seconds?: number }> {
  if (site.settings.environment !== 'demo' || !existsSync(outageFile(site))) return { mode: 'normal' }
  const outage = JSON.parse(await readFile(outageFile(site), 'utf8')) as { mode?: string; ms?: number }
  if (outage.mode === 'down') return { mode: 'down' }
  return outage.mode === 'slow' ? { mode: 'slow', seconds: (outage.ms ?? 5000) / 1000 } : { mode: 'normal' }
}

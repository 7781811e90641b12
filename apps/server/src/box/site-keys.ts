/**
 * The keys of one site on disk: `<site>/keys/`, folder 0700, files 0600, everything private wrapped under the master key.
 *   master.key    32 bytes; on a production site the master key comes from YBA_MASTER_KEY instead (base64)
 *   client.json   the node's ES384 key towards the hub
 *   client-next.json      the client key to come, until the hub knows it
 *   slip.json     the ES256 key of offline slips
 *   directory.json        hub: the ES384 key over the directory it gives out
 *   directory-trust.json  facility: the hub's public directory keys
 *   trust.json    trust anchors
 */

import { createPrivateKey, createPublicKey } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '@yba/fhir'
import { newMasterKey, unwrapKey, wrapKey } from '@yba/signing'
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair, type JWK } from 'jose'
import type { SiteKeys } from '../keys.ts'
import { provinceDamaged } from './outcomes.ts'

type OwnKey = 'client' | 'slip' | 'directory'

const ALGORITHM: Record<OwnKey, string> = { client: 'ES384', slip: 'ES256', directory: 'ES384' }
const OF_ROLE: Record<'facility' | 'hub' | 'bare', readonly OwnKey[]> = { facility: ['client', 'slip'], hub: ['directory'], bare: [] }

interface KeptKey {
  kid: string
  publicJwk: JWK
  /** Client keys: their last day; the hub takes none after it. */
  notAfter?: string
  /** PKCS#8, wrapped, base64. */
  wrapped: string
}

/**
 * Makes what is missing in `<folder>/keys`; keys that are there stay. Facilities get client and slip keys, a hub the key
 * of its directory. @param hubKeys a facility's: the hub's public directory keys, which it will believe
 */
export async function makeSiteKeys(
  folder: string,
  role: 'facility' | 'hub' | 'bare',
  trust: Buffer[],
  hubKeys: readonly JWK[] = [],
): Promise<void> {
  const keys = join(folder, 'keys')
  mkdirSync(keys, { recursive: true, mode: 0o700 })
  if (!existsSync(join(keys, 'master.key'))) writeWhole(join(keys, 'master.key'), newMasterKey().toString('base64'))
  const master = readMasterKey(folder)
  for (const name of OF_ROLE[role]) await makeOwnKey(keys, name, master)
  if (hubKeys.length > 0) writeWhole(join(keys, 'directory-trust.json'), JSON.stringify(hubKeys))
  writeWhole(join(keys, 'trust.json'), JSON.stringify(trust.map((der) => der.toString('base64'))))
}

/** A year, as for the certificates that such keys may stand in for. */
const CLIENT_KEY_DAYS = 365

async function makeOwnKey(keys: string, name: OwnKey, master: Buffer, as: string = name): Promise<void> {
  const file = join(keys, `${as}.json`)
  if (existsSync(file)) return
  const pair = await generateKeyPair(ALGORITHM[name], { extractable: true })
  const pem = await exportPKCS8(pair.privateKey)
  const publicJwk = await exportJWK(pair.publicKey)
  const kid = (await calculateJwkThumbprint(publicJwk)).slice(0, 16)
  const kept: KeptKey = {
    kid,
    publicJwk: { ...publicJwk, kid, alg: ALGORITHM[name] },
    ...(name === 'client' ? { notAfter: new Date(Date.now() + CLIENT_KEY_DAYS * 86_400_000).toISOString() } : {}),
    wrapped: wrapKey(Buffer.from(pem), master, name),
  }
  writeWhole(file, JSON.stringify(kept))
}

/** The site's master key: environment first, then the file. Throws `province-damaged`. */
export function readMasterKey(folder: string): Buffer {
  const file = join(folder, 'keys', 'master.key')
  const text = process.env.YBA_MASTER_KEY ?? (existsSync(file) ? readFileSync(file, 'utf8') : '')
  const key = Buffer.from(text, 'base64')
  if (key.length !== 32) throw refuse(provinceDamaged, { file })
  return key
}

/** Reads and unwraps the keys of a site. Throws `province-damaged` or `key-unwrap-failed`. */
export async function readSiteKeys(folder: string): Promise<SiteKeys> {
  const keys = join(folder, 'keys')
  const master = readMasterKey(folder)
  const own = (name: OwnKey, as: string = name) => {
    const kept = readKept(keys, as)
    if (!kept) return null
    const pem = unwrapKey(kept.wrapped, master, name).toString('utf8')
    const notAfter = kept.notAfter ? new Date(kept.notAfter) : null
    return { kid: kept.kid, privateKey: createPrivateKey(pem), publicJwk: kept.publicJwk, notAfter }
  }
  const trust = readJson<string[]>(join(keys, 'trust.json')) ?? []
  const directory = own('directory')
  const site: SiteKeys = {
    client: own('client'),
    nextClient: () => {
      const next = own('client', NEXT_CLIENT)
      return next && { ...next, notAfter: next.notAfter ?? new Date(0) }
    },
    adoptNextClient: () => {
      adoptNextClient(folder)
      site.client = own('client')
    },
    slip: own('slip'),
    slipPublic: readKept(keys, 'slip')?.publicJwk ?? null,
    directory: directory && { ...directory, publicJwk: readKept(keys, 'directory')?.publicJwk ?? {} },
    directoryTrust: readJson<JWK[]>(join(keys, 'directory-trust.json')) ?? [],
    trust: trust.map((text) => Buffer.from(text, 'base64')),
    folder: keys,
    master,
  }
  return site
}

const NEXT_CLIENT = 'client-next'

/** Makes the client key that will follow the present one (once); the node makes it known to the hub and then takes it. */
export async function makeNextClientKey(folder: string): Promise<{ jwk: JWK; notAfter: Date }> {
  const keys = join(folder, 'keys')
  await makeOwnKey(keys, 'client', readMasterKey(folder), NEXT_CLIENT)
  const kept = readKept(keys, NEXT_CLIENT)
  if (!kept?.notAfter) throw refuse(provinceDamaged, { file: join(keys, `${NEXT_CLIENT}.json`) })
  return { jwk: kept.publicJwk, notAfter: new Date(kept.notAfter) }
}

/** The next client key in the present one's place; the present one stays as `client-<kid>.json`. */
function adoptNextClient(folder: string): void {
  const keys = join(folder, 'keys')
  const before = readKept(keys, 'client')
  if (!readKept(keys, NEXT_CLIENT)) return
  // Copied, then replaced in one step: there is never a moment without a client key.
  if (before) writeWhole(join(keys, `client-${before.kid}.json`), JSON.stringify(before))
  renameSync(join(keys, `${NEXT_CLIENT}.json`), join(keys, 'client.json'))
}

/** Until when the client key is good; null for one that names no end. */
export function clientKeyEnd(folder: string): Date | null {
  const kept = readKept(join(folder, 'keys'), 'client')
  return kept?.notAfter ? new Date(kept.notAfter) : null
}

/** A new slip key in place of the present one, which stays beside it; the hub learns of it when the node starts. Gives its id. */
export async function renewSlipKey(folder: string): Promise<string> {
  const keys = join(folder, 'keys')
  const before = readKept(keys, 'slip')
  if (before) renameSync(join(keys, 'slip.json'), join(keys, `slip-${before.kid}.json`))
  await makeOwnKey(keys, 'slip', readMasterKey(folder))
  return readKept(keys, 'slip')?.kid ?? ''
}

/** Public half, for the hub's register of nodes. */
export function publicKeyOf(folder: string, name: OwnKey): JWK | null {
  const kept = readKept(join(folder, 'keys'), name)
  if (!kept) return null
  createPublicKey({ key: kept.publicJwk, format: 'jwk' })
  return kept.publicJwk
}

function readKept(keys: string, name: string): KeptKey | undefined {
  return readJson<KeptKey>(join(keys, `${name}.json`))
}

function readJson<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch {
    throw refuse(provinceDamaged, { file })
  }
}

/** Written aside and renamed: a crash leaves no half key. */
export function writeWhole(file: string, text: string): void {
  const aside = `${file}.${process.pid}.new`
  writeFileSync(aside, text, { mode: 0o600 })
  renameSync(aside, file)
}

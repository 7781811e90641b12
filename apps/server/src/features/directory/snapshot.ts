/** The hub's side: the directory as one signed object, and what nodes and its operator change in it. */
import { createHash } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { localDay } from '@yba/vietnam'
import { CompactSign } from 'jose'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import type { DirectoryKey, DirectorySnapshot } from '../exchange/contract.ts'
import { DIRECTORY_KEY_MISSING, SLIP_KEY_UNFIT } from './outcomes.ts'
import { registerOf } from './tables/register.ts'
import { aliases, facilities, facility, setSlipKeys } from './tables.ts'

export const DIRECTORY_TYPE = 'yba-directory'

/** The directory as it stands. */
export async function directorySnapshot(site: Site): Promise<DirectorySnapshot> {
  const { settings, keys } = site
  return {
    issuedAt: site.clock.now().toISOString(),
    issuer: settings.facility.code,
    publicUrl: settings.publicUrl ?? settings.baseUrl,
    facilities: (await facilities(site.store)).map((f) => ({
      code: f.code,
      name: f.name,
      managingBody: f.managing_body,
      active: f.active,
      suspended: f.suspended === true,
      slipKeys: f.slip_keys,
      clientKeys: f.client_keys,
      ...(f.valid_from ? { validFrom: f.valid_from } : {}),
      ...(f.valid_until ? { validUntil: f.valid_until } : {}),
      ...(f.level ? { level: f.level } : {}),
      ...(f.demo_code ? { demoCode: true as const } : {}),
    })),
    register: {
      sha256: createHash('sha256')
        .update(await registerBytes(site))
        .digest('hex'),
    },
    aliases: await aliases(site.store),
    trust: keys.trust.map((t) => t.toString('base64')),
    directoryKeys: keys.directory ? [publicOnly(keys.directory.publicJwk, keys.directory.kid)] : [],
  }
}

const publicOnly = ({ kty, crv, x, y }: DirectoryKey | Record<string, unknown>, kid: string): DirectoryKey =>
  ({ kid, kty, crv, x, y }) as DirectoryKey

/** Compact JWS of a snapshot. Throws `directory-key-missing`. */
export async function signSnapshot(site: Site, snapshot: DirectorySnapshot): Promise<string> {
  const key = site.keys.directory
  if (!key) throw refuse(DIRECTORY_KEY_MISSING)
  return new CompactSign(Buffer.from(JSON.stringify(snapshot)))
    .setProtectedHeader({ alg: 'ES384', typ: DIRECTORY_TYPE, kid: key.kid })
    .sign(key.privateKey)
}

/** The register as it travels. The signed directory names its digest, so that it is fetched when it has changed. */
const registerBytes = async (site: Site): Promise<Buffer> => Buffer.from(JSON.stringify(await registerOf(site.store)))

/** GET /fhir/$directory-register */
export async function giveRegister({ site }: OperationContext): Promise<OperationAnswer> {
  return { bytes: await registerBytes(site), contentType: 'application/json' }
}

/** GET /fhir/$directory: for nodes, and for everybody who wants to check it. */
export async function giveDirectory({ site }: OperationContext): Promise<OperationAnswer> {
  const jws = await signSnapshot(site, await directorySnapshot(site))
  return { bytes: Buffer.from(jws), contentType: 'application/jose' }
}

/**
 * POST /fhir/Organization/$slip-key: a node makes its own new key known; the one before ends today and goes on judging
 * the slips of its time. Throws `slip-key-unfit`.
 */
export async function takeSlipKey({ site, caller, json, store }: OperationContext): Promise<OperationAnswer> {
  const { kid, kty, crv, x, y } = (json ?? {}) as Partial<DirectoryKey>
  const good = kty === 'EC' && crv === 'P-256' && [kid, x, y].every((v) => typeof v === 'string' && /^[\w-]{8,64}$/.test(v))
  if (!good) throw refuse(SLIP_KEY_UNFIT)
  const key = { kid, kty, crv, x, y } as DirectoryKey
  await store.transact((tx) => addSlipKey(tx, caller.facility, key, site.clock.now()))
  return { json: {} }
}

async function addSlipKey(tx: Transaction, code: string, key: DirectoryKey, now: Date): Promise<void> {
  await tx.lockKey('directory')
  const known = await facility(tx, code)
  const same = known?.slip_keys.find((k) => k.kid === key.kid)
  if (same && same.x === key.x && same.y === key.y) return
  if (!known || same) throw refuse(SLIP_KEY_UNFIT)
  const today = localDay(now)
  const before = known.slip_keys.map((k) => (k.until || k.revoked ? k : { ...k, until: today }))
  await setSlipKeys(tx, code, [...before, known.slip_keys.length > 0 ? { ...key, from: today } : key], now)
}

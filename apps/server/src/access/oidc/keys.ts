/** The site's own token key (ES256) and cookie secrets, kept sealed with the master key in the site's key folder. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import type { SiteKeys } from '../../keys.ts'

export interface AccessKeys {
  kid: string
  jwk: JWK
  privateKey: CryptoKey
  publicKey: CryptoKey
  cookieSecret: string
}

interface Kept {
  jwk: JWK
  cookieSecret: string
}

const FILE = 'access.sealed'

/** Reads the keys, or makes them at the first start of the site. */
export async function accessKeys(keys: Pick<SiteKeys, 'folder' | 'master'>): Promise<AccessKeys> {
  const file = join(keys.folder, FILE)
  const kept = await readKept(file, keys.master)
  const { jwk, cookieSecret } = kept ?? (await makeKept(file, keys))
  const { d: _private, ...publicJwk } = jwk
  const [privateKey, publicKey] = await Promise.all([importJWK(jwk, 'ES256'), importJWK(publicJwk, 'ES256')])
  if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array) throw new Error('access key is not an EC key')
  return { kid: jwk.kid ?? '', jwk, privateKey, publicKey, cookieSecret }
}

async function readKept(file: string, master: Buffer): Promise<Kept | undefined> {
  const sealed = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (!sealed) return undefined
  const decipher = createDecipheriv('aes-256-gcm', master, sealed.subarray(0, 12))
  decipher.setAuthTag(sealed.subarray(12, 28))
  return JSON.parse(Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8'))
}

async function makeKept(file: string, keys: Pick<SiteKeys, 'folder' | 'master'>): Promise<Kept> {
  const pair = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(pair.privateKey)), kid: randomBytes(6).toString('hex'), alg: 'ES256', use: 'sig' }
  const kept: Kept = { jwk, cookieSecret: randomBytes(32).toString('base64url') }
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keys.master, nonce)
  const body = Buffer.concat([cipher.update(JSON.stringify(kept), 'utf8'), cipher.final()])
  await mkdir(keys.folder, { recursive: true, mode: 0o700 })
  // Written aside and renamed, so a crash leaves no half file.
  const aside = `${file}.${process.pid}`
  await writeFile(aside, Buffer.concat([nonce, cipher.getAuthTag(), body]), { mode: 0o600 })
  await rename(aside, file)
  return kept
}

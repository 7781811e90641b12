/** Private keys at rest: AES-256-GCM under the site's master key, bound, where one is given, to the name of the key. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { KEY_UNWRAP_FAILED } from './outcomes.ts'

const MAGIC = Buffer.from('YBK1', 'ascii')

/** A new master key, 32 random bytes. */
export const newMasterKey = (): Buffer => randomBytes(32)

/** Wraps secret bytes into base64 text. `name` says what it is (`user/bs.anh`); unwrapping under another name fails. */
export function wrapKey(secret: Uint8Array, masterKey: Uint8Array, name = ''): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', masterKey, nonce).setAAD(Buffer.from(name, 'utf8'))
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()])
  return Buffer.concat([MAGIC, nonce, cipher.getAuthTag(), sealed]).toString('base64')
}

/** The way back. Throws KEY_UNWRAP_FAILED on a wrong key, wrong name or changed bytes. */
export function unwrapKey(wrapped: string, masterKey: Uint8Array, name = ''): Buffer {
  const bytes = Buffer.from(wrapped, 'base64')
  if (bytes.length < 32 || !bytes.subarray(0, 4).equals(MAGIC)) throw refuse(KEY_UNWRAP_FAILED)
  const decipher = createDecipheriv('aes-256-gcm', masterKey, bytes.subarray(4, 16), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(name, 'utf8')).setAuthTag(bytes.subarray(16, 32))
  const opened = decipher.update(bytes.subarray(32))
  try {
    return Buffer.concat([opened, decipher.final()])
  } catch (error) {
    if (error instanceof Error) throw refuse(KEY_UNWRAP_FAILED)
    throw error
  }
}

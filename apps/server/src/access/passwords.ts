/** Passwords: argon2id, 19 MiB, two passes; the text is normalised to NFC first, so every Vietnamese input method gives the same bytes. */
import { hash, verify } from '@node-rs/argon2'
import { refuse } from '@yba/fhir'
import { weakPassword } from './outcomes.ts'

/** The package's default algorithm is argon2id. */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const LEAST = 8
const MOST = 128

/** Throws `weak-password`. */
export function checkPassword(password: string, login: string): void {
  const length = [...password.normalize('NFC')].length
  if (length < LEAST || length > MOST || password.toLowerCase() === login.toLowerCase()) {
    throw refuse(weakPassword, { least: LEAST, most: MOST })
  }
}

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), OPTIONS)
}

let decoy: Promise<string> | undefined

/**
 * Whether the password fits the stored hash. Without a hash (unknown user) it works as long on a decoy and says no.
 */
export async function passwordFits(stored: string | undefined, password: string): Promise<boolean> {
  if ([...password].length > MOST * 4) return false
  decoy ??= hashPassword('no user has this')
  const fits = await verify(stored ?? (await decoy), password.normalize('NFC'))
  return fits && stored !== undefined
}

/** Immutable bytes as files named by their sha-256: `ab/cd/abcd…`. Written whole or not at all. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { refuse } from '@yba/fhir'
import { blobDamaged, blobMissing } from '../outcomes.ts'
import type { Blobs } from '../types.ts'
import { recentBytes } from './recent.ts'

const SHA256 = /^[0-9a-f]{64}$/

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A new name in a folder is on disk only after the folder itself is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function missing(error: unknown): boolean {
  return (error as { code?: string }).code === 'ENOENT'
}

/** Takes the folder of the site's blobs; it is made when first needed. */
export function fileBlobs(folder: string): Blobs {
  const recent = recentBytes()
  const pathOf = (sha256: string) => {
    if (!SHA256.test(sha256)) throw refuse(blobMissing, { sha256 })
    return join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  }

  /** Folders that this process knows to be on disk themselves. */
  const lasting = new Set<string>()

  /** A new name is on disk once its folder is, and that folder's name once the one above is: side by side the disk is waited for once. */
  async function makeLast(leaf: string, first: string | undefined): Promise<void> {
    const above: string[] = []
    const shortest = Math.min(folder.length + 1, first?.length ?? Number.POSITIVE_INFINITY)
    for (let made = leaf; made.length >= shortest; made = dirname(made)) if (!lasting.has(made)) above.push(made)
    await Promise.all([leaf, ...above.map((made) => dirname(made))].map(syncFolder))
    for (const made of above) lasting.add(made)
  }

  async function has(sha256: string, how?: { recent: boolean }): Promise<boolean> {
    if (how?.recent && recent.get(sha256)) return true
    try {
      return (await stat(pathOf(sha256))).isFile()
    } catch (error) {
      if (missing(error)) return false
      throw error
    }
  }

  async function isWhole(sha256: string): Promise<boolean> {
    return (await has(sha256)) && digestOf(await readFile(pathOf(sha256))) === sha256
  }

  return {
    has,
    async put(bytes) {
      const sha256 = digestOf(bytes)
      // A damaged file of that name is healed by the same bytes arriving again.
      if (await isWhole(sha256)) return sha256
      const target = pathOf(sha256)
      const first = await mkdir(dirname(target), { recursive: true })
      const draft = `${target}.${randomBytes(6).toString('hex')}.tmp`
      try {
        const handle = await open(draft, 'wx', 0o600)
        try {
          await handle.writeFile(bytes)
          await handle.sync()
        } finally {
          await handle.close()
        }
        await rename(draft, target)
      } catch (error) {
        await rm(draft, { force: true })
        throw error
      }
      await makeLast(dirname(target), first)
      recent.add(sha256, bytes)
      return sha256
    },
    async get(sha256, how) {
      const known = how?.recent ? recent.get(sha256) : undefined
      if (known) return known
      let bytes: Buffer
      try {
        bytes = await readFile(pathOf(sha256))
      } catch (error) {
        throw missing(error) ? refuse(blobMissing, { sha256 }) : error
      }
      if (digestOf(bytes) !== sha256) throw refuse(blobDamaged, { sha256 })
      return bytes
    },
  }
}

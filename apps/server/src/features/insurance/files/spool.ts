/** The folder of files that have come and are not judged yet: bytes on disk, whole, before anybody is told that they came. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { refuse } from '@yba/fhir'
import type { Site } from '../../../site.ts'
import { SMALL_BYTES } from '../read-file.ts'
import { SPOOL_FULL } from './outcomes.ts'

/** Bytes that may wait at one site. */
const MOST_WAITING_BYTES = 4 * 1024 ** 3
const DRAFT = '.draft'
/** Files that come piece by piece and are not whole yet. */
export const PIECES = '.pieces'
/** After so long nobody goes on sending them. */
const PIECES_MS = 3 * 86_400_000

export const spoolFolder = (site: Pick<Site, 'settings'>): string => join(site.settings.folder, 'received')
export const spoolPath = (site: Pick<Site, 'settings'>, name: string): string => join(spoolFolder(site), name)

/** A small file as bytes, a larger one under its name in the spool. */
export type Received = { sha256: string; size: number } & ({ bytes: Buffer } | { spool: string })

async function waitingBytes(folder: string): Promise<number> {
  const names = await readdir(folder)
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).then((s) => s.size, gone)))
  return sizes.reduce((a, b) => a + b, 0)
}

/** Throws `claim-readers-busy`. */
export async function roomInSpool(site: Site): Promise<void> {
  if ((await waitingBytes(spoolFolder(site))) > MOST_WAITING_BYTES) throw refuse(SPOOL_FULL)
}

/** Judged and taken away meanwhile. */
function gone(error: unknown): number {
  if ((error as { code?: string }).code === 'ENOENT') return 0
  throw error
}

/**
 * Takes a body while it comes. A small one stays in memory, for its sender waits for the verdict and has it still; a larger
 * one is on disk, synced, when this returns. Throws `claim-readers-busy`, what the body and the disk throw.
 */
export async function receive(site: Site, body: AsyncIterable<Uint8Array>): Promise<Received> {
  const hash = createHash('sha256')
  const head: Uint8Array[] = []
  let size = 0
  const pieces = body[Symbol.asyncIterator]()
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    hash.update(next.value)
    size += next.value.length
    head.push(next.value)
    if (size <= SMALL_BYTES) continue
    const spool = await write(site, head, pieces, (piece) => {
      hash.update(piece)
      size += piece.length
    })
    return { sha256: hash.digest('hex'), size, spool }
  }
  return { sha256: hash.digest('hex'), size, bytes: Buffer.concat(head) }
}

async function write(
  site: Site,
  head: Uint8Array[],
  pieces: AsyncIterator<Uint8Array>,
  count: (piece: Uint8Array) => void,
): Promise<string> {
  const folder = spoolFolder(site)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await roomInSpool(site)
  const name = `${randomUUID()}.xml`
  const draft = join(folder, `${name}${DRAFT}`)
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      for (const piece of head.splice(0)) await file.write(piece)
      for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
        count(next.value)
        await file.write(next.value)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, join(folder, name))
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  return name
}

export const dropSpool = (site: Site, name: string): Promise<void> => rm(spoolPath(site, name), { force: true })

/** What a process before this one left behind and no row speaks of: drafts of bodies that never came to their end, pieces nobody sends on. */
export async function sweepSpool(site: Site, wanted: ReadonlySet<string>): Promise<void> {
  const names = await readdir(spoolFolder(site)).catch((error: unknown) => {
    if ((error as { code?: string }).code === 'ENOENT') return []
    throw error
  })
  for (const name of names.filter((n) => !wanted.has(n))) {
    const limit = performance.timeOrigin - (name.endsWith(PIECES) ? PIECES_MS : 0)
    const left = await stat(spoolPath(site, name)).then((s) => s.mtimeMs < limit, gone)
    if (left) await rm(spoolPath(site, name), { force: true })
  }
}

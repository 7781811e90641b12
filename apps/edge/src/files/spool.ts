/** Bytes on the disk of this computer (never on the share), each file under its digest; and the answers until they are laid down. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, type Sighting, same, sightingOf, tailOf } from './sighting.ts'

const PIECE = 1024 * 1024
/** The root of a claim file, of a check-in, or of a signed one ends here. */
const ENDS = /<\/(GIAMDINHHS|CHI_TIEU_TRANG_THAI_KCB)>\s*$/

export interface Copied {
  sha256: string
  /** It ends as a claim file does; else its writer may come back. */
  ended: boolean
}

export interface Spool {
  /**
   * Copies a file, piece by piece; it is on disk here when this returns. Undefined when it is gone, held by its writer, changed
   * while it was read, or does not look ended though it must (`endedOnly`).
   */
  copy(path: string, seen: Sighting, endedOnly: boolean): Promise<Copied | undefined>
  path(sha256: string): string
  drop(sha256: string): Promise<void>
  /** Writes an answer whole or not at all; gives its place. */
  keepAnswer(id: number, pieces: AsyncIterable<string>): Promise<void>
  answer(id: number): string
  dropAnswer(id: number): Promise<void>
}

/** @param wanted digests that rows speak of; the rest is of a death between the copy and its row: the original still lies in the drop folder */
export function openSpool(state: string, wanted: ReadonlySet<string>): Spool {
  const [bytes, answers] = [join(state, 'spool'), join(state, 'answers')]
  for (const folder of [bytes, answers]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(bytes)) if (!wanted.has(name)) rmSync(join(bytes, name), { force: true })
  const answer = (id: number): string => join(answers, `${id}.json`)
  return {
    copy: (path, seen, endedOnly) => copyIn(path, seen, endedOnly, bytes),
    path: (sha256) => join(bytes, sha256),
    drop: (sha256) => rm(join(bytes, sha256), { force: true }),
    answer,
    dropAnswer: (id) => rm(answer(id), { force: true }),
    keepAnswer: (id, pieces) => writeWhole(answer(id), pieces),
  }
}

/** Written aside, synced, then named. */
export async function writeWhole(path: string, pieces: AsyncIterable<string | Uint8Array>, draft = `${path}.draft`): Promise<void> {
  const file = await open(draft, 'w', 0o600)
  try {
    for await (const piece of pieces) await file.appendFile(piece)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
}

async function copyIn(path: string, seen: Sighting, endedOnly: boolean, bytes: string): Promise<Copied | undefined> {
  const from = await opened(path)
  if (!from) return undefined
  try {
    const ended = ENDS.test(await tailOf(from, seen.size, 400))
    if (endedOnly && !ended) return undefined
    const hash = createHash('sha256')
    const draft = join(bytes, 'copy.draft')
    const to = await open(draft, 'w', 0o600)
    try {
      const piece = Buffer.alloc(Math.min(PIECE, seen.size))
      for (let at = 0; at < seen.size; ) {
        const { bytesRead } = await from.read(piece, 0, piece.length, at)
        if (bytesRead === 0) return undefined
        hash.update(piece.subarray(0, bytesRead))
        await to.write(piece, 0, bytesRead)
        at += bytesRead
      }
      if (!same(sightingOf(await from.stat()), seen)) return undefined
      await to.sync()
    } finally {
      await to.close()
    }
    const sha256 = hash.digest('hex')
    await rename(draft, join(bytes, sha256))
    return { sha256, ended }
  } finally {
    await from.close()
  }
}

/** Undefined when it is gone again, or its writer holds it alone: the next look tells. */
async function opened(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (['ENOENT', 'EBUSY', 'EPERM', 'EACCES'].includes(codeOf(error))) return undefined
    throw error
  }
}

/**
 * The folder a HIS drops its files into, often on a share of another computer: looked at again and again, since such
 * shares tell nobody of changes. Everything here may throw what a share throws (ESTALE, EIO, ENOENT …): nothing is lost
 * then, the next look tries again.
 */
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { extname, join } from 'node:path'
import { EdgeTrouble } from '../trouble.ts'
import { codeOf, type Sighting, same, sight } from './sighting.ts'
import { writeWhole } from './spool.ts'
import type { TakenStore } from './tables.ts'

const ARCHIVE = 'da-nhan'
const ANSWER = '.ket-qua.json'
/** Lies in the folder and says whose it is; where it is missing, the share is not there. */
const MARK = '.yba-edge'
/** Names that other programs give to files they are still writing. */
const UNFINISHED = /^[.~]|\.(tmp|part|partial|crdownload|filepart|writing)$/i
/** Claim files, the answers of the BHXH portal that a HIS saves beside them, and packed files: these hear that they are not read. */
const TAKEN = /\.(xml|json|zip|gz|rar|7z)$/i
const isOurs = (name: string): boolean => name.endsWith(ANSWER)

export interface Found {
  name: string
  seen: Sighting
  /** How long it has stood still, in milliseconds of this computer. */
  stillMs: number
}

/** Looks at one folder. `steady` gives milliseconds that never jump. */
export function dropFolder(folder: string, steady: () => number = () => performance.now()) {
  const watched = new Map<string, Sighting & { since: number }>()

  function stillOf(name: string, seen: Sighting): number {
    const before = watched.get(name)
    if (before && same(before, seen)) return steady() - before.since
    watched.set(name, { ...seen, since: steady() })
    return 0
  }

  async function names(): Promise<string[]> {
    const there = await readdir(folder, { withFileTypes: true })
    const files = there.filter((e) => e.isFile() && TAKEN.test(e.name) && !isOurs(e.name) && !UNFINISHED.test(e.name)).map((e) => e.name)
    const present = new Set(files)
    for (const name of watched.keys()) if (!present.has(name)) watched.delete(name)
    return files.sort()
  }

  return {
    path: (name: string): string => join(folder, name),
    /**
     * Makes sure that this is the folder, and nobody else's: a share that is not mounted looks like an empty folder, and what
     * would be laid into it nobody would see. Throws `EdgeTrouble`.
     */
    async own(taken: Pick<TakenStore, 'edge' | 'recall' | 'remember'>): Promise<void> {
      const mark = await markOf(join(folder, MARK))
      if (mark?.edge === taken.edge) return
      if (mark) throw watchedByOther(folder, mark.host ?? '?')
      const known = taken.recall('marked') !== undefined
      if (known && !(await sight(join(folder, ARCHIVE)))) throw shareAway(folder)
      await mkdir(join(folder, ARCHIVE), { recursive: true })
      const text = `${JSON.stringify({ edge: taken.edge, host: hostname(), since: new Date().toISOString() })}\n`
      await writeWhole(join(folder, MARK), once(text), join(folder, `${MARK}.tmp`))
      taken.remember('marked', '1')
    },
    /** All claim files that lie there, by name. */
    async look(): Promise<Found[]> {
      const found: Found[] = []
      for (const name of await names()) {
        const seen = await sight(join(folder, name))
        if (seen) found.push({ name, seen, stillMs: stillOf(name, seen) })
      }
      return found
    },
    /** Moves an original to the archive of a day; gives its place, or null while its owner holds it. Never replaces anything. */
    async archive(name: string, day: string): Promise<string | null> {
      const place = join(ARCHIVE, day)
      // Never the archive itself: where it is missing, this is not the folder.
      await mkdir(join(folder, place)).catch((error) => (codeOf(error) === 'EEXIST' ? undefined : Promise.reject(error)))
      const end = extname(name)
      const stem = name.slice(0, -end.length)
      let free = name
      for (let n = 2; await sight(join(folder, place, free)); n++) free = `${stem} (${n})${end}`
      try {
        await rename(join(folder, name), join(folder, place, free))
      } catch (error) {
        if (['EBUSY', 'EPERM', 'EACCES'].includes(codeOf(error))) return null
        throw error
      }
      watched.delete(name)
      return join(place, free)
    },
    sightOf: (place: string): Promise<Sighting | undefined> => sight(join(folder, place)),
    /** A file of this name came again: what was said of the one before speaks of this one no more. */
    forgetAnswer: (name: string): Promise<void> => rm(join(folder, `${name}${ANSWER}`), { force: true }),
    /** Lays an answer beside where the file was, whole or not at all. */
    layAnswer: (name: string, from: string): Promise<void> =>
      writeWhole(join(folder, `${name}${ANSWER}`), createReadStream(from), join(folder, `.${name}${ANSWER}.tmp`)),
    /** Files that lie there and are not taken yet, as the last look saw them. */
    lying: (): number => watched.size,
  }
}

export type DropFolder = ReturnType<typeof dropFolder>

async function* once(text: string): AsyncGenerator<string> {
  yield text
}

async function markOf(path: string): Promise<{ edge?: string; host?: string } | undefined> {
  if (!(await sight(path))) return undefined
  const pieces: Buffer[] = []
  for await (const piece of createReadStream(path)) pieces.push(piece as Buffer)
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8')) as { edge?: string; host?: string }
  } catch {
    // Not ours, and nobody else's: it says nothing.
    return undefined
  }
}

const shareAway = (folder: string) =>
  new EdgeTrouble(
    'folder-away',
    `Thư mục ${folder} trống như khi ổ mạng chưa gắn: không có ${MARK} và ${ARCHIVE}. Gắn lại ổ mạng; nếu đúng là thư mục này, tạo lại thư mục con ${ARCHIVE}.`,
    `${folder} looks like a share that is not mounted: ${MARK} and ${ARCHIVE} are missing. Mount it; if this is the right folder, make ${ARCHIVE} in it again.`,
  )

const watchedByOther = (folder: string, host: string) =>
  new EdgeTrouble(
    'folder-of-another',
    `Thư mục ${folder} đang do một chương trình khác theo dõi (máy ${host}). Dừng chương trình đó rồi xóa tệp ${MARK} để chuyển sang máy này.`,
    `${folder} is watched by another edge (on ${host}). Stop that one and remove ${MARK} to take it over.`,
  )

/**
 * The folder a HIS drops its files into, often on a share of another computer: looked at again and again, since such
 * shares tell nobody of changes. A file is taken when it has stopped changing and looks ended; times of the share are only
 * compared with each other, never with the clock here.
 */
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sighting } from './tables.ts'

export const ARCHIVE = 'da-nhan'
const ANSWER = '.ket-qua.json'
/** Names that other programs give to files they are still writing. */
const UNFINISHED = /^[.~]|\.(tmp|part|partial|crdownload|filepart|writing)$/i
const CLAIM = /\.xml$/i
/** The root of a claim file, of a check-in, or of a signed one ends here. */
const ENDS = /<\/(GIAMDINHHS|CHI_TIEU_TRANG_THAI_KCB)>\s*$/

export interface Pace {
  /** How long a file must have stood still, in milliseconds of this computer. */
  stillMs: number
  /** After this long a file that never looks ended is taken as it is: the site says what is wrong with it. */
  patienceMs: number
}

interface Watched extends Sighting {
  /** Since when, by the steady clock of this computer. */
  since: number
}

export interface Ripe {
  name: string
  bytes: Buffer
  seen: Sighting
}

const same = (a: Sighting, b: Sighting): boolean => a.size === b.size && a.mtimeMs === b.mtimeMs

/** Looks at one folder. `steady` gives milliseconds that never jump. */
export function dropFolder(folder: string, pace: Pace, steady: () => number = () => performance.now()) {
  const watched = new Map<string, Watched>()

  function names(): string[] {
    const there = readdirSync(folder, { withFileTypes: true })
    return there
      .filter((e) => e.isFile() && CLAIM.test(e.name) && !UNFINISHED.test(e.name))
      .map((e) => e.name)
      .sort()
  }

  function standsStill(name: string, seen: Sighting): number {
    const before = watched.get(name)
    if (!before || !same(before, seen)) watched.set(name, { ...seen, since: steady() })
    return steady() - (watched.get(name)?.since ?? steady())
  }

  return {
    /** One look: the files that may be taken and pass `wanted`, each whole. Throws when the folder cannot be read. */
    *ripe(wanted: (name: string, seen: Sighting) => boolean): Generator<Ripe> {
      const present = names()
      for (const name of watched.keys()) if (!present.includes(name)) watched.delete(name)
      // Looked at first, so that many files grow still together.
      const ages = present.map((name) => {
        const seen = sight(join(folder, name))
        return { name, seen, still: seen ? standsStill(name, seen) : 0 }
      })
      for (const { name, seen, still } of ages) {
        if (!seen || seen.size === 0 || still < pace.stillMs || !wanted(name, seen)) continue
        const bytes = readWhole(join(folder, name), seen)
        if (!bytes) watched.delete(name)
        else if (still >= pace.patienceMs || ENDS.test(bytes.subarray(-400).toString('latin1'))) yield { name, bytes, seen }
      }
    },
    /** Moves an original to the archive of a day; gives its place, or null while its owner holds it. Never replaces anything. */
    archive(name: string, day: string): string | null {
      const place = join(ARCHIVE, day)
      mkdirSync(join(folder, place), { recursive: true })
      const taken = new Set(readdirSync(join(folder, place)))
      const [stem, end] = [name.slice(0, -4), name.slice(-4)]
      let free = name
      for (let n = 2; taken.has(free); n++) free = `${stem} (${n})${end}`
      try {
        renameSync(join(folder, name), join(folder, place, free))
      } catch (error) {
        if (['EBUSY', 'EPERM', 'EACCES'].includes((error as { code?: string }).code ?? '')) return null
        throw error
      }
      watched.delete(name)
      return join(place, free)
    },
    read: (place: string): { bytes: Buffer; seen: Sighting } | undefined => {
      const seen = sight(join(folder, place))
      const bytes = seen && readWhole(join(folder, place), seen)
      return seen && bytes ? { bytes, seen } : undefined
    },
    /** A file of this name came again: what was said of the one before speaks of this one no more. */
    forgetAnswer: (name: string): void => rmSync(join(folder, `${name}${ANSWER}`), { force: true }),
    /** Whether the original still lies in the drop folder as it was seen. */
    lies: (name: string, seen: Sighting): boolean => {
      const now = sight(join(folder, name))
      return now !== undefined && same(now, seen)
    },
    /** Lays an answer beside where the file was, whole or not at all. */
    answer(name: string, text: string): void {
      const draft = join(folder, `.${name}${ANSWER}.tmp`)
      writeFileSync(draft, text, { flush: true })
      renameSync(draft, join(folder, `${name}${ANSWER}`))
    },
  }
}

export type DropFolder = ReturnType<typeof dropFolder>

function sight(path: string): Sighting | undefined {
  const { size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {}
  return size === undefined || mtimeMs === undefined ? undefined : { size, mtimeMs }
}

/** All bytes, if the file is before and after the same as it was seen; a writer that comes back makes it undefined. */
function readWhole(path: string, seen: Sighting): Buffer | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    // Gone again, or its writer holds it alone: the next look tells.
    if (['ENOENT', 'EBUSY', 'EPERM', 'EACCES'].includes((error as { code?: string }).code ?? '')) return undefined
    throw error
  }
  try {
    const bytes = Buffer.alloc(seen.size)
    let at = 0
    for (let read = 1; at < bytes.length && read > 0; at += read) read = readSync(file, bytes, at, bytes.length - at, at)
    const after = fstatSync(file)
    return at === seen.size && same(after, seen) ? bytes : undefined
  } finally {
    closeSync(file)
  }
}

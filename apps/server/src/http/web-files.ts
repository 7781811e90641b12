/** The built web app on disk: which files there are, and their bytes as a browser accepts them. */
import { readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

export type Encoding = 'br' | 'gzip' | undefined

export interface WebFiles {
  /** Whether there is such a file, by address. */
  has(path: string): boolean
  /** Bytes of a file; undefined when it went away under us. */
  read(path: string, accepted: string): Promise<{ bytes: Buffer; encoding: Encoding } | undefined>
}

const PACKED: Record<string, true> = { '.js': true, '.css': true, '.svg': true, '.json': true, '.webmanifest': true, '.txt': true }
const SMALLEST = 1024
const EXTENSIONS = { br: '.br', gzip: '.gz' } as const

// What the build did not pack is packed once while a site runs: more than the fastest setting is worth it, the slowest is not.
const brotli = (bytes: Buffer): Promise<Buffer> =>
  promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 7, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } })
const PACKERS = { br: brotli, gzip: (bytes: Buffer): Promise<Buffer> => promisify(gzip)(bytes, { level: 8 }) }

/** The files of `root`, listed again when the app was built anew under a running server. */
export function webFiles(root: string): () => WebFiles {
  let built = -1
  let files = listed(root, new Set())
  return () => {
    const now = statSync(join(root, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (now !== built) files = listed(root, now === 0 ? new Set() : namesIn(root))
    built = now
    return files
  }
}

function namesIn(root: string): Set<string> {
  const found = readdirSync(root, { recursive: true, withFileTypes: true }).filter((e) => e.isFile())
  return new Set(found.map((e) => `/${relative(root, join(e.parentPath, e.name)).split(sep).join('/')}`))
}

async function bytesOf(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function listed(root: string, names: ReadonlySet<string>): WebFiles {
  const kept = new Map<string, Promise<Buffer | undefined>>()

  async function load(path: string, encoding: Encoding): Promise<Buffer | undefined> {
    if (encoding && names.has(path + EXTENSIONS[encoding])) return bytesOf(join(root, path + EXTENSIONS[encoding]))
    const bytes = await bytesOf(join(root, path))
    return encoding && bytes ? PACKERS[encoding](bytes) : bytes
  }

  return {
    has: (path) => names.has(path),
    async read(path, accepted) {
      const packs = PACKED[extname(path)] === true && (statSync(join(root, path), { throwIfNoEntry: false })?.size ?? 0) >= SMALLEST
      const encoding = packs ? (['br', 'gzip'] as const).find((e) => accepted.includes(e)) : undefined
      const key = `${path} ${encoding}`
      const bytes = kept.get(key) ?? load(path, encoding)
      kept.set(key, bytes)
      // A failure is not kept: the next request tries again.
      bytes.catch(() => kept.delete(key))
      const known = await bytes
      return known && { bytes: known, encoding }
    },
  }
}

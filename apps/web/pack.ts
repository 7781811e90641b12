/** Packs what was built as tightly as it goes, once and for all who fetch it; the server hands the `.br` beside a file out as it is. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { Plugin } from 'vite'

const PACKED = new Set(['.js', '.css', '.svg'])
/** Below, the headers cost more than is gained; the server packs nothing as small either. */
const SMALLEST = 1024

const brotli = promisify(brotliCompress)

async function pack(file: string): Promise<void> {
  const bytes = await readFile(file)
  if (bytes.length < SMALLEST) return
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT, BROTLI_MAX_QUALITY } = constants
  const params = { [BROTLI_PARAM_QUALITY]: BROTLI_MAX_QUALITY, [BROTLI_PARAM_SIZE_HINT]: bytes.length }
  await writeFile(`${file}.br`, await brotli(bytes, { params }))
}

export function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    async writeBundle({ dir }) {
      if (!dir) return
      const found = await readdir(dir, { recursive: true, withFileTypes: true })
      const files = found.filter((entry) => entry.isFile() && PACKED.has(extname(entry.name)))
      await Promise.all(files.map((entry) => pack(join(entry.parentPath, entry.name))))
    },
  }
}

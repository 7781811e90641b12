/** The built app can start: no ring of chunks, and a first page that stays light. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

const WEB = join(import.meta.dirname, '../apps/web')

interface Chunk {
  entry: boolean
  imports: string[]
  bytes: number
}

/** Chunks as they would be written, and the style sheet's weight. */
async function built(): Promise<{ chunks: Map<string, Chunk>; style: number }> {
  const made = await build({ configFile: join(WEB, 'vite.config.ts'), logLevel: 'error', build: { write: false } })
  if (!('output' in made)) throw new Error('one build was asked for')
  const chunks = new Map<string, Chunk>()
  let style = 0
  for (const one of made.output) {
    if (one.type === 'chunk') chunks.set(one.fileName, { entry: one.isEntry, imports: one.imports, bytes: gzipSync(one.code).length })
    else if (one.fileName.endsWith('.css')) style += gzipSync(one.source).length
  }
  return { chunks, style }
}

/** The first ring found, as a path back to its beginning. */
function ringIn(chunks: ReadonlyMap<string, Chunk>): string[] | null {
  const done = new Set<string>()
  const walk = (name: string, path: readonly string[]): string[] | null => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name]
    if (done.has(name)) return null
    for (const next of chunks.get(name)?.imports ?? []) {
      const ring = walk(next, [...path, name])
      if (ring) return ring
    }
    done.add(name)
    return null
  }
  for (const name of chunks.keys()) {
    const ring = walk(name, [])
    if (ring) return ring
  }
  return null
}

/** Fonts, data and the chunk of the page itself come on top: a first page of 300 kB in all, weighed by e2e/. */
test('no chunk imports, over others, itself; libraries import no chunk of ours; the entry’s own chunks weigh at most 240 kB', async () => {
  const { chunks, style } = await built()
  assert.ok(chunks.size > 20, `${chunks.size} chunks`)
  assert.equal(ringIn(chunks)?.join(' → ') ?? '', '')
  const [vendor] = [...chunks].filter(([name]) => name.includes('vendor'))
  assert.ok(vendor)
  assert.deepEqual(
    vendor[1].imports.filter((name) => !name.includes('rolldown-runtime')),
    [],
  )
  const first = new Set<string>()
  const take = (name: string): void => {
    if (first.has(name)) return
    first.add(name)
    for (const next of chunks.get(name)?.imports ?? []) take(next)
  }
  for (const [name, one] of chunks) if (one.entry) take(name)
  assert.ok(first.size >= 3 && first.size <= 8, `${first.size} files before the first screen`)
  const bytes = [...first].reduce((sum, name) => sum + (chunks.get(name)?.bytes ?? 0), style)
  assert.ok(bytes > 50_000 && bytes <= 240_000, `${bytes} bytes before the first screen`)
})

test('a ring is found', () => {
  const chunk = (...imports: string[]): Chunk => ({ entry: false, imports, bytes: 1 })
  const chunks = new Map([
    ['index', chunk('forms')],
    ['forms', chunk('vendor')],
    ['vendor', chunk('forms')],
  ])
  assert.deepEqual(ringIn(chunks), ['forms', 'vendor', 'forms'])
})

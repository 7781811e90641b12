/** Every folder has its line in docs/architecture.md, and every line its folder: a newcomer looks there first. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
const told = new Set([...page.matchAll(/`([\w./-]+)`/g)].map((match) => match[1] ?? ''))
const OTHERS = new Set(['testdata', 'generated', 'node_modules', 'dist'])

/** Folders below `start`, at most `depth` deep, as paths from the root. */
function foldersBelow(start: string, depth: number): string[] {
  if (depth === 0) return []
  return readdirSync(join(root, start), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !OTHERS.has(entry.name) && !entry.name.startsWith('.'))
    .flatMap((entry) => [`${start}/${entry.name}`, ...foldersBelow(`${start}/${entry.name}`, depth - 1)])
}

const sources = globSync(['apps/*/src', 'packages/*/src'], { cwd: root })

test('every folder under apps/*/src and packages/*/src, two deep, has its line', () => {
  assert.ok(sources.length >= 7, 'the sources were found')
  const missing = sources.flatMap((source) => foldersBelow(source, 2)).filter((folder) => !told.has(folder))
  assert.deepEqual(missing, [])
})

test('every package and every folder beside the apps has its line', () => {
  const packages = globSync('packages/*', { cwd: root })
  assert.deepEqual(
    [...packages, 'e2e', 'bench', 'scripts', 'docs'].filter((folder) => !told.has(folder)),
    [],
  )
})

test('no line speaks of a folder that is gone', () => {
  const named = [...told].filter((name) => /^(apps|packages)\//.test(name))
  assert.deepEqual(
    named.filter((name) => !existsSync(join(root, name))),
    [],
  )
})

test('every care area of the server says in twelve lines what it owns', () => {
  const features = globSync('apps/server/src/features/*', { cwd: root })
  assert.ok(features.length >= 10)
  for (const feature of features) {
    const file = join(root, feature, 'README.md')
    assert.ok(existsSync(file), `${feature} has no README.md`)
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').length
    assert.ok(lines <= 12, `${feature}/README.md has ${lines} lines`)
  }
})

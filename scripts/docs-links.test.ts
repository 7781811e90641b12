/** Every link and picture of the pages leads somewhere, and the two READMEs say the same in the same length. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')
const pages = globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md', 'apps/server/src/features/*/README.md'], { cwd: root })
const read = (page: string) => readFileSync(join(root, page), 'utf8')

test('links and pictures lead somewhere', () => {
  assert.ok(pages.length >= 20, 'the pages were found')
  const broken = pages.flatMap((page) => {
    const targets = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')
    const local = targets.filter((target) => !/^(https?:|mailto:|#)/.test(target))
    return local.filter((target) => !existsSync(join(root, dirname(page), target.replace(/#.*/, '')))).map((target) => `${page}: ${target}`)
  })
  assert.deepEqual(broken, [])
})

test('the READMEs have the same sections, commands, pictures and accounts', () => {
  const facts = (page: string) => ({
    sections: read(page).match(/^## /gm)?.length,
    commands: read(page).match(/npm (start|test|run)/g),
    pictures: read(page).match(/docs\/images\/\w+\.png/g),
    steps: read(page)
      .match(/^\d\. \*\*[^*]*`[\w.]+`/gm)
      ?.map((step) => /`([\w.]+)`/.exec(step)?.[1]),
    ports: read(page).match(/localhost:\d+/g),
  })
  assert.deepEqual(facts('README.vi.md'), facts('README.md'))
})

test('pages that promise to be short are short', () => {
  for (const [page, most] of [
    ['README.md', 120],
    ['README.vi.md', 120],
    ['CONTRIBUTING.md', 60],
  ] as const) {
    const lines = read(page).trimEnd().split('\n').length
    assert.ok(lines <= most, `${page} has ${lines} lines, ${most} is the end`)
  }
})

/** The runner of the test files itself, in a process of its own: node:test runs no tests from within a test. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

test('a file that something open keeps alive is ended, counted as failed and named; the others are run', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'yba-runner-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), `import { test } from 'node:test'\n${text}`)
    return join(folder, name)
  }
  const hangs = file('hangs.test.mjs', "test('opens', () => { setInterval(() => {}, 1000) })")
  const ends = file('ends.test.mjs', "test('ends', () => {})")
  const runner = join(import.meta.dirname, 'run-files.ts')
  const script = file(
    'script.mjs',
    `import { runFiles } from ${JSON.stringify(runner)}
    const tally = await runFiles(${JSON.stringify([hangs, ends])}, { concurrency: 1, timeout: 3000 })
    console.log(JSON.stringify(tally))`,
  )
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env, timeout: 60_000 })
  const tally = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  assert.deepEqual([tally.passed, tally.failed], [2, 1])
  assert.match(tally.failures[0], /hangs\.test\.mjs/)
  assert.match(stdout, /not ended after 3 s/)
})

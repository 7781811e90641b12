/** Runs test files with node:test, each in its own process, prints what failed and counts. */

import { globSync, readFileSync } from 'node:fs'
import { run } from 'node:test'
import { inspect } from 'node:util'

/** A file that has not ended by then never will; the slowest, four sites with kills, needs a quarter of it. */
export const FILE_MS = 480_000

export interface Tally {
  passed: number
  failed: number
  /** One line each, for the end of the report. */
  failures: string[]
}

/** Tests of pure code: packages, scripts, the web. */
export const UNIT = ['packages/*/{src,build}/**/*.test.ts', 'scripts/*.test.ts', 'apps/web/src/**/*.test.ts']

/** The server's tests, on a real database. */
export const INTEGRATION = ['apps/server/src/**/*.test.ts']

/** Files of these patterns whose path holds every one of the words. */
export function filesOf(patterns: readonly string[], words: readonly string[]): string[] {
  const files = globSync([...patterns], { exclude: (name) => name === 'node_modules' || name === 'dist' })
  return files.filter((file) => words.every((word) => file.includes(word))).sort()
}

/** A test whose name begins so is left to the second ring, where its file has cheap and dear ones on one province. */
const SLOW = /^slow: /

/** Files of the first ring in which some tests belong to the second. */
export const withSlowTests = (files: readonly string[]): string[] => files.filter((file) => /['"`]slow: /.test(readFileSync(file, 'utf8')))

interface RunOptions {
  concurrency: number
  /** After this many milliseconds a file is ended and counts as failed. */
  timeout?: number
  /** Default: every test of the files. */
  ring?: 'first' | 'second'
}

export async function runFiles(files: string[], options: RunOptions): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0, failures: [] }
  const waiting = [...files]
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) await runFile(file, options, tally)
  }
  await Promise.all(Array.from({ length: Math.min(options.concurrency, files.length) }, worker))
  return tally
}

/** One file in a process of its own. The runner's own limit ends tests, not a process that something open keeps alive. */
async function runFile(file: string, { timeout = 180_000, ring }: RunOptions, tally: Tally): Promise<void> {
  const tooLong = new AbortController()
  const timer = setTimeout(() => tooLong.abort(new Error(`not ended after ${timeout / 1000} s`)), timeout)
  const failed = (place: string, name: string, why: string) => {
    tally.failed++
    tally.failures.push(`${place} ${name}`)
    console.log(`  ✖ ${place} ${name}`)
    console.log(indent(why))
  }
  const stream = run({
    files: [file],
    signal: tooLong.signal,
    ...(ring === 'first' ? { testSkipPatterns: SLOW } : {}),
    ...(ring === 'second' ? { testNamePatterns: SLOW } : {}),
  })
  stream.on('test:pass', (event) => {
    if (event.details.type === 'suite' || event.skip) return
    tally.passed++
    if (event.details.duration_ms > 10_000) console.log(`  slow: ${event.name} ${(event.details.duration_ms / 1000).toFixed(1)} s`)
  })
  stream.on('test:fail', (event) => {
    if (event.details.type === 'suite') return
    // An expected failure (todo) is a note, not a failure.
    if (event.todo) return
    const place = `${shortPath(event.file)}${event.line ? `:${event.line}` : ''}`
    failed(place, event.name, inspect(event.details.error.cause ?? event.details.error, { depth: 4 }))
  })
  stream.on('test:summary', ({ file: of, duration_ms }) => {
    if (of && duration_ms > 20_000) console.log(`  slow file: ${shortPath(of)} ${(duration_ms / 1000).toFixed(1)} s`)
  })
  stream.on('test:stderr', (event) => {
    process.stderr.write(event.message)
  })
  for await (const _event of stream) {
    // Reading the stream to its end is what runs the file.
  }
  clearTimeout(timer)
}

function shortPath(file: string | undefined): string {
  return file?.startsWith(process.cwd()) ? file.slice(process.cwd().length + 1) : (file ?? '')
}

function indent(text: string): string {
  return text
    .split('\n')
    .slice(0, 40)
    .map((line) => `      ${line}`)
    .join('\n')
}

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((n, one) => n + one.passed, 0),
    failed: tallies.reduce((n, one) => n + one.failed, 0),
    failures: tallies.flatMap((one) => one.failures),
  }
}

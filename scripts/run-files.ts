/** Runs test files with node:test, each in its own process, prints what failed and counts. */

import { globSync } from 'node:fs'
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

/** Files of these patterns whose path holds every one of the words. */
export function filesOf(patterns: readonly string[], words: readonly string[]): string[] {
  const files = globSync([...patterns], { exclude: (name) => name === 'node_modules' || name === 'dist' })
  return files.filter((file) => words.every((word) => file.includes(word))).sort()
}

/** @param timeout after this many milliseconds a file is ended and counts as failed */
export async function runFiles(files: string[], concurrency: number, timeout = 180_000): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0, failures: [] }
  if (files.length === 0) return tally
  const stream = run({ files, concurrency, timeout })
  stream.on('test:pass', (event) => {
    if (event.details.type === 'suite' || event.skip) return
    tally.passed++
    if (event.details.duration_ms > 10_000) console.log(`  slow: ${event.name} ${(event.details.duration_ms / 1000).toFixed(1)} s`)
  })
  stream.on('test:fail', (event) => {
    if (event.details.type === 'suite') return
    // An expected failure (todo) is a note, not a failure.
    if (event.todo) return
    tally.failed++
    const place = `${shortPath(event.file)}${event.line ? `:${event.line}` : ''}`
    tally.failures.push(`${place} ${event.name}`)
    console.log(`  ✖ ${place} ${event.name}`)
    console.log(indent(inspect(event.details.error.cause ?? event.details.error, { depth: 4 })))
  })
  stream.on('test:summary', ({ file, duration_ms }) => {
    if (file && duration_ms > 20_000) console.log(`  slow file: ${shortPath(file)} ${(duration_ms / 1000).toFixed(1)} s`)
  })
  stream.on('test:stderr', (event) => {
    process.stderr.write(event.message)
  })
  for await (const _event of stream) {
    // Reading the stream to its end is what runs the files.
  }
  return tally
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

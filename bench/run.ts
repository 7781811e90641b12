/**
 * `npm run bench [-- name …]`: prints one JSON line per figure, {measure, value, unit, bar?, command}.
 * Names: start, import, send, browser (each against a province of its own), store, fhir, restore, hub, find, files, edge, department. None: all of them.
 */

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Box, startBox, temporaryFolder } from './box.ts'
import { measureBrowser } from './browser.ts'
import { measureImport } from './import.ts'
import { say } from './report.ts'
import { measureSend } from './send.ts'
import { measureStart } from './start.ts'

const AGAINST_BOX: Record<string, (box: Box) => Promise<void>> = {
  import: measureImport,
  send: measureSend,
  browser: measureBrowser,
}
/** Programs that stand alone. */
const ALONE = ['store', 'fhir', 'restore', 'hub', 'find', 'files', 'edge', 'department']
const NAMES = ['start', ...Object.keys(AGAINST_BOX), ...ALONE]

async function main(): Promise<void> {
  const asked = process.argv.slice(2)
  const unknown = asked.filter((name) => !NAMES.includes(name))
  if (unknown.length) throw new Error(`no measure ${unknown.join(', ')}; there are ${NAMES.join(', ')}`)
  const wanted = (name: string) => asked.length === 0 || asked.includes(name)
  const measures = Object.entries(AGAINST_BOX).filter(([name]) => wanted(name))
  if (wanted('start') || measures.length) {
    const folder = temporaryFolder()
    let box: Box | undefined
    try {
      box = wanted('start') ? await measureStart(folder.path) : await startBox(folder.path)
      for (const [, measure] of measures) await measure(box)
    } finally {
      await box?.stop()
      folder.remove()
    }
  }
  for (const name of ALONE) if (wanted(name)) await alone(name)
}

function alone(name: string): Promise<void> {
  const file = join(import.meta.dirname, `${name}.ts`)
  if (!existsSync(file)) {
    say(`bench/${name}.ts is not part of this version`)
    return Promise.resolve()
  }
  say(name)
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], { stdio: ['ignore', 'pipe', 'inherit'] })
  let rest = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) process.stdout.write(`${withCommand(line, name)}\n`)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`bench/${name}.ts ended with ${code}`))))
  })
}

function withCommand(line: string, name: string): string {
  if (!line.startsWith('{')) return line
  return JSON.stringify({ ...(JSON.parse(line) as object), command: `npm run bench -- ${name}` })
}

await main()

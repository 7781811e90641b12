/** The province as a user starts it, in processes of its own, for measuring from outside. */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Person, signIn } from '../apps/server/src/box/journey/person.ts'
import { layout, type RuntimeNote, readRuntime } from '../apps/server/src/box/layout.ts'
import { DEMO_PASSWORD } from '../apps/server/src/box/plan.ts'
import { freePort, isFree } from '../apps/server/src/box/postgres.ts'

const root = join(import.meta.dirname, '..')

export interface Box {
  data: string
  /** The process everything else was started by. */
  pid: number
  note: RuntimeNote
  url(site: string): string
  signIn(site: string, login: string): Promise<Person>
  /** Seconds from the command until it said where its pages are. */
  readyAfter: number
  /** Ends it as Ctrl-C does; the data stay. */
  stop(): Promise<void>
}

/** A folder for one run; `remove` when done. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'yba-bench-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

async function basePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const base = Math.min(await freePort(), 65_000)
    const free = await Promise.all([0, 1, 2, 3, 4, 9].map((offset) => isFree(base + offset)))
    if (free.every(Boolean)) return base
  }
  throw new Error('no ten free ports in a row')
}

/** `npm start` without npm: the prestep that checks installation and build, then the box. */
export async function startBox(data: string): Promise<Box> {
  const port = await basePort()
  const begun = performance.now()
  const args = [join(root, 'scripts/run.cjs'), 'start', '--data', data, '--port', String(port)]
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: string[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  const note = await ready(child, data, output)
  const readyAfter = (performance.now() - begun) / 1000
  const url = (site: string): string => {
    const found = note.sites.find((one) => one.name === site)
    if (!found) throw new Error(`no site ${site}`)
    return found.url
  }
  return {
    data,
    pid: child.pid ?? 0,
    note,
    url,
    readyAfter,
    signIn: (site, login) => signIn(url(site), login, DEMO_PASSWORD),
    stop: () => ended(child),
  }
}

/** The addresses are printed when every site answers; the note with them lies in the folder by then. */
async function ready(child: ChildProcess, data: string, output: string[]): Promise<RuntimeNote> {
  return await new Promise((resolve, reject) => {
    const look = () => {
      if (!output.join('').includes(DEMO_PASSWORD)) return
      const note = readRuntime(data)
      if (note) resolve(note)
    }
    child.stdout?.on('data', look)
    child.on('exit', (code) => reject(new Error(`the box ended with ${code}: ${output.join('').slice(-2000)} (${layout.note(data)})`)))
    setTimeout(() => reject(new Error(`not ready after two minutes: ${output.join('').slice(-2000)}`)), 120_000).unref()
  })
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.removeAllListeners('exit')
    child.once('exit', () => resolve())
    child.kill('SIGINT')
  })
}

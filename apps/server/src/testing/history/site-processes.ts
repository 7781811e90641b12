/** The processes of the sites: one each, started anew on the same data after every death. */
import { type ChildProcess, fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SiteSettings } from '../../settings.ts'
import type { BulkDone, BulkJob } from '../bulk.ts'
import { cpuSeconds } from '../process-figures.ts'
import type { Patience } from './patience.ts'

/** A site that does not come back, or go, by then never will. */
const COMES_BACK_MS = 120_000
const BULK_MS = 7_200_000
const PROGRAM = join(import.meta.dirname, '../site-process.ts')

export interface SiteProcesses<Name extends string> {
  /** Starts a site; `settings` are added to its own, now and after each death. */
  start(name: Name, settings?: Partial<SiteSettings>): Promise<void>
  end(name: Name, signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
  pid(name: Name): number
  /** CPU of all processes this site has had so far, in seconds. */
  cpu(name: Name): number
  /** Work inside the site's own process; one job of a site at a time. */
  bulk(name: Name, job: BulkJob): Promise<BulkDone>
}

/** One process of a site, told of at once; gives `ready` when it listens, otherwise what it ended with. */
function begin(file: string, folder: string, made: (child: ChildProcess) => void): Promise<'ready' | number | null> {
  const child = fork(PROGRAM, [file], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Who comes back after a `kill -9` compiles nothing again, and where the command keeps a cache nobody does.
    env: { NODE_COMPILE_CACHE: join(folder, 'compiled'), ...process.env },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', process.env.YBA_TEST_LOG ? 'inherit' : 'ignore', 'ipc'],
  })
  made(child)
  return new Promise((resolve) => {
    const died = (code: number | null): void => resolve(code)
    child.once('exit', died)
    child.once('message', () => {
      child.off('exit', died)
      resolve('ready')
    })
  })
}

/** Runs sites of these settings; one that ends although nobody ended it ends the run. */
export function siteProcesses<Name extends string>(
  folder: string,
  settingsOf: (name: Name) => SiteSettings,
  patience: Patience,
): SiteProcesses<Name> {
  const running = new Map<Name, ChildProcess>()
  const extra = new Map<Name, Partial<SiteSettings>>()
  const spent = new Map<Name, number>()

  /** Until one of its processes listens: while it was dead another program may have been given its port for a call of its own. */
  async function comesBack(name: Name, file: string): Promise<void> {
    let last = ''
    await patience.within(
      () => `${name} to listen${last}`,
      COMES_BACK_MS,
      async () => {
        for (;;) {
          const code = await begin(file, folder, (child) => running.set(name, child))
          if (code === 'ready') return
          last = ` (a process of it ended with ${code})`
          await patience.pause(300)
        }
      },
    )
  }

  return {
    async start(name, settings = extra.get(name) ?? {}) {
      extra.set(name, settings)
      const file = join(folder, `${name}.json`)
      writeFileSync(file, JSON.stringify({ ...settingsOf(name), ...settings }))
      await comesBack(name, file)
      const child = running.get(name)
      child?.once('exit', (code, signal) => {
        if (running.get(name) === child) patience.end(new Error(`${name} ended by itself: ${code ?? signal}`))
      })
    },
    async end(name, signal) {
      const child = running.get(name)
      running.delete(name)
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      spent.set(name, (spent.get(name) ?? 0) + cpuSeconds(child.pid))
      const { promise: gone, resolve } = Promise.withResolvers<void>()
      child.once('exit', () => resolve())
      child.kill(signal)
      // Who does not go by asking is told so; nothing waits for it any more than that.
      const killing = setTimeout(() => {
        child.kill('SIGKILL')
        patience.end(new Error(`${name} did not stop within ${COMES_BACK_MS / 1000} s`))
      }, COMES_BACK_MS)
      await gone
      clearTimeout(killing)
    },
    pid: (name) => running.get(name)?.pid ?? 0,
    cpu: (name) => (spent.get(name) ?? 0) + cpuSeconds(running.get(name)?.pid),
    bulk: (name, job) => patience.within(`${name} to make ${job.kind}`, BULK_MS, () => bulk(running.get(name), name, job)),
  }
}

function bulk(child: ChildProcess | undefined, name: string, job: BulkJob): Promise<BulkDone> {
  return new Promise((resolve, reject) => {
    const died = (): void => reject(new Error(`${name} ended`))
    child?.once('exit', died)
    child?.once('message', (said: { done?: BulkDone; failed?: string }) => {
      child.off('exit', died)
      if (said.done) resolve(said.done)
      else reject(new Error(`${name}: ${said.failed}`))
    })
    child?.send({ bulk: job })
  })
}

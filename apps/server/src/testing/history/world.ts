/** Four sites, each in a process of its own behind a line that fails; whoever is killed comes back on the same data. */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { SiteSettings } from '../../settings.ts'
import type { BulkDone, BulkJob } from '../bulk.ts'
import { type TestNode, type TestProvince, testProvince } from '../exchange.ts'
import { type TcpProxy, tcpProxy } from '../tcp-proxy.ts'

export const SITES = ['hub', 'sender', 'other', 'receiver'] as const
export type SiteName = (typeof SITES)[number]
export const NODES = ['sender', 'other', 'receiver'] as const

export interface World {
  province: TestProvince
  /** Everything between the nodes and the hub goes through it. */
  line: TcpProxy
  node(name: SiteName): TestNode
  /** `kill -9`, and the next process at once or after `ms`. */
  kill(name: SiteName, ms?: number): Promise<void>
  stop(name: SiteName): Promise<void>
  /** Starts a site that was stopped; `settings` are added to its own. */
  start(name: SiteName, settings?: Partial<SiteSettings>): Promise<void>
  pid(name: SiteName): number
  /** Work inside the site's own process; one job of a site at a time. */
  bulk(name: SiteName, job: BulkJob): Promise<BulkDone>
  kills: number
  close(): Promise<void>
}

/** A site that does not come back by then never will. */
const COMES_BACK_MS = 90_000
const PROGRAM = join(import.meta.dirname, '../site-process.ts')

/** One process of a site, told of at once; gives `ready` when it listens, otherwise what it ended with. */
function begin(file: string, folder: string, made: (child: ChildProcess) => void): Promise<'ready' | number | null> {
  const child = fork(PROGRAM, [file], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Who comes back after a `kill -9` compiles nothing again.
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', process.env.YBA_TEST_LOG ? 'inherit' : 'ignore', 'ipc'],
  })
  made(child)
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code))
    child.once('message', () => {
      child.removeAllListeners('exit')
      resolve('ready')
    })
  })
}

/** Makes and fills the province in this process, then hands each site to one of its own. */
export async function openWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'yba-history-'))
  const line = await tcpProxy()
  // Limits of a node are another test's; here they would only slow the four sites down.
  const province = await testProvince({ proxy: line })
  for (const name of SITES.toReversed()) await province[name].close()
  const running = new Map<SiteName, ChildProcess>()
  const extra = new Map<SiteName, Partial<SiteSettings>>()

  async function start(name: SiteName, settings: Partial<SiteSettings> = extra.get(name) ?? {}): Promise<void> {
    extra.set(name, settings)
    const file = join(folder, `${name}.json`)
    const limits = { perSecond: 1000, burst: 1000, perMinute: 100_000 }
    writeFileSync(file, JSON.stringify({ ...province[name].settings, limits, ...settings }))
    const stop = Date.now() + COMES_BACK_MS
    for (;;) {
      const code = await begin(file, folder, (child) => running.set(name, child))
      if (code === 'ready') return
      // While it was dead another program may have been given its port for a call of its own: it comes back, as a watched site does.
      if (Date.now() > stop) throw new Error(`${name} ended with ${code}`)
      await delay(300)
    }
  }

  async function end(name: SiteName, signal: NodeJS.Signals): Promise<void> {
    const child = running.get(name)
    running.delete(name)
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    await new Promise((resolve) => {
      child.once('exit', resolve)
      child.kill(signal)
    })
  }

  const world: World = {
    province,
    line,
    node: (name) => province[name],
    kills: 0,
    async kill(name, ms = 0) {
      world.kills += 1
      await end(name, 'SIGKILL')
      await delay(ms)
      await start(name)
    },
    stop: (name) => end(name, 'SIGTERM'),
    start,
    pid: (name) => running.get(name)?.pid ?? 0,
    bulk: (name, job) =>
      new Promise((resolve, reject) => {
        const child = running.get(name)
        const died = (): void => reject(new Error(`${name} ended`))
        child?.once('exit', died)
        child?.once('message', (said: { done?: BulkDone; failed?: string }) => {
          child.off('exit', died)
          if (said.done) resolve(said.done)
          else reject(new Error(`${name}: ${said.failed}`))
        })
        child?.send({ bulk: job })
      }),
    async close() {
      for (const name of SITES) await end(name, 'SIGKILL')
      await line.close()
      await province.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await Promise.all(SITES.map((name) => start(name)))
  return world
}

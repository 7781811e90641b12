/** Four sites, each in a process of its own behind a line that fails; whoever is killed comes back on the same data. */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { SiteSettings } from '../../settings.ts'
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
  kills: number
  close(): Promise<void>
}

const PROGRAM = join(import.meta.dirname, '../site-process.ts')

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
    const child = fork(PROGRAM, [file], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', process.env.YBA_TEST_LOG ? 'inherit' : 'ignore', 'ipc'],
    })
    running.set(name, child)
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve())
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
    })
    child.removeAllListeners('exit')
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

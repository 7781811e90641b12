/** Four sites, each in a process of its own behind a line that fails; whoever is killed comes back on the same data. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestNode, type TestProvince, testProvince } from '../exchange.ts'
import { type TcpProxy, tcpProxy } from '../tcp-proxy.ts'
import { newPatience, type Patience } from './patience.ts'
import { type SiteProcesses, siteProcesses } from './site-processes.ts'

export const SITES = ['hub', 'sender', 'other', 'receiver'] as const
export type SiteName = (typeof SITES)[number]
export const NODES = ['sender', 'other', 'receiver'] as const

export interface World extends Omit<SiteProcesses<SiteName>, 'end'> {
  province: TestProvince
  /** Everything between the nodes and the hub goes through it. */
  line: TcpProxy
  /** For every wait; it ends when a site ends that nobody killed. */
  patience: Patience
  node(name: SiteName): TestNode
  /** `kill -9`, and the next process at once or after `ms`. */
  kill(name: SiteName, ms?: number): Promise<void>
  stop(name: SiteName): Promise<void>
  kills: number
  close(): Promise<void>
}

/** Limits of a node are another test's, and a desk that is asked now and then in a history of hours is not locked for it. */
const CALM = { limits: { perSecond: 1000, burst: 1000, perMinute: 100_000 }, idleLockSeconds: 86_400 }

/** Makes and fills the province in this process, then hands each site to one of its own. */
export async function openWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'yba-history-'))
  const line = await tcpProxy()
  const province = await testProvince({ proxy: line })
  for (const name of SITES.toReversed()) await province[name].close()
  const patience = newPatience()
  const { end, ...processes } = siteProcesses<SiteName>(folder, (name) => ({ ...province[name].settings, ...CALM }), patience)

  const world: World = {
    ...processes,
    province,
    line,
    patience,
    node: (name) => province[name],
    kills: 0,
    async kill(name, ms = 0) {
      world.kills += 1
      await end(name, 'SIGKILL')
      await patience.pause(ms)
      await processes.start(name)
    },
    stop: (name) => end(name, 'SIGTERM'),
    async close() {
      patience.end(new Error('the sites are closed'))
      for (const name of SITES) await end(name, 'SIGKILL')
      await line.close()
      await province.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    await Promise.all(SITES.map((name) => processes.start(name)))
  } catch (error) {
    await world.close()
    throw error
  }
  return world
}

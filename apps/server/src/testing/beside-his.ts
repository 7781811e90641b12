/** A province whose hospitals work beside their own systems in tests: watched folders by the edge as a process of its own, and scripted desks. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addProgram } from '../access/index.ts'
import { COMERS, comersOf } from '../box/his/desk.ts'
import { playHis } from '../box/his/play.ts'
import type { ReferralRow } from '../features/referral/contract.ts'
import type { TestNode } from './exchange.ts'

export interface BesideHis {
  /** The watched folder of a site. */
  folder(node: TestNode): string
  /** A scripted system at a site; gives what ends it. What it said is in `lines`. */
  his(node: TestNode, seed: number, msPerMinute?: number): { lines: string[]; stop(): Promise<void> }
  /** Kills the edge as a power cut does, and starts it again. */
  killEdge(): Promise<void>
  /** Original files that were taken, of a site. */
  archived(node: TestNode): string[]
  close(): Promise<void>
}

/** Watches a folder for each of the sites. */
export async function besideHis(nodes: readonly TestNode[]): Promise<BesideHis> {
  const place = mkdtempSync(join(tmpdir(), 'yba-his-'))
  const folderOf = (node: TestNode): string => join(place, node.settings.name)
  const config = []
  for (const node of nodes) {
    mkdirSync(folderOf(node))
    const { token } = await addProgram(node.site.store.sql, { id: 'his', name: 'HIS bệnh viện' }, new Date())
    const tokenFile = join(place, `${node.settings.name}.token`)
    writeFileSync(tokenFile, token)
    const state = join(place, `${node.settings.name}-state`)
    config.push({ folder: folderOf(node), site: node.settings.baseUrl, tokenFile, state, stillMs: 150, patienceMs: 20_000 })
  }
  writeFileSync(join(place, 'edge.json'), JSON.stringify(config))
  let edge = await startEdge(join(place, 'edge.json'))
  const playing: (() => Promise<void>)[] = []
  return {
    folder: folderOf,
    his(node, seed, msPerMinute = 2) {
      const stop = new AbortController()
      const lines: string[] = []
      const done = playHis({
        folder: folderOf(node),
        facility: node.settings.facility.code,
        seed,
        msPerMinute,
        comers: async () => comersOf((await (await node.at('tiepdon')).get(COMERS)).json.rows as ReferralRow[]),
        now: () => new Date(),
        told: (line) => lines.push(line),
        signal: stop.signal,
      })
      const end = async () => {
        stop.abort()
        await done
      }
      playing.push(end)
      return { lines, stop: end }
    },
    async killEdge() {
      await ended(edge, 'SIGKILL')
      edge = await startEdge(join(place, 'edge.json'))
    },
    archived: (node) =>
      readdirSync(join(folderOf(node), 'da-nhan'), { recursive: true })
        .map(String)
        .filter((name) => name.endsWith('.xml')),
    async close() {
      for (const end of playing) await end()
      await ended(edge)
      rmSync(place, { recursive: true, force: true })
    },
  }
}

async function startEdge(config: string): Promise<ChildProcess> {
  const main = join(import.meta.dirname, '../../../edge/src/main.ts')
  const edge = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, '--config', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((done) => edge.stdout.once('data', done))
  edge.stdout.resume()
  return edge
}

async function ended(edge: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (edge.exitCode !== null || edge.signalCode !== null) return
  const gone = new Promise((done) => edge.once('exit', done))
  edge.kill(signal)
  await gone
}

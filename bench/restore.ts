/**
 * A gigabyte and its copies: backup and restore of the whole box, of one site, and what a backup costs those at work.
 * Alone: `npm run bench -- restore`; `YBA_BENCH_COST=0` leaves out the last, which takes twice as long as a gentle backup.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemCaller } from '../apps/server/src/access/index.ts'
import { backup } from '../apps/server/src/box/backup/backup.ts'
import { restore } from '../apps/server/src/box/backup/restore.ts'
import { siteDatabases } from '../apps/server/src/box/backup/source.ts'
import { emptyFolder } from '../apps/server/src/box/layout.ts'
import { exportSite } from '../apps/server/src/box/move/export.ts'
import { importSite } from '../apps/server/src/box/move/import.ts'
import { openProvince } from '../apps/server/src/box/province.ts'
import { openStore } from '../apps/server/src/store/index.ts'
import { temporaryFolder } from './box.ts'
import { growTo } from './gigabyte.ts'
import { report, say } from './report.ts'

const NAME = 'restore'
const SITE = 'bac-giang'
const TURN_MS = 15_000
const GIGABYTE = Number(process.env.YBA_BENCH_BYTES ?? 1e9)

const figure = (measure: string, value: number, unit: string, bar?: string) =>
  report(NAME, { measure, value, unit, ...(bar ? { bar } : {}) })

async function timed<T>(measure: string, bar: string | undefined, work: () => Promise<T>): Promise<T> {
  const begun = performance.now()
  const made = await work()
  figure(measure, (performance.now() - begun) / 1000, 's', bar)
  return made
}

/** Four hands that write records through the store until `until` is over; it can ask how many are written. */
async function writing<T>(url: string, folder: string, until: (written: () => number) => Promise<T>): Promise<T> {
  const store = await openStore({
    url,
    siteKey: Buffer.alloc(32),
    clock: { now: () => new Date() },
    blobFolder: join(folder, 'blobs'),
    sealEveryMs: 0,
  })
  try {
    const desk = store.as(systemCaller('import:bench', '24997'))
    let done = 0
    let ended = false
    const hand = async (n: number) => {
      for (let i = 0; !ended; i++) {
        const text = `${n}-${i} ${'ghi chú '.repeat(60)}`
        await desk.transact((tx) => tx.write([{ kind: 'create', resource: { resourceType: 'Basic', code: { text } } }]))
        done++
      }
    }
    const hands = [1, 2, 3, 4].map(hand)
    const made = await until(() => done)
    ended = true
    await Promise.all(hands)
    return made
  } finally {
    await store.close()
  }
}

async function main(): Promise<void> {
  const folder = temporaryFolder()
  const data = join(folder.path, 'data')
  const province = await openProvince({ dataDir: data, port: 'random', sites: ['hub', SITE] })
  try {
    const url = siteDatabases(data, province.postgres).find((one) => one.name === SITE)?.url ?? ''
    const grown = await growTo(url, join(data, 'sites', SITE), GIGABYTE)
    say(`${grown.rows} records, database ${(grown.database / 1e6).toFixed(0)} MB, blobs ${(grown.blobs / 1e6).toFixed(0)} MB`)
    if (process.env.YBA_BENCH_COST !== '0') await cost(url, data, folder.path)
    const settings = province.sites.find((one) => one.settings.name === SITE)?.settings
    if (!settings) throw new Error('no settings')
    await timed('restore.box-backup', undefined, () => backup({ data, to: join(folder.path, 'b') }))
    await timed('restore.box', '≤ 180 s', () => restore({ from: join(folder.path, 'b'), data: join(folder.path, 'r') }))
    emptyFolder(join(folder.path, 'r'))
    await timed('restore.site-backup', undefined, () => exportSite(settings, join(folder.path, 's'), { keys: 'beside' }))
    await province.postgres.createDatabase('bench_restored')
    const into = { ...settings, database: province.postgres.url('bench_restored'), folder: join(folder.path, 'i') }
    await timed('restore.site', '≤ 180 s', () => importSite({ from: join(folder.path, 's'), settings: into }))
  } finally {
    await province.stop()
    emptyFolder(data)
    folder.remove()
  }
}

/** As an operator runs it, in a process of its own. */
function startBackup(data: string, to: string): { child: ChildProcess; ended: Promise<void> } {
  const file = join(import.meta.dirname, '..', 'apps', 'server', 'src', 'cli', 'yba.ts')
  const words = ['--disable-warning=ExperimentalWarning', file, 'backup', '--data', data, '--to', to]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr?.on('data', (part: Buffer) => {
    said = part.toString()
  })
  const ended = new Promise<void>((done, failed) => {
    child.on('error', failed)
    child.on('close', (code) => (code === 0 ? done() : failed(new Error(`backup ended with ${code}: ${said}`))))
  })
  return { child, ended }
}

/**
 * How much fewer records the same hands write while a backup runs: it is held and let go in turns, so that the
 * neighbours of the machine weigh on both alike. The turn in which it ends does not count.
 */
async function cost(url: string, data: string, folder: string): Promise<void> {
  const to = join(folder, 'cost')
  await writing(url, join(data, 'sites', SITE), async (written) => {
    const { child, ended } = startBackup(data, to)
    let running = true
    const end = ended.finally(() => {
      running = false
    })
    const turn = async () => {
      const [begun, before] = [performance.now(), written()]
      await Promise.race([sleep(TURN_MS), end])
      return (1000 * (written() - before)) / (performance.now() - begun)
    }
    const [beside, alone]: [number[], number[]] = [[], []]
    for (;;) {
      const rate = await turn()
      if (!running) break
      beside.push(rate)
      child.kill('SIGSTOP')
      alone.push(await turn())
      child.kill('SIGCONT')
    }
    await end
    rmSync(to, { recursive: true, force: true })
    const mean = (all: number[]) => all.reduce((sum, one) => sum + one, 0) / all.length
    figure('backup.beside-writers', (beside.length * TURN_MS) / 1000, 's')
    figure('backup.writes-beside', mean(beside), 'writes/s')
    figure('backup.writes-alone', mean(alone), 'writes/s')
    figure('backup.cost-of-throughput', (1 - mean(beside) / mean(alone)) * 100, '%', '≤ 10 %')
  })
}

await main()

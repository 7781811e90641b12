/** `yba demo his`: a scripted system of a hospital beside a running box. Who has a slip waiting there comes, and is treated by files. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { refuse } from '@yba/fhir'
import { addProgram, stopProgram } from '../access/index.ts'
import { COMERS, comersOf } from '../box/his/desk.ts'
import { playHis } from '../box/his/play.ts'
import { signIn } from '../box/journey/person.ts'
import { readRuntime } from '../box/layout.ts'
import { boxNotRunning, siteUnknown } from '../box/outcomes.ts'
import { DEMO_PASSWORD, DEMO_SITES } from '../box/plan.ts'
import { withSites } from '../box/with-site.ts'
import type { ReferralRow } from '../features/referral/contract.ts'
import { onEnd } from './signals.ts'
import type { Lang } from './text.ts'

export interface HisCommand {
  data: string
  site: string
  /** A folder that is watched already; without it one is made in the box and watched. */
  folder?: string
  seed: number
  /** Milliseconds for a minute of the hospital's day. */
  pace: number
  lang: Lang
}

const EDGE = join(import.meta.dirname, '..', '..', '..', 'edge', 'src', 'main.ts')

/** Plays until Ctrl-C. Throws `box-not-running`, `site-unknown`. */
export async function demoHis(options: HisCommand): Promise<void> {
  const box = readRuntime(options.data)
  if (!box) throw refuse(boxNotRunning, { folder: options.data })
  const place = box.sites.find((one) => one.name === options.site)
  const plan = DEMO_SITES.find((one) => one.name === options.site && one.role === 'facility')
  if (!place || !plan) throw refuse(siteUnknown, { name: options.site, known: DEMO_SITES.map((s) => s.name).join(', ') })
  const reception = await signIn(place.url, 'tiepdon', DEMO_PASSWORD)
  const watched = options.folder ? { folder: resolve(options.folder), end: async () => undefined } : await ownFolder(options, place.url)
  const stop = new AbortController()
  const vi = options.lang === 'vi'
  console.log(vi ? `HIS mẫu của ${plan.facility.name}: ${watched.folder}` : `Scripted HIS of ${plan.facility.name}: ${watched.folder}`)
  console.log(vi ? 'Người có phiếu chờ sẽ đến. Kết thúc: Ctrl-C' : 'Who has a slip waiting will come. To end: Ctrl-C')
  const playing = playHis({
    folder: watched.folder,
    facility: plan.facility.code,
    seed: options.seed,
    msPerMinute: options.pace,
    comers: async () => comersOf((await reception.get<{ rows: ReferralRow[] }>(COMERS)).rows),
    now: () => new Date(),
    told: (line) => console.log(line),
    signal: stop.signal,
  })
  onEnd(async () => {
    stop.abort()
    await playing
    await watched.end()
  })
  await playing
}

/** A folder of the box, watched by an edge of its own with a token that ends with it. */
async function ownFolder({ data, site }: HisCommand, url: string): Promise<{ folder: string; end(): Promise<void> }> {
  const place = join(data, 'his', site)
  const folder = join(place, 'drop')
  mkdirSync(folder, { recursive: true })
  const id = `his-${randomBytes(4).toString('hex')}`
  const tokenFile = join(place, `${id}.token`)
  await withSites(data, site, async (opened) => {
    const { token } = await addProgram(opened.store.sql, { id, name: 'HIS mẫu (kịch bản)' }, opened.clock.now())
    writeFileSync(tokenFile, token, { mode: 0o600 })
  })
  const args = ['--disable-warning=ExperimentalWarning', EDGE, '--folder', folder, '--site', url, '--token-file', tokenFile]
  const edge = spawn(process.execPath, [...args, '--state', join(place, 'state')], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  return {
    folder,
    end: async () => {
      await ended(edge)
      rmSync(tokenFile, { force: true })
      await withSites(data, site, (opened) => stopProgram(opened.store.sql, id, opened.clock.now()))
    },
  }
}

async function ended(edge: ChildProcess): Promise<void> {
  if (edge.exitCode !== null || edge.signalCode !== null) return
  const gone = new Promise((done) => edge.once('exit', done))
  edge.kill('SIGTERM')
  await gone
}

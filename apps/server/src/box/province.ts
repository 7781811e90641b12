/**
 * The province in a box: PostgreSQL, the demo authority and four sites that talk over real HTTP.
 * One box per folder; a first start makes and fills everything, a later one keeps all data.
 */

import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { OutcomeError, refuse } from '@yba/fhir'
import type { Authority } from '@yba/signing'
import type { GivenSettings } from '../settings.ts'
import { ARCHIVING } from './archiving.ts'
import { openAuthority } from './authority/keep.ts'
import { openApartAuthority, openInnerAuthority } from './authority/process.ts'
import type { AuthorityService } from './authority/service.ts'
import { type Control, openControl } from './control.ts'
import { authorityAddress, authoritySettings, prepareDatabase, prepareKeys } from './founding.ts'
import type { HisSwitches } from './his/switches.ts'
import { apartHost, innerHost, type SiteHost } from './hosts.ts'
import { choosePorts, layout, type Ports, prepareFolder, readNote, readRuntime, writeNote, writeSettings } from './layout.ts'
import { type Lock, tryLock } from './lock.ts'
import { boxRunning, siteUnknown } from './outcomes.ts'
import { loadOpenSite, type OpenedSite, type OpenSite } from './parts.ts'
import { DEMO_SITES, type DemoSite } from './plan.ts'
import { isFree, type Postgres, startPostgres } from './postgres.ts'
import { portTaken } from './postgres-outcomes.ts'
import { processIdentity, waitUntilGone } from './process.ts'
import { seedSite } from './seed.ts'
import { writeWhole } from './site-keys.ts'

export interface ProvinceOptions {
  dataDir: string
  /** First of the ports, or free ones for a private province. Default 8080. */
  port?: number | 'random'
  /** One process per site. */
  apart?: boolean
  /** In `--apart`: sites that die unasked are started again. Default true. */
  revive?: boolean
  /** In `--apart`, for crash tests: the fault point of a site's next process. */
  fault?: (site: string) => string | undefined
  lang?: 'vi' | 'en'
  /** Names of the sites to run; default all. */
  sites?: readonly string[]
  /** Watches a folder for each hospital, and lets their scripted systems be switched on. Default false. */
  folders?: boolean
  /** Runs the steps and shows progress; default one after the other in silence. */
  runSteps?: StepRunner
  /** Aborting ends the start after the step under way; everything is taken down again. */
  signal?: AbortSignal
  /** Events after the start, one line each. */
  log?: (line: string) => void
}

export interface Step {
  vi: string
  en: string
  run(say: (line: string) => void): Promise<void>
}

export type StepRunner = (steps: Step[]) => Promise<void>

export interface Province {
  data: string
  /** True when this start made the province. */
  first: boolean
  controlUrl: string
  postgres: Postgres
  sites: readonly SiteHost[]
  /** Milliseconds of each step, by its English name. */
  timings: Record<string, number>
  /** Throws `site-unknown`. */
  site(name: string): SiteHost
  stop(): Promise<void>
}

/** What grows while the steps run; whatever is there is taken down again when one fails. */
interface Building {
  data: string
  options: ProvinceOptions
  plan: readonly DemoSite[]
  openSite: OpenSite
  ports?: Ports
  postgres?: Postgres
  authority?: Authority
  authorityService?: AuthorityService
  settings: Map<string, GivenSettings>
  /** Filled at the first start, not yet listening. */
  filled: Map<string, OpenedSite>
  hosts: SiteHost[]
  control?: Control
  edge?: { end(): Promise<void> }
  his?: HisSwitches
  /** Writes the note by which `yba site` finds this box. */
  remember?: () => void
}

/** Opens the province. Throws `box-already-running`, `port-taken`, `folder-not-writable`, the outcomes of PostgreSQL and of the sites. */
export async function openProvince(options: ProvinceOptions): Promise<Province> {
  const data = prepareFolder(options.dataDir)
  const lock = tryLock(layout.lock(data))
  if (!('release' in lock)) throw refuse(boxRunning, { folder: data, pid: lock.pid })
  const plan = DEMO_SITES.filter((site) => !options.sites || options.sites.includes(site.name))
  const building: Building = { data, options, plan, openSite: loadedLater, settings: new Map(), filled: new Map(), hosts: [] }
  const timings: Record<string, number> = {}
  try {
    building.openSite = await loadOpenSite()
    const first = readNote(data).seeded.length < plan.length
    const steps = stepsOf(building, first).map((step) => timed(step, timings, options.signal))
    await (options.runSteps ?? oneByOne)(steps)
    return finished(building, lock, first, timings)
  } catch (error) {
    await takeDown(building, lock)
    throw error
  }
}

function stepsOf(b: Building, first: boolean): Step[] {
  return [
    { vi: 'Kiểm tra cổng và thư mục', en: 'Ports and folder', run: () => clearTheWay(b) },
    { vi: 'PostgreSQL', en: 'PostgreSQL', run: (say) => startDatabase(b, say) },
    { vi: 'Cơ quan chứng thực mẫu, cơ sở dữ liệu và khóa', en: 'Demo authority, databases and keys', run: () => layFoundations(b) },
    ...(first
      ? [{ vi: 'Nạp người dùng và dữ liệu mẫu', en: 'Demo users and records', run: (say: (line: string) => void) => fill(b, say) }]
      : []),
    { vi: 'Mở các cơ sở', en: 'Opening the sites', run: () => openSites(b) },
    { vi: 'Trang khởi đầu', en: 'Start page', run: () => openStartPage(b) },
  ]
}

/** Ends what a killed box left behind in processes of their own, then looks whether the ports are free. */
async function clearTheWay(b: Building): Promise<void> {
  for (const site of readRuntime(b.data)?.sites ?? []) {
    if (!site.pid || !processIdentity(site.pid)) continue
    // Such a process ends by itself when its box is gone; it may need a moment.
    if (!(await waitUntilGone(site.pid, 5000))) process.kill(site.pid, 'SIGKILL')
  }
  rmSync(layout.runtime(b.data), { force: true })
  b.ports = await choosePorts(b.options.port ?? 8080, b.plan)
  for (const port of [b.ports.control, b.ports.authority, ...b.plan.map((site) => b.ports?.site(site.name) ?? 0)]) {
    if (!(await isFree(port))) throw refuse(portTaken, { port })
  }
}

async function startDatabase(b: Building, say: (line: string) => void): Promise<void> {
  b.postgres = await startPostgres({ dataDir: layout.postgres(b.data), port: need(b.ports).postgres, log: say, settings: ARCHIVING })
}

async function layFoundations(b: Building): Promise<void> {
  const ports = need(b.ports)
  b.authority = await openAuthority(b.data, authorityAddress(ports.authority))
  const note = readNote(b.data)
  const authority = authoritySettings(b.data, b.authority, ports.authority)
  for (const site of b.plan) b.settings.set(site.name, writeSettings(b.data, site, ports, note, b.options.lang ?? 'vi', authority))
  // Passwords are noted before a role carries them.
  writeNote(b.data, note)
  for (const site of b.plan) {
    const settings = need(b.settings.get(site.name))
    await prepareDatabase(need(b.postgres), settings)
    await prepareKeys(b.data, b.authority, site, settings)
  }
  const { revive, log } = b.options
  b.authorityService = b.options.apart
    ? await openApartAuthority(b.data, ports.authority, { ...(revive === undefined ? {} : { revive }), note: (line) => log?.(line) })
    : await openInnerAuthority(b.data, b.authority, ports.authority)
}

async function fill(b: Building, say: (line: string) => void): Promise<void> {
  const note = readNote(b.data)
  for (const site of b.plan) {
    b.options.signal?.throwIfAborted()
    if (note.seeded.includes(site.name)) continue
    const opened = await b.openSite(need(b.settings.get(site.name)), { logFile: layout.siteLog(b.data, site.name) })
    b.filled.set(site.name, opened)
    await seedSite(b.data, site, opened, (line) => say(`${site.facility.name}: ${line}`))
    note.seeded.push(site.name)
    writeNote(b.data, note)
    if (!b.options.apart) continue
    b.filled.delete(site.name)
    await opened.stop()
  }
}

async function openSites(b: Building): Promise<void> {
  for (const site of b.plan) {
    const settings = need(b.settings.get(site.name))
    const logFile = layout.siteLog(b.data, site.name)
    const { revive, fault } = b.options
    if (isWatched(b, site)) await letFolderIn(b, site, settings, logFile)
    const note = (line: string) => {
      b.options.log?.(line)
      b.remember?.()
    }
    const host = b.options.apart
      ? apartHost(settings, {
          settingsFile: layout.settings(b.data, site.name),
          logFile,
          revive,
          note,
          ...(fault ? { fault: () => fault(site.name) } : {}),
        })
      : innerHost(settings, b.openSite, logFile, b.filled.get(site.name))
    b.filled.delete(site.name)
    b.hosts.push(host)
  }
  const results = await Promise.allSettled(b.hosts.map((host) => host.start()))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

const isWatched = (b: Building, site: DemoSite): boolean => b.options.folders === true && site.role === 'facility'

/** What watches folders is loaded where folders are watched. */
async function letFolderIn(b: Building, site: DemoSite, settings: GivenSettings, logFile: string): Promise<void> {
  const { isLetIn, letIn } = await import('./edge.ts')
  if (isLetIn(b.data, site.name)) return
  const opened = b.filled.get(site.name) ?? (await b.openSite(settings, { logFile }))
  b.filled.set(site.name, opened)
  await letIn(b.data, site.name, opened)
  if (!b.options.apart) return
  b.filled.delete(site.name)
  await opened.stop()
}

async function watchFolders(b: Building): Promise<void> {
  const watched = b.plan.filter((site) => isWatched(b, site))
  if (watched.length === 0) return
  const [{ openEdge }, { hisSwitches }] = await Promise.all([import('./edge.ts'), import('./his/switches.ts')])
  const settings = watched.map((site) => need(b.settings.get(site.name)))
  b.edge = await openEdge(b.data, settings, (line) => b.options.log?.(line))
  b.his = hisSwitches(watched.map((plan, n) => ({ plan, url: settings[n]?.baseUrl ?? '', folder: layout.watched(b.data, plan.name) })))
}

async function openStartPage(b: Building): Promise<void> {
  await watchFolders(b)
  const token = randomBytes(24).toString('hex')
  b.remember = () => {
    const sites = b.hosts.map(({ settings, pid }) => ({ name: settings.name, url: settings.baseUrl, database: settings.database, pid }))
    const note = { pid: process.pid, identity: processIdentity(process.pid) ?? '', control: need(b.control).url, token, sites }
    writeWhole(layout.runtime(b.data), JSON.stringify(note))
  }
  b.control = await openControl({
    port: need(b.ports).control,
    token,
    hosts: b.hosts,
    plan: b.plan,
    lang: b.options.lang ?? 'vi',
    changed: b.remember,
    ...(b.his ? { his: b.his, folderOf: (name: string) => layout.watched(b.data, name) } : {}),
  })
  b.remember()
}

function finished(b: Building, lock: Lock, first: boolean, timings: Record<string, number>): Province {
  let stopping: Promise<void> | undefined
  return {
    data: b.data,
    first,
    controlUrl: need(b.control).url,
    postgres: need(b.postgres),
    sites: b.hosts,
    timings,
    site(name) {
      const host = b.hosts.find((one) => one.settings.name === name)
      if (!host) throw refuse(siteUnknown, { name, known: b.hosts.map((one) => one.settings.name).join(', ') })
      return host
    },
    stop: () => {
      stopping ??= takeDown(b, lock)
      return stopping
    },
  }
}

/** Start page, sites (facilities before the hub), PostgreSQL, lock. Goes on when one does not stop, and reports the first. */
async function takeDown(b: Building, lock: Lock): Promise<void> {
  const problems: unknown[] = []
  const attempt = (work: Promise<unknown> | undefined): Promise<unknown> | undefined =>
    work?.catch((error: unknown) => problems.push(error))
  await attempt(b.control?.close())
  await attempt(b.his?.close())
  await attempt(b.edge?.end())
  await Promise.all(b.hosts.filter((host) => host.settings.role !== 'hub').map((host) => attempt(host.stop())))
  await Promise.all(b.hosts.filter((host) => host.settings.role === 'hub').map((host) => attempt(host.stop())))
  for (const opened of b.filled.values()) await attempt(opened.stop())
  await attempt(b.authorityService?.close())
  await attempt(b.postgres?.stop())
  rmSync(layout.runtime(b.data), { force: true })
  lock.release()
  if (problems.length)
    throw problems[0] instanceof OutcomeError ? problems[0] : new AggregateError(problems, 'the province did not stop cleanly')
}

const loadedLater: OpenSite = () => Promise.reject(new Error('the server is not loaded yet'))

const oneByOne: StepRunner = async (steps) => {
  for (const step of steps) await step.run(() => undefined)
}

function timed(step: Step, timings: Record<string, number>, signal: AbortSignal | undefined): Step {
  return {
    ...step,
    async run(say) {
      signal?.throwIfAborted()
      const begun = performance.now()
      await step.run(say)
      signal?.throwIfAborted()
      timings[step.en] = Math.round(performance.now() - begun)
    },
  }
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a step of the start ran out of order')
  return value
}

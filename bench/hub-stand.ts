/** A hub and a receiving hospital, each in a process of its own on a PostgreSQL that syncs, and hospitals that send. */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Authority, createAuthority } from '@yba/signing'
import pg from 'pg'
import { pino } from 'pino'
import { registerNode } from '../apps/server/src/access/index.ts'
import { type Postgres, startPostgres } from '../apps/server/src/box/postgres.ts'
import { makeSiteKeys, publicKeyOf, readSiteKeys } from '../apps/server/src/box/site-keys.ts'
import { putFacilities } from '../apps/server/src/features/directory/index.ts'
import { type HubClient, hubClient } from '../apps/server/src/features/exchange/index.ts'
import { openSite } from '../apps/server/src/open-site.ts'
import type { SiteSettings } from '../apps/server/src/settings.ts'
import type { Site } from '../apps/server/src/site.ts'
import { freePort } from '../apps/server/src/testing/site.ts'

const SITE_PROCESS = join(import.meta.dirname, '../apps/server/src/testing/site-process.ts')

export const RECEIVER = { code: '01929', name: 'Bệnh viện Bạch Mai', managingBody: 'Bộ Y tế' }

export interface Running {
  pid: number
  pool: pg.Pool
  settings: SiteSettings
  stop(signal?: NodeJS.Signals): Promise<void>
  start(): Promise<void>
}

export interface Sender {
  facility: { code: string; name: string; managingBody: string }
  hub: HubClient
}

export interface Stand {
  folder: string
  authority: Authority
  postgres: Postgres
  hub: Running
  receiver: Running
  senders: Sender[]
  close(): Promise<void>
}

async function child(settings: SiteSettings, folder: string): Promise<ChildProcess> {
  const file = join(folder, `${settings.name}.json`)
  writeFileSync(file, JSON.stringify(settings))
  // `YBA_CPU_PROF=hub` leaves a profile of that process in the working directory.
  const profile = process.env.YBA_CPU_PROF === settings.name ? ['--cpu-prof', `--cpu-prof-dir=${process.cwd()}`] : []
  const started = fork(SITE_PROCESS, [file], {
    execArgv: ['--disable-warning=ExperimentalWarning', ...profile],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  await new Promise<void>((resolve, reject) => {
    started.once('message', () => resolve())
    started.once('exit', (code) => reject(new Error(`${settings.name} ended with ${code}`)))
  })
  started.removeAllListeners('exit')
  return started
}

async function running(settings: SiteSettings, folder: string): Promise<Running> {
  let process: ChildProcess | undefined
  const pool = new pg.Pool({ connectionString: settings.database, max: 2 })
  return {
    get pid() {
      return process?.pid ?? 0
    },
    pool,
    settings,
    async start() {
      process = await child(settings, folder)
    },
    async stop(signal = 'SIGTERM') {
      const ending = process
      process = undefined
      if (!ending || ending.exitCode !== null) return
      await new Promise((resolve) => {
        ending.once('exit', resolve)
        ending.kill(signal)
      })
    },
  }
}

/** `senders` hospitals, each held to the hub's ordinary limits of a node. */
export async function openStand(senders: number): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'yba-hub-bench-'))
  const authority = await createAuthority({ clock: () => new Date() })
  // `YBA_PG_STATEMENTS=1` counts what PostgreSQL is asked (statements.ts prints it); it costs a little itself.
  const settings: Record<string, string> = process.env.YBA_PG_STATEMENTS
    ? { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track_planning': 'on' }
    : {}
  const postgres = await startPostgres({ dataDir: join(folder, 'pg'), settings })
  const place = async (name: string, role: SiteSettings['role'], facility: SiteSettings['facility'], hubUrl?: string) => {
    const port = await freePort()
    await makeSiteKeys(join(folder, name), role, [authority.rootCert])
    await postgres.createDatabase(name)
    const settings: SiteSettings = {
      name,
      role,
      environment: 'demo',
      facility,
      database: postgres.url(name),
      listen: { host: '127.0.0.1', port },
      baseUrl: `http://127.0.0.1:${port}`,
      ...(hubUrl ? { hubUrl } : {}),
      folder: join(folder, name),
      lang: 'vi',
      careDaysAfterStay: 365,
      idleLockSeconds: 900,
      poolSize: 10,
    }
    return settings
  }
  const hubSettings = await place('hub', 'hub', { code: '24000', name: 'Trục liên thông y tế tỉnh', managingBody: 'Sở Y tế' })
  const hubUrl = hubSettings.baseUrl
  const receiverSettings = await place('receiver', 'facility', RECEIVER, hubUrl)
  const places = await Promise.all(
    Array.from({ length: senders }, (_, i) => {
      const facility = { code: String(24990 + i), name: `Bệnh viện gửi số ${i + 1}`, managingBody: 'Sở Y tế' }
      return place(`s${i}`, 'facility', facility, hubUrl)
    }),
  )
  const all = [receiverSettings, ...places]
  const directory = all.map(({ facility }) => ({
    code: facility.code,
    name: facility.name,
    managing_body: facility.managingBody,
    active: true,
    slip_keys: [],
    client_keys: [],
  }))
  for (const settings of [hubSettings, receiverSettings]) {
    const site = await openSite(settings, { log: pino({ level: 'silent' }), webRoot: '' })
    await putFacilities(site.store, directory as never, new Date())
    if (settings === hubSettings) {
      for (const one of all) {
        const jwk = publicKeyOf(one.folder, 'client')
        if (jwk) await registerNode(site.store.sql, one.facility.code, jwk, new Date())
      }
    }
    await site.stop()
  }
  const [hub, receiver] = await Promise.all([running(hubSettings, folder), running(receiverSettings, folder)])
  await hub.start()
  await receiver.start()
  const stopping = new AbortController()
  const lines = await Promise.all(
    places.map(async (settings): Promise<Sender> => {
      const keys = await readSiteKeys(settings.folder)
      const site = { settings, keys, clock: { now: () => new Date() }, stopping: stopping.signal, log: pino({ level: 'silent' }) }
      return { facility: settings.facility, hub: hubClient(site as unknown as Site) }
    }),
  )
  return {
    folder,
    authority,
    postgres,
    hub,
    receiver,
    senders: lines,
    async close() {
      stopping.abort()
      for (const one of [receiver, hub]) {
        await one.stop()
        await one.pool.end()
      }
      await postgres.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

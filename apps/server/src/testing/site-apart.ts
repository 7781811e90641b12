/** One site in a process of its own whose memory is capped and can be looked at: for attacks that could take a process down. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { NODE_FLAGS } from '../box/hosts.ts'
import { makeSiteKeys } from '../box/site-keys.ts'
import type { Limits, SiteSettings } from '../settings.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { freePort } from './site.ts'

export interface SiteApart {
  readonly url: string
  readonly port: number
  readonly process: ChildProcess
  /** Starts it anew after its process has died (waits for the death). */
  again(): Promise<void>
  readonly settings: SiteSettings
  sql<R extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<R[]>
  healthy(): Promise<boolean>
  /** Largest memory the process has held so far, in megabytes; null where the system does not tell. */
  peakMb(): number | null
  close(): Promise<void>
}

export interface ApartOptions {
  role: 'hub' | 'facility' | 'bare'
  facility: { code: string; name: string; managingBody: string }
  heapMb: number
  limits?: Partial<Limits>
  /** Fault point of the first process: `import.after-commit:3`. */
  fault?: string
}

/** Starts it and waits until it answers. */
export async function siteApart(options: ApartOptions): Promise<SiteApart> {
  const database: TestDatabase = await testDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'yba-apart-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  await makeSiteKeys(folder, options.role, [])
  const settings = {
    name: options.role === 'hub' ? 'truc' : 'vien',
    role: options.role,
    environment: 'demo',
    facility: options.facility,
    database: database.url,
    listen: { host: '127.0.0.1', port },
    baseUrl: url,
    folder,
    lang: 'vi',
    careDaysAfterStay: 30,
    idleLockSeconds: 900,
    poolSize: 5,
    limits: options.limits ?? {},
  } as unknown as SiteSettings
  const file = join(folder, 'settings.json')
  writeFileSync(file, JSON.stringify(settings))
  const flags = [...NODE_FLAGS, `--max-old-space-size=${options.heapMb}`]
  const healthy = async (): Promise<boolean> =>
    fetch(`${url}/healthz`).then(
      (r) => r.ok,
      () => false,
    )
  let child = await start(options.fault)
  async function start(fault?: string): Promise<ChildProcess> {
    const env = { ...process.env, YBA_LOG: 'error', ...(fault ? { YBA_FAULT: `${settings.name}:${fault}` } : {}) }
    const one = spawn(process.execPath, [...flags, join(import.meta.dirname, '../main.ts'), file], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    })
    for (let i = 0; !(await healthy()); i++) {
      if (i > 600 || one.exitCode !== null || one.signalCode !== null) throw new Error('the site does not start')
      await delay(100)
    }
    return one
  }
  const ended = (one: ChildProcess): Promise<unknown> =>
    one.exitCode !== null || one.signalCode !== null ? Promise.resolve() : new Promise((done) => one.once('exit', done))
  return {
    url,
    port,
    get process() {
      return child
    },
    async again() {
      await ended(child)
      child = await start()
    },
    settings,
    healthy,
    sql: async <R extends Record<string, unknown>>(text: string, values: unknown[] = []) =>
      (await database.pool.query<R>(text, values)).rows,
    peakMb: () => peakOf(child.pid),
    async close() {
      child.kill('SIGTERM')
      await ended(child)
      await database.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function peakOf(pid: number | undefined): number | null {
  try {
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return peak ? Number(peak) / 1024 : null
  } catch {
    return null
  }
}

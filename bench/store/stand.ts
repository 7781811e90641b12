/** A bare site in a process of its own on a PostgreSQL that syncs, and a FHIR client's token for it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { addProgram } from '../../apps/server/src/access/index.ts'
import { NODE_FLAGS } from '../../apps/server/src/box/hosts.ts'
import { startPostgres } from '../../apps/server/src/box/postgres.ts'
import { makeSiteKeys } from '../../apps/server/src/box/site-keys.ts'
import type { SiteSettings } from '../../apps/server/src/settings.ts'
import { freePort } from '../../apps/server/src/testing/site.ts'
import { cpuOf } from '../processes.ts'

/** More than the box has: the same memory for every figure, printed beside them. */
const POSTGRES = { shared_buffers: '512MB', effective_cache_size: '2GB' }

export interface BareSite {
  pool: pg.Pool
  /** Asks and gives the text of a good answer. Throws with what was said otherwise. */
  ask(method: string, path: string, body?: string): Promise<string>
  /** CPU seconds used so far. */
  cpu(): { server: number; postgres: number }
  close(): Promise<void>
}

export async function openBareSite(): Promise<BareSite> {
  const folder = mkdtempSync(join(tmpdir(), 'yba-bench-store-'))
  // The database's account must reach it, so that its data goes with the folder.
  chmodSync(folder, 0o755)
  const postgres = await startPostgres({ dataDir: join(folder, 'pg'), settings: POSTGRES })
  await postgres.createDatabase('bare')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  await makeSiteKeys(join(folder, 'site'), 'bare', [])
  const settings: SiteSettings = {
    name: 'bare',
    role: 'bare',
    environment: 'demo',
    facility: { code: '24997', name: 'Kho FHIR', managingBody: 'Sở Y tế' },
    database: postgres.url('bare'),
    listen: { host: '127.0.0.1', port },
    baseUrl: url,
    folder: join(folder, 'site'),
    lang: 'vi',
    careDaysAfterStay: 30,
    idleLockSeconds: 900,
    poolSize: 10,
  }
  const file = join(folder, 'bare.json')
  writeFileSync(file, JSON.stringify(settings))
  // `YBA_CPU_PROF=store` leaves a profile of the server in the working directory.
  const profile = process.env.YBA_CPU_PROF === 'store' ? ['--cpu-prof', `--cpu-prof-dir=${process.cwd()}`] : []
  const child = spawn(process.execPath, [...NODE_FLAGS, ...profile, join(import.meta.dirname, '../../apps/server/src/main.ts'), file], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, YBA_LOG: 'error' },
  })
  await answering(`${url}/healthz`, child)
  const pool = new pg.Pool({ connectionString: settings.database, max: 2 })
  const sql = async <R extends Record<string, unknown>>(text: string, values: unknown[] = []) => (await pool.query<R>(text, values)).rows
  const { token } = await addProgram(sql, { id: 'bench', name: 'Bench', role: 'client' }, new Date())
  const headers = { authorization: `Bearer ${token}`, accept: 'application/fhir+json', 'content-type': 'application/fhir+json' }
  return {
    pool,
    async ask(method, path, body) {
      const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body }) })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path.slice(0, 200)}: ${response.status} ${text.slice(0, 600)}`)
      return text
    },
    cpu: () => ({ server: cpuOf(child.pid ?? 0).server, postgres: cpuOf(postgres.pid).postgres }),
    async close() {
      await pool.end()
      child.kill('SIGTERM')
      await new Promise((done) => (child.exitCode === null ? child.once('exit', done) : done(undefined)))
      await postgres.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const up = await fetch(url).then(
      (r) => r.ok,
      () => false,
    )
    if (up) return
    if (child.exitCode !== null) break
    await sleep(100)
  }
  throw new Error('the site does not start')
}

/** A real site for tests: its own database, keys and free port, opened and listening. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { addUser, type NewUser } from '../access/index.ts'
import { makeSiteKeys } from '../box/site-keys.ts'
import type { Feature } from '../feature.ts'
import { type OpenedSite, openSite } from '../open-site.ts'
import type { SiteSettings } from '../settings.ts'
import { type SignedIn, signIn } from './browser.ts'
import { migratedTemplate, testDatabase } from './database.ts'

export const TEST_PASSWORD = 'mật khẩu thử 2026'

export interface TestSiteOptions {
  role?: SiteSettings['role']
  /** Default: those every site has. */
  features?: readonly Feature[]
  settings?: Partial<SiteSettings>
  /** Lines of the log are kept in `logLines`. */
  webRoot?: string
}

export interface TestSite {
  site: OpenedSite
  url: string
  /** Moves the site's clock. */
  clock: { forward(ms: number): void }
  logLines: string[]
  /** Adds a user of the role (once per login) and signs in. */
  as(role: string, more?: Partial<NewUser>): Promise<SignedIn>
  close(): Promise<void>
}

/** A port nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

export async function testSite(options: TestSiteOptions = {}): Promise<TestSite> {
  const role = options.role ?? 'bare'
  const features = options.features ?? (await import('../roles.ts')).featuresOf(role)
  const database = await testDatabase({ template: migratedTemplate(features) })
  const folder = mkdtempSync(join(tmpdir(), 'yba-site-'))
  const port = await freePort()
  await makeSiteKeys(folder, role, [])
  const settings: SiteSettings = {
    name: 'thu',
    role,
    environment: 'demo',
    facility: { code: '24997', name: 'Bệnh viện Đa khoa tỉnh Bắc Giang', managingBody: 'Sở Y tế' },
    database: database.url,
    listen: { host: '127.0.0.1', port },
    baseUrl: `http://127.0.0.1:${port}`,
    folder,
    lang: 'vi',
    careDaysAfterStay: 30,
    idleLockSeconds: 900,
    poolSize: 5,
    ...options.settings,
  }
  let ahead = 0
  const clock = { now: () => new Date(Date.now() + ahead) }
  const logLines: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => logLines.push(line) })
  const site = await openSite(settings, {
    log,
    clock,
    webRoot: options.webRoot ?? '',
    features,
  })
  const url = await site.listen()
  return {
    site,
    url,
    clock: {
      forward: (ms) => {
        ahead += ms
      },
    },
    logLines,
    async as(userRole, more = {}) {
      const login = more.login ?? `u.${userRole}`
      const user: NewUser = { login, name: `Người thử ${userRole}`, role: userRole, departments: ['K01'], password: TEST_PASSWORD, ...more }
      await addUser(site.store.sql, user, clock.now()).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'user-exists')) throw error
      })
      return signIn(url, login, user.password ?? TEST_PASSWORD)
    },
    async close() {
      await site.stop()
      await database.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

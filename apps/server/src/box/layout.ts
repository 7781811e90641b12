/**
 * The folder of a province and its notes:
 *   province.json          what it is, what was done at the first start
 *   box.json               of the running box: address and token of its control page (0600)
 *   authority/ postgres/   demo authority, PostgreSQL cluster
 *   sites/<name>/          settings.json, keys/, blobs/, site.log
 *   his/<name>/            watched folder of a hospital: claim files in, answers out
 *   edge/                  tokens and state of the program that watches them
 */

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { refuse } from '@yba/fhir'
import type { GivenSettings } from '../settings.ts'
import { makeFolder } from './folder.ts'
import { notAProvince, provinceDamaged } from './outcomes.ts'
import { AUTHORITY_PORT, type DemoSite, POSTGRES_PORT } from './plan.ts'
import { freePort } from './postgres.ts'
import { folderNotWritable } from './postgres-outcomes.ts'
import { writeWhole } from './site-keys.ts'

export interface ProvinceNote {
  layout: 1
  madeAt: string
  /** Sites whose demo people and records are in. */
  seeded: string[]
  /** Password of each site's database role. */
  databasePasswords: Record<string, string>
}

export interface RuntimeNote {
  pid: number
  identity: string
  control: string
  token: string
  sites: { name: string; url: string; database: string; pid?: number }[]
}

export interface Ports {
  control: number
  postgres: number
  authority: number
  site(name: string): number
}

export const layout = {
  lock: (data: string) => join(data, 'box.lock'),
  note: (data: string) => join(data, 'province.json'),
  runtime: (data: string) => join(data, 'box.json'),
  authority: (data: string) => join(data, 'authority'),
  authorityLog: (data: string) => join(data, 'authority', 'service.log'),
  postgres: (data: string) => join(data, 'postgres'),
  site: (data: string, name: string) => join(data, 'sites', name),
  settings: (data: string, name: string) => join(data, 'sites', name, 'settings.json'),
  /** Tokens and state of the box's edge. */
  edge: (data: string) => join(data, 'edge'),
  /** Where files for a site are dropped. */
  watched: (data: string, name: string) => join(data, 'his', name),
  siteLog: (data: string, name: string) => join(data, 'sites', name, 'site.log'),
}

/** Files the install prestep may have left in the default folder; they do not make it somebody else's. */
const HARMLESS = new Set(['install.lock', 'installing', 'box.lock'])

/** Makes the folder ready, or refuses one that holds something else. Gives its full path. */
export function prepareFolder(asked: string): string {
  const data = resolve(asked)
  try {
    makeFolder(data)
    const others = readdirSync(data).filter((name) => !HARMLESS.has(name) && !name.startsWith('box.lock.'))
    if (others.length && !existsSync(layout.note(data))) throw refuse(notAProvince, { folder: data })
    mkdirSync(join(data, 'sites'), { recursive: true })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code && /^E[A-Z]+$/.test(code)) throw refuse(folderNotWritable, { folder: data, reason: code })
    throw error
  }
  return data
}

export function readNote(data: string): ProvinceNote {
  const note = readJsonFile<ProvinceNote>(layout.note(data))
  if (note) return note
  const fresh: ProvinceNote = { layout: 1, madeAt: new Date().toISOString(), seeded: [], databasePasswords: {} }
  writeNote(data, fresh)
  return fresh
}

export function writeNote(data: string, note: ProvinceNote): void {
  writeWhole(layout.note(data), `${JSON.stringify(note, null, 2)}\n`)
}

/** The running box's note; undefined when there is none. */
export function readRuntime(data: string): RuntimeNote | undefined {
  return readJsonFile<RuntimeNote>(layout.runtime(data))
}

export function readJsonFile<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch {
    throw refuse(provinceDamaged, { file })
  }
}

/** Ports in a row from `base`, or free ones for a private province. */
export async function choosePorts(base: number | 'random', sites: readonly DemoSite[]): Promise<Ports> {
  if (base !== 'random') {
    const offsets = new Map(sites.map((site) => [site.name, site.port]))
    return {
      control: base,
      postgres: base + POSTGRES_PORT,
      authority: base + AUTHORITY_PORT,
      site: (name) => base + (offsets.get(name) ?? 0),
    }
  }
  const taken = new Set<number>()
  const next = async (): Promise<number> => {
    const port = await freePort()
    if (taken.has(port)) return next()
    taken.add(port)
    return port
  }
  const [control, postgres, authority] = [await next(), await next(), await next()]
  const of = new Map<string, number>()
  for (const site of sites) of.set(site.name, await next())
  return { control, postgres, authority, site: (name) => of.get(name) ?? 0 }
}

/** What settings say of the demo authority: certificates may name an address of earlier days, so this one counts. */
export type AuthoritySettings = Pick<GivenSettings, 'trustServices' | 'demoAuthority'>

/** Writes a site's settings anew at each start (ports may have changed) and gives them. */
export function writeSettings(
  data: string,
  site: DemoSite,
  ports: Ports,
  note: ProvinceNote,
  lang: 'vi' | 'en',
  authority: AuthoritySettings,
): GivenSettings {
  const address = (name: string) => `http://localhost:${ports.site(name)}`
  const role = databaseRole(site.name)
  note.databasePasswords[site.name] ??= randomBytes(18).toString('hex')
  const settings: GivenSettings = {
    name: site.name,
    role: site.role,
    environment: 'demo',
    facility: site.facility,
    database: `postgres://${role}:${note.databasePasswords[site.name]}@127.0.0.1:${ports.postgres}/${role}`,
    listen: { host: '127.0.0.1', port: ports.site(site.name) },
    baseUrl: address(site.name),
    ...(site.role === 'facility' ? { hubUrl: address('hub') } : {}),
    folder: layout.site(data, site.name),
    lang,
    ...authority,
  }
  mkdirSync(settings.folder, { recursive: true, mode: 0o700 })
  writeWhole(layout.settings(data, site.name), `${JSON.stringify(settings, null, 2)}\n`)
  return settings
}

/** One database and one role of the same name per site. */
export function databaseRole(site: string): string {
  return `yba_${site.replaceAll('-', '_')}`
}

/** Removes everything of a province but the folder itself; the caller has stopped what ran there. */
export function emptyFolder(data: string): void {
  const state = readJsonFile<{ state: string }>(join(layout.postgres(data), 'where.json'))?.state
  if (state) rmSync(state, { recursive: true, force: true })
  for (const name of readdirSync(data)) {
    if (!HARMLESS.has(name)) rmSync(join(data, name), { recursive: true, force: true })
  }
}

/** How the site is doing: for its administrator, the hub's operator and the command line. No patient, no content. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Operation } from '../../feature.ts'
import type { Site } from '../../site.ts'
import { type KeyEnd, keyEnds } from './key-ends.ts'
import { databaseFacts, outboxFacts, signingFacts } from './tables.ts'

const manifest: { version?: string } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'))
const startedAt = new WeakMap<Site, number>()

/** Called when the site starts. */
export const noteStart = (site: Site): void => {
  startedAt.set(site, performance.now())
}

export interface SiteStatus {
  name: string
  role: Site['role']
  environment: string
  facility: { code: string; name: string }
  version: string
  uptimeSeconds: number
  time: string
  /** Cursor of the newest numbered log entry. */
  log: string
  database: { bytes: number; users: number; sessions: number }
  memoryBytes: number
  /** Sites that send. */
  outbox?: { pending: number; refused: number; oldest: string | null }
  /** Sites that sign. */
  signing?: { open: number; signing: number; failed: number }
  features: string[]
  /** Keys and certificates with their last day, soonest first. */
  keys: KeyEnd[]
}

export async function siteStatus(site: Site): Promise<SiteStatus> {
  const { sql, log } = site.store
  const [facts, outbox, signing, end] = await Promise.all([databaseFacts(sql), outboxFacts(sql), signingFacts(sql), log.end()])
  const { name, role, settings } = site
  return {
    name,
    role,
    environment: settings.environment,
    facility: { code: settings.facility.code, name: settings.facility.name },
    version: manifest.version ?? '0',
    uptimeSeconds: Math.round((performance.now() - (startedAt.get(site) ?? performance.now())) / 1000),
    time: site.clock.now().toISOString(),
    log: end,
    database: facts,
    memoryBytes: process.memoryUsage.rss(),
    ...(outbox ? { outbox } : {}),
    ...(signing ? { signing } : {}),
    features: site.features.map((f) => f.name),
    keys: await keyEnds(site),
  }
}

export const statusOperation: Operation = {
  name: 'site-status',
  level: 'system',
  method: 'GET',
  permission: 'site.status',
  body: 'none',
  handle: async ({ site }) => ({ json: await siteStatus(site) }),
}

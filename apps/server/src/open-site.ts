/** Opens a site: database, keys, server; then listens and starts its workers. One process may hold many. */
import { createHmac } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { type Logger, pino } from 'pino'
import { gate } from './access/index.ts'
import { readSiteKeys } from './box/site-keys.ts'
import type { Feature } from './feature.ts'
import { errorFacts } from './http/errors.ts'
import { buildServer } from './http/server.ts'
import { checkedSettings, type GivenSettings, refuseUnsafe, type SiteSettings } from './settings.ts'
import type { Clock, Site } from './site.ts'
import { migrateStore, openPool, openStore } from './store/index.ts'

export interface OpenSiteOptions {
  log?: Logger
  /** Where log lines go without `log`; default is standard output. */
  logFile?: string
  clock?: Clock
  /** Default: those of the role. */
  features?: readonly Feature[]
  /** Folder of the built web app; default is the one beside the server. */
  webRoot?: string
}

export interface OpenedSite extends Site {
  readonly server: FastifyInstance
  /** Listens, then starts the features' workers; gives the public address. */
  listen(): Promise<string>
  /** Ends workers, listener and pool, in this order; may be called twice. */
  stop(): Promise<void>
}

/** The machine's clock, or a wrong one for tests (F10). */
function clockOf({ clockOffsetSeconds = 0 }: SiteSettings): Clock {
  return { now: () => new Date(Date.now() + clockOffsetSeconds * 1000) }
}

const WEB = join(import.meta.dirname, '../../web/dist')

function openLog(settings: SiteSettings, file: string | undefined): Logger {
  const options = { base: { site: settings.name }, level: process.env.YBA_LOG ?? 'info', serializers: { err: errorFacts } }
  return file ? pino(options, pino.destination({ dest: file, sync: false, mkdir: true })) : pino(options)
}

/** Migrates the database where needed. Throws what the store, the keys or a route without a policy throw. */
export async function openSite(given: GivenSettings, options: OpenSiteOptions = {}): Promise<OpenedSite> {
  const settings = checkedSettings(given)
  const { clock = clockOf(settings), webRoot = existsSync(WEB) ? WEB : undefined } = options
  // Who brings its own features does not load those of every role.
  const features = options.features ?? (await import('./roles.ts')).featuresOf(settings.role)
  const log = options.log ?? openLog(settings, options.logFile)
  const stopper = new AbortController()
  const keys = await readSiteKeys(settings.folder)
  refuseUnsafe(settings, keys.trust)
  const pool = openPool(settings.database, settings.poolSize)
  try {
    await migrateStore(pool, features)
    const store = await openStore({
      pool,
      // The index of the database must not be readable by who has only the database.
      siteKey: createHmac('sha256', keys.master).update('store index').digest(),
      clock,
      blobFolder: join(settings.folder, 'blobs'),
      spoolFolder: join(settings.folder, 'audit-spool'),
      witnessFile: join(settings.folder, 'audit-seals.txt'),
      log,
      fhirBase: `${settings.baseUrl}/fhir`,
      // A bare site has no care areas whose commands a plain write could pass by.
      ...(settings.role === 'bare' ? {} : { gate }),
    })
    const site: Site = { name: settings.name, role: settings.role, settings, clock, store, keys, log, features, stopping: stopper.signal }
    for (const feature of features) if (feature.terminology) store.use({ terminology: feature.terminology(site) })
    const server = await buildServer(site, { features, ...(webRoot ? { webRoot } : {}) })
    return running(site, server, stopper, () => pool.end())
  } catch (error) {
    await pool.end()
    throw error
  }
}

function running(site: Site, server: FastifyInstance, stopper: AbortController, endPool: () => Promise<void>): OpenedSite {
  const { settings, features, store } = site
  const workers: { stop(): Promise<void> }[] = []

  async function listen(): Promise<string> {
    await server.listen({ host: settings.listen.host, port: settings.listen.port })
    for (const feature of features) if (feature.start) workers.push(await feature.start(site))
    return settings.baseUrl
  }

  async function stopAll(): Promise<void> {
    stopper.abort()
    for (const worker of workers.reverse()) await worker.stop()
    await server.close()
    await store.close()
    await endPool()
    site.log.flush()
  }

  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= stopAll()
    return stopped
  }
  return Object.assign(site, { server, listen, stop })
}

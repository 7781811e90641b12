/** A node takes the hub's directory home: at once, then every minute; the last one serves while the hub is away. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Site } from '../../site.ts'
import type { DirectorySnapshot } from '../exchange/contract.ts'
import { putFacilities } from './tables.ts'

const EVERY_MS = 60_000

/** The one call this needs of the line to the hub. */
export interface DirectoryLine {
  json<T>(method: 'GET', path: string): Promise<T>
}

/** Fetches once and keeps what came. Throws what the line throws. */
export async function fetchDirectory(site: Site, hub: DirectoryLine): Promise<void> {
  const snapshot = await hub.json<DirectorySnapshot>('GET', '/fhir/$directory')
  const rows = snapshot.facilities.map((f) => ({
    code: f.code,
    name: f.name,
    managing_body: f.managingBody,
    active: f.active,
    slip_keys: f.slipKeys,
    client_keys: f.clientKeys,
  }))
  await putFacilities(site.store, rows, site.clock.now())
}

/** Follows the directory until stopped. */
export function followDirectory(site: Site, hub: DirectoryLine): { stop(): Promise<void> } {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  const running = (async () => {
    while (!signal.aborted) {
      await fetchDirectory(site, hub).catch((error: unknown) => {
        const code = (error as { code?: string }).code ?? 'exception'
        if (!signal.aborted && code !== 'hub-unreachable') site.log.warn({ code }, 'directory not fetched')
      })
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined)
    }
  })()
  return {
    stop: async () => {
      stop.abort()
      await running
    },
  }
}

/** Whether the hub answers, since when and what stands in between: kept in the database, told to open screens on each change. */
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import { putLine } from './tables/tries.ts'

const REFRESH_MS = 20_000

interface Known {
  up: boolean
  why: string | null
  at: number
}

const known = new WeakMap<Site, Known>()

/** The hub answered (`why` null), or what was met instead. Writes only what changed, and its last sign of life now and then. */
export async function noteLine(site: Site, why: string | null): Promise<void> {
  const now = site.clock.now()
  const last = known.get(site)
  if (last && last.up === (why === null) && last.why === why && now.getTime() - last.at < REFRESH_MS) return
  known.set(site, { up: why === null, why, at: now.getTime() })
  await site.store.as(systemCaller('exchange', site.settings.facility.code)).transact(async (tx) => {
    if (await putLine(tx, why === null, why, now)) tx.emit({ kind: 'exchange.line', thread: 'Exchange/line' })
  })
}

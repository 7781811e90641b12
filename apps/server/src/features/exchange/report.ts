/** What a node says of itself when it asks the hub for news: figures, no content. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Site } from '../../site.ts'
import type { NodeReport } from './page/contract.ts'
import { exchangeCounts } from './tables/page.ts'

const manifest: { version?: string } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'))

/** Figures of this moment with this site's clock, from which the hub sees how wrong it goes. */
export async function nodeReport(site: Site): Promise<NodeReport & { clock: string }> {
  const counts = await exchangeCounts(site.store)
  return {
    version: manifest.version ?? '0',
    waiting: counts.waiting,
    oldest: counts.oldest?.toISOString() ?? null,
    letters: counts.letters,
    parked: counts.parked,
    clock: site.clock.now().toISOString(),
  }
}

const LONGEST = 1_000

/** The report a node's request carries, and how far its clock is ahead; null when there is none that can be read. */
export function readReport(header: unknown, now: Date): { version: string; skewMs: number | null; report: Record<string, unknown> } | null {
  if (typeof header !== 'string' || header.length > LONGEST) return null
  let said: Record<string, unknown>
  try {
    said = JSON.parse(header) as Record<string, unknown>
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
  if (typeof said !== 'object' || said === null) return null
  const figure = (v: unknown): number => (typeof v === 'number' && Number.isSafeInteger(v) && v >= 0 ? v : 0)
  const clock = Date.parse(String(said.clock))
  const oldest = Date.parse(String(said.oldest))
  const version = typeof said.version === 'string' ? said.version.slice(0, 40) : ''
  return {
    version,
    skewMs: Number.isNaN(clock) ? null : Math.max(-2_000_000_000, Math.min(2_000_000_000, clock - now.getTime())),
    report: {
      version,
      waiting: figure(said.waiting),
      oldest: Number.isNaN(oldest) ? null : new Date(oldest).toISOString(),
      letters: figure(said.letters),
      parked: figure(said.parked),
    },
  }
}

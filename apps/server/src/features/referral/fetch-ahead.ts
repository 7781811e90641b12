/**
 * The bytes of many papers in few requests, ahead of the threads that need them: a request for each paper would use up
 * what the hub lets a node ask in a second, and each would wait for its way there and back.
 */
import { createHash } from 'node:crypto'
import type { Site } from '../../site.ts'
import type { ThreadState } from '../exchange/contract.ts'
import { type HubClient, unpackPapers } from '../exchange/index.ts'

/** Papers named in one request; what does not fit into its answer is asked for in the next. */
const MOST_PAPERS = 50

/**
 * Fetches what this site lacks of these threads' papers. What does not come, for whatever reason, is asked for alone by
 * the thread it belongs to, which then waits, or is put aside, by itself. Throws what the line throws.
 */
export async function fetchAhead(site: Site, hub: HubClient, states: readonly ThreadState[]): Promise<void> {
  let missing = await missingPapers(site, states)
  while (missing.length > 0 && !site.stopping.aborted) {
    const asked = missing.slice(0, MOST_PAPERS)
    const came = await fetched(site, hub, asked)
    if (came.length === 0) return
    // In the hub's order, as much as fits: what was passed over before the last one that came is not to be had this way.
    const done = asked.indexOf(came.at(-1) ?? '') + 1
    missing = missing.slice(Math.max(1, done))
  }
}

async function missingPapers(site: Site, states: readonly ThreadState[]): Promise<string[]> {
  const named = new Set(states.flatMap((state) => state.documents.flatMap((d) => (d.pdf ? [d.digest, d.pdf] : [d.digest]))))
  const held = await Promise.all([...named].map((sha256) => site.store.blobs.has(sha256, { recent: true })))
  return [...named].filter((_, i) => !held[i])
}

/** Gives the digests that came and are on disk. */
async function fetched(site: Site, hub: HubClient, digests: readonly string[]): Promise<string[]> {
  const papers = unpackPapers(await hub.bytes(`/fhir/$documents?sha256=${digests.join(',')}`))
  const whole = papers.filter((p) => digests.includes(p.sha256) && createHash('sha256').update(p.bytes).digest('hex') === p.sha256)
  await Promise.all(whole.map((p) => site.store.blobs.put(p.bytes)))
  return whole.map((p) => p.sha256)
}

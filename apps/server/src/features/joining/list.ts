/** The page: who joins and how far, who has joined, and who of the directory has not. */
import { nodeClients } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import { directorySnapshot, facilities } from '../directory/index.ts'
import type { JoiningRow, JoiningsAnswer } from './contract.ts'
import { type Act, progressOf, storyOf } from './progress.ts'
import { allActs } from './tables.ts'

function rowOf(facility: JoiningRow['facility'], acts: readonly Act[]): JoiningRow | undefined {
  const now = progressOf(acts)
  if (!now) return undefined
  const { key, ...rest } = now
  // The fingerprint is typed by who hears it, and the name of the key is made from it: both are shown once it was heard.
  const shown = key && {
    notAfter: key.notAfter,
    ...(key.confirmed && key.fingerprint ? { kid: key.kid, fingerprint: key.fingerprint } : {}),
  }
  return { facility, ...rest, ...(shown ? { key: shown } : {}), story: storyOf(acts) }
}

const founded = (facility: JoiningRow['facility']): JoiningRow => ({ facility, state: 'founded', done: [], tests: [], story: [] })

const RANK: Record<JoiningRow['state'], number> = { joining: 0, live: 1, founded: 2, withdrawn: 3 }

export async function list(site: Site): Promise<JoiningsAnswer> {
  const [known, acts, clients] = await Promise.all([facilities(site.store), allActs(site.store), nodeClients(site.store.sql)])
  const nodes = new Set(clients.map((c) => c.facility))
  const rows: JoiningRow[] = []
  const others: JoiningsAnswer['others'] = []
  for (const { code, name } of known) {
    if (code === site.settings.facility.code) continue
    const row = rowOf({ code, name }, acts.get(code) ?? []) ?? (nodes.has(code) ? founded({ code, name }) : undefined)
    if (row) rows.push(row)
    else others.push({ code, name })
  }
  rows.sort((a, b) => RANK[a.state] - RANK[b.state] || (a.facility.code < b.facility.code ? -1 : 1))
  const { directoryKeys, trust, publicUrl: hubUrl } = await directorySnapshot(site)
  return { rows, others, card: { hubUrl, directoryKeys, trust } }
}

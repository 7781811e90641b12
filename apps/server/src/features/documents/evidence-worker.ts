/**
 * The questions that signatures leave, asked in the background: each with growing pauses, all of one certificate at
 * once, all timestamps under one token. What was found makes the papers concerned be judged again.
 */
import { EVIDENCE_FAULT, type EvidenceFault } from '@yba/signing'
import type { Site } from '../../site.ts'
import { askList, askRevocation, stampTogether } from './ask.ts'
import { untilAsked } from './evidence-bell.ts'
import { rejudge } from './rejudge.ts'
import { revocationServices } from './services.ts'
import {
  answered,
  askAgain,
  certificatesOf,
  certificateUse,
  dueWants,
  nextWant,
  papersOf,
  timestampWants,
  type WantRow,
  wantMissing,
} from './tables/evidence.ts'

const BATCH = 200
const LARGEST_TREE = 1_000
const AT_ONCE = 4
const FIRST_PAUSE_MS = 2_000
const LONGEST_PAUSE_MS = 900_000
/** Who tries the switches of the demo wants to see them work. */
const LONGEST_PAUSE_DEMO_MS = 15_000
const IDLE_MS = 2_000
/** How often the lists of known issuers are looked at for revocations that came later. */
const LIST_EVERY_MS = 3_600_000
const LIST_EVERY_DEMO_MS = 20_000
const SILENT: ReadonlySet<string> = new Set<EvidenceFault>(['evidence-unreachable', 'evidence-too-slow'])

const rounds = new WeakMap<Site, Promise<number>>()

/** Asks everything that is due, once; a round under way is joined. Gives how many questions were answered. */
export function evidenceRound(site: Site): Promise<number> {
  const running = rounds.get(site) ?? round(site).finally(() => rounds.delete(site))
  rounds.set(site, running)
  return running
}

async function round(site: Site): Promise<number> {
  await wantMissing(site.store, site.clock.now())
  const due = await dueWants(site.store, site.clock.now(), BATCH)
  const of = (kind: WantRow['kind']) => due.filter((w) => w.kind === kind)
  const papers = new Set<string>()
  let found = await stamps(site, of('timestamp'), papers)
  const asked = of('revocation')
  for (let i = 0; i < asked.length; i += AT_ONCE) {
    const told = await Promise.all(asked.slice(i, i + AT_ONCE).map((w) => revocation(site, w, papers)))
    found += told.filter(Boolean).length
  }
  for (const w of of('list')) await list(site, w, papers)
  for (const digest of papers) await rejudge(site, digest)
  return found
}

function pause(site: Site, attempts: number): number {
  const longest = site.settings.environment === 'demo' ? LONGEST_PAUSE_DEMO_MS : LONGEST_PAUSE_MS
  return Math.min(longest, FIRST_PAUSE_MS * 2 ** Math.min(attempts, 12)) * (0.75 + Math.random() / 2)
}

async function later(site: Site, row: WantRow, fault: EvidenceFault): Promise<void> {
  const unusable = !SILENT.has(fault)
  site.log.info({ kind: row.kind, about: row.about, fault: EVIDENCE_FAULT[fault].code, attempts: row.attempts }, 'no evidence yet')
  await askAgain(site.store, row, new Date(site.clock.now().getTime() + pause(site, row.attempts)), fault, unusable)
}

async function stamps(site: Site, due: WantRow[], papers: Set<string>): Promise<number> {
  if (due.length === 0) return 0
  const rows = await timestampWants(site.store, LARGEST_TREE)
  const leaves = rows.map((r) => r.about)
  const stamped = await stampTogether(site, leaves)
  if (typeof stamped === 'string') {
    for (const row of rows) await later(site, row, stamped)
    return 0
  }
  for (const digest of await papersOf(site.store, { leaves: stamped }, true)) papers.add(digest)
  return stamped.length
}

/** True when the certificate is answered for. */
async function revocation(site: Site, row: WantRow, papers: Set<string>): Promise<boolean> {
  const use = await certificateUse(site.store, row.about)
  if (!use) {
    await answered(site.store, 'revocation', [row.about])
    return true
  }
  const told = await askRevocation(site, { certificate: row.about, issuer: use.issuer, after: use.newest })
  if (told.fault) await later(site, row, told.fault)
  else await answered(site.store, 'revocation', [row.about])
  // A lie heard often enough changes the verdict as an answer does; so does a wait that has become too long.
  for (const digest of await papersOf(site.store, { certificates: [row.about] }, told.status === 'revoked')) papers.add(digest)
  return told.status !== undefined
}

/** Looks at an issuer's list for certificates that papers here rest on. */
async function list(site: Site, row: WantRow, papers: Set<string>): Promise<void> {
  const issuer = await site.store.blobs.get(row.about)
  const known = await certificatesOf(site.store, row.about)
  const every = site.settings.environment === 'demo' ? LIST_EVERY_DEMO_MS : LIST_EVERY_MS
  let error: EvidenceFault | null = null
  for (const url of revocationServices(site, issuer, issuer).crl) {
    const found = await askList(site, url, row.about, issuer, false)
    error = found.fault ?? null
    if (found.fault) continue
    const revoked = [...known].filter(([serial]) => found.revoked.has(serial)).map(([, certificate]) => certificate)
    for (const digest of await papersOf(site.store, { certificates: revoked }, true)) papers.add(digest)
    break
  }
  await askAgain(site.store, row, new Date(site.clock.now().getTime() + every), error, false)
}

/** Asks until stopped. */
export function startEvidenceWorker(site: Site): { stop(): Promise<void> } {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  const running = (async () => {
    while (!signal.aborted) {
      await evidenceRound(site).catch((error: unknown) => {
        if (!signal.aborted) site.log.error({ err: error }, 'evidence worker')
      })
      const due = await nextWant(site.store)
      const ms = due ? Math.max(100, Math.min(IDLE_MS, due.getTime() - site.clock.now().getTime())) : IDLE_MS
      // Another process's questions are found with the next look, those left here at once.
      await untilAsked(site, ms, signal)
    }
  })().catch((error: unknown) => {
    if (!signal.aborted) site.log.error({ err: error }, 'evidence worker ended')
  })
  return {
    stop: async () => {
      stop.abort()
      await running
    },
  }
}

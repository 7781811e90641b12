/** Verification in the background: a filed or newly signed paper is judged once, before anybody opens it. */
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { LogEntry } from '../../store/types.ts'
import { documentFacts } from './document-reference.ts'
import { startEvidenceWorker } from './evidence-worker.ts'
import { filedWithActs } from './file-document.ts'
import { verdictsOf } from './verdicts.ts'

/** Papers that come at once are looked up together; a single one waits for nothing. */
const REST_MS = 100

/** Follows the site's log; what is awaited of an authority is asked by the evidence worker beside it. */
export function startVerifier(site: Site): { stop(): Promise<void> } {
  const store = site.store.as(systemCaller('verify', site.settings.facility.code))
  const verify = async (entries: LogEntry[]): Promise<void> => {
    const ids = new Set(
      entries.filter((e) => e.kind === 'document.filed' || e.kind === 'document.signed').map((e) => String(e.payload.document)),
    )
    if (ids.size === 0) return
    for (const { document, acts } of await store.transact((tx) => filedWithActs(tx, [...ids]))) {
      const verdicts = await verdictsOf(site, documentFacts(document.resource()), acts)
      const bad = verdicts.filter((v) => v.verdict === 'invalid')
      if (bad.length > 0) site.log.warn({ document: document.id, roles: bad.map((b) => b.role) }, 'a paper carries invalid signatures')
    }
  }
  const consumer = site.store.log.consume('documents-verify', verify, { rest: REST_MS })
  // The questions just left are asked by the worker at once; a service that hangs holds up nobody but it.
  const worker = startEvidenceWorker(site)
  return {
    stop: async () => {
      await Promise.all([consumer.stop(), worker.stop()])
    },
  }
}

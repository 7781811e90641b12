/** Verification in the background: a filed or newly signed paper is judged once, before anybody opens it. */
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import { documentFacts } from './document-reference.ts'
import { evidenceRound, startEvidenceWorker } from './evidence-worker.ts'
import { signaturesOf } from './file-document.ts'
import { verdictsOf } from './verdicts.ts'

/** Follows the site's log; what is awaited of an authority is asked by the evidence worker beside it. */
export function startVerifier(site: Site): { stop(): Promise<void> } {
  const store = site.store.as(systemCaller('verify', site.settings.facility.code))
  const consumer = site.store.log.consume('documents-verify', async (entries) => {
    const ids = new Set(
      entries.filter((e) => e.kind === 'document.filed' || e.kind === 'document.signed').map((e) => String(e.payload.document)),
    )
    for (const id of ids) {
      const facts = documentFacts((await store.read('DocumentReference', id)).resource())
      const verdicts = await verdictsOf(site, facts, await signaturesOf(store, id))
      const bad = verdicts.filter((v) => v.verdict === 'invalid')
      if (bad.length > 0) site.log.warn({ document: id, roles: bad.map((b) => b.role) }, 'a paper carries invalid signatures')
    }
    // The questions just left are asked at once; a service that hangs holds up nobody but the verifier, and not for long.
    if (ids.size > 0) await evidenceRound(site)
  })
  const worker = startEvidenceWorker(site)
  return {
    stop: async () => {
      await Promise.all([consumer.stop(), worker.stop()])
    },
  }
}

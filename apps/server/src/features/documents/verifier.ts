/** Verification in the background: a filed or newly signed paper is judged once, before anybody opens it. */
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import { documentFacts } from './document-reference.ts'
import { signaturesOf } from './file-document.ts'
import { verdictsOf } from './verdicts.ts'

/** Follows the site's log; a paper that cannot be judged now is judged when it is opened. */
export function startVerifier(site: Site): { stop(): Promise<void> } {
  const store = site.store.as(systemCaller('verify', site.settings.facility.code))
  return site.store.log.consume('documents-verify', async (entries) => {
    const ids = new Set(
      entries.filter((e) => e.kind === 'document.filed' || e.kind === 'document.signed').map((e) => String(e.payload.document)),
    )
    for (const id of ids) {
      const facts = documentFacts((await store.read('DocumentReference', id)).resource())
      const verdicts = await verdictsOf(site, facts, await signaturesOf(store, id))
      const bad = verdicts.filter((v) => v.verdict === 'invalid')
      if (bad.length > 0) site.log.warn({ document: id, roles: bad.map((b) => b.role) }, 'a paper carries invalid signatures')
    }
  })
}

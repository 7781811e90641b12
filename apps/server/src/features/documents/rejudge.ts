/** A filed paper is judged again: evidence came, or did not come for too long. */
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import { documentFacts } from './document-reference.ts'
import { findByVersionKey, signaturesOf } from './file-document.ts'
import { judgeAgain } from './verdicts.ts'

/** `paper`: as `documentVersionKey` makes it. A paper that is not filed here (any more) is passed over. */
export async function rejudge(site: Site, paper: string): Promise<void> {
  const store = site.store.as(systemCaller('verify', site.settings.facility.code))
  const found = await store.transact(async (tx) => {
    const stored = await findByVersionKey(tx, paper)
    return stored && { id: stored.id, facts: documentFacts(stored.resource()), acts: await signaturesOf(tx, stored.id) }
  })
  if (!found) return
  const { verdicts, changed } = await judgeAgain(site, found.facts, found.acts, found.id)
  const bad = verdicts.filter((v) => v.verdict === 'invalid')
  if (changed && bad.length > 0) site.log.warn({ document: found.id, roles: bad.map((b) => b.role) }, 'signatures of a paper do not hold')
}

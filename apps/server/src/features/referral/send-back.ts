/**
 * Trả lại: a paper goes back to who wrote it, with the reason. Before it is issued by the authorised signer or the records
 * office, after it by the other facility.
 */
import { readDocument } from '@yba/forms'
import type { PaperContent } from '@yba/vietnam'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import { type DocumentFacts, documentFacts, documentReference } from '../documents/index.ts'
import { withdrawRequests } from '../sign-tray/index.ts'
import { closeRevision, openRevision } from './tables/revisions.ts'
import { loadDraft, saveDraft } from './tables.ts'
import type { ReferralTask } from './task.ts'
import { type Filed, type IssuedKind, versionsOf } from './versions.ts'

/**
 * Trả lại before the slip is issued. Nothing frozen: the same draft goes back. After the doctor's signature: what was
 * frozen is withheld with its signature, and the next version is written from it.
 */
export async function sendBackDraft(
  site: Site,
  tx: Transaction,
  task: ReferralTask,
  taskId: string,
  said: { code?: string | undefined; reason: string; by: string },
): Promise<void> {
  const revised = { code: said.code ?? null, reason: said.reason, opened_by: said.by, facility: site.settings.facility.code }
  const base = await withhold(tx, task, taskId, 'referral')
  if (base) await restoreDraft(site, tx, taskId, base.facts, said.by)
  // Sent back twice before anybody wrote: the newer word counts.
  await closeRevision(tx, taskId, 'referral', 'dropped', said.by, tx.now)
  await openRevision(tx, { task: taskId, kind: 'referral', cause: 'sent-back', base: base?.id ?? null, ...revised }, tx.now)
}

/** Ends the collecting of signatures of what is not issued yet; gives the paper of that kind. */
export async function withhold(tx: Transaction, task: ReferralTask, taskId: string, kind: IssuedKind): Promise<Filed | undefined> {
  let found: Filed | undefined
  for (const one of kind === 'referral' ? (['referral', 'summary'] as const) : (['outcome'] as const)) {
    for (const { id, facts } of await versionsOf(tx, task, one)) {
      if (!facts.pending || facts.superseded) continue
      const stored = await tx.read('DocumentReference', id, { lock: true })
      if (!stored) continue
      await withdrawRequests(tx, id)
      const resource = documentReference({ ...documentFacts(stored.resource()), superseded: true })
      await tx.write([{ kind: 'update', id, ifMatch: stored.versionId, resource }])
      if (one === kind) found = { id, facts }
    }
  }
  if (found) {
    tx.emit({ kind: 'referral.withheld', thread: `Task/${taskId}`, payload: { task: taskId } })
  }
  return found
}

/** What a person goes on writing is a person's, whatever it came from: its doctor signs it. */
function written(content: PaperContent): PaperContent {
  if (content.kind !== 'outcome') return content
  const { source: _source, ...own } = content
  return own
}

/** The draft a new version is written in begins as the version it replaces. */
export async function restoreDraft(site: Site, tx: Transaction, taskId: string, base: DocumentFacts, by: string): Promise<void> {
  const content = written(readDocument((await site.store.blobs.get(base.digest)).toString('utf8')))
  const known = await loadDraft(tx, taskId, base.kind)
  await saveDraft(tx, taskId, content, known?.version ?? 0, by, tx.now)
}

/**
 * Trả lại by the other facility: what was issued here is to be written anew. Opens the way once; the paper then lies in
 * the tray of its doctor with the reason.
 */
export async function sentBackFromOutside(
  site: Site,
  tx: Transaction,
  task: ReferralTask,
  taskId: string,
  said: { code?: string | undefined; reason: string; by: string; facility: string },
): Promise<void> {
  const kind: IssuedKind = task.issuer.code === site.settings.facility.code ? 'referral' : 'outcome'
  const issued = (await versionsOf(tx, task, kind)).find((v) => !v.facts.pending)
  if (!issued) return
  const { code, reason, by, facility } = said
  const opened = { task: taskId, kind, cause: 'sent-back', code: code ?? null, reason, base: issued.id, opened_by: by, facility } as const
  if (await openRevision(tx, opened, tx.now)) await restoreDraft(site, tx, taskId, issued.facts, by)
}

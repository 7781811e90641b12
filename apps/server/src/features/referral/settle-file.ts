/**
 * What a file of the HIS says otherwise than the draft here, settled by who writes it: item by item mine or the file's.
 * A slip that is signed takes the file's words as its next version instead (`correct.ts`).
 */
import { refuse } from '@yba/fhir'
import { onBehalf } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { Store } from '../../store/types.ts'
import { isFrozen, withContent } from './absorb.ts'
import { withAddressee } from './addressee.ts'
import type { SettleFileRequest } from './contract.ts'
import { draftChanges, takeItems } from './fill.ts'
import { FILE_SETTLED } from './join-outcomes.ts'
import { BAD_REQUEST, DRAFT_FROZEN } from './outcomes.ts'
import { proposedContent, settleProposal } from './tables/revisions.ts'
import { settleWithdrawn } from './tables/withdrawn.ts'
import { loadDraft, saveDraft } from './tables.ts'
import { taskFacts, taskResource } from './task.ts'

const MOST_ITEMS = 200

function checked(json: unknown): SettleFileRequest {
  const request = (json ?? {}) as Partial<SettleFileRequest>
  const take = request.take ?? []
  if (!Array.isArray(take) || take.length > MOST_ITEMS || take.some((path) => typeof path !== 'string'))
    throw refuse(BAD_REQUEST, { what: 'take' })
  if (request.stands !== undefined && request.stands !== true) throw refuse(BAD_REQUEST, { what: 'stands' })
  if (!request.stands && typeof request.at !== 'string') throw refuse(BAD_REQUEST, { what: 'at' })
  return { take, ...(request.at ? { at: request.at } : {}), ...(request.stands ? { stands: true } : {}) }
}

/**
 * Takes the chosen items of the file, keeps one's own for the others; or says that a slip the HIS names no more stands.
 * Throws `file-settled`, `draft-frozen`, `request-incomplete` naming an item that does not differ.
 */
export async function settleFile(site: Site, store: Store, taskId: string, json: unknown): Promise<void> {
  const request = checked(json)
  const { caller } = store
  await site.store.as(onBehalf(caller)).transact(async (tx) => {
    const stored = await tx.read('Task', taskId, { lock: true })
    if (!stored) throw refuse(BAD_REQUEST, { what: 'Task' })
    const task = taskFacts(stored.resource())
    if (request.stands) {
      if (!(await settleWithdrawn(tx, taskId, caller.display, tx.now))) throw refuse(FILE_SETTLED)
      tx.emit({ kind: 'referral.drafting', thread: `Task/${taskId}`, payload: { task: taskId } })
      return
    }
    const file = await proposedContent(tx, taskId, 'referral')
    const draft = await loadDraft(tx, taskId, 'referral')
    // Decided on what was on screen: a file that came meanwhile is looked at first.
    if (file?.content.kind !== 'referral' || draft?.content.kind !== 'referral' || file.at.toISOString() !== request.at)
      throw refuse(FILE_SETTLED)
    if (await isFrozen(tx, taskId, task)) throw refuse(DRAFT_FROZEN)
    const differ = new Set(draftChanges(draft.content, file.content).map((change) => change.path))
    const odd = request.take.find((path) => !differ.has(path))
    if (odd !== undefined) throw refuse(BAD_REQUEST, { what: odd.slice(0, 60) })
    const content = await withAddressee(tx, takeItems(draft.content, file.content, request.take))
    if (request.take.length > 0) await saveDraft(tx, taskId, content, draft.version, caller.id, tx.now)
    await settleProposal(tx, taskId, 'referral', request.take.length > 0 ? 'taken' : 'dismissed', caller.display, tx.now)
    await tx.write([
      { kind: 'update', id: taskId, ifMatch: stored.versionId, ifChanged: true, resource: taskResource(withContent(task, content)) },
    ])
    tx.emit({ kind: 'referral.drafting', thread: `Task/${taskId}`, payload: { task: taskId } })
  })
}

/** The referral's operations at a facility: thin doors to the commands. */
import { refuse } from '@yba/fhir'
import { composeDocument, renderPdf } from '@yba/forms'
import { notPermitted, onBehalf } from '../../access/index.ts'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import { printOf } from '../documents/index.ts'
import { clearAlert } from '../exchange/index.ts'
import { acceptanceOperations } from './acceptance/operations.ts'
import { act } from './act.ts'
import { attention, settleOne } from './attention.ts'
import { compose } from './compose.ts'
import type { ComposeRequest, CorrectRequest, SaveDraftRequest, SignRequest, TransitionRequest } from './contract.ts'
import { correct, dropCorrection } from './correct.ts'
import { saveDraftOf } from './drafts.ts'
import { evidence, evidencePaper } from './evidence.ts'
import { withNames } from './named-doctor.ts'
import { composeOutcome } from './outcome-draft.ts'
import { BAD_REQUEST } from './outcomes.ts'
import { settleFile } from './settle-file.ts'
import { openShadow } from './shadow.ts'
import { signPaper } from './sign.ts'
import { scanOperation } from './slip-scan.ts'
import { slipStateOperation } from './slip-state.ts'
import { openRevisionOf } from './tables/revisions.ts'
import { loadDraft, markRead, saveDraft } from './tables.ts'
import { taskFacts } from './task.ts'
import { newest, nextVersion, versionsOf } from './versions.ts'
import { view } from './view.ts'
import { worklist } from './worklist.ts'

async function startSlip(context: OperationContext): Promise<OperationAnswer> {
  const answer = await compose(context.site, context.store, context.json as ComposeRequest | undefined)
  return { status: 201, json: answer }
}

async function settle(context: OperationContext): Promise<OperationAnswer> {
  await settleFile(context.site, context.store, context.id, context.json)
  return view(context)
}

async function save(context: OperationContext): Promise<OperationAnswer> {
  return { json: await saveDraftOf(context.site, context.store, context.id, context.json as SaveDraftRequest) }
}

/** The paper as it would be signed now, or as it was signed. */
async function preview(context: OperationContext): Promise<OperationAnswer> {
  const { site, id } = context
  const kind = context.query.get('kind') === 'outcome' ? 'outcome' : 'referral'
  const store = site.store.as(onBehalf(context.caller))
  const task = taskFacts((await store.read('Task', id)).resource())
  const filed = newest(await store.transact((tx) => versionsOf(tx, task, kind)))
  const revision = await openRevisionOf(site.store, id, kind)
  if (filed?.facts.pdf && !revision) {
    const stored = await site.store.blobs.get(filed.facts.pdf)
    return { bytes: await printOf(site, store, filed.id, filed.facts, stored), contentType: 'application/pdf' }
  }
  const draft = await loadDraft(site.store, id, kind)
  if (!draft) throw refuse(BAD_REQUEST, { what: 'draft' })
  const blank = '00000000-0000-4000-8000-000000000000'
  const next = revision ? await nextVersion(site, task, draft.content, revision.reason) : { version: 1 }
  const { version, relates, corrects } = next
  const about = { ...(relates ? { replaces: relates } : {}), ...(corrects ? { correction: corrects } : {}) }
  const envelope = { bundleId: blank, compositionId: blank, at: site.clock.now().toISOString(), version, ...about, draft: true }
  const composed = composeDocument(await withNames(site, draft.content), envelope)
  return { bytes: renderPdf(composed.text, { draft: true }).pdf, contentType: 'application/pdf' }
}

async function sign(context: OperationContext): Promise<OperationAnswer> {
  const request = context.json as SignRequest | undefined
  if (!request?.role || !['doctor', 'authorised'].includes(request.role)) throw refuse(BAD_REQUEST, { what: 'role' })
  const needed = request.role === 'doctor' ? 'referral.sign-doctor' : 'referral.sign-authorised'
  if (!context.caller.permissions.has(needed)) throw refuse(notPermitted, { permission: needed })
  const store = context.site.store.as(onBehalf(context.caller))
  await signPaper(context.site, store, context.id, { ...request, kind: request.kind === 'outcome' ? 'outcome' : 'referral' })
  return view(context)
}

async function step(context: OperationContext): Promise<OperationAnswer> {
  await act(context.site, context.store, context.id, context.json as TransitionRequest)
  return view(context)
}

/** Opens the outcome's draft from the slip; the same again gives the draft that is there. */
async function startOutcome(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, id } = context
  await site.store.as(onBehalf(caller)).transact(async (tx) => {
    const stored = await tx.read('Task', id, { lock: true })
    if (!stored) throw refuse(BAD_REQUEST, { what: 'Task' })
    const task = taskFacts(stored.resource())
    if (task.output.length > 0 || (await loadDraft(tx, id, 'outcome'))) return
    const draft = await composeOutcome(site, tx, task, { licence: caller.licence ?? '', name: caller.display })
    if (!draft) throw refuse(BAD_REQUEST, { what: 'Task' })
    await saveDraft(tx, id, draft, 0, caller.id, tx.now)
    tx.emit({ kind: 'referral.drafting', thread: `Task/${id}`, payload: { task: id } })
  })
  return view(context)
}

async function correctPaper(context: OperationContext): Promise<OperationAnswer> {
  await correct(context.site, context.store, context.id, context.json as CorrectRequest)
  return view(context)
}

async function drop(context: OperationContext): Promise<OperationAnswer> {
  await dropCorrection(context.site, context.store, context.id, context.json as CorrectRequest)
  return view(context)
}

async function read(context: OperationContext): Promise<OperationAnswer> {
  // Only a referral of this site can be marked; anything else is not found.
  const task = taskFacts((await context.site.store.as(onBehalf(context.caller)).read('Task', context.id)).resource())
  const now = context.site.clock.now()
  await markRead(context.site.store, context.id, context.caller.id, now)
  await clearAlert(context.site.store, 'slip-corrected', `${task.issuer.code} ${task.number}`, now)
  return {}
}

/** Some hundred pages: a page is set in the server's own thread, so nobody's draft may hold it up for long. */
const LARGEST_DRAFT = 512 * 1024

const onTask = { level: 'instance', type: 'Task' } as const

export const facilityOperations: readonly Operation[] = [
  ...acceptanceOperations,
  { name: '$worklist', level: 'type', type: 'Task', method: 'GET', permission: 'referral.read', body: 'none', handle: worklist },
  { name: '$view', ...onTask, method: 'GET', permission: 'referral.read', body: 'none', handle: view },
  { name: '$preview', ...onTask, method: 'GET', permission: 'referral.papers', body: 'none', handle: preview },
  { name: '$compose', level: 'type', type: 'Task', method: 'POST', permission: 'referral.compose', body: 'json', handle: startSlip },
  {
    name: '$save-draft',
    ...onTask,
    method: 'POST',
    permission: ['referral.compose', 'referral.outcome'],
    body: 'json',
    bodyLimit: LARGEST_DRAFT,
    handle: save,
  },
  {
    name: '$sign',
    ...onTask,
    method: 'POST',
    permission: ['referral.sign-doctor', 'referral.sign-authorised'],
    body: 'json',
    handle: sign,
  },
  {
    name: '$transition',
    ...onTask,
    method: 'POST',
    permission: ['referral.desk', 'referral.arrive', 'referral.care', 'referral.void', 'referral.compose', 'referral.sign-authorised'],
    body: 'json',
    handle: step,
  },
  { name: '$correct', ...onTask, method: 'POST', permission: ['referral.compose', 'referral.outcome'], body: 'json', handle: correctPaper },
  {
    name: '$drop-correction',
    ...onTask,
    method: 'POST',
    permission: ['referral.compose', 'referral.outcome'],
    body: 'json',
    handle: drop,
  },
  { name: '$settle-file', ...onTask, method: 'POST', permission: 'referral.compose', body: 'json', handle: settle },
  { name: '$start-outcome', ...onTask, method: 'POST', permission: 'referral.outcome', body: 'none', handle: startOutcome },
  { name: '$shadow', level: 'type', type: 'Task', method: 'POST', permission: 'referral.arrive', body: 'json', handle: openShadow },
  { name: '$evidence', level: 'type', type: 'Task', method: 'GET', permission: 'audit.read', body: 'none', handle: evidence },
  { name: '$evidence', ...onTask, method: 'GET', permission: 'audit.read', body: 'none', handle: evidencePaper },
  { name: '$attention', level: 'type', type: 'Task', method: 'GET', permission: 'referral.read', body: 'none', handle: attention },
  {
    name: '$settle',
    level: 'type',
    type: 'Task',
    method: 'POST',
    permission: ['referral.desk', 'referral.arrive', 'referral.care', 'referral.void', 'referral.compose'],
    body: 'json',
    handle: settleOne,
  },
  scanOperation,
  slipStateOperation,
  { name: '$mark-read', ...onTask, method: 'POST', permission: 'referral.mark-read', body: 'none', handle: read },
]

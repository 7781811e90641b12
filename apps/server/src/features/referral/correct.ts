/** Đính chính: an issued slip or outcome is written anew as its next version, and what a HIS proposes is taken or dismissed. */
import { refuse } from '@yba/fhir'
import type { PaperContent } from '@yba/vietnam'
import type { Caller } from '../../access/caller.ts'
import { notPermitted, onBehalf } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { Store, Transaction } from '../../store/types.ts'
import { actorOf, effectiveState } from './act.ts'
import type { CorrectRequest } from './contract.ts'
import { notAllowed } from './machine.ts'
import { BAD_REQUEST, CORRECTION_UNDER_WAY, NOTHING_TO_CORRECT, REASON_REQUIRED } from './outcomes.ts'
import { restoreDraft, sendBackDraft } from './send-back.ts'
import {
  ASKED,
  closeRevision,
  openRevision,
  openRevisionOf,
  type ProposedContent,
  proposedContent,
  settleProposal,
} from './tables/revisions.ts'
import { appendHistory, loadDraft, loadHistory, saveDraft } from './tables.ts'
import { type ReferralTask, taskFacts } from './task.ts'
import { transition } from './transitions.ts'
import { type IssuedKind, versionsOf, wasIssued } from './versions.ts'

const NEEDS = { referral: 'referral.compose', outcome: 'referral.outcome' } as const

function asked(store: Store, request: CorrectRequest | undefined): { kind: IssuedKind; reason: string } {
  const kind = request?.kind === 'outcome' ? 'outcome' : 'referral'
  if (!store.caller.permissions.has(NEEDS[kind])) throw refuse(notPermitted, { permission: NEEDS[kind] })
  const given = request?.reason
  const reason = typeof given === 'string' ? given.normalize('NFC').trim() : ''
  if (reason.length > 500) throw refuse(BAD_REQUEST, { what: 'reason' })
  return { kind, reason }
}

/**
 * Đính chính: opens the draft of version n+1 of an issued slip or outcome, from its content or, with `from: 'his'`, from
 * what the HIS has sent since. Throws `transition-not-allowed`, `reason-required`, `nothing-to-correct`,
 * `correction-under-way`, `not-permitted`.
 */
export async function correct(site: Site, store: Store, taskId: string, request: CorrectRequest): Promise<void> {
  const { kind, reason } = asked(store, request)
  if (!reason) throw refuse(REASON_REQUIRED)
  const caller = store.caller
  await site.store.as(onBehalf(caller)).transact(async (tx) => {
    const stored = await tx.read('Task', taskId, { lock: true })
    if (!stored) throw refuse(BAD_REQUEST, { what: 'Task' })
    const task = taskFacts(stored.resource())
    const proposals = request.from === 'his' ? await proposalsOf(tx, taskId, kind) : []
    if (request.from === 'his' && proposals.length === 0) throw refuse(NOTHING_TO_CORRECT)
    if (task.state === 'to-sign' && proposals.length > 0) {
      await sendBackDraft(site, tx, task, taskId, { code: 'his-changed', reason, by: caller.display })
      await tell(tx, task, caller, reason)
    } else await openCorrection(site, tx, task, taskId, { kind, reason, caller })
    for (const proposal of proposals) await takeOver(tx, taskId, proposal.content, caller)
    tx.emit({ kind: 'referral.correcting', thread: `Task/${taskId}`, payload: { task: taskId } })
  })
}

/** The slip and the shared record beside it are proposed, and taken, together. */
async function proposalsOf(tx: Transaction, taskId: string, kind: IssuedKind): Promise<ProposedContent[]> {
  const kinds = kind === 'referral' ? (['referral', 'summary'] as const) : (['outcome'] as const)
  const found = await Promise.all(kinds.map((one) => proposedContent(tx, taskId, one)))
  return found.filter((p) => p !== null)
}

/** Whether the slip waits for more information, and not for a paper that was sent back. */
async function isAsked(tx: Transaction, task: ReferralTask): Promise<boolean> {
  const story = await loadHistory(tx, { issuer: task.issuer.code, number: task.number }, 'hub')
  return story.findLast((told) => told.event === 'ask-info' || told.event === 'send-back')?.event === 'ask-info'
}

async function openCorrection(
  site: Site,
  tx: Transaction,
  task: ReferralTask,
  taskId: string,
  { kind, reason, caller }: { kind: IssuedKind; reason: string; caller: Caller },
): Promise<void> {
  const facility = site.settings.facility.code
  const actor = actorOf(task, facility)
  if ((actor === 'sender') !== (kind === 'referral')) throw refuse(NOTHING_TO_CORRECT)
  const state = await effectiveState(tx, task, facility)
  if (!transition(state, 'correct', actor)) throw notAllowed(state, 'correct', actor)
  const versions = await versionsOf(tx, task, kind)
  const issued = versions.find((v) => !v.facts.pending)
  if (!issued) throw refuse(NOTHING_TO_CORRECT)
  if (versions.some((v) => v.facts.pending && !v.facts.superseded)) throw refuse(CORRECTION_UNDER_WAY)
  const revision = {
    task: taskId,
    kind,
    cause: 'correction',
    code: state === 'info-needed' && (await isAsked(tx, task)) ? ASKED : null,
    reason,
    base: issued.id,
    opened_by: caller.display,
    facility,
  } as const
  if (!(await openRevision(tx, revision, tx.now))) throw refuse(CORRECTION_UNDER_WAY)
  await restoreDraft(site, tx, taskId, issued.facts, caller.id)
}

/** The HIS's words become the draft; number, issuer, person and addressee of the paper stay. */
async function takeOver(tx: Transaction, taskId: string, content: PaperContent, caller: Caller): Promise<void> {
  const draft = await loadDraft(tx, taskId, content.kind)
  const known = draft?.content
  const kept =
    content.kind === 'referral' && known?.kind === 'referral'
      ? { ...content, numbers: known.numbers, from: known.from, to: known.to, patient: known.patient }
      : content
  await saveDraft(tx, taskId, kept, draft?.version ?? 0, caller.id, tx.now)
  await settleProposal(tx, taskId, content.kind, 'taken', caller.display, tx.now)
}

async function tell(tx: Transaction, task: ReferralTask, caller: Caller, reason: string): Promise<void> {
  const at = tx.now.toISOString()
  await appendHistory(tx, { issuer: task.issuer.code, number: task.number }, 'local', {
    event: 'send-back',
    state: task.state,
    occurredAt: at,
    recordedAt: at,
    by: caller.display,
    facility: caller.facility,
    reason,
  })
}

/**
 * Gives up a correction nobody has signed, or dismisses what the HIS proposes. What was sent back before it was issued
 * must be corrected or made void.
 */
export async function dropCorrection(site: Site, store: Store, taskId: string, request: CorrectRequest): Promise<void> {
  const { kind } = asked(store, request)
  const by = store.caller.display
  await site.store.as(onBehalf(store.caller)).transact(async (tx) => {
    const stored = await tx.read('Task', taskId, { lock: true })
    if (!stored) throw refuse(BAD_REQUEST, { what: 'Task' })
    if (request.from === 'his') {
      const proposals = await proposalsOf(tx, taskId, kind)
      if (proposals.length === 0) throw refuse(NOTHING_TO_CORRECT)
      for (const p of proposals) await settleProposal(tx, taskId, p.kind, 'dismissed', by, tx.now)
    } else {
      const open = await openRevisionOf(tx, taskId, kind)
      if (!open || !(await wasIssued(tx, open))) throw refuse(NOTHING_TO_CORRECT)
      await closeRevision(tx, taskId, kind, 'dropped', by, tx.now)
    }
    tx.emit({ kind: 'referral.correcting', thread: `Task/${taskId}`, payload: { task: taskId } })
  })
}

/** The command behind F9: freeze what is still a draft, ask this person's signer, record, and go on when all have signed. */
import { setTimeout as delay } from 'node:timers/promises'
import { OutcomeError, refuse } from '@yba/fhir'
import { paperChanges, readDocument } from '@yba/forms'
import type { PaperContent, ReferralContent, SigningRole } from '@yba/vietnam'
import type { Caller } from '../../access/caller.ts'
import { findUser, systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { Store, Transaction } from '../../store/types.ts'
import { mandateAt } from '../delegation/index.ts'
import { documentFacts } from '../documents/index.ts'
import { ALREADY_SIGNED, NOT_YOUR_TURN, requestsOf, type SignatureRequest, signNext, startSigning } from '../sign-tray/index.ts'
import { effectiveState } from './act.ts'
import { withAddressee } from './addressee.ts'
import { afterSigned } from './after-signed.ts'
import type { SignRequest } from './contract.ts'
import { type FrozenPaper, filePaper, freeze } from './freeze.ts'
import { refuseGaps } from './gaps.ts'
import { notAllowed, step } from './machine.ts'
import { namesAnotherDoctor } from './named-doctor.ts'
import { DRAFT_CHANGED, NOT_YOUR_SIGNATURE } from './outcomes.ts'
import { summaryOf } from './summary.ts'
import { summaryFaultsOf } from './summary-number.ts'
import { closeRevision, openRevisionOf } from './tables/revisions.ts'
import { appendHistory, loadDraft } from './tables.ts'
import { type ReferralTask, taskFacts, taskResource } from './task.ts'
import { transition } from './transitions.ts'
import { type Filed, type IssuedKind, newest, nextVersion, versionsOf, wasIssued } from './versions.ts'

/** A person waits at most this long for a signer; then the paper stands in "chờ ký" and the desk goes on. */
const PATIENCE_MS = 1_800

interface Prepared {
  /** `draftVersion` null: derived, there is no draft of it. */
  papers: { frozen: FrozenPaper; draftVersion: number | null }[]
}

/**
 * Signs the Task's referral or outcome as `role`. Throws `referral-gaps-open`, `addressee-unknown`, `addressee-hub`, `draft-changed`, `not-your-signature`,
 * `signature-not-due`, `signature-already-made`. A slow signer is no refusal: the request then waits.
 */
export async function signPaper(site: Site, store: Store, taskId: string, asked: SignRequest): Promise<void> {
  const begun = performance.now()
  const { kind } = asked
  const task = taskFacts((await store.read('Task', taskId)).resource())
  const prepared = (await isOpenDraft(site, store, taskId, task, kind))
    ? await prepare(site, taskId, task, kind, store.caller)
    : { papers: [] }
  const started = await store.transact((tx) => start(tx, store.caller, taskId, asked, prepared))
  // What was handed over at once is signed at once where the signer answers; the worker has it otherwise.
  const work = (async () => {
    await signNext(site, afterSigned(site), started)
    while ((await signNext(site, afterSigned(site))) === 'signed');
  })()
  const patience = new AbortController()
  await Promise.race([
    work.finally(() => patience.abort()),
    delay(Math.max(200, PATIENCE_MS - (performance.now() - begun)), undefined, { signal: patience.signal }).catch(() => undefined),
  ])
  work.catch((error: unknown) => site.log.error({ err: error, task: taskId }, 'signing went on and failed'))
}

/** Whether what is signed now is a draft that has to be frozen first: the first version, or the next one. */
async function isOpenDraft(site: Site, store: Store, taskId: string, task: ReferralTask, kind: IssuedKind): Promise<boolean> {
  const versions = await store.transact((tx) => versionsOf(tx, task, kind))
  return versions.length === 0 || (!isCollecting(versions) && (await openRevisionOf(site.store, taskId, kind)) !== null)
}

const isCollecting = (versions: readonly Filed[]): boolean => versions.some((v) => v.facts.pending && !v.facts.superseded)

async function prepare(site: Site, taskId: string, task: ReferralTask, kind: 'referral' | 'outcome', caller: Caller): Promise<Prepared> {
  const taken = kind === 'referral' ? (await summaryFaultsOf(site, taskId)).filter((f) => f.definition.severity === 'error') : []
  // Said before anything about who signs: nobody can.
  if (taken.length > 0) throw new OutcomeError(taken)
  const revision = await openRevisionOf(site.store, taskId, kind)
  const frozen = async (content: PaperContent) => freeze(site, content, await nextVersion(site, task, content, revision?.reason ?? ''))
  const kinds = kind === 'referral' ? (['referral', 'summary'] as const) : (['outcome'] as const)
  const papers: Prepared['papers'] = []
  for (const paper of kinds) {
    const draft = await loadDraft(site.store, taskId, paper)
    if (!draft) continue
    // What was issued goes on to where it went; anything else must have somewhere to go before anybody signs it.
    const issued = revision !== null && (await site.store.as(system(site)).transact((tx) => wasIssued(tx, revision)))
    if (draft.content.kind === 'referral') await checkReferral(site, draft.content, caller, issued)
    const content = issued ? draft.content : await withAddressee(site.store, draft.content)
    if (paper === 'summary' && !(await differsFromIssued(site, task, draft.content))) continue
    papers.push({ frozen: await frozen(withSigner(content, caller)), draftVersion: draft.version })
    if (draft.content.kind === 'referral' && !(await loadDraft(site.store, taskId, 'summary'))) {
      // Without XML7 and XML8 the shared record is made from what the slip itself was composed from.
      const summary = summaryOf(draft.content, site.clock.now())
      if (await differsFromIssued(site, task, summary)) papers.push({ frozen: await frozen(summary), draftVersion: null })
    }
  }
  return { papers }
}

/** A correction of the slip leaves the shared record alone where that says what it said. */
async function differsFromIssued(site: Site, task: ReferralTask, content: PaperContent): Promise<boolean> {
  const store = site.store.as(system(site))
  const issued = (await store.transact((tx) => versionsOf(tx, task, content.kind))).find((v) => !v.facts.pending)
  if (!issued) return true
  const before = readDocument((await site.store.blobs.get(issued.facts.digest)).toString('utf8'))
  return paperChanges(before, content).some((c) => c.path !== 'issuedOn')
}

const system = (site: Site): Caller => systemCaller('sign', site.settings.facility.code)

async function checkReferral(site: Site, content: ReferralContent, caller: Caller, issued: boolean): Promise<void> {
  await refuseGaps(site.store, content, issued)
  if (await namesAnotherDoctor(site, content, caller)) throw refuse(NOT_YOUR_SIGNATURE, { licence: content.doctor.licence })
}

/** XML13 holds licences without names: the doctor who signs is the one the paper prints. */
function withSigner(content: PaperContent, caller: Caller): PaperContent {
  if (content.kind === 'summary') return content
  return { ...content, doctor: { ...content.doctor, licence: caller.licence ?? content.doctor.licence, name: caller.display } }
}

async function start(
  tx: Transaction,
  caller: Caller,
  taskId: string,
  asked: SignRequest,
  prepared: Prepared,
): Promise<{ document: string; role: SigningRole }> {
  const { kind, role } = asked
  const stored = await tx.read('Task', taskId, { lock: true })
  if (!stored) throw refuse(DRAFT_CHANGED)
  let task = taskFacts(stored.resource())
  const versions = await versionsOf(tx, task, kind)
  await mayBeSigned(tx, task, kind, versions)
  if (kind === 'referral' && task.state === 'draft') task = await submit(tx, caller, task)
  // Somebody was quicker: what is frozen stays, and this request is judged against it.
  const open = versions.length === 0 || (await openRevisionOf(tx, taskId, kind)) !== null
  const fresh = isCollecting(versions) || !open ? { papers: [] } : prepared
  if (fresh.papers.length > 0) {
    task = await file(tx, task, taskId, fresh)
    await closeRevision(tx, taskId, kind, 'signed', caller.display, tx.now)
  }
  await tx.write([{ kind: 'update', id: taskId, ifMatch: stored.versionId, ifChanged: true, resource: taskResource(task) }])
  const request = await requestFor(tx, task, taskId, kind, role)
  if (!(await isAsSeen(tx, request.document, asked, fresh))) throw refuse(DRAFT_CHANGED)
  // Said at once where it can be said at once; judged again at the instant of signing.
  if (role === 'authorised') await mandateAt(tx, caller.id, kind, tx.now)
  const title = (await findUser(tx.sql, caller.id)).title ?? (role === 'authorised' ? 'Người có thẩm quyền chuyển cơ sở' : 'Bác sĩ')
  if (!(await startSigning(tx, request, { id: caller.id, name: caller.display, title }, tx.now))) throw refuse(ALREADY_SIGNED)
  tx.emit({ kind: 'referral.signing', thread: `Task/${taskId}`, payload: { task: taskId, role } })
  return { document: request.document, role }
}

/** A void or sent slip takes no signature; an outcome signed before the stay could never be sent. */
async function mayBeSigned(tx: Transaction, task: ReferralTask, kind: IssuedKind, versions: readonly Filed[]): Promise<void> {
  const [first, actor] = kind === 'referral' ? (['sign', 'sender'] as const) : (['answer', 'receiver'] as const)
  const event = versions.some((v) => !v.facts.pending) ? 'correct' : first
  const state = await effectiveState(tx, task, actor === 'sender' ? task.issuer.code : task.to.code)
  if (state !== 'draft' && !transition(state, event, actor)) throw notAllowed(state, event, actor)
}

async function submit(tx: Transaction, caller: Caller, task: ReferralTask): Promise<ReferralTask> {
  const row = step(task.state, 'submit', 'sender')
  const at = tx.now.toISOString()
  await appendHistory(tx, { issuer: task.issuer.code, number: task.number }, 'local', {
    event: 'submit',
    state: row.to,
    occurredAt: at,
    recordedAt: at,
    by: caller.display,
    facility: caller.facility,
  })
  return { ...task, state: row.to }
}

/** A person signs what was on their screen: the draft's version as they read it, or the frozen paper by its digest. */
async function isAsSeen(tx: Transaction, document: string, asked: SignRequest, prepared: Prepared): Promise<boolean> {
  const { kind, draftVersion, digest } = asked
  const fresh = prepared.papers.find((p) => p.frozen.kind === kind)
  if (draftVersion !== undefined && draftVersion !== fresh?.draftVersion) return false
  if (digest === undefined) return true
  const stored = await tx.read('DocumentReference', document)
  return fresh === undefined && stored !== null && documentFacts(stored.resource()).digest === digest
}

async function file(tx: Transaction, task: ReferralTask, taskId: string, prepared: Prepared): Promise<ReferralTask> {
  const next = { ...task, input: [...task.input], output: [...task.output] }
  for (const paper of prepared.papers) {
    const draft = await loadDraft(tx, taskId, paper.frozen.kind)
    if ((draft?.version ?? null) !== paper.draftVersion) throw refuse(DRAFT_CHANGED)
    const id = await filePaper(tx, paper.frozen, task, taskId)
    ;(paper.frozen.kind === 'outcome' ? next.output : next.input).push(id)
  }
  return next
}

async function requestFor(
  tx: Transaction,
  task: ReferralTask,
  taskId: string,
  kind: 'referral' | 'outcome',
  role: SigningRole,
): Promise<SignatureRequest> {
  const paper = newest(await versionsOf(tx, task, kind))
  const requests = (await requestsOf(tx, taskId)).filter((r) => r.document === paper?.id && r.state !== 'withdrawn')
  const mine = requests.find((r) => r.role === role)
  if (!mine || mine.state === 'done') throw refuse(ALREADY_SIGNED)
  const earlier = requests.find((r) => r.position < mine.position && r.state !== 'done')
  if (earlier) throw refuse(NOT_YOUR_TURN, { waiting: earlier.role })
  return mine
}

/** GET /fhir/Task/{id}/$view: everything one referral's screen needs, in one answer. */
import { readDocument } from '@yba/forms'
import {
  type OutcomeContent,
  type PaperContent,
  type ReferralContent,
  type ReferralValidity,
  referralValidity,
  type SigningRole,
  type SummaryContent,
} from '@yba/vietnam'
import type { Caller } from '../../access/caller.ts'
import { onBehalf, systemCaller } from '../../access/index.ts'
import type { Permission } from '../../access/permissions.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { Stored } from '../../store/types.ts'
import type { DocumentView } from '../documents/contract.ts'
import { documentViews } from '../documents/index.ts'
import { requestsOf } from '../sign-tray/index.ts'
import { actorOf, effectiveState, mayCause } from './act.ts'
import { partyHere } from './acting.ts'
import type { ReferralHistoryEntry, ReferralView } from './contract.ts'
import { proposedElsewhere } from './declined.ts'
import { gaps, gapsOf } from './drafts.ts'
import { findingView } from './finding-view.ts'
import { isCancelled } from './join.ts'
import { localDateTime } from './local-time.ts'
import { offeredEvents } from './machine.ts'
import { namesAnotherDoctor, withNames } from './named-doctor.ts'
import { answersAsDoctor } from './need.ts'
import { referralRows, rowFor } from './rows.ts'
import { summaryFaultsOf } from './summary-number.ts'
import { saidOf } from './tables/acceptance.ts'
import { recordOf } from './tables/files.ts'
import { openRevisions, type Revision } from './tables/revisions.ts'
import { withdrawnAmong } from './tables/withdrawn.ts'
import { loadDraft, loadHistory } from './tables.ts'
import { isShadow, type ReferralTask, taskFacts, taskIdentifierSystem } from './task.ts'
import { type ReferralEvent, type ReferralState, STATES, transition } from './transitions.ts'
import type { IssuedKind } from './versions.ts'
import { correctable, currentPapers, proposalView, signingCapacity, versionViews } from './view-versions.ts'

/** What a person needs to sign as a role. */
export const SIGN_PERMISSION: Record<SigningRole, Permission> = {
  doctor: 'referral.sign-doctor',
  authorised: 'referral.sign-authorised',
  seal: 'referral.seal',
}

/** Times the screen's parts are read anew when the referral moved on meanwhile. */
const LOOKS = 4

export async function view(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, id } = context
  const store = site.store.as(onBehalf(caller))
  let stored = await store.read('Task', id)
  for (let n = 1; ; n++) {
    const answer = await look(context, stored)
    // Papers, story and drafts are read one after the other: a step between them would show the old slip under the new story.
    const now = await site.store.versionOf('Task', id)
    if (now === stored.versionId || n === LOOKS) return answer
    stored = await store.read('Task', id)
  }
}

async function look(context: OperationContext, stored: Stored): Promise<OperationAnswer> {
  const { site, caller, id } = context
  const store = site.store.as(onBehalf(caller))
  const task = taskFacts(stored.resource())
  const [row] = await referralRows(site, [stored])
  if (!row) throw new Error('a task without its row')
  const documents = await documentViews(site, store, await currentPapers(store, task))
  const revisions = await openRevisions(site.store, [id])
  const rewriting = (kind: IssuedKind): boolean => revisions.some((r) => r.kind === kind)
  const papers = await contents(site, documents)
  const drafts = await openDrafts(site, id)
  const slip = papers.find((p): p is ReferralContent => p.kind === 'referral')
  const written = rewriting('referral') || !slip ? (drafts.referral?.content ?? slip) : slip
  const referral = written && (await withNames(site, written))
  const here = await partyHere(site.store, site, task)
  const state = await effectiveState(site.store, task, here)
  const history = await loadHistory(site.store, { issuer: task.issuer.code, number: task.number })
  const told = { story: history, facility: here }
  const acceptance = row.direction === 'received' ? ((await saidOf(site.store, [id])).get(id) ?? []) : []
  const may = (event: ReferralEvent) => mayCause(caller, event) || answersAsDoctor(caller, event, acceptance.at(-1))
  const allowed = offeredEvents(state, actorOf(task, here), told).filter(may)
  if (!referral && isShadow(task)) {
    // A paper slip whose message has not come: who and what happened, and no papers yet.
    const told = storyFor(caller, history)
    return { json: { ...rowFor(caller, row), taskVersion: stored.versionId, documents, history: told, allowed, canSign: [], findings: [] } }
  }
  if (!referral) throw new Error('a referral without content')
  const uses = await usesOf(site, task, history)
  const summary = papers.find((p): p is SummaryContent => p.kind === 'summary') ?? drafts.summary?.content
  const outcome = papers.find((p): p is OutcomeContent => p.kind === 'outcome')
  const signed = documents.find((d) => d.kind === 'referral')?.signatures.find((s) => s.role === 'seal')?.signedAt
  const can = await canSign(context, task, drafts.referral?.content, revisions)
  const answer: ReferralView = {
    ...row,
    taskVersion: stored.versionId,
    content: referral,
    highlights: highlights(referral),
    ...(summary ? { sharedRecord: summary } : {}),
    ...(outcome ? { outcome } : {}),
    ...(drafts.outcome && (!outcome || rewriting('outcome')) ? { outcomeDraft: drafts.outcome } : {}),
    ...(drafts.referral && (!slip || rewriting('referral')) ? { draft: drafts.referral } : {}),
    ...(await aboutVersions(context, task, state, revisions, { referral: slip !== undefined, outcome: outcome !== undefined })),
    documents,
    history,
    ...(row.direction === 'sent' ? await proposedElsewhere(site, task, history) : {}),
    ...(acceptance.length > 0 ? { acceptance } : {}),
    allowed,
    ...(uses.length > 0 ? { uses } : {}),
    canSign: can,
    ...(can.includes('authorised') ? await signingCapacity(site, caller) : {}),
    findings:
      !slip || rewriting('referral')
        ? [
            ...(await gapsOf(site.store, referral, rewriting('referral') && !STATES[task.state].local, site.clock.now())),
            ...(slip ? [] : await summaryFaultsOf(site, stored.id)).map(findingView),
          ]
        : drafts.outcome && (!outcome || rewriting('outcome'))
          ? gaps(drafts.outcome.content)
          : [],
    ...(task.validity || signed ? { validity: task.validity ?? sealedValidity(referral, signed ?? '') } : {}),
  }
  return { json: caller.permissions.has('referral.papers') ? answer : withoutPapers(caller, answer) }
}

async function aboutVersions(
  context: OperationContext,
  task: ReferralTask,
  state: ReferralState,
  revisions: readonly Revision[],
  papers: { referral: boolean; outcome: boolean },
): Promise<Pick<ReferralView, 'versions' | 'proposal' | 'correctable' | 'withdrawnByFile' | 'fromFile'>> {
  const { site, caller, id } = context
  const store = site.store.as(onBehalf(caller))
  const versions = await versionViews(site, store, task)
  const proposal = caller.permissions.has('referral.compose') ? await proposalView(site, store, task, id) : undefined
  const withdrawn = isCancelled(state) ? undefined : (await withdrawnAmong(site.store, [id])).get(id)
  const open = correctable(caller, task, state, revisions, papers)
  const signing = versions.some((v) => v.state === 'signing')
  const record = caller.permissions.has('claim.undo') ? await recordOf(site.store, id) : undefined
  return {
    ...(versions.length > 0 ? { versions } : {}),
    ...(proposal ? { proposal } : {}),
    ...(withdrawn ? { withdrawnByFile: withdrawn.toISOString() } : {}),
    ...(open.length > 0 && !signing ? { correctable: open } : {}),
    ...(record ? { fromFile: { record } } : {}),
  }
}

const sealedValidity = (slip: ReferralContent, sealed: string): ReferralValidity =>
  referralValidity({ signedOn: localDateTime(new Date(sealed)), oneYear: slip.oneYear })

/** The visits a thread's story opened, as far as this site is a party of them. */
async function usesOf(site: Site, task: ReferralTask, history: ReferralView['history']): Promise<NonNullable<ReferralView['uses']>> {
  const opened = history.filter((h) => h.event === 'arrive' && h.child)
  if (opened.length === 0) return []
  const own = history.some((h) => h.event === 'arrive' && !h.child) ? 1 : 0
  const known = await site.store.as(systemCaller('view', site.settings.facility.code)).transact(async (tx) => {
    const found = new Map<string, Stored>()
    for (const { child = '' } of opened) {
      const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(task.issuer.code), child)
      if (stored) found.set(child, stored)
    }
    return found
  })
  const rows = new Map((await referralRows(site, [...known.values()])).map((r) => [r.number, r]))
  return opened.map(({ child = '', occurredAt }, i) => {
    const row = rows.get(child)
    return { number: child, use: row?.use ?? own + i + 1, at: occurredAt, ...(row ? { id: row.id, state: row.state } : {}) }
  })
}

/** For a desk that registers the arrival: who comes, from where, with which slip and what may be done; nothing the papers say. */
function withoutPapers(caller: Caller, view: ReferralView): Omit<ReferralView, 'content' | 'highlights'> {
  const { content: _content, highlights: _highlights, sharedRecord: _shared, outcome: _outcome, ...rest } = view
  const { outcomeDraft: _outcomeDraft, draft: _draft, versions: _versions, proposal: _proposal, acceptance: _acceptance, ...bare } = rest
  return { ...rowFor(caller, bare), history: storyFor(caller, view.history), documents: [], findings: [] }
}

/** What happened, with the reasons of those steps one could have taken oneself; the others' reasons speak of illness. */
export function storyFor(caller: Caller, history: readonly ReferralHistoryEntry[]): ReferralHistoryEntry[] {
  const papers = caller.permissions.has('referral.papers')
  return history.map((entry) => {
    if (papers || mayCause(caller, entry.event)) return entry
    const { reason: _reason, ...rest } = entry
    return rest
  })
}

async function contents(site: Site, documents: readonly DocumentView[]): Promise<PaperContent[]> {
  return Promise.all(documents.map(async (d) => readDocument((await site.store.blobs.get(d.digest)).toString('utf8'))))
}

interface OpenDrafts {
  referral?: { content: ReferralContent; draftVersion: number; updatedAt: string }
  summary?: { content: SummaryContent }
  outcome?: { content: OutcomeContent; draftVersion: number; updatedAt: string }
}

async function openDrafts(site: Site, task: string): Promise<OpenDrafts> {
  const out: OpenDrafts = {}
  for (const kind of ['referral', 'summary', 'outcome'] as const) {
    const draft = await loadDraft(site.store, task, kind)
    const content = draft?.content
    if (!draft || !content) continue
    const about = { draftVersion: draft.version, updatedAt: draft.updatedAt }
    if (content.kind === 'referral') out.referral = { content, ...about }
    else if (content.kind === 'summary') out.summary = { content }
    else out.outcome = { content, ...about }
  }
  return out
}

/** One after the other, each with a single full stop between. */
const sentences = (parts: readonly string[]): string =>
  parts
    .map((part) => part.trim().replace(/\.+$/, ''))
    .filter(Boolean)
    .join('. ')

/** The receiver's five lines. */
function highlights(c: ReferralContent): ReferralView['highlights'] {
  const why: Record<ReferralContent['reason'], string> = {
    '1': 'Đủ điều kiện chuyển theo cấp chuyên môn kỹ thuật',
    '2': 'Vượt khả năng của cơ sở',
    '3': 'Theo yêu cầu của người bệnh hoặc người đại diện',
  }
  const medicines = c.medicines.map((m) => [m.name, m.dose].filter(Boolean).join(' · ')).join('; ') || c.treatment.medicines || ''
  return {
    why: sentences([why[c.reason], c.condition && c.signs?.includes(c.condition) ? '' : (c.condition ?? ''), c.signs ?? '']),
    diagnosis: [c.diagnosisText, c.diagnoses.map((d) => d.code).join(', ')].filter(Boolean).join(' — '),
    medicines,
    results: c.results,
    allergies: c.allergies.map((a) => [a.substance, a.reaction].filter(Boolean).join(': ')).join('; '),
  }
}

/** Roles whose turn it is and which this person may sign. */
async function canSign(
  context: OperationContext,
  task: ReferralTask,
  slip: ReferralContent | undefined,
  revisions: readonly Revision[],
): Promise<SigningRole[]> {
  const { site, caller, id } = context
  const requests = (await requestsOf(site.store, id)).filter((r) => r.state !== 'done' && r.state !== 'withdrawn')
  const sender = task.issuer.code === (await partyHere(site.store, site, task))
  if (requests.length === 0) {
    if (sender && slip && (await namesAnotherDoctor(site, slip, caller))) return []
    if (revisions.length > 0) return caller.permissions.has('referral.sign-doctor') ? ['doctor'] : []
    return firstSignature(caller, task, sender, (await loadDraft(site.store, id, 'outcome')) !== null)
  }
  const due = new Map<string, (typeof requests)[number]>()
  for (const r of requests) if (!due.has(r.document)) due.set(r.document, r)
  return [...due.values()]
    .filter((r) => (r.state === 'open' || r.state === 'failed') && r.role !== 'seal' && caller.permissions.has(SIGN_PERMISSION[r.role]))
    .map((r) => r.role)
}

/** Before anything is frozen the doctor is due: on the slip at the sender, on the outcome at the receiver. */
function firstSignature(caller: Caller, task: ReferralTask, sender: boolean, outcomeDraft: boolean): SigningRole[] {
  if (!caller.permissions.has('referral.sign-doctor')) return []
  if (sender) return task.input.length === 0 && ['draft', 'to-sign'].includes(task.state) ? ['doctor'] : []
  return outcomeDraft && task.output.length === 0 && transition(task.state, 'answer', 'receiver') ? ['doctor'] : []
}

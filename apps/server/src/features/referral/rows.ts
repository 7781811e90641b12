/** Tasks as worklist rows: one component of the web app shows them all. */
import { REQUIRED_SIGNATURES, type SigningRole } from '@yba/vietnam'
import type { Caller } from '../../access/caller.ts'
import type { Site } from '../../site.ts'
import type { Stored } from '../../store/types.ts'
import { issuesOfThreads } from '../documents/index.ts'
import type { TransitionMessage } from '../exchange/contract.ts'
import { type OutboxRow, openProposals, reconcilingAmong, stoppedThreads } from '../exchange/index.ts'
import { pendingRequests, type SignatureRequest } from '../sign-tray/index.ts'
import { actorOf } from './act.ts'
import { codesHere, partyOf } from './acting.ts'
import type { ReferralHistoryEntry, ReferralRow, RevisionView } from './contract.ts'
import { viewOfCode } from './finding-view.ts'
import { proposedState } from './machine.ts'
import { byItself, eventOf } from './refused.ts'
import { settledSubjects } from './tables/attention.ts'
import { openRevisions, proposedFor, type Revision } from './tables/revisions.ts'
import { withdrawnAmong } from './tables/withdrawn.ts'
import { loadHistory, readTasks } from './tables.ts'
import { hasOutcome, isOneYear, type ReferralTask, taskFacts } from './task.ts'
import { STATES } from './transitions.ts'

/**
 * A row as this person may see it. Who does not read papers is told who comes, from where, when and with which slip:
 * not why, and not the reasons people gave in their own words, which speak of illness.
 */
export function rowFor<T extends ReferralRow>(caller: Caller, row: T): T {
  if (caller.permissions.has('referral.papers')) return row
  const shown = { ...row, ...(row.revision ? { revision: { ...row.revision, reason: '' } } : {}) }
  delete shown.diagnosis
  return shown
}

/** Rows of many Tasks in a few statements. */
export async function referralRows(site: Site, tasks: readonly Stored[]): Promise<ReferralRow[]> {
  const facts = tasks.map((t) => ({ stored: t, task: taskFacts(t.resource()) }))
  const ids = tasks.map((t) => t.id)
  const key = (task: ReferralTask) => `${task.issuer.code}|${task.number}`
  const threads = facts.map((f) => ({ issuer: f.task.issuer.code, number: f.task.number }))
  const [requests, revisions, proposed, withdrawn, proposals, reconciling, read, issues] = await Promise.all([
    pendingRequests(site.store, ids),
    openRevisions(site.store, ids),
    proposedFor(site.store, ids),
    withdrawnAmong(site.store, ids),
    openProposals(site.store, threads),
    reconcilingAmong(site.store, threads),
    readTasks(site.store, ids),
    issuesOfThreads(
      site.store,
      facts.map((f) => key(f.task)),
    ),
  ])
  const codes = await codesHere(site.store, site)
  const stories = await storiesFor(site, proposals)
  const judged = await settledSubjects(
    site.store,
    proposals.filter((p) => p.state === 'refused').map((p) => p.id),
  )
  const stopped = await stoppedAmong(
    site,
    facts.map((f) => f.task),
  )
  return facts.map(({ stored, task }) => {
    const mine = proposals.filter((p) => p.issuer === task.issuer.code && p.number === task.number)
    const pending = mine.filter((p) => p.state === 'pending')
    const refused = mine.filter((p) => p.state === 'refused' && !byItself(p) && !judged.has(p.id)).at(-1)
    const last = pending.at(-1) ?? refused
    const still = task.state === 'queued' ? stopped.find((s) => s.issuer === task.issuer.code && s.number === task.number) : undefined
    const revision = revisions.find((r) => r.task === stored.id)
    const comparing = reconciling.get(key(task))
    const state = proposedState(
      task.state,
      pending.map((p) => (p.body as TransitionMessage).event),
      actorOf(task, partyOf(codes, task)),
      stories.get(`${task.issuer.code}|${task.number}`),
      isOneYear(task),
    )
    return {
      ...base(codes, stored, task),
      state,
      ...(last ? { proposed: proposedView(last) } : {}),
      ...(still ? { stopped: { at: still.at.toISOString(), because: still.because ?? 'refused' } } : {}),
      ...(comparing ? { reconciling: comparing } : {}),
      waitingFor: waitingFor(
        requests.filter((r) => r.task === stored.id),
        task,
        revision,
      ),
      ...(revision ? { revision: revisionView(revision, task) } : {}),
      ...(proposed.has(stored.id) || (withdrawn.has(stored.id) && !STATES[state].terminal) ? { proposed13: true } : {}),
      ...(issues.has(key(task)) ? { issues: issues.get(key(task)) ?? 0 } : {}),
      unread: !read.has(stored.id),
    }
  })
}

const proposedView = (last: OutboxRow): NonNullable<ReferralRow['proposed']> => ({
  event: eventOf(last),
  at: last.created_at.toISOString(),
  ...(last.state === 'refused' ? { refusedBecause: last.last_error ?? 'refused' } : {}),
})

/** Those of the queued threads whose papers were all refused. */
async function stoppedAmong(site: Site, tasks: readonly ReferralTask[]) {
  const queued = tasks.filter((task) => task.state === 'queued').map((task) => ({ issuer: task.issuer.code, number: task.number }))
  return queued.length === 0 ? [] : stoppedThreads(site.store, queued)
}

/** Only a step that is taken back needs the story to know where it leads. */
async function storiesFor(site: Site, proposals: readonly OutboxRow[]): Promise<Map<string, ReferralHistoryEntry[]>> {
  const back = proposals.filter((p) => p.state === 'pending' && ['undo-arrival', 'refuse-cancel'].includes(eventOf(p)))
  const stories = new Map<string, ReferralHistoryEntry[]>()
  for (const { issuer, number } of back) stories.set(`${issuer}|${number}`, await loadHistory(site.store, { issuer, number }, 'hub'))
  return stories
}

/** In signing order. Before the first signature freezes the paper nothing is asked yet, but everybody knows who will sign. */
function waitingFor(requests: readonly SignatureRequest[], task: ReferralTask, revision: Revision | undefined): ReferralRow['waitingFor'] {
  if (revision && requests.length === 0) return REQUIRED_SIGNATURES[revision.kind].map((role) => ({ role, state: 'open' }))
  if (task.state === 'to-sign' && task.input.length === 0) return REQUIRED_SIGNATURES.referral.map((role) => ({ role, state: 'open' }))
  const order = REQUIRED_SIGNATURES.referral
  const roles = order.map((role) => requests.filter((r) => r.role === role))
  // The slip and the shared record wait for the same seal: said once, the one in trouble first.
  return roles.flatMap((same) =>
    same
      .toSorted((a, b) => TROUBLE[b.state] - TROUBLE[a.state])
      .slice(0, 1)
      .map(waiting),
  )
}

/** As screens show it. What was sent back before it was issued can only be corrected or made void. */
function revisionView(r: Revision, task: ReferralTask): RevisionView {
  const { code, reason, cause, facility } = r
  const kind = r.kind === 'outcome' ? 'outcome' : 'referral'
  const issued = kind === 'outcome' || !STATES[task.state].local || task.state === 'queued'
  return { kind, cause, ...(code ? { code } : {}), reason, by: r.opened_by, facility, at: r.opened_at.toISOString(), issued }
}

const TROUBLE: Record<SignatureRequest['state'], number> = { done: 0, withdrawn: 0, open: 1, signing: 2, failed: 3 }

function waiting(r: SignatureRequest): ReferralRow['waitingFor'][number] {
  const why = r.reason ? viewOfCode(r.reason) : undefined
  return {
    role: r.role as SigningRole,
    state: r.state === 'done' || r.state === 'withdrawn' ? 'open' : r.state,
    ...(r.reason ? { reason: r.reason } : {}),
    ...(why ? { why } : {}),
  }
}

function base(
  codes: readonly string[],
  stored: Stored,
  task: ReferralTask,
): Omit<ReferralRow, 'state' | 'waitingFor' | 'unread' | 'proposed'> {
  const p = task.person
  const patient = task.patient?.split('/').at(-1)
  return {
    id: stored.id,
    direction: task.issuer.code === partyOf(codes, task) ? 'sent' : 'received',
    number: task.number,
    ...(task.partOf ? { partOf: task.partOf.number } : {}),
    ...(task.use ? { use: task.use } : {}),
    ...(isOneYear(task) ? { oneYear: true } : {}),
    ...(task.aliases ? { hisNumbers: task.aliases } : {}),
    version: 1 + (task.corrections?.referral ?? 0),
    ...(task.corrections ? { corrections: task.corrections } : {}),
    patient: {
      ...(patient ? { id: patient } : {}),
      name: p.name,
      birthDate: p.birthDate,
      sex: p.sex,
      ...(p.citizenId ? { citizenId: p.citizenId } : {}),
      ...(p.card ? { card: p.card } : {}),
    },
    from: task.issuer,
    to: task.to,
    diagnosis: task.diagnosis,
    hasOutcome: hasOutcome(task),
    ...(task.outcomeWithdrawn ? { outcomeWithdrawn: true } : {}),
    ...(task.departure ? { departure: task.departure } : {}),
    ...(task.validity ? { validity: task.validity } : {}),
    ...(task.stat ? { stat: true } : {}),
    updatedAt: stored.lastUpdated.toISOString(),
  }
}

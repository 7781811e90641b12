/** What a referral's screen shows of versions: what is in force, what it stands for and why, what differs, what a HIS proposes. */
import { type PaperChange, paperChanges, readDocument, readEnvelope } from '@yba/forms'
import type { Caller } from '../../access/caller.ts'
import type { Site } from '../../site.ts'
import type { Store } from '../../store/types.ts'
import { capacityAt, NO_SIGNING_AUTHORITY } from '../delegation/index.ts'
import { actorOf } from './act.ts'
import type { FindingView, ReferralView, VersionView } from './contract.ts'
import { draftChanges, fileChanges } from './fill.ts'
import { proposedContent, type Revision } from './tables/revisions.ts'
import { loadDraft } from './tables.ts'
import type { ReferralTask } from './task.ts'
import { type ReferralState, transition } from './transitions.ts'
import { type Filed, type IssuedKind, newest, versionsOf } from './versions.ts'

const KINDS = ['referral', 'outcome'] as const

/** The newest paper of each kind that is in force or collects signatures, in the order of the Task's lists. */
export async function currentPapers(store: Store, task: ReferralTask): Promise<string[]> {
  return store.transact(async (tx) => {
    const ids: string[] = []
    for (const kind of ['referral', 'summary', 'outcome'] as const) {
      const paper = newest(await versionsOf(tx, task, kind))
      if (paper) ids.push(paper.id)
    }
    return ids
  })
}

/** All versions of the papers that have more than one, the newest first, each with what it changed. */
export async function versionViews(site: Site, store: Store, task: ReferralTask): Promise<VersionView[]> {
  const views: VersionView[] = []
  for (const kind of KINDS) {
    const versions = await store.transact((tx) => versionsOf(tx, task, kind))
    if (versions.length < 2) continue
    for (const one of versions) views.push(await versionView(site, kind, one, versions))
  }
  return views
}

async function versionView(site: Site, kind: IssuedKind, one: Filed, all: readonly Filed[]): Promise<VersionView> {
  const { facts, id } = one
  const text = await textOf(site, one)
  const base = all.find((v) => v.facts.version === facts.replaces)
  const state = facts.superseded ? (facts.pending ? 'withheld' : 'replaced') : facts.pending ? 'signing' : 'current'
  const reason = readEnvelope(text).correction?.reason
  return {
    id,
    kind,
    version: facts.version,
    state,
    ...(facts.correction ? { correction: facts.correction } : {}),
    ...(reason ? { reason } : {}),
    at: facts.date,
    ...(facts.pdf ? { pdf: `/fhir/DocumentReference/${id}/$print` } : {}),
    ...(base ? { changes: paperChanges(readDocument(await textOf(site, base)), readDocument(text)) } : {}),
  }
}

const textOf = async (site: Site, one: Filed): Promise<string> => (await site.store.blobs.get(one.facts.digest)).toString('utf8')

/** What the HIS has sent since, against the draft while nobody has signed it, else against what was signed. */
export async function proposalView(site: Site, store: Store, task: ReferralTask, taskId: string): Promise<ReferralView['proposal']> {
  const changes: PaperChange[] = []
  let at = ''
  let of: NonNullable<ReferralView['proposal']>['of'] = 'draft'
  for (const kind of ['referral', 'summary', 'outcome'] as const) {
    const proposed = await proposedContent(site.store, taskId, kind)
    if (!proposed) continue
    const signed = newest(await store.transact((tx) => versionsOf(tx, task, kind)))
    const paper = signed ? readDocument(await textOf(site, signed)) : (await loadDraft(site.store, taskId, kind))?.content
    if (signed) of = 'signed'
    at = proposed.at.toISOString()
    // Who signs is settled here by signing, and the number by who was first: neither is the HIS's to differ in.
    if (paper) changes.push(...(signed ? fileChanges : draftChanges)(paper, proposed.content))
  }
  return at ? { at, of, changes } : undefined
}

/** By what an authorised signer would sign the slip now, or why they cannot. */
export async function signingCapacity(site: Site, caller: Caller): Promise<Pick<ReferralView, 'signAs' | 'signRefused'>> {
  const capacity = await capacityAt(site.store, caller.id, 'referral', site.clock.now())
  if (capacity) return { signAs: capacity }
  const { code, severity, vi, en, cure } = NO_SIGNING_AUTHORITY
  const signRefused: FindingView = { code, severity, vi, en, cure }
  return { signRefused }
}

/** What this person may begin to correct. */
export function correctable(
  caller: Caller,
  task: ReferralTask,
  state: ReferralState,
  revisions: readonly Revision[],
  versions: { referral: boolean; outcome: boolean },
): IssuedKind[] {
  const actor = actorOf(task, caller.facility)
  const kind: IssuedKind = actor === 'sender' ? 'referral' : 'outcome'
  const may = caller.permissions.has(kind === 'referral' ? 'referral.compose' : 'referral.outcome')
  const open = revisions.some((r) => r.kind === kind)
  return may && !open && versions[kind] && transition(state, 'correct', actor) ? [kind] : []
}

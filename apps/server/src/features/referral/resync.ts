/**
 * A node agrees with the hub again: after the hub was put back from a backup (it lacks what it had acknowledged), or after
 * this site was (it lacks what it had sent and received). Both lists are compared thread by thread; what is missing here
 * is fetched, what is missing there is offered again under its old key, and what cannot be made equal is named.
 */
import { slipNumber } from '@yba/vietnam'
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { ReconcileReport, ThreadDigest, ThreadKey, TransitionMessage } from '../exchange/contract.ts'
import {
  type AckedMessage,
  ackedMessages,
  feedCursor,
  type HubClient,
  moveCursor,
  type OpenThread,
  offerAgain,
  putResyncState,
  type ReofferMark,
  type Resync,
  resyncState,
  type StoredParcel,
} from '../exchange/index.ts'
import { applyThread } from './apply.ts'
import { slipThread } from './child.ts'
import type { ReferralHistoryEntry } from './contract.ts'
import { agree, conclude } from './resync-end.ts'
import { fetchThread, type HubList, hubList, threadKey } from './resync-hub.ts'
import { knownThreads, raiseSeries, storiesOf } from './tables.ts'
import { taskFacts, taskIdentifierSystem } from './task.ts'
import { commonSteps, stepDigests } from './thread-digest.ts'

const PAGE = 200
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 300_000

/** The resync a node's feed calls between two looks. */
export function nodeResync(site: Site, hub: HubClient): Resync {
  const own = site.store.log.epoch.number
  // Reading the hub's list costs; while one waits for others it is read less and less often.
  let next = 0
  let pause = FIRST_PAUSE_MS
  async function begin(reason: ReconcileReport['reason']): Promise<void> {
    await compare(site, hub, reason)
    pause = FIRST_PAUSE_MS
    next = performance.now() + pause
  }
  return {
    async look() {
      const agreed = await resyncState(site.store)
      if (!agreed) await firstContact(site)
      else if (agreed.own_epoch !== own) await begin(agreed.own_epoch === 0 ? 'asked' : 'node-restored')
      else if (agreed.report?.stage !== 'offered') return undefined
      else if (performance.now() >= next) {
        pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)
        next = performance.now() + pause
        await conclude(site, hub, agreed.report, agreed.at)
      }
      return agreed ? Math.max(1, Math.ceil((next - performance.now()) / 1000)) : undefined
    },
    hubRestored: () => begin('hub-restored'),
  }
}

/** The first answer of the feed names the hub's epoch. */
async function firstContact(site: Site): Promise<void> {
  const epoch = Number((await feedCursor(site.store, 'hub')).split('.')[0])
  if (epoch > 0)
    await putResyncState(site.store, { hub_epoch: epoch, own_epoch: site.store.log.epoch.number, report: null }, site.clock.now())
}

/** Fetches what is missing here, offers what is missing there, and only then agrees to the hub's epoch. May be cut off and begun again. */
async function compare(site: Site, hub: HubClient, reason: ReconcileReport['reason']): Promise<void> {
  const list = await hubList(hub)
  const report: ReconcileReport = {
    hubEpoch: list.epoch,
    ownEpoch: site.store.log.epoch.number,
    reason,
    stage: 'offered',
    compared: 0,
    same: 0,
    fetched: [],
    reoffered: [],
    messages: 0,
    differing: [],
    stayMissing: [],
  }
  const compared: Compared = { report, open: [] }
  for (const [year, last] of Object.entries(list.series)) await raiseSeries(site.store, Number(year), last)
  const unseen = new Map(list.threads)
  for (let after: ThreadKey = { issuer: '', number: '' }; ; ) {
    const page = await knownThreads(site.store, after, PAGE)
    const stories = await storiesOf(site.store, page)
    for (const thread of page) {
      await compareOne(site, hub, thread, stories.get(threadKey(thread)) ?? [], list.threads.get(threadKey(thread)), compared)
      unseen.delete(threadKey(thread))
    }
    const last = page.at(-1)
    if (!last) break
    after = last
  }
  for (const thread of unseen.values()) await compareOne(site, hub, thread, [], thread, compared)
  report.stayMissing = await staysMissing(site, list)
  const now = site.clock.now()
  await agree(site, report, compared.open, now)
  await moveCursor(site.store, 'hub', list.cursor, now)
  // Best effort: the report that ends it is told until it is heard.
  await hub.json('POST', '/fhir/$reconciled', report).catch(() => undefined)
  site.log.warn({ ...facts(report) }, 'compared with the hub')
}

/** Figures only: numbers of slips stand in the report. */
const facts = (r: ReconcileReport) => ({
  reason: r.reason,
  compared: r.compared,
  same: r.same,
  fetched: r.fetched.length,
  reoffered: r.reoffered.length,
  messages: r.messages,
  differing: r.differing.length,
})

interface Compared {
  report: ReconcileReport
  /** What one of the parties has still to offer. */
  open: OpenThread[]
}

async function compareOne(
  site: Site,
  hub: HubClient,
  thread: ThreadKey,
  story: readonly ReferralHistoryEntry[],
  theirs: ThreadDigest | undefined,
  { report, open }: Compared,
): Promise<void> {
  report.compared += 1
  const ours = stepDigests(story)
  const common = commonSteps(ours, theirs?.steps ?? [])
  let same = theirs !== undefined && common === ours.length && common === theirs.steps.length
  if (ours.length > common || !theirs || theirs.steps.length <= ours.length) {
    const offered = await offerWhatIsMissing(site, thread, common, theirs)
    // What is not ours the other party will offer, or nobody: judged when all is offered.
    if (offered > 0 || ours.length > common) {
      same = false
      report.messages += offered
      report.reoffered.push(thread.number)
      const awaits = story[common]?.facility ?? site.settings.facility.code
      open.push({ issuer: thread.issuer, number: thread.number, awaits })
    }
  }
  const behind = theirs !== undefined && theirs.steps.length > ours.length && common === ours.length
  if (behind || (same && theirs && !(await hasPapers(site, theirs)))) {
    await applyThread(site, hub, await fetchThread(hub, thread))
    report.fetched.push(thread.number)
  } else if (same) report.same += 1
}

async function hasPapers(site: Site, theirs: ThreadDigest): Promise<boolean> {
  for (const paper of theirs.papers) if (!(await site.store.blobs.has(paper.split('#').at(-1) ?? ''))) return false
  return true
}

/** Messages of ours the hub acknowledged and does not have; gives how many. */
async function offerWhatIsMissing(site: Site, thread: ThreadKey, common: number, theirs: ThreadDigest | undefined): Promise<number> {
  const slip = slipNumber(thread.number)
  const story = (await storiesOf(site.store, [thread])).get(threadKey(thread)) ?? []
  const papers = new Set(theirs?.papers)
  // The first entry of a visit is mostly written by a step on the slip's own thread, and comes with that one.
  const parent =
    thread.number === slip ? [] : ((await storiesOf(site.store, [slipThread(thread)])).get(threadKey(slipThread(thread))) ?? [])
  const from = parent.some((e) => e.child === thread.number) ? Math.max(1, common) : common
  let offered = 0
  for (const message of await ackedMessages(site.store, thread.issuer, slip)) {
    const mark = message.kind === 'parcel' ? parcelMark(message, thread, story, papers) : stepMark(site, message, thread, story, from)
    if (!mark) continue
    await offerAgain(site.store, message.id, mark, site.clock.now())
    offered += 1
  }
  return offered
}

type Story = NonNullable<Awaited<ReturnType<typeof storiesOf>> extends Map<string, infer S> ? S : never>

function parcelMark(message: AckedMessage, thread: ThreadKey, story: Story, papers: ReadonlySet<string>): ReofferMark | null {
  const parcel = message.body as unknown as StoredParcel
  if (message.number !== thread.number) return null
  if (parcel.documents.every((d) => papers.has(`${d.number}#${d.version}#${d.digest}`))) return null
  const at = parcel.documents.some((d) => d.kind === 'referral') ? story.findIndex((e) => e.event === 'send') : -1
  return { number: thread.number, position: at + 1, recordedAt: story[at]?.recordedAt ?? '' }
}

function stepMark(site: Site, message: AckedMessage, thread: ThreadKey, story: Story, common: number): ReofferMark | null {
  const step = message.body as unknown as TransitionMessage
  const here = site.settings.facility.code
  const at = story.findIndex((e) => e.event === step.event && e.occurredAt === step.occurredAt && e.facility === here)
  const entry = story[at]
  if (!entry || at < common) return null
  return { number: thread.number, position: at + 1, recordedAt: entry.recordedAt }
}

/** Patients the hub says are here, of whom this site holds no stay: registered in the time that was lost. */
async function staysMissing(site: Site, list: HubList): Promise<string[]> {
  const here = [...list.threads.values()].filter((t) => ['arrived', 'in-care', 'interim'].includes(t.state))
  const missing: string[] = []
  const store = site.store.as(systemCaller('exchange', site.settings.facility.code))
  for (const thread of here) {
    await store.transact(async (tx) => {
      const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(thread.issuer), thread.number)
      const task = stored && taskFacts(stored.resource())
      if (task && task.to.code === site.settings.facility.code && !task.encounter) missing.push(thread.number)
    })
  }
  return [...new Set(missing)]
}

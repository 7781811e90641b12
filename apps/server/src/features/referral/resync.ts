/**
 * A node agrees with the hub again: after the hub was put back from a backup (it lacks what it had acknowledged), or after
 * this site was (it lacks what it had sent and received). Both lists are compared thread by thread; what is missing here
 * is fetched, what is missing there is offered again under its old key, and what cannot be made equal is named.
 */
import { slipNumber } from '@yba/vietnam'
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { ReconcileReport, ThreadDigest, ThreadKey, ThreadState, ThreadsAnswer, TransitionMessage } from '../exchange/contract.ts'
import {
  type AckedMessage,
  ackedMessages,
  clearAlert,
  feedCursor,
  type HubClient,
  HubRefusal,
  moveCursor,
  offerAgain,
  openReoffers,
  putResyncState,
  type ReofferMark,
  type Resync,
  raiseAlert,
  resyncState,
  type StoredParcel,
} from '../exchange/index.ts'
import { applyThread } from './apply.ts'
import { slipThread } from './child.ts'
import { knownThreads, raiseSeries, storiesOf } from './tables.ts'
import { taskFacts, taskIdentifierSystem } from './task.ts'
import { commonSteps, stepDigests } from './thread-digest.ts'

const PAGE = 200
const key = (t: ThreadKey) => `${t.issuer} ${t.number}`

/** The resync a node's feed calls between two looks. */
export function nodeResync(site: Site, hub: HubClient): Resync {
  const own = site.store.log.epoch.number
  // Reading the hub's list costs; while one waits for others it is read less and less often.
  let next = 0
  let pause = 2000
  return {
    async look() {
      const agreed = await resyncState(site.store)
      if (!agreed) return firstContact(site)
      if (agreed.own_epoch !== own) await compare(site, hub, agreed.own_epoch === 0 ? 'asked' : 'node-restored')
      else if (agreed.report?.stage === 'offered' && performance.now() >= next) {
        pause = Math.min(300_000, pause * 1.5)
        next = performance.now() + pause
        await conclude(site, hub, agreed.report, agreed.at)
      }
    },
    hubRestored: () => compare(site, hub, 'hub-restored'),
  }
}

/** The first answer of the feed names the hub's epoch. */
async function firstContact(site: Site): Promise<void> {
  const epoch = Number((await feedCursor(site.store, 'hub')).split('.')[0])
  if (epoch > 0)
    await putResyncState(site.store, { hub_epoch: epoch, own_epoch: site.store.log.epoch.number, report: null }, site.clock.now())
}

interface HubList {
  threads: Map<string, ThreadDigest>
  epoch: number
  cursor: string
  series: Record<string, number>
}

async function hubList(hub: HubClient): Promise<HubList> {
  const threads = new Map<string, ThreadDigest>()
  let first: ThreadsAnswer | undefined
  for (const side of ['sent', 'received']) {
    for (let after = ''; ; ) {
      const page = await hub.json<ThreadsAnswer>('GET', `/fhir/$threads?side=${side}&after=${encodeURIComponent(after)}`)
      first ??= page
      for (const thread of page.threads) threads.set(key(thread), thread)
      if (!page.next) break
      after = page.next
    }
  }
  return { threads, epoch: first?.epoch ?? 1, cursor: first?.cursor ?? '', series: first?.series ?? {} }
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
  for (const [year, last] of Object.entries(list.series)) await raiseSeries(site.store, Number(year), last)
  const unseen = new Map(list.threads)
  for (let after: ThreadKey = { issuer: '', number: '' }; ; ) {
    const page = await knownThreads(site.store, after, PAGE)
    const stories = await storiesOf(site.store, page)
    for (const thread of page) {
      await compareOne(site, hub, thread, stepDigests(stories.get(key(thread)) ?? []), list.threads.get(key(thread)), report)
      unseen.delete(key(thread))
    }
    const last = page.at(-1)
    if (!last) break
    after = last
  }
  for (const thread of unseen.values()) await compareOne(site, hub, thread, [], thread, report)
  report.stayMissing = await staysMissing(site, list)
  const now = site.clock.now()
  await agree(site, report, now)
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

async function compareOne(
  site: Site,
  hub: HubClient,
  thread: ThreadKey,
  ours: readonly string[],
  theirs: ThreadDigest | undefined,
  report: ReconcileReport,
): Promise<void> {
  report.compared += 1
  const common = commonSteps(ours, theirs?.steps ?? [])
  let same = theirs !== undefined && common === ours.length && common === theirs.steps.length
  if (ours.length > common || !theirs || theirs.steps.length <= ours.length) {
    const offered = await offerWhatIsMissing(site, thread, common, theirs)
    if (offered > 0) {
      same = false
      report.messages += offered
      report.reoffered.push(thread.number)
    } else if (ours.length > common) {
      // The other party will offer it, or nobody: judged when all is offered.
      same = false
      report.reoffered.push(thread.number)
    }
  }
  const behind = theirs !== undefined && theirs.steps.length > ours.length && common === ours.length
  if (behind || (same && theirs && !(await hasPapers(site, theirs)))) {
    await applyThread(site, hub, await fetchThread(hub, thread))
    report.fetched.push(thread.number)
  } else if (same) report.same += 1
}

async function fetchThread(hub: HubClient, t: ThreadKey): Promise<ThreadState> {
  const path = `/fhir/$thread?issuer=${encodeURIComponent(t.issuer)}&number=${encodeURIComponent(t.number)}`
  return (await hub.json<{ thread: ThreadState }>('GET', path)).thread
}

async function hasPapers(site: Site, theirs: ThreadDigest): Promise<boolean> {
  for (const paper of theirs.papers) if (!(await site.store.blobs.has(paper.split('#').at(-1) ?? ''))) return false
  return true
}

/** Messages of ours the hub acknowledged and does not have; gives how many. */
async function offerWhatIsMissing(site: Site, thread: ThreadKey, common: number, theirs: ThreadDigest | undefined): Promise<number> {
  const slip = slipNumber(thread.number)
  const story = (await storiesOf(site.store, [thread])).get(key(thread)) ?? []
  const papers = new Set(theirs?.papers)
  // The first entry of a visit is mostly written by a step on the slip's own thread, and comes with that one.
  const parent = thread.number === slip ? [] : ((await storiesOf(site.store, [slipThread(thread)])).get(key(slipThread(thread))) ?? [])
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

/** All that was offered is answered: what is still not equal takes the hub's word and is named. */
async function conclude(site: Site, hub: HubClient, report: ReconcileReport, since: Date): Promise<void> {
  if ((await openReoffers(site.store)) > 0) return
  const list = await hubList(hub)
  const asked = new Set(report.reoffered)
  const differing: string[] = []
  let waiting = false
  for (let after: ThreadKey = { issuer: '', number: '' }; ; ) {
    const page = await knownThreads(site.store, after, PAGE)
    const stories = await storiesOf(site.store, page)
    for (const thread of page.filter((t) => asked.has(t.number))) {
      const [ours, theirs] = [stepDigests(stories.get(key(thread)) ?? []), list.threads.get(key(thread))]
      const common = commonSteps(ours, theirs?.steps ?? [])
      // The other party has not offered its steps yet, or the hub has gone on from where we are: both come by themselves.
      if (common === (theirs?.steps.length ?? 0) && ours.length > common && !isOverdue(site, since)) waiting = true
      else if (common < ours.length) {
        differing.push(thread.number)
        if (theirs) await applyThread(site, hub, await fetchThread(hub, thread), { replace: true })
      }
    }
    const last = page.at(-1)
    if (!last) break
    after = last
  }
  if (waiting) return
  const ended: ReconcileReport = { ...report, stage: 'done', differing }
  try {
    await hub.json('POST', '/fhir/$reconciled', ended)
  } catch (error) {
    // The hub was put back once more meanwhile: the next look at the feed begins anew.
    if (!(error instanceof HubRefusal)) throw error
  }
  await agree(site, ended, site.clock.now())
}

const OVERDUE_MS = 24 * 3_600_000

/** Longer than that nobody waits for the other party of a thread. */
const isOverdue = (site: Site, since: Date): boolean => site.clock.now().getTime() > since.getTime() + OVERDUE_MS

/** From now on this node speaks of the hub's new epoch. */
async function agree(site: Site, report: ReconcileReport, now: Date): Promise<void> {
  await putResyncState(site.store, { hub_epoch: report.hubEpoch, own_epoch: report.ownEpoch, report }, now)
  await tellUnderWay(site, report, now)
  await warn(site, report, now)
}

/** Until what was offered is answered the two sides may show different states: said aloud, and taken back by itself. */
async function tellUnderWay(site: Site, { stage, reoffered }: ReconcileReport, now: Date): Promise<void> {
  const [kind, subject, n] = ['reconcile-under-way', site.settings.facility.code, reoffered.length]
  if (stage !== 'offered' || n === 0) return void (await clearAlert(site.store, kind, subject, now))
  const alert = {
    kind,
    subject,
    severity: 'information',
    role: 'referral-desk',
    vi: `Sau khi phục hồi, ${n} phiếu đang được đối chiếu với trục; tới khi xong, tình trạng ở đây có thể khác ở cơ sở kia.`,
    en: `After a restore ${n} slips are being compared with the hub; until that ends their state here may differ from the other facility's.`,
    cure: { vi: 'Không phải làm gì; phiếu gấp thì gọi cơ sở kia.', en: 'Nothing to do; for an urgent slip call the other facility.' },
    details: { threads: n },
  } as const
  await raiseAlert(site.store, alert, now)
}

async function warn(site: Site, report: ReconcileReport, now: Date): Promise<void> {
  const alert = (kind: string, n: number, vi: string, en: string) =>
    raiseAlert(
      site.store,
      {
        kind,
        subject: site.settings.facility.code,
        severity: 'error',
        role: 'referral-desk',
        vi,
        en,
        cure: { vi: 'Xem báo cáo: yba exchange reconcile', en: 'Read the report: yba exchange reconcile' },
        details: { threads: n },
      },
      now,
    )
  const [differing, missing] = [report.differing.length, report.stayMissing.length]
  if (differing > 0)
    await alert(
      'reconcile-differs',
      differing,
      `${differing} phiếu không còn như trước khi phục hồi; nay theo trục.`,
      `${differing} threads are not as before the restore; the hub's word stands.`,
    )
  if (missing > 0)
    await alert(
      'stay-missing',
      missing,
      `${missing} người bệnh đang ở đây theo trục nhưng hồ sơ lượt khám đã mất khi phục hồi; cần ghi nhận lại.`,
      `${missing} patients are here by the hub's word while their stay was lost in the restore; register them again.`,
    )
}

/**
 * The end of agreeing with the hub again: which slips are still open to change, whose step each waits for, and when nobody
 * can say anything more. What is not equal by then takes the hub's word and is named.
 */
import { slipNumber } from '@yba/vietnam'
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { ReconcileReport, ThreadKey } from '../exchange/contract.ts'
import {
  clearAlert,
  type HubClient,
  HubRefusal,
  noteReport,
  type OpenThread,
  offerWithoutPlace,
  openReoffers,
  openThreads,
  putOpenThreads,
  putResyncState,
  raiseAlert,
} from '../exchange/index.ts'
import { codesHere } from './acting.ts'
import { applyThread } from './apply.ts'
import type { ReferralHistoryEntry } from './contract.ts'
import { fetchThread, type HubList, hubList, threadKey } from './resync-hub.ts'
import { storiesOf } from './tables.ts'
import { commonSteps, stepDigests } from './thread-digest.ts'

/** Longer than that nobody waits for the other party of a thread. */
const OVERDUE_MS = 24 * 3_600_000
const PAGE = 200

/**
 * One look at what is still open. Ends the comparing once every open thread is equal or can become so no more: its next
 * step was this node's own and is answered, or its author has nothing left to offer, or a day is over.
 */
export async function conclude(site: Site, hub: HubClient, told: ReconcileReport, since: Date): Promise<void> {
  const under = new Set((await openReoffers(site.store)).map(slipKeyOf))
  const report = under.size === 0 && !told.offeredAll ? await tellOfferedAll(site, hub, told) : told
  const open = await openThreads(site.store)
  const look: Look = {
    site,
    hub,
    under,
    list: await hubList(hub),
    here: new Set(await codesHere(site.store, site)),
    overdue: site.clock.now().getTime() > since.getTime() + OVERDUE_MS,
  }
  const still: OpenThread[] = []
  const differing = [...report.differing]
  for (let from = 0; from < open.length; from += PAGE) {
    const page = open.slice(from, from + PAGE)
    const stories = await storiesOf(site.store, page)
    for (const thread of page) {
      const found = await standing(look, thread, stories.get(threadKey(thread)) ?? [])
      if (found === 'differs') differing.push(thread.number)
      else if (found !== 'settled') still.push({ ...thread, awaits: found.awaits })
    }
  }
  const now: ReconcileReport = { ...report, differing }
  if (still.length > 0 || under.size > 0) return goOn(site, now, open, still)
  const ended: ReconcileReport = { ...now, stage: 'done', offeredAll: true }
  try {
    await hub.json('POST', '/fhir/$reconciled', ended)
  } catch (error) {
    // The hub was put back once more meanwhile: the next look at the feed begins anew.
    if (!(error instanceof HubRefusal)) throw error
  }
  await agree(site, ended, [], site.clock.now())
}

interface Look {
  site: Site
  hub: HubClient
  list: HubList
  /** Slips of which messages offered again are not answered yet. */
  under: ReadonlySet<string>
  /** All codes this site answers for. */
  here: ReadonlySet<string>
  overdue: boolean
}

/** Steps of a slip and of its visits come with one another. */
const slipKeyOf = (t: ThreadKey): string => threadKey({ issuer: t.issuer, number: slipNumber(t.number) })

/** How an open thread stands: equal, for good another than the hub's, or whose step it waits for. */
async function standing(
  { site, hub, list, under, here, overdue }: Look,
  thread: ThreadKey,
  story: readonly ReferralHistoryEntry[],
): Promise<'settled' | 'differs' | { awaits: string }> {
  const [ours, theirs] = [stepDigests(story), list.threads.get(threadKey(thread))]
  const common = commonSteps(ours, theirs?.steps ?? [])
  const author = story[common]?.facility
  const sending = under.has(slipKeyOf(thread))
  // The hub has gone on from where we are, or nowhere: the feed brings it.
  if (author === undefined) return sending ? { awaits: site.settings.facility.code } : 'settled'
  const isNext = common === (theirs?.steps.length ?? 0)
  const mayCome = isNext && !overdue && (here.has(author) ? sending : !list.settled.has(author))
  if (mayCome) return { awaits: author }
  if (sending) {
    if (isNext && !here.has(author)) await offerWithoutPlace(site.store, thread, site.clock.now())
    return { awaits: site.settings.facility.code }
  }
  if (theirs) await applyThread(site, hub, await fetchThread(hub, thread), { replace: true })
  return 'differs'
}

/** Whoever waits for steps of this node hears that no more will come. */
async function tellOfferedAll(site: Site, hub: HubClient, report: ReconcileReport): Promise<ReconcileReport> {
  const told: ReconcileReport = { ...report, offeredAll: true }
  await hub.json('POST', '/fhir/$reconciled', told)
  await noteReport(site.store, told)
  return told
}

async function goOn(site: Site, report: ReconcileReport, before: readonly OpenThread[], still: readonly OpenThread[]): Promise<void> {
  const words = (threads: readonly OpenThread[]): string => JSON.stringify(threads.map((t) => [t.issuer, t.number, t.awaits]))
  await noteReport(site.store, report)
  if (words(before) === words(still)) return
  await writeOpen(site, still)
  await tellUnderWay(site, still.length, site.clock.now())
}

/** Screens that show such slips hear of it. */
async function writeOpen(site: Site, open: readonly OpenThread[]): Promise<void> {
  await site.store.as(systemCaller('exchange', site.settings.facility.code)).transact(async (tx) => {
    await putOpenThreads(tx, open)
    tx.emit({ kind: 'exchange.reconcile', thread: 'Reconcile/hub' })
  })
}

/** From now on this node speaks of the hub's new epoch. */
export async function agree(site: Site, report: ReconcileReport, open: readonly OpenThread[], now: Date): Promise<void> {
  await writeOpen(site, open)
  await putResyncState(site.store, { hub_epoch: report.hubEpoch, own_epoch: report.ownEpoch, report }, now)
  await tellUnderWay(site, open.length, now)
  await warn(site, report, now)
}

/** Until what was offered is answered the two sides may show different states: said aloud, and taken back by itself. */
async function tellUnderWay(site: Site, n: number, now: Date): Promise<void> {
  const [kind, subject] = ['reconcile-under-way', site.settings.facility.code]
  if (n === 0) return void (await clearAlert(site.store, kind, subject, now))
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

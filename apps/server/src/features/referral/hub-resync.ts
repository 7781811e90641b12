/**
 * The hub's half of agreeing again: a node reads the list of its threads, fetches what it has not, offers what the hub has
 * not, and reports. Proved by resync.test.ts.
 */
import { refuse } from '@yba/fhir'
import { onBehalf } from '../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { Stored, Transaction } from '../../store/types.ts'
import { facilities } from '../directory/index.ts'
import { documentFacts } from '../documents/index.ts'
import type { ReconcileReport, ThreadDigest, ThreadsAnswer } from '../exchange/contract.ts'
import { clearAlert, notReconciled, putReport, raiseAlert, reconcileReports, settledFacilities } from '../exchange/index.ts'
import type { ReconcileAnswer } from '../exchange/page/contract.ts'
import { PARCEL_INCOMPLETE } from './hub-outcomes.ts'
import { seriesSeen, storiesOf } from './tables.ts'
import { facilitySearch, isShadow, type ReferralTask, taskFacts } from './task.ts'
import { paperKey, stepDigests } from './thread-digest.ts'

const PAGE = 200

async function digestsOf(tx: Transaction, tasks: readonly ReferralTask[]): Promise<ThreadDigest[]> {
  const stories = await storiesOf(
    tx,
    tasks.map((t) => ({ issuer: t.issuer.code, number: t.number })),
  )
  const papers = await tx.readMany(tasks.flatMap((t) => [...t.input, ...t.output]).map((id) => `DocumentReference/${id}`))
  return tasks.map((task) => {
    const story = stories.get(`${task.issuer.code} ${task.number}`) ?? []
    const steps = stepDigests(story)
    const mine = [...task.input, ...task.output].flatMap((id) => papers.get(`DocumentReference/${id}`) ?? [])
    return {
      issuer: task.issuer.code,
      number: task.number,
      version: story.length,
      state: task.state,
      story: steps.at(-1) ?? '',
      steps,
      papers: mine.map((p) => paperKey(documentFacts(p.resource()))),
    }
  })
}

/**
 * GET /fhir/$threads?side=sent|received&after=: the threads of the asking node, oldest change first. What changes while
 * the list is read moves to its end, and the feed tells it again from `cursor` on.
 */
export async function threads(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, query } = context
  const cursor = await site.store.log.end()
  // Asked before the list is read: what those facilities wrote stands in it, or nowhere.
  const settled = await settledFacilities(site.store, site.store.log.epoch.number)
  const side = query.get('side') === 'received' ? 'owner' : 'requester'
  const after = query.get('after') ?? ''
  const where = `${facilitySearch(side, caller.facility)}&_sort=_lastUpdated&_count=${PAGE}${after ? `&_cursor=${encodeURIComponent(after)}` : ''}`
  const answer = await site.store.as(onBehalf(caller)).transact(async (tx) => {
    const page = await tx.search('Task', where)
    const all = page.entries.map((e: Stored) => taskFacts(e.resource()))
    // A paper slip that came before its message is no business of its sender's yet.
    const mine = all.filter((t) => t.to.code === caller.facility || (t.issuer.code === caller.facility && !isShadow(t)))
    return {
      epoch: site.store.log.epoch.number,
      cursor,
      threads: await digestsOf(tx, mine),
      ...(page.next ? { next: page.next } : {}),
      series: await seriesSeen(tx, caller.facility),
      settled,
    } satisfies ThreadsAnswer
  })
  return { json: answer }
}

const numbers = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length <= 100_000 && value.every((v) => typeof v === 'string')

/** POST /fhir/$reconciled: what came of a node's comparing. */
export async function reconciled(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller } = context
  const report = context.json as ReconcileReport | undefined
  const sound =
    report &&
    Number.isInteger(report.ownEpoch) &&
    ['boolean', 'undefined'].includes(typeof report.offeredAll) &&
    numbers(report.differing) &&
    numbers(report.reoffered) &&
    numbers(report.fetched)
  if (!sound || report.hubEpoch !== site.store.log.epoch.number) throw refuse(PARCEL_INCOMPLETE, { what: 'report' })
  const now = site.clock.now()
  await putReport(site.store, caller.facility, report, now)
  await clearAlert(site.store, 'reconcile-open', caller.facility, now)
  if (report.differing.length > 0) {
    const n = report.differing.length
    await raiseAlert(
      site.store,
      {
        kind: 'reconcile-differs',
        subject: caller.facility,
        severity: 'error',
        role: 'hub-operator',
        vi: `Sau khi phục hồi, ${n} phiếu của cơ sở ${caller.facility} không còn như trước.`,
        en: `After the restore ${n} threads of facility ${caller.facility} are not as before.`,
        cure: {
          vi: 'Mở báo cáo đối chiếu, gọi hai cơ sở và chốt từng phiếu.',
          en: 'Open the report, call both facilities and settle each thread.',
        },
        details: { threads: n },
      },
      now,
    )
  }
  return { json: {} }
}

/** GET /fhir/$reconcile: the reports, for the operator. */
export async function reconcileView({ site }: OperationContext): Promise<OperationAnswer> {
  const [reports, known, awaited] = await Promise.all([reconcileReports(site.store), facilities(site.store), waitingFor(site)])
  const names = new Map(known.map((f) => [f.code, f.name]))
  const name = (code: string): string => names.get(code) ?? code
  const { number, started, why } = site.store.log.epoch
  const answer: ReconcileAnswer = {
    epoch: { number, started: started.toISOString(), why },
    waitingFor: awaited.map((code) => ({ code, name: name(code) })),
    reports: reports.map((r) => ({ facility: r.facility, name: name(r.facility), at: r.at.toISOString(), report: r.report })),
  }
  return { json: answer }
}

const HEARD_MS = 30 * 24 * 3_600_000
/** So long the hub's timers wait for nodes that are silent. */
const PATIENCE_MS = 6 * 3_600_000

async function waitingFor(site: Site): Promise<string[]> {
  const { epoch } = site.store.log
  if (epoch.number === 1) return []
  return notReconciled(site.store, epoch.number, new Date(epoch.started.getTime() - HEARD_MS))
}

/**
 * Whether nodes may still offer steps that the hub has lost: then a timer would judge by half a story. Raises an alert for
 * each node that is awaited.
 */
export async function awaitingNodes(site: Site): Promise<boolean> {
  const facilities = await waitingFor(site)
  const now = site.clock.now()
  for (const facility of facilities) {
    await raiseAlert(
      site.store,
      {
        kind: 'reconcile-open',
        subject: facility,
        severity: 'warning',
        role: 'hub-operator',
        vi: `Trục đã phục hồi từ bản sao lưu; cơ sở ${facility} chưa đối chiếu lại.`,
        en: `The hub was put back from a backup; facility ${facility} has not compared yet.`,
        cure: {
          vi: 'Gọi cơ sở nếu đường truyền không trở lại trong 6 giờ.',
          en: 'Call the facility when its line is not back within six hours.',
        },
      },
      now,
    )
  }
  return facilities.length > 0 && now.getTime() < site.store.log.epoch.started.getTime() + PATIENCE_MS
}

/**
 * Work in bulk inside a site's own process, for tests of size: the functions that desks and workers call, without their
 * HTTP. Slips are composed and signed by three keys (JWS) and queued as the last signature queues them; their prints are
 * copies of one (see `parcel-mint.ts`), because rendering and signing them as PDF would take a second each.
 */
import { randomUUID } from 'node:crypto'
import type { ReferralContent } from '@yba/vietnam'
import { findUser, onBehalf, userCaller } from '../access/index.ts'
import { enqueue } from '../features/exchange/index.ts'
import { act } from '../features/referral/act.ts'
import { recordShadow } from '../features/referral/shadow.ts'
import type { ReferralEvent } from '../features/referral/transitions.ts'
import type { Site } from '../site.ts'
import type { Store } from '../store/types.ts'
import { type Mint, type MintKey, mintWith, queueParcel } from './parcel-mint.ts'

/** How slips are made at a facility; the same at whoever must know their persons. */
export interface MintPlan {
  keys: readonly MintKey[]
  content: ReferralContent
  facility: { code: string; name: string }
}

/** Slips `from` … `to` of a name; which of them by the last digit of their place. */
export type BulkJob = { plan: MintPlan; name: string; from: number; to: number } & (
  | { kind: 'slips'; stat?: boolean; voided?: readonly number[]; corrected?: readonly number[] }
  /** Patients arrive with the paper of these slips; then the steps. */
  | { kind: 'paper-arrivals'; arrived: readonly number[]; steps: readonly ReferralEvent[] }
)

export interface BulkDone {
  /** Messages queued. */
  messages: number
  seconds: number
  /** CPU of this process meanwhile, whatever else it did. */
  cpuSeconds: number
}

const LOGIN: Partial<Record<ReferralEvent, string>> = { arrive: 'tiepdon', 'left-unseen': 'tiepdon' }

/** Does one job and says what it took. */
export async function workInBulk(site: Site, job: BulkJob): Promise<BulkDone> {
  const begun = performance.now()
  const cpu = process.cpuUsage()
  const messages = job.kind === 'slips' ? await slips(site, job) : await paperArrivals(site, job)
  const { user, system } = process.cpuUsage(cpu)
  return { messages, seconds: (performance.now() - begun) / 1000, cpuSeconds: (user + system) / 1e6 }
}

const numbersOf = (job: BulkJob): { number: string; i: number }[] =>
  Array.from({ length: job.to - job.from }, (_, k) => ({ number: `${job.from + k}/2026/${job.name}`, i: job.from + k }))

/** Some at once: each waits for the disk. */
const WIDTH = 4

async function forAll<T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let i = next++; i < list.length; i = next++) await work(list[i] as T)
  }
  await Promise.all(Array.from({ length: WIDTH }, worker))
}

async function slips(site: Site, job: Extract<BulkJob, { kind: 'slips' }>): Promise<number> {
  const mint = mintWith(job.plan.keys, job.plan.content, job.plan.facility)
  const { stat = false, voided = [], corrected = [] } = job
  let messages = 0
  await forAll(numbersOf(job), async ({ number, i }) => {
    const parcel = await mint.make(number, { stat })
    await queueParcel(site.store, site.store.blobs, parcel, site.clock.now())
    messages += 1
    if (voided.includes(i % 10)) {
      await say(site, number, 'void', { reason: 'Ghi nhầm' })
      messages += 1
    } else if (corrected.includes(i % 10)) {
      await correct(site, mint, number, parcel.documents[0].digest)
      messages += 2
    }
  })
  return messages
}

/** What the desk says of a slip that waits in the outbox travels behind it. */
async function say(site: Site, number: string, event: ReferralEvent, more: object): Promise<void> {
  const thread = { issuer: site.settings.facility.code, number }
  const by = { id: 'vanthu', display: 'Hoàng Minh Ước', role: 'referral-desk' }
  const now = site.clock.now()
  await enqueue(site.store, randomUUID(), 'transition', thread, { thread, event, occurredAt: now.toISOString(), by, ...more }, now)
}

/** The next version, signed by the same roles, and behind it the step that says why. */
async function correct(site: Site, mint: Mint, number: string, digest: string): Promise<void> {
  const reason = 'Ghi nhầm tình trạng'
  const parcel = await mint.make(number, { corrects: { version: 1, digest, at: site.clock.now().toISOString(), reason } })
  await queueParcel(site.store, site.store.blobs, parcel, site.clock.now())
  const [{ issuer, version, digest: newer }] = parcel.documents
  await say(site, number, 'correct', { reason, document: { issuer, number, version, digest: newer } })
}

async function paperArrivals(site: Site, job: Extract<BulkJob, { kind: 'paper-arrivals' }>): Promise<number> {
  const mint = mintWith(job.plan.keys, job.plan.content, job.plan.facility)
  const stores = new Map<string, Promise<Store>>()
  const as = (login: string): Promise<Store> => {
    const known = stores.get(login) ?? storeOf(site, login)
    stores.set(login, known)
    return known
  }
  const issuer = job.plan.facility.code
  let messages = 0
  await forAll(
    numbersOf(job).filter(({ i }) => job.arrived.includes(i % 10)),
    async ({ number }) => {
      const { mrn: _mrn, ...person } = mint.person(number)
      const reception = await as('tiepdon')
      const arrived = await recordShadow(site, site.store.as(onBehalf(reception.caller)), { issuer, number, person })
      messages += 1
      for (const event of job.steps) {
        await act(site, await as(LOGIN[event] ?? 'bs.mot'), arrived.id, { event, reason: 'Theo giấy' })
        messages += 1
      }
    },
  )
  return messages
}

async function storeOf(site: Site, login: string): Promise<Store> {
  const user = await findUser(site.store.sql, login)
  return site.store.as(userCaller(user, site.settings.facility.code, randomUUID()))
}

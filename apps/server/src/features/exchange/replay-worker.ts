/** Carries out replays: one at a time, in order, from where it stood when the process ended. */
import { setTimeout as delay } from 'node:timers/promises'
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { FeedAnswer } from './contract.ts'
import { type ApplyThread, type FeedEvent, takeIn } from './feed.ts'
import { HubBusy, HubRefusal, unreachableBecause } from './hub-answers.ts'
import type { HubClient } from './hub-client.ts'
import { deliver, type OnAnswer } from './outbox.ts'
import { settleDeadLetter } from './tables/dead-letters.ts'
import { dueNow, nextReplay, noteReplay, type ReplayRow, reopen, replayFates } from './tables/page.ts'
import { recordTry } from './tables/tries.ts'
import { messageById } from './tables.ts'
import { whyOf } from './why.ts'

const IDLE_MS = 2_000
const STEP = 25

interface Hands {
  site: Site
  hub: HubClient
  onAnswer: OnAnswer
  apply: ApplyThread
}

interface Progress {
  done: number
  failed: number
  pos: string
  finished: boolean
  total?: number
  note?: string
}

/** One message again. True when it is all right now, false when it failed, null when it must stay; throws when the hub is away. */
async function sendAgain({ site, hub, onAnswer }: Hands, job: ReplayRow, id: string): Promise<boolean | null> {
  const now = site.clock.now()
  // A replay that began before roles were kept judges by the message alone, as it was started.
  const fate = job.what.role ? (await replayFates(site.store, [id], job.what.role)).get(id) : undefined
  if (fate === 'other-role') return null
  if (await reopen(site.store, id, now)) {
    const by = { id: job.by_id, name: job.by_name }
    await settleDeadLetter(site.store, 'out', id, { settlement: 'sent-again', by, reason: job.reason }, now)
    return true
  }
  const row = await messageById(site.store, id)
  if (!row) return false
  // Refused, and a person has settled it or the thread has moved on: what was decided stays.
  if (row.state === 'refused') return null
  if (row.state === 'pending') {
    await dueNow(site.store, id, now)
    return true
  }
  return attempt(() => deliver(site, hub, row, onAnswer), site, 'out', id)
}

/** The hub is away, or asks for patience: the replay waits where it stands. */
const away = (error: unknown): boolean => error instanceof HubBusy || unreachableBecause(error) !== undefined

async function attempt(work: () => Promise<void>, site: Site, direction: 'out' | 'in', id: string): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (away(error)) throw error
    const why = whyOf(error)
    if (!(error instanceof HubRefusal)) site.log.error({ err: error, message: id, code: why.code }, 'a replayed message failed')
    await recordTry(site.store, direction, id, why.code, why.words, site.clock.now())
    return false
  }
}

async function takeAgain({ site, hub, apply }: Hands, id: string): Promise<boolean> {
  const [issuer = '', number = ''] = id.split(/\|(.*)/s)
  const path = `/fhir/$thread?issuer=${encodeURIComponent(issuer)}&number=${encodeURIComponent(number)}`
  return attempt(async () => takeIn(site, await hub.json<FeedEvent>('GET', path), apply), site, 'in', id)
}

/** Some messages of a list. */
async function listStep(hands: Hands, job: ReplayRow): Promise<Progress> {
  const keys = job.what.keys ?? []
  let { done, failed } = job
  const from = Number(job.pos ?? 0)
  const part = keys.slice(from, from + STEP)
  for (const id of part) {
    const went = job.kind === 'send' ? await sendAgain(hands, job, id) : await takeAgain(hands, id)
    if (went === true) done += 1
    if (went === false) failed += 1
  }
  return { done, failed, pos: String(from + part.length), finished: from + part.length >= keys.length }
}

/** One page of the hub's feed. The node's own cursor stays where it is. */
async function feedStep(hands: Hands, job: ReplayRow): Promise<Progress> {
  const cursor = job.pos ?? job.what.after ?? ''
  const path = `/fhir/$events?after=${encodeURIComponent(cursor)}&wait=0&peek=1`
  const page = await hands.hub.json<FeedAnswer>('GET', path)
  let { done, failed } = job
  for (const event of page.events) {
    const name = `${event.thread.thread.issuer}|${event.thread.thread.number}`
    if (await attempt(() => takeIn(hands.site, event, hands.apply), hands.site, 'in', name)) done += 1
    else failed += 1
  }
  const total = Math.max(job.total, done + failed)
  return { done, failed, total, pos: page.cursor, finished: page.events.length === 0 }
}

/** One step of the oldest replay; gives whether there was one. */
async function work(hands: Hands): Promise<boolean> {
  const { site } = hands
  const job = await nextReplay(site.store)
  if (!job) return false
  let progress: Progress
  try {
    progress = job.what.keys ? await listStep(hands, job) : await feedStep(hands, job)
  } catch (error) {
    if (away(error)) throw error
    // A cursor of another epoch, for instance: said where the person looks.
    const why = whyOf(error)
    site.log.error({ err: error, replay: job.id }, 'a replay ended')
    progress = { done: job.done, failed: job.failed, pos: job.pos ?? '', finished: true, note: why.code }
  }
  const { finished, ...rest } = progress
  await site.store.as(systemCaller('replay', site.settings.facility.code)).transact(async (tx) => {
    await noteReplay(tx, job.id, { ...rest, ...(finished ? { finished: tx.now } : {}) })
    tx.emit({ kind: 'exchange.changed', thread: 'Exchange/replay' })
  })
  return true
}

/** Runs until stopped. While the hub is away a replay waits where it stands. */
export function startReplays(site: Site, hub: HubClient, onAnswer: OnAnswer, apply: ApplyThread): { stop(): Promise<void> } {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  const running = (async () => {
    while (!signal.aborted) {
      try {
        const cursor = await site.store.log.end()
        if (await work({ site, hub, onAnswer, apply })) continue
        await site.store.log.heard(cursor, ['exchange.changed'], IDLE_MS, signal)
      } catch (error) {
        if (signal.aborted) return
        if (!away(error)) site.log.error({ err: error }, 'replays')
        await delay(IDLE_MS, undefined, { signal }).catch(() => undefined)
      }
    }
  })().catch((error: unknown) => {
    if (!signal.aborted) site.log.error({ err: error }, 'replays ended')
  })
  return {
    stop: async () => {
      stop.abort()
      await running
    },
  }
}

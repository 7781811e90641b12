/**
 * What the hub does by the clock: a cancelling nobody answers, an appointment nobody kept, a stay without its outcome.
 * Runs on the site's clock; a pass that finds nothing due changes nothing, so it may run as often as one likes.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { addWorkingDays } from '@yba/vietnam'
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { ReferralHistoryEntry } from './contract.ts'
import { awaitingNodes } from './hub-resync.ts'
import { publish, record } from './hub-thread.ts'
import { localDateTime } from './local-time.ts'
import { type StepFacts, step } from './machine.ts'
import { loadHistory } from './tables.ts'
import { type ReferralTask, taskFacts, taskResource } from './task.ts'
import { type ReferralEvent, type ReferralState, TRANSITIONS } from './transitions.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const CANCEL_SILENCE_MS = 24 * HOUR
/** Working days after the appointment on which the patient may still come before the slip counts as not used. */
const NO_SHOW_GRACE_DAYS = 1
const OUTCOME_DAYS = 7
const PASS_EVERY_MS = 60_000
const PAGE = 500

/** One timer of the table: from when on it is due, read from the story; null while it is not running. */
type Due = (story: readonly ReferralHistoryEntry[], validUntil?: string) => number | null

const DUE: Partial<Record<ReferralEvent, Due>> = {
  'confirm-cancel': (story) => {
    const asked = story.findLast((e) => e.event === 'request-cancel')
    if (!asked) return null
    // Nobody at the receiver has ever seen a slip that was not delivered.
    const seen = story.some((e) => e.event === 'deliver' || e.event === 'accept')
    return Date.parse(asked.recordedAt) + (seen ? CANCEL_SILENCE_MS : 0)
  },
  'no-show': (story) => {
    const day = story.findLast((e) => e.event === 'schedule' || e.event === 'reschedule')?.on
    return day ? endOfDay(addWorkingDays(day, NO_SHOW_GRACE_DAYS)) : null
  },
  // A term whose last day is no working day ends with the next one (Civil Code 2015 Art. 148.5).
  'end-of-use': (_story, validUntil) => (validUntil ? endOfDay(addWorkingDays(dayBefore(validUntil), 1)) : null),
  'close-no-outcome': (story) => {
    const ended = story.findLast((e) => e.event === 'end-care')
    const answered = story.some((e) => e.event === 'answer')
    return ended && !answered ? Date.parse(ended.occurredAt) + OUTCOME_DAYS * DAY : null
  },
}

/** Midnight in Vietnam after a day, yyyy-mm-dd. */
const endOfDay = (day: string): number => Date.parse(`${day}T00:00:00+07:00`) + DAY

const dayBefore = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) - DAY).toISOString().slice(0, 10)

const timed = TRANSITIONS.filter((t) => t.actor === 'timer')

/** The event that is due for a thread at a moment, if any. */
export function dueEvent(
  state: ReferralState,
  story: readonly ReferralHistoryEntry[],
  now: Date,
  validUntil?: string,
): ReferralEvent | null {
  for (const { from, event } of timed) {
    const at = from === state ? DUE[event]?.(story, validUntil) : null
    if (at !== null && at !== undefined && now.getTime() >= at) return event
  }
  return null
}

/** One pass over all threads that a timer may concern. Gives how many steps it took. */
export async function runTimers(site: Site): Promise<number> {
  // After a restore of the hub: what the nodes still have to offer may be the very step a timer misses.
  if (await awaitingNodes(site)) return 0
  const store = site.store.as(systemCaller('timers', site.settings.facility.code))
  const states = [...new Set(timed.map((t) => t.from))]
  const ids: string[] = []
  for (let cursor = ''; ; ) {
    const page = await store.search('Task', `business-status=${states.join(',')}&_sort=_lastUpdated&_count=${PAGE}${cursor}`)
    ids.push(...page.entries.map((e) => e.id))
    if (!page.next) break
    cursor = `&_cursor=${encodeURIComponent(page.next)}`
  }
  let taken = 0
  for (const id of new Set(ids)) if (await strike(site, id)) taken += 1
  return taken
}

/** Takes the step that is due for one thread, under its lock: an arrival that came a moment earlier has won. */
async function strike(site: Site, id: string): Promise<boolean> {
  const caller = systemCaller('timers', site.settings.facility.code)
  return site.store.as(caller).transact(async (tx) => {
    const stored = await tx.read('Task', id, { lock: true })
    if (!stored) return false
    const task: ReferralTask = taskFacts(stored.resource())
    const story = await loadHistory(tx, { issuer: task.issuer.code, number: task.number }, 'hub')
    const now = site.clock.now()
    const event = dueEvent(task.state, story, now, task.validity?.until)
    if (!event) return false
    const facts: StepFacts = { due: true, story }
    const next = { ...task, state: step(task.state, event, 'timer', facts).to }
    await tx.write([{ kind: 'update', id, ifMatch: stored.versionId, resource: taskResource(next) }])
    const { code, name } = site.settings.facility
    await record(tx, next, { event, occurredAt: localDateTime(now), by: name, facility: code })
    await publish(tx, id, next)
    return true
  })
}

/** Runs a pass each minute until stopped. */
export function startTimers(site: Site): { stop(): Promise<void> } {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await runTimers(site).catch((error: unknown) => {
        if (!signal.aborted) site.log.error({ err: error }, 'a pass of the timers failed')
      })
      // The pause ends early when the site stops.
      await delay(PASS_EVERY_MS, undefined, { signal }).catch(() => undefined)
    }
  }
  const running = run()
  return {
    stop: async () => {
      stop.abort()
      await running
    },
  }
}

/**
 * A facility tells the hub how many records and slips its claim files speak of, day by day: numbers, no person. The days
 * that changed go by the node's own line, each request bound to its key and to the digest of its body (ADR 0014). The hub
 * answers with the digest of all it holds; where that is not ours, one side was put back, and everything is told again.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { localDay } from '@yba/vietnam'
import type { Site } from '../../site.ts'
import { startLoop } from '../../worker-loop.ts'
import { type HubClient, hubClient, whyOf } from '../exchange/index.ts'
import { lastFileAt, slipsByDay } from '../insurance/index.ts'
import type { CountsAnswer, CountsMessage, DayCount } from './contract.ts'
import { addDays } from './days.ts'
import { digestOf } from './digest.ts'
import { forgetTold, noteTold, told } from './tables.ts'

/** Days back that are counted; what a HIS corrects later than that stays as it was told. */
export const COUNTED_DAYS = 400
/** Days in one message. */
const MOST_DAYS = 500
const GATHER_MS = 10_000
const HOUR_MS = 3_600_000
const AGAIN_MS = 60_000

/** Days whose figures are not what the hub was told; a day that has no records any more is told as empty. */
export function changedDays(now: readonly DayCount[], before: readonly DayCount[]): DayCount[] {
  const then = new Map(before.map((d) => [d.day, d]))
  const changed = now.filter((d) => then.get(d.day)?.records !== d.records || then.get(d.day)?.slips !== d.slips)
  const days = new Set(now.map((d) => d.day))
  const gone = before.filter((d) => d.records > 0 && !days.has(d.day)).map((d) => ({ day: d.day, records: 0, slips: 0 }))
  return [...changed, ...gone].map(({ day, records, slips }) => ({ day, records, slips }))
}

/** Tells what has changed. Gives how many days were told. Throws what the line throws. */
export async function tellCounts(site: Site, hub: Pick<HubClient, 'json'>): Promise<number> {
  const until = localDay(site.clock.now())
  const from = addDays(until, -COUNTED_DAYS)
  const counted = await slipsByDay(site.store, from, until)
  const lastFile = (await lastFileAt(site.store))?.toISOString() ?? null
  for (let again = false, all = 0; ; again = true) {
    const before = (await told(site.store)).filter((d) => d.day >= from)
    const changed = changedDays(counted, before)
    let held = ''
    for (let at = 0; at === 0 || at < changed.length; at += MOST_DAYS) {
      const days = changed.slice(at, at + MOST_DAYS)
      const message: CountsMessage = { days, lastFile }
      held = (await hub.json<CountsAnswer>('POST', `/fhir/Organization/$daily-counts?from=${from}`, message)).digest
      await noteTold(site.store, days)
      all += days.length
    }
    if (held === digestOf(counted) || again) return all
    await forgetTold(site.store)
  }
}

/** Tells after each change of the records, and every hour. */
export function startTelling(site: Site): { stop(): Promise<void> } {
  const hub = hubClient(site)
  let cursor = ''
  return startLoop(site, 'daily counts', async (signal) => {
    if (cursor === '') cursor = await site.store.log.end()
    else {
      cursor = await site.store.log.heard(cursor, ['claim.imported', 'claim.undone'], HOUR_MS, signal)
      // A file has many records.
      await delay(GATHER_MS, undefined, { signal }).catch(() => undefined)
    }
    for (;;) {
      if (signal.aborted) return
      try {
        await tellCounts(site, hub)
        return
      } catch (error) {
        if (!signal.aborted) site.log.warn({ code: whyOf(error).code }, 'the daily counts were not told yet')
        await delay(AGAIN_MS, undefined, { signal }).catch(() => undefined)
      }
    }
  })
}

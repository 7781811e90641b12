/** The hub takes the daily figures of its nodes: whole or not at all, each under the facility its key speaks for. */
import { refuse } from '@yba/fhir'
import { localDay } from '@yba/vietnam'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { CountsAnswer, CountsMessage, DayCount } from './contract.ts'
import { addDays, isDay } from './days.ts'
import { digestOf } from './digest.ts'
import { COUNTS_UNREADABLE } from './outcomes.ts'
import { countsOf, noteFacility, putCounts } from './tables.ts'

const MOST_DAYS = 1000
/** No facility ends as many stays in a day. */
const MOST_RECORDS = 100_000

const unreadable = (what: string) => refuse(COUNTS_UNREADABLE, { what })

const isFigure = (value: unknown, most: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most

/** Throws `daily-counts-unreadable`: no day twice, none after tomorrow, never more slips than records. */
export function checkedCounts(json: unknown, now: Date): CountsMessage {
  const { days, lastFile } = (json ?? {}) as Partial<CountsMessage>
  if (!Array.isArray(days) || days.length > MOST_DAYS) throw unreadable('days')
  const last = addDays(localDay(now), 1)
  const seen = new Set<string>()
  for (const one of days as (Partial<DayCount> | null)[]) {
    const day = one?.day
    if (typeof day !== 'string' || !isDay(day) || day > last || seen.has(day)) throw unreadable(`day ${String(day).slice(0, 20)}`)
    if (!isFigure(one?.records, MOST_RECORDS) || !isFigure(one?.slips, one?.records ?? 0)) throw unreadable(day)
    seen.add(day)
  }
  if (lastFile !== null && (typeof lastFile !== 'string' || Number.isNaN(Date.parse(lastFile)))) throw unreadable('lastFile')
  return { days: days.map(({ day, records, slips }) => ({ day, records, slips })), lastFile }
}

/** POST /fhir/Organization/$daily-counts?from= by a node; answers the digest of what is now held of it from that day on. */
export async function takeCounts({ site, caller, json, query, store }: OperationContext): Promise<OperationAnswer> {
  const now = site.clock.now()
  const { days, lastFile } = checkedCounts(json, now)
  const from = query.get('from') ?? ''
  const held = await store.transact(async (tx) => {
    await tx.lockKey(`daily-counts:${caller.facility}`)
    if (days.length > 0) await putCounts(tx, caller.facility, days, now)
    await noteFacility(tx, caller.facility, lastFile === null ? null : new Date(lastFile), now)
    return countsOf(tx, caller.facility)
  })
  return { json: { digest: digestOf(held.filter((d) => d.day >= from)) } satisfies CountsAnswer }
}

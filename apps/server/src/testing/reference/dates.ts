/** Ends of dates and periods by the calendar of `Date`, another way than the store's own. Both inclusive, in milliseconds. */
import type { TypedValue } from '@medplum/core'

export interface Ends {
  lo: number
  hi: number
}

/** Times without a zone are those of Vietnam. */
const ZONE = '+07:00'

/** What a written date covers; undefined when it is none. */
export function endsOfText(text: string): Ends | undefined {
  const [day = '', time] = text.split('T')
  const [year = '', month, date] = day.split('-')
  if (!/^\d{4}$/.test(year)) return undefined
  if (time === undefined) {
    const lo = Date.parse(`${year}-${month ?? '01'}-${date ?? '01'}T00:00:00${ZONE}`)
    const next = new Date(lo + 7 * 3_600_000)
    if (date) next.setUTCDate(next.getUTCDate() + 1)
    else if (month) next.setUTCMonth(next.getUTCMonth() + 1)
    else next.setUTCFullYear(next.getUTCFullYear() + 1)
    return { lo, hi: next.getTime() - 7 * 3_600_000 - 1 }
  }
  const [, clock = '', zone = ZONE] = /^([\d:.]+)(Z|[+-]\d\d:\d\d)?$/.exec(time) ?? []
  const [hm, fraction] = clock.split('.')
  const minutesOnly = hm?.length === 5
  const at = Date.parse(`${day}T${hm}${minutesOnly ? ':00' : ''}${zone}`)
  if (Number.isNaN(at)) return undefined
  if (fraction === undefined) return { lo: at, hi: at + (minutesOnly ? 59_999 : 999) }
  const lo = at + Number(fraction.padEnd(3, '0').slice(0, 3))
  return { lo, hi: lo + (fraction.length >= 3 ? 0 : 10 ** (3 - fraction.length) - 1) }
}

/** What a value covers; undefined when nobody can say. */
export function endsOf({ type, value }: TypedValue): Ends | undefined {
  if (typeof value === 'string') return endsOfText(value)
  if (type === 'Period') {
    const { start, end } = value as { start?: string; end?: string }
    if (start === undefined && end === undefined) return undefined
    return { lo: (start && endsOfText(start)?.lo) || -8.64e15, hi: (end && endsOfText(end)?.hi) || 8.64e15 }
  }
  return undefined
}

/** History of a resource, a type or everything as a text (FHIR R4, http.html#history). */
import { dateRange, refuse } from '@yba/fhir'
import type { HistoryAsk, Reads } from '../../store/types.ts'
import { historyBundle } from './answers.ts'
import { historyUnreadable } from './outcomes.ts'
import type { Answering } from './run-read.ts'

const DEFAULT_COUNT = 50
const MOST = 1000

const FIRST = new Date('0001-01-01T00:00:00Z')
const LAST = new Date('9999-12-31T23:59:59.999Z')

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

/** R4, type instant. A `+` in an address is a space once it is read. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+ -]\d\d:\d\d)$/

/** R4, type dateTime; minutes suffice, and without a zone it is +07:00. */
const PARTIAL = /^\d{4}(-\d\d(-\d\d(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+ -]\d\d:\d\d)?)?)?)?$/

const READ: Record<string, (value: string) => Partial<HistoryAsk> | undefined> = {
  _count: (value) => (/^\d{1,9}$/.test(value) && Number(value) > 0 ? { count: Math.min(Number(value), MOST) } : undefined),
  _since: (value) => {
    const at = value.replace(' ', '+')
    // A day no calendar has is no instant, and a year before the first or after the last is none to the database.
    const since = new Date(at)
    const isInstant = INSTANT.test(value) && isDay(at.slice(0, 10)) && since >= FIRST && since <= LAST
    return isInstant ? { since } : undefined
  },
  _at: (value) => {
    const range = PARTIAL.test(value) ? dateRange(value.replace(' ', '+')) : undefined
    const [lo, hi] = [new Date(range?.lo ?? Number.NaN), new Date(range?.hi ?? Number.NaN)]
    return lo >= FIRST && hi <= LAST && isDay(value.padEnd(10, '-01').slice(0, 10)) ? { at: { lo, hi } } : undefined
  },
  _cursor: (cursor) => ({ cursor }),
  _format: () => ({}),
  _pretty: () => ({}),
}

/** What a query asks of a history. Throws `history-unreadable` for a parameter that is none of it or has no such value. */
function askedOf(query: string): Partial<HistoryAsk> {
  const out: Partial<HistoryAsk> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    const asked = Object.hasOwn(READ, name) ? READ[name]?.(value) : undefined
    if (!asked) throw refuse(historyUnreadable, { param: name.slice(0, 80) })
    Object.assign(out, asked)
  }
  return out
}

/** One page. Throws `history-unreadable` and what the store refuses a history with. */
export async function historyText(reads: Reads, of: { type?: string; id?: string }, query: string, { base }: Answering): Promise<string> {
  const page = await reads.historyOf({ count: DEFAULT_COUNT, ...askedOf(query), ...of })
  const address = [base, of.type, of.id, '_history'].filter((part) => part !== undefined).join('/')
  const link = (cursor: string | undefined): string => {
    const plain = new URLSearchParams(query)
    for (const name of ['_format', '_pretty', '_cursor']) plain.delete(name)
    if (cursor !== undefined) plain.set('_cursor', cursor)
    return plain.size === 0 ? address : `${address}?${plain}`
  }
  const self = link(new URLSearchParams(query).get('_cursor') ?? undefined)
  return historyBundle(page, base, { self, next: page.next === undefined ? undefined : link(page.next) })
}

/** The exchange page's questions: the numbers at the top, the lists, the whole story of one message. */
import { refuse } from '@yba/fhir'
import type { OperationAnswer, OperationContext } from '../../../feature.ts'
import { deadLetterCounts, deadLettersOf } from '../tables/dead-letters.ts'
import { exchangeCounts, inThread, inThreads, type ListFilter, outMessages, outMessagesById, outMessagesOf } from '../tables/page.ts'
import { readLine, triesOf } from '../tables/tries.ts'
import type { ExchangeState, MessageRow, MessageStory, MessagesAnswer } from './contract.ts'
import { lastBackup } from './last-backup.ts'
import { MESSAGE_UNKNOWN } from './outcomes.ts'
import { inRows, letterView, named, outRows, type ThreadNames, tryView } from './rows.ts'

const PAGE = 200

/** GET /fhir/$exchange-state */
export async function exchangeState({ site, caller }: OperationContext): Promise<OperationAnswer> {
  const [counts, line, letters] = await Promise.all([exchangeCounts(site.store), readLine(site.store), deadLetterCounts(site.store)])
  const iso = (d: Date | null): string | null => d?.toISOString() ?? null
  const state: ExchangeState = {
    waiting: counts.waiting,
    oldest: iso(counts.oldest),
    letters: counts.letters,
    mine: letters.find((l) => l.role === caller.role)?.n ?? 0,
    parked: counts.parked,
    line: line ? { up: line.up, since: line.since.toISOString(), why: line.why, heard: iso(line.heard_at) } : null,
    cursor: counts.cursor !== null && counts.cursor_at ? { value: counts.cursor, at: counts.cursor_at.toISOString() } : null,
    directoryAt: iso(counts.directory_at),
    backupAt: await lastBackup(site),
    now: site.clock.now().toISOString(),
  }
  return { json: state }
}

const STATES = new Set(['open', 'waiting', 'done', 'refused', 'letters', 'all'])

function day(value: string | null, add = 0): Date | null {
  if (!value || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return null
  const at = new Date(`${value}T00:00:00+07:00`)
  return Number.isNaN(at.getTime()) ? null : new Date(at.getTime() + add)
}

function filterOf(query: URLSearchParams): ListFilter {
  const state = query.get('state') ?? 'all'
  return {
    state: (STATES.has(state) ? state : 'all') as ListFilter['state'],
    q: (query.get('q') ?? '').trim().slice(0, 100),
    other: (query.get('other') ?? '').slice(0, 10),
    from: day(query.get('from')),
    to: day(query.get('to'), 86_400_000),
    limit: PAGE + 1,
  }
}

/** GET /fhir/$exchange-messages */
export const messages =
  (names: ThreadNames) =>
  async ({ site, store, query }: OperationContext): Promise<OperationAnswer> => {
    const filter = filterOf(query)
    const direction = query.get('direction')
    const out = direction === 'in' ? [] : await outRows(site, await outMessages(site.store, filter))
    const into = direction === 'out' ? [] : await inRows(site, await inThreads(site.store, site.settings.facility.code, filter))
    const all = [...out, ...into].sort(byTrouble)
    const rows = await named(store, names, all.slice(0, PAGE))
    return { json: { rows, more: all.length > PAGE } satisfies MessagesAnswer }
  }

const rank = (r: MessageRow): number => (r.letter ? 0 : r.state === 'parked' ? 1 : r.state === 'waiting' || r.state === 'sending' ? 2 : 3)

function byTrouble(a: MessageRow, b: MessageRow): number {
  return rank(a) - rank(b) || b.createdAt.localeCompare(a.createdAt)
}

/** The message a key of the page names. Throws `exchange-message-unknown`. */
export function keyParts(key: string): { direction: 'out'; id: string } | { direction: 'in'; issuer: string; number: string } {
  const out = /^out:([0-9a-f-]{36})$/.exec(key)?.[1]
  if (out) return { direction: 'out', id: out }
  const into = /^in:([0-9A-Z]{5})\|(.{1,100})$/.exec(key)
  if (into?.[1] && into[2]) return { direction: 'in', issuer: into[1], number: into[2] }
  throw refuse(MESSAGE_UNKNOWN)
}

/** GET /fhir/$exchange-message?key=: tries with their times, what people did about it, and the rest of its thread. */
export const message =
  (names: ThreadNames) =>
  async ({ site, store, query }: OperationContext): Promise<OperationAnswer> => {
    const parts = keyParts(query.get('key') ?? '')
    const here = site.settings.facility.code
    const found = parts.direction === 'out' ? (await outMessagesById(site.store, [parts.id]))[0] : null
    const came = parts.direction === 'in' ? await inThread(site.store, here, parts.issuer, parts.number) : null
    const [row] = found ? await outRows(site, [found]) : came ? await inRows(site, [came]) : []
    if (!row) throw refuse(MESSAGE_UNKNOWN)
    const id = parts.direction === 'out' ? parts.id : `${parts.issuer}|${parts.number}`
    const [tries, letters, sent, taken] = await Promise.all([
      triesOf(site.store, parts.direction, [id]),
      deadLettersOf(site.store, parts.direction, [id]),
      outMessagesOf(site.store, row.issuer, row.number),
      inThread(site.store, here, row.issuer, row.number),
    ])
    const thread = [...(await outRows(site, sent)), ...(await inRows(site, taken ? [taken] : []))]
      .filter((r) => r.key !== row.key)
      .sort((a, b) => a.createdAt.localeCompare(b.createdAt))
    const [shown] = await named(store, names, [row])
    const story: MessageStory = {
      row: shown ?? row,
      ...(found?.acked_at ? { ackedAt: found.acked_at.toISOString() } : {}),
      ...(came ? { takenTimes: came.times, cursor: came.cursor } : {}),
      tries: tries.map(tryView),
      letters: letters.map(letterView),
      thread,
    }
    return { json: story }
  }

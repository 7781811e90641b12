/** Rows of the tables → rows of the page: where a message is now, since when, and why. */
import type { Site } from '../../../site.ts'
import type { Store } from '../../../store/types.ts'
import { facilities } from '../../directory/index.ts'
import type { ReconcilingView, ThreadKey } from '../contract.ts'
import { beingSent } from '../outbox.ts'
import type { DeadLetterRow } from '../tables/dead-letters.ts'
import { deadLettersOf } from '../tables/dead-letters.ts'
import type { InRow, OutRow } from '../tables/page.ts'
import { reconcilingAmong } from '../tables/resync.ts'
import { readLine, type TryRow, threadName, triesOf } from '../tables/tries.ts'
import type { LetterView, MessageRow, Place, TryView, WhyView } from './contract.ts'

/** What the owner of the threads says of them to this caller: nothing to who may not read them. */
export type ThreadNames = (
  store: Store,
  threads: readonly ThreadKey[],
) => Promise<Map<string, { id: string; patient: string; state: string }>>

export const letterView = (d: DeadLetterRow): LetterView => ({
  cause: d.cause,
  code: d.code,
  role: d.role as LetterView['role'],
  at: d.at.toISOString(),
  ...(d.settled_at && d.settlement
    ? {
        settled: {
          at: d.settled_at.toISOString(),
          how: d.settlement,
          ...(d.settled_name ? { by: d.settled_name } : {}),
          ...(d.reason ? { reason: d.reason } : {}),
        },
      }
    : {}),
})

export const tryView = (t: TryRow): TryView => ({
  code: t.code,
  ...t.words,
  first: t.first_at.toISOString(),
  last: t.last_at.toISOString(),
  times: t.times,
})

const why = (t: TryRow | undefined, code: string | null): { why?: WhyView } => {
  if (t) return { why: { code: t.code, ...t.words } }
  return code ? { why: { code } } : {}
}

interface Facts {
  letters: Map<string, DeadLetterRow>
  tries: Map<string, TryRow[]>
  names: Map<string, string>
  reconciling: Map<string, ReconcilingView>
}

async function factsOf(site: Site, direction: 'out' | 'in', messages: string[], threads: readonly ThreadKey[]): Promise<Facts> {
  const [letters, tries, places, reconciling] = await Promise.all([
    deadLettersOf(site.store, direction, messages),
    triesOf(site.store, direction, messages),
    facilities(site.store),
    reconcilingAmong(site.store, threads),
  ])
  return {
    reconciling,
    letters: new Map(letters.filter((l) => l.settled_at === null).map((l) => [l.message, l])),
    tries: Map.groupBy(tries, (t) => t.message),
    names: new Map(places.map((f) => [f.code, f.name])),
  }
}

const about = ({ reconciling }: Facts, thread: ThreadKey): Pick<MessageRow, 'reconciling'> => {
  const found = reconciling.get(threadName(thread))
  return found ? { reconciling: found } : {}
}

const newest = (tries: readonly TryRow[] | undefined): TryRow | undefined => tries?.reduce((a, b) => (b.last_at > a.last_at ? b : a))

/** States in which the other facility has the thread on its screen; after them it is filed. */
const BEFORE_RECEIVER = new Set(['sent'])
const CLOSED = new Set(['completed', 'declined', 'cancelled', 'redirected', 'died', 'void'])

function placeOf(row: OutRow): Place {
  if (row.state !== 'acked') return 'here'
  if (!row.thread_state || BEFORE_RECEIVER.has(row.thread_state)) return 'hub'
  // Taken back before anybody at the other end had it: it went no further than the hub, whatever its state is now.
  if (row.reached === false) return CLOSED.has(row.thread_state) ? 'ended' : 'hub'
  return CLOSED.has(row.thread_state) ? 'filed' : 'receiver'
}

export async function outRows(site: Site, rows: readonly OutRow[]): Promise<MessageRow[]> {
  const facts = await factsOf(
    site,
    'out',
    rows.map((r) => r.id),
    rows,
  )
  const sending = beingSent(site)
  const line = rows.some((r) => r.state === 'pending') ? await readLine(site.store) : null
  // While the line is down nothing is tried message by message: the line is the reason.
  const cut = line && !line.up ? (line.why ?? 'hub-unreachable') : null
  return rows.map((r) => {
    const tries = facts.tries.get(r.id)
    const last = newest(tries)
    const letter = facts.letters.get(r.id)
    const waiting = r.state === 'pending'
    return {
      key: `out:${r.id}`,
      direction: 'out',
      issuer: r.issuer,
      number: r.number,
      what: r.kind === 'transition' ? (r.event ?? '') : r.outcome ? 'answer' : 'send',
      papers: r.kind === 'parcel',
      urgent: r.urgent,
      other: { code: r.other ?? '', name: facts.names.get(r.other ?? '') ?? r.other ?? '' },
      state: waiting ? (sending.has(r.id) ? 'sending' : 'waiting') : r.state === 'acked' ? 'acked' : 'refused',
      place: placeOf(r),
      since: (r.acked_at ?? r.created_at).toISOString(),
      createdAt: r.created_at.toISOString(),
      tries: (tries ?? []).reduce((n, t) => n + t.times, 0) + (r.state === 'acked' ? 1 : 0),
      ...(waiting && r.attempts > 0 ? { nextTry: r.next_at.toISOString() } : {}),
      ...(r.state === 'acked' ? {} : why(last, r.last_error ?? cut)),
      ...about(facts, r),
      ...(letter ? { letter: letterView(letter) } : {}),
    } satisfies MessageRow
  })
}

export async function inRows(site: Site, rows: readonly InRow[]): Promise<MessageRow[]> {
  const facts = await factsOf(
    site,
    'in',
    rows.map((r) => threadName(r)),
    rows,
  )
  return rows.map((r) => {
    const tries = facts.tries.get(threadName(r))
    const letter = facts.letters.get(threadName(r))
    return {
      key: `in:${threadName(r)}`,
      direction: 'in',
      issuer: r.issuer,
      number: r.number,
      what: r.event,
      papers: r.event === 'send' || r.event === 'answer',
      urgent: false,
      other: { code: r.other, name: facts.names.get(r.other) ?? r.other },
      state: r.parked ? 'parked' : 'taken',
      place: r.parked ? 'aside' : CLOSED.has(r.state) ? 'filed' : 'here',
      since: (r.parked ? (tries?.[0]?.first_at ?? r.told_at) : (r.taken_at ?? r.told_at)).toISOString(),
      createdAt: r.told_at.toISOString(),
      tries: r.attempts,
      ...(r.parked && r.next_at ? { nextTry: r.next_at.toISOString() } : {}),
      ...(r.parked ? why(newest(tries), r.error) : {}),
      ...about(facts, r),
      ...(letter ? { letter: letterView(letter) } : {}),
    } satisfies MessageRow
  })
}

/** Adds person and referral where this caller may know them. */
export async function named(store: Store, names: ThreadNames, rows: MessageRow[]): Promise<MessageRow[]> {
  if (rows.length === 0) return rows
  const known = await names(store, rows)
  return rows.map((r) => {
    const thread = known.get(threadName(r))
    return thread ? { ...r, referral: { id: thread.id, patient: thread.patient } } : r
  })
}

/** What a site holds of some slips and their visits, read from its tables past all code, by index: history may be long. */
import { facilitySystem, typeNumber } from '@yba/fhir'
import type { ReferralHistoryEntry } from '../../features/referral/contract.ts'
import { FACILITIES } from '../exchange.ts'
import type { Slip } from './acts.ts'
import { TASK_SYSTEMS } from './tasks.ts'
import { NODES, type SiteName, type World } from './world.ts'

export interface Thread {
  /** Version = place in the story. */
  story: ReferralHistoryEntry[]
  tasks: { state: string; from: string; to: string }[]
  /** sha-256 of each filed paper and print. */
  digests: string[]
  /** Papers that wait for a signature: they are where they are written, and nowhere else. */
  unissued: number
}

export interface Message {
  number: string
  state: string
  kind: string
  priority: string
  event: string | null
  reason: string | null
}

export interface Snapshot {
  threads: Map<string, Thread>
  outbox: Message[]
}

// biome-ignore lint/suspicious/noExplicitAny: resources as they lie in the table
type Loose = any

/** More visits of one slip than any way makes. */
const MOST_VISITS = 6
const CODES = Object.values(FACILITIES).map((f) => f.code)

/** Slip numbers with those their visits may have. */
export const withVisits = (slips: readonly Pick<Slip, 'number'>[]): string[] =>
  slips.flatMap(({ number }) => [number, ...Array.from({ length: MOST_VISITS }, (_, i) => `${number}~${i + 1}`)])

/** Masters of papers: the slip has the thread's number, an outcome one made of it. */
const papersOf = (numbers: readonly string[]): string[] => [...numbers, ...CODES.flatMap((code) => numbers.map((n) => `PH-${code}-${n}`))]
const PAPER_SYSTEMS = [...TASK_SYSTEMS, ...CODES.map((code) => facilitySystem.document(code))]

/** What `site` holds of these threads. */
export async function snapshot(world: World, site: SiteName, numbers: readonly string[]): Promise<Snapshot> {
  const { sql } = world.node(site)
  const threads = new Map<string, Thread>()
  const thread = (number: string): Thread => {
    const known = threads.get(number) ?? { story: [], tasks: [], digests: [], unissued: 0 }
    threads.set(number, known)
    return known
  }
  const entries = await sql<{ number: string; entry: ReferralHistoryEntry }>(
    `select number, entry from referral_history where issuer = any($2) and number = any($1) and scope = 'hub' order by issuer, number, seq`,
    [numbers, CODES],
  )
  for (const { number, entry } of entries) thread(number).story.push(entry)
  const tasks = await sql<{ content: string }>(
    `select r.content from uniq u join res r on r.rid = u.rid where u.one and u.system = any($1) and u.value = any($2) and not r.deleted`,
    [TASK_SYSTEMS, numbers],
  )
  const listed: string[] = []
  for (const row of tasks) {
    const r: Loose = JSON.parse(row.content)
    const state = String(r.businessStatus?.coding?.[0]?.code)
    const { requester, owner } = r
    thread(r.identifier[0].value).tasks.push({ state, from: requester?.identifier?.value ?? '', to: owner?.identifier?.value ?? '' })
    for (const item of [...(r.input ?? []), ...(r.output ?? [])])
      listed.push(String(item.valueReference?.reference).split('/').at(-1) ?? '')
  }
  const papers = await sql<{ content: string }>(
    `select content from res where not deleted and rid in (
       select rid from uniq where not one and system = any($1) and value = any($2)
       union select rid from res where t = $4 and id = any($3))`,
    [PAPER_SYSTEMS, papersOf(numbers), listed, typeNumber('DocumentReference')],
  )
  for (const row of papers) {
    const r: Loose = JSON.parse(row.content)
    const number = r.resourceType === 'DocumentReference' ? r.context?.related?.[0]?.identifier?.value : undefined
    if (!number) continue
    if (r.docStatus === 'preliminary') thread(number).unissued += 1
    else thread(number).digests.push(...(r.content ?? []).map((c: Loose) => String(c.attachment?.url).split('/').at(-1)))
  }
  const outbox =
    site === 'hub'
      ? []
      : await sql<Record<string, unknown> & Message>(
          `select number, state, kind, priority, body->>'event' as event, body->>'reason' as reason from outbox
           where issuer = any($2) and number = any($1) order by seq`,
          [numbers, CODES],
        )
  return { threads, outbox }
}

/** What is still to be sent, or put aside, of these threads at the nodes: little waits at a time, so that it is asked for whole. */
export async function underWay(world: World, numbers: ReadonlySet<string>): Promise<number> {
  const waiting = `select number from outbox where state = 'pending' union all select number from feed_parked`
  let left = 0
  for (const site of NODES) {
    const rows = await world.node(site).sql<{ number: string }>(waiting)
    left += rows.filter((row) => numbers.has(row.number)).length
  }
  return left
}

/** Whether every party has as much of each thread's story as the hub: a short look, before the long one. */
export async function alike(world: World, numbers: readonly string[]): Promise<boolean> {
  const count = `select number, count(*)::int as n from referral_history where scope = 'hub' and issuer = any($2) and number = any($1) group by number`
  const told = async (site: SiteName): Promise<Map<string, number>> =>
    new Map((await world.node(site).sql<{ number: string; n: number }>(count, [numbers, CODES])).map((r) => [r.number, r.n]))
  const hub = await told('hub')
  for (const site of NODES) for (const [number, n] of await told(site)) if (hub.get(number) !== n) return false
  return true
}

/** What must be true when the dust has settled, read from the tables of all sites past all code. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReferralHistoryEntry } from '../../features/referral/contract.ts'
import { rebuild } from '../../features/referral/machine.ts'
import type { Slip } from './hands.ts'
import { NODES, SITES, type SiteName, type World } from './world.ts'

interface Thread {
  /** Version = place in the story. */
  story: ReferralHistoryEntry[]
  tasks: { state: string; from: string; to: string }[]
  /** sha-256 of each filed paper and print. */
  digests: string[]
}

interface Message {
  number: string
  state: string
  kind: string
  event: string | null
  reason: string | null
}

interface Snapshot {
  threads: Map<string, Thread>
  outbox: Message[]
  parked: number
}

const CODE: Record<string, SiteName> = { '24997': 'sender', '24998': 'other', '01929': 'receiver' }
const base = (number: string): string => number.split('~')[0] ?? number

// biome-ignore lint/suspicious/noExplicitAny: resources as they lie in the table
type Loose = any

async function snapshot(world: World, site: SiteName): Promise<Snapshot> {
  const { sql } = world.node(site)
  const threads = new Map<string, Thread>()
  const thread = (number: string): Thread => {
    const known = threads.get(number) ?? { story: [], tasks: [], digests: [] }
    threads.set(number, known)
    return known
  }
  const entries = await sql<{ number: string; entry: ReferralHistoryEntry }>(
    `select number, entry from referral_history where scope = 'hub' order by issuer, number, seq`,
  )
  for (const { number, entry } of entries) thread(number).story.push(entry)
  const resources = await sql<{ content: string }>(
    `select content from res where not deleted and (content like '%"resourceType":"Task"%' or content like '%"resourceType":"DocumentReference"%')`,
  )
  for (const row of resources) {
    const r: Loose = JSON.parse(row.content)
    if (r.resourceType === 'Task' && r.identifier?.[0]) {
      const state = String(r.businessStatus?.coding?.[0]?.code)
      thread(r.identifier[0].value).tasks.push({ state, from: r.requester?.identifier?.value ?? '', to: r.owner?.identifier?.value ?? '' })
    }
    if (r.resourceType === 'DocumentReference') {
      const number = r.context?.related?.[0]?.identifier?.value
      if (number) thread(number).digests.push(...(r.content ?? []).map((c: Loose) => String(c.attachment?.url).split('/').at(-1)))
    }
  }
  const outbox =
    site === 'hub'
      ? []
      : await sql<Record<string, unknown> & Message>(
          `select number, state, kind, body->>'event' as event, body->>'reason' as reason from outbox order by seq`,
        )
  const [parked] = site === 'hub' ? [{ n: 0 }] : await sql<{ n: number }>('select count(*)::int as n from feed_parked')
  return { threads, outbox, parked: parked?.n ?? 0 }
}

/** Null when nothing is under way any more, else what is. */
export async function unsettled(world: World): Promise<string | null> {
  for (const site of NODES) {
    const { sql } = world.node(site)
    const [row] = await sql<{ pending: number; parked: number }>(
      `select (select count(*)::int from outbox where state = 'pending') as pending, (select count(*)::int from feed_parked) as parked`,
    )
    if (row?.pending || row?.parked) return `${site}: ${row.pending} to send, ${row.parked} aside`
    const [count] = await sql<{ n: number }>(`select count(*)::int as n from referral_history where scope = 'hub'`)
    const code = Object.entries(CODE).find(([, name]) => name === site)?.[0] ?? ''
    const [due] = await world.node('hub').sql<{ n: number }>(
      `select count(*)::int as n from referral_history h where (h.issuer, h.number) in (
         select distinct payload::jsonb->>'issuer', payload::jsonb->>'number' from event
         where kind = 'referral.thread' and (payload::jsonb->>'from' = $1 or payload::jsonb->>'to' = $1))`,
      [code],
    )
    if (count?.n !== due?.n) return `${site}: ${count?.n} of ${due?.n} steps known`
  }
  return null
}

/** Every way in which the province lied, lost or doubled; empty when it did not. */
export async function findFaults(world: World, slips: readonly Slip[]): Promise<{ number: string; fault: string }[]> {
  const seen = new Map<SiteName, Snapshot>()
  for (const site of SITES) seen.set(site, await snapshot(world, site))
  const hub = seen.get('hub')
  if (!hub) throw new Error('no hub')
  const faults: { number: string; fault: string }[] = []
  const say = (number: string, fault: string): void => void faults.push({ number, fault })
  const byBase = new Map<string, string[]>()
  for (const number of hub.threads.keys()) byBase.set(base(number), [...(byBase.get(base(number)) ?? []), number])
  const known = new Set(slips.map((s) => s.number))
  for (const slip of slips) {
    const numbers = byBase.get(slip.number) ?? []
    if (!numbers.includes(slip.number)) say(slip.number, 'the slip is not at the hub')
    checkActs(slip, numbers, seen, say)
    for (const number of numbers) checkThread(world, number, seen, say)
  }
  for (const number of hub.threads.keys()) if (!known.has(base(number))) say(number, 'the hub tells of a slip nobody sent')
  return faults
}

type Say = (number: string, fault: string) => void

/** Acknowledged: one effect, or a refusal that people see. Refused at the desk: none. Unknown: at most one. */
function checkActs(slip: Slip, numbers: readonly string[], seen: Map<SiteName, Snapshot>, say: Say): void {
  const told = numbers.flatMap((n) => seen.get('hub')?.threads.get(n)?.story ?? [])
  for (const act of slip.acts) {
    const effects = told.filter((e) => e.reason?.includes(act.tag)).length
    const queued = (seen.get(act.site)?.outbox ?? []).filter((m) => m.reason?.includes(act.tag))
    const refused = queued.filter((m) => m.state === 'refused').length
    const what = `${act.event} ${act.tag} at ${act.site} (${act.answer} ${act.code})`
    if (effects > 1) say(slip.number, `${what} has ${effects} effects`)
    if (queued.length > 1) say(slip.number, `${what} was queued ${queued.length} times`)
    if (act.answer === 'done' && effects + refused !== 1) say(slip.number, `${what}: ${effects} effects, ${refused} refusals`)
    if (act.answer === 'done' && queued.length !== 1) say(slip.number, `${what} is not in the outbox`)
    if (act.answer === 'refused' && effects + queued.length > 0) say(slip.number, `${what} had an effect all the same`)
    if (effects + refused !== queued.length) say(slip.number, `${what}: ${queued.length} queued, ${effects} effects, ${refused} refusals`)
  }
  const tags = new Set(slip.acts.map((a) => a.tag))
  for (const entry of told) {
    const tag = /#\d+#/.exec(entry.reason ?? '')?.[0]
    if (tag && !tags.has(tag)) say(slip.number, `the story tells of ${entry.event} ${tag}, which nobody did`)
  }
}

function checkThread(world: World, number: string, seen: Map<SiteName, Snapshot>, say: Say): void {
  const thread = seen.get('hub')?.threads.get(number)
  const task = thread?.tasks[0]
  if (!thread || !task) {
    say(number, 'no Task at the hub')
    return
  }
  if (thread.tasks.length !== 1) say(number, `${thread.tasks.length} Tasks at the hub`)
  try {
    const replayed = rebuild(thread.story)
    if (replayed !== task.state) say(number, `state ${task.state}, replay ${replayed}`)
  } catch (error) {
    say(number, `replay: ${error instanceof Error ? error.message : error}`)
  }
  if (thread.story.filter((e) => e.event === 'send').length > 1) say(number, 'sent more than once')
  const story = JSON.stringify(thread.story)
  for (const site of new Set([CODE[task.from], CODE[task.to]])) {
    if (!site) continue
    const mine = seen.get(site)?.threads.get(number)
    if (!mine) {
      say(number, `${site} does not know it`)
      continue
    }
    if (mine.tasks.length !== 1) say(number, `${mine.tasks.length} Tasks at ${site}`)
    if (mine.tasks[0]?.state !== task.state) say(number, `state ${task.state} at the hub, ${mine.tasks[0]?.state} at ${site}`)
    if (JSON.stringify(sorted(mine.story)) !== JSON.stringify(sorted(JSON.parse(story)))) say(number, `${site} tells another story`)
    checkOrder(number, site, thread, seen, say)
    checkPapers(world, number, site, thread, mine, say)
  }
}

/** What a site queued for a thread stands in the story in that order. */
function checkOrder(number: string, site: SiteName, thread: Thread, seen: Map<SiteName, Snapshot>, say: Say): void {
  const tagOf = (text: string | null | undefined): string | undefined => /#\d+#/.exec(text ?? '')?.[0]
  const told = thread.story.map((e) => tagOf(e.reason)).filter((t) => t !== undefined)
  const queued = (seen.get(site)?.outbox ?? []).map((m) => tagOf(m.reason)).filter((t) => t !== undefined && told.includes(t))
  const mine = told.filter((t) => queued.includes(t))
  if (mine.join() !== queued.join()) say(number, `${site} queued ${queued}, the story tells ${mine}`)
}

function checkPapers(world: World, number: string, site: SiteName, hub: Thread, mine: Thread, say: Say): void {
  if ([...hub.digests].sort().join() !== [...mine.digests].sort().join()) say(number, `${site} holds other papers than the hub`)
  if (new Set(mine.digests).size !== mine.digests.length) say(number, `${site} holds a paper twice`)
  for (const digest of mine.digests) {
    for (const place of ['hub', site] as const) {
      const file = join(world.node(place).settings.folder, 'blobs', digest.slice(0, 2), digest.slice(2, 4), digest)
      const bytes = existsSync(file) ? readFileSync(file) : null
      const found = bytes && createHash('sha256').update(bytes).digest('hex')
      if (found !== digest) say(number, `bytes of ${digest} at ${place}: ${found ? 'other ones' : 'missing'}`)
    }
  }
}

/** jsonb keeps no order of members. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  )
}

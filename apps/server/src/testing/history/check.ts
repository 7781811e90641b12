/** What must be true when the dust has settled, read from the tables of all sites past all code. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rebuild } from '../../features/referral/machine.ts'
import type { Act, Slip } from './acts.ts'
import { type Message, type Snapshot, snapshot, type Thread, withVisits } from './snapshot.ts'
import { SITES, type SiteName, type World } from './world.ts'

export interface Fault {
  number: string
  fault: string
}

const CODE: Record<string, SiteName> = { '24997': 'sender', '24998': 'other', '01929': 'receiver' }
const base = (number: string): string => number.split('~')[0] ?? number

/** Every way in which the province lied about these slips, lost or doubled; empty when it did not. */
export async function findFaults(world: World, slips: readonly Slip[]): Promise<Fault[]> {
  const numbers = withVisits(slips)
  const seen = new Map<SiteName, Snapshot>()
  for (const site of SITES) seen.set(site, await snapshot(world, site, numbers))
  const faults: Fault[] = []
  const say = (number: string, fault: string): void => void faults.push({ number, fault })
  const byBase = new Map<string, string[]>()
  for (const number of seen.get('hub')?.threads.keys() ?? []) byBase.set(base(number), [...(byBase.get(base(number)) ?? []), number])
  for (const slip of slips) {
    const known = byBase.get(slip.number) ?? []
    if (!known.includes(slip.number)) say(slip.number, 'the slip is not at the hub')
    checkActs(slip, known, seen, say)
    checkLane(slip, seen, say)
    checkUnissued(slip, known, seen, say)
    for (const number of known) checkThread(world, number, seen, say)
  }
  return faults
}

type Say = (number: string, fault: string) => void

/** How an act is known again: by its word, an outcome by the step that tells of it (there is one of a slip at most). */
const isOf = (act: Act, told: { event: string | null; reason?: string | null }): boolean =>
  act.event === 'outcome' ? told.event === 'answer' : told.reason?.includes(act.tag) === true

/** Acknowledged: one effect, or a refusal that people see. Refused at the desk: none. Unknown: at most one. */
function checkActs(slip: Slip, numbers: readonly string[], seen: Map<SiteName, Snapshot>, say: Say): void {
  const told = numbers.flatMap((n) => seen.get('hub')?.threads.get(n)?.story ?? [])
  const outbox = (site: SiteName): Message[] => (seen.get(site)?.outbox ?? []).filter((m) => base(m.number) === slip.number)
  for (const act of slip.acts) {
    const effects = told.filter((e) => isOf(act, e)).length
    const queued = outbox(act.site).filter((m) => isOf(act, m))
    const refused = queued.filter((m) => m.state === 'refused').length
    const what = `${act.event} ${act.tag} at ${act.site} (${act.answer} ${act.code})`
    if (effects > 1) say(slip.number, `${what} has ${effects} effects`)
    if (queued.length > 1) say(slip.number, `${what} was queued ${queued.length} times`)
    if (act.answer === 'done' && effects + refused !== 1) say(slip.number, `${what}: ${effects} effects, ${refused} refusals`)
    if (act.answer === 'done' && queued.length !== 1) say(slip.number, `${what} is not in the outbox`)
    if (act.code === 'internal-error') say(slip.number, `${what}: the site failed`)
    if (act.answer === 'refused' && effects + queued.length > 0) say(slip.number, `${what} had an effect all the same`)
    if (effects + refused !== queued.length) say(slip.number, `${what}: ${queued.length} queued, ${effects} effects, ${refused} refusals`)
  }
  const tags = new Set(slip.acts.map((a) => a.tag))
  for (const entry of told) {
    const tag = /#\d+#/.exec(entry.reason ?? '')?.[0]
    if (tag && !tags.has(tag)) say(slip.number, `the story tells of ${entry.event} ${tag}, which nobody did`)
  }
}

const PAPERS = new Set<string>(['outcome', 'correction'])

/** A paper waits for its next signature only where its site died under one who was signing. */
function checkUnissued(slip: Slip, numbers: readonly string[], seen: Map<SiteName, Snapshot>, say: Say): void {
  for (const [site, { threads }] of seen) {
    const waiting = numbers.reduce((n, number) => n + (threads.get(number)?.unissued ?? 0), 0)
    if (waiting === 0) continue
    const died = slip.acts.some((act) => act.site === site && act.answer === 'unknown' && PAPERS.has(act.event))
    if (!died) say(slip.number, `${waiting} papers at ${site} wait for a signature, and nobody was interrupted`)
  }
}

/** An emergency travels in the lane of emergencies, and nothing else does. */
function checkLane(slip: Slip, seen: Map<SiteName, Snapshot>, say: Say): void {
  const first = seen.get(slip.sender)?.outbox.find((m) => m.number === slip.number && m.kind === 'parcel')
  if (first?.priority !== (slip.stat ? 'stat' : 'routine'))
    say(slip.number, `${slip.stat ? 'an emergency' : 'no emergency'} in the lane ${first?.priority}`)
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

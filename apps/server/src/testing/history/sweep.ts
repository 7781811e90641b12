/**
 * The last look over the whole of a long history, page by page: all that the sites hold, not only what was asked for.
 * Rounds were checked one by one; here nothing may have changed since, and nothing may be there that nobody did.
 */

import type { ReferralHistoryEntry } from '../../features/referral/contract.ts'
import { rebuild } from '../../features/referral/machine.ts'
import type { Fault } from './check.ts'
import { TASK_SYSTEMS } from './tasks.ts'
import { NODES, SITES, type SiteName, type World } from './world.ts'

const PAGE = 1_000
const base = (number: string): string => number.split('~')[0] ?? number

interface Told extends Record<string, unknown> {
  issuer: string
  number: string
  digest: string
  story: ReferralHistoryEntry[]
}

async function storiesAfter(world: World, site: SiteName, after: Told | undefined): Promise<Told[]> {
  return world.node(site).sql<Told>(
    `select issuer, number, md5(string_agg(entry::text, ',' order by seq)) as digest, ${site === 'hub' ? 'jsonb_agg(entry order by seq)' : "'[]'::jsonb"} as story
     from referral_history where scope = 'hub' and (issuer, number) > ($1, $2) group by issuer, number order by issuer, number limit $3`,
    [after?.issuer ?? '', after?.number ?? '', PAGE],
  )
}

/** What differs between the sites, or is told of a slip that is not among `numbers`. */
export async function sweep(world: World, numbers: ReadonlySet<string>): Promise<Fault[]> {
  const faults: Fault[] = []
  const say = (number: string, fault: string): void => void faults.push({ number, fault })
  const copies = await copiesOf(world, say)
  let threads = 0
  for (let page = await storiesAfter(world, 'hub', undefined); page.length > 0; page = await storiesAfter(world, 'hub', page.at(-1))) {
    const states = await statesOf(world, page)
    for (const told of page) {
      threads += 1
      if (!numbers.has(base(told.number))) say(told.number, 'the hub tells of a slip nobody sent')
      const known = copies.get(`${told.issuer}|${told.number}`) ?? []
      if (known.length < 1 || known.some((digest) => digest !== told.digest))
        say(told.number, 'the sites tell different stories at the end')
      copies.delete(`${told.issuer}|${told.number}`)
      const state = states.get(`${told.issuer}|${told.number}`)
      if (rebuild(told.story) !== state) say(told.number, `at the end state ${state}, replay ${rebuild(told.story)}`)
    }
  }
  for (const name of copies.keys()) say(name, 'a node tells of a thread the hub does not know')
  if (threads < numbers.size) say('', `${threads} threads of ${numbers.size} slips`)
  for (const site of NODES) {
    const [left] = await world
      .node(site)
      .sql<{ n: number }>(
        `select (select count(*) from outbox where state = 'pending')::int + (select count(*) from feed_parked)::int as n`,
      )
    if (left?.n) say('', `${site}: ${left.n} messages are left`)
  }
  for (const site of SITES) {
    const twice = await world
      .node(site)
      .sql<{ value: string }>(
        `select value from uniq u join res r on r.rid = u.rid where u.one and u.system = any($1) and not r.deleted group by u.system, value having count(*) > 1 limit 20`,
        [TASK_SYSTEMS],
      )
    for (const { value } of twice) say(value, `twice at ${site}`)
  }
  return faults
}

/** Digests of the stories the nodes hold: of a thread some sixty bytes stay here. */
async function copiesOf(world: World, say: (number: string, fault: string) => void): Promise<Map<string, string[]>> {
  const copies = new Map<string, string[]>()
  for (const site of NODES) {
    for (let page = await storiesAfter(world, site, undefined); page.length > 0; page = await storiesAfter(world, site, page.at(-1))) {
      for (const { issuer, number, digest } of page) {
        const name = `${issuer}|${number}`
        const known = copies.get(name) ?? []
        if (known.length >= 3) say(number, 'held by more sites than there are')
        copies.set(name, [...known, digest])
      }
    }
  }
  return copies
}

/** The state of each thread's Task at the hub. */
async function statesOf(world: World, page: readonly Told[]): Promise<Map<string, string>> {
  const rows = await world.node('hub').sql<{ system: string; value: string; content: string }>(
    `select u.system, u.value, r.content from uniq u join res r on r.rid = u.rid
     where u.one and u.system = any($1) and u.value = any($2) and not r.deleted`,
    [TASK_SYSTEMS, page.map((t) => t.number)],
  )
  return new Map(
    rows.map(({ system, value, content }) => [
      `${system.split('/').at(-1)}|${value}`,
      String(JSON.parse(content).businessStatus?.coding?.[0]?.code),
    ]),
  )
}

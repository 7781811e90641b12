/** Finds the local Tasks of slips for everybody who waits for one: one question for all, answered from an index. */
import { facilitySystem } from '@yba/fhir'
import { FACILITIES } from '../exchange.ts'
import { NODES, type SiteName, type World } from './world.ts'

const EVERY_MS = 100
/** A database that does not answer by then has a lock that nobody gives back. */
const LOOK_MS = 120_000
export const TASK_SYSTEMS = Object.values(FACILITIES).map((f) => facilitySystem.referral(f.code))

interface Waiting {
  numbers: readonly string[]
  until: number
  found(id: string | null): void
}

export interface TaskFinder {
  /** The Task of the first of these numbers that the site has; null when none comes in time, if there is one. */
  find(site: SiteName, numbers: readonly string[], ms?: number): Promise<string | null>
  stop(): Promise<void>
}

/** Looks until stopped. */
export function taskFinder(world: World): TaskFinder {
  const waiting = new Map<SiteName, Set<Waiting>>(NODES.map((site) => [site, new Set()]))
  const stop = new AbortController()
  const look = async (site: SiteName, open: Set<Waiting>): Promise<void> => {
    const all = [...open]
    const rows = await world.node(site).sql<{ value: string; id: string }>(
      `select u.value, r.id from uniq u join res r on r.rid = u.rid
       where u.one and u.system = any($1) and u.value = any($2) and not r.deleted`,
      [TASK_SYSTEMS, [...new Set(all.flatMap((w) => w.numbers))]],
    )
    const ids = new Map(rows.map((r) => [r.value, r.id]))
    for (const one of all) {
      const number = one.numbers.find((n) => ids.has(n))
      if (number === undefined && Date.now() < one.until) continue
      open.delete(one)
      one.found(number === undefined ? null : (ids.get(number) ?? null))
    }
  }
  const { patience } = world
  const running = (async () => {
    while (!stop.signal.aborted) {
      for (const [site, open] of waiting)
        if (open.size > 0) await patience.within(`the tables of ${site} to tell who is there`, LOOK_MS, () => look(site, open))
      await patience.pause(EVERY_MS)
    }
  })().catch(patience.end)
  return {
    find: (site, numbers, ms = Number.POSITIVE_INFINITY) =>
      new Promise((found) => void waiting.get(site)?.add({ numbers, until: Date.now() + ms, found })),
    async stop() {
      stop.abort()
      await running
    },
  }
}

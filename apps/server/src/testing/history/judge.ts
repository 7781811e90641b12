/** Judges a round as soon as it has come to rest, while the next ones go on. */
import { FACILITIES } from '../exchange.ts'
import { type Fault, findFaults } from './check.ts'
import type { Round } from './rounds.ts'
import { alike, underWay, withVisits } from './snapshot.ts'
import { NODES, type World } from './world.ts'

/** A round that does not come to rest in this time has a fault. */
const REST_MS = 300_000
const LOOK_EVERY_MS = 1_000

export interface Judged {
  faults: Fault[]
  /** Messages of its slips at all nodes. */
  messages: number
}

/** Waits until nothing of the round is under way and all sites tell the same, then gives what is wrong with it. */
export async function judge(world: World, round: Round): Promise<Judged> {
  const faults = await atRest(world, round)
  return { faults, messages: await messagesOf(world, round) }
}

async function atRest(world: World, round: Round): Promise<Fault[]> {
  const numbers = withVisits(round.slips)
  const wanted = new Set(numbers)
  const end = Date.now() + REST_MS
  return world.patience.within(`the round of seed ${round.seed} to be judged`, 2 * REST_MS, async () => {
    for (;;) {
      const late = Date.now() > end
      const left = await underWay(world, wanted)
      // The long look comes when the short one has seen nothing to wait for.
      if (late || (left === 0 && (await alike(world, numbers)))) {
        const faults = await findFaults(world, round.slips)
        if (late) return left > 0 ? [{ number: '', fault: `${left} messages do not come to rest` }, ...faults] : faults
        // What is told twice or lost stays so: what is only late is right at the next look.
        if (faults.length === 0) return faults
      }
      await world.patience.pause(LOOK_EVERY_MS)
    }
  })
}

async function messagesOf(world: World, round: Round): Promise<number> {
  const count = 'select count(*)::int as n from outbox where issuer = any($2) and number = any($1)'
  const codes = Object.values(FACILITIES).map((f) => f.code)
  let messages = 0
  for (const name of NODES) {
    messages += (await world.node(name).sql<{ n: number }>(count, [withVisits(round.slips), codes]))[0]?.n ?? 0
  }
  return messages
}

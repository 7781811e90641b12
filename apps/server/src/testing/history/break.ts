/** What goes wrong while people work: processes die, lines fail in every way, answered messages are sent again. */
import type { Random } from '@yba/people'
import type { LineFault } from '../tcp-proxy.ts'
import { SITES, type SiteName, type World } from './world.ts'

/** A message that went through is sent again, as if its answer had been lost: one of a moment ago, or an old one. */
async function sendAgain(world: World, r: Random): Promise<void> {
  const recent = r.int(1, 2) === 1
  const one = `select id from outbox where state = 'acked' order by seq ${recent ? 'desc' : ''} offset ${r.int(0, 40)} limit 1`
  await world.node(r.pick(['sender', 'other', 'receiver'] as const)).sql(`update outbox set state = 'pending' where id in (${one})`)
}

async function spoilLine(world: World, r: Random): Promise<void> {
  const fault = r.pick<LineFault>([
    { kind: 'refuse' },
    { kind: 'half-open', swallow: ['down'] },
    { kind: 'half-open', swallow: ['up'] },
    { kind: 'delay', ms: 20, jitter: 60 },
    { kind: 'cut-after', direction: 'up', bytes: r.int(200, 60_000) },
    { kind: 'cut-after', direction: 'down', bytes: r.int(50, 4_000) },
  ])
  await world.line.set(fault)
  await world.patience.pause(r.int(300, 1200))
  await world.line.set({ kind: 'pass' })
}

export interface Breaking {
  world: World
  r: Random
  /** How much has been done so far, and after how much of it something goes wrong again. */
  progress: () => number
  every: number
  signal: AbortSignal
  say: (line: string) => void
}

/**
 * Until stopped, by what is done and not by time: a slow machine must not meet more faults than it does work. Four in ten
 * are a `kill -9`; each site's turn comes before any has a second one.
 */
export async function breakThings({ world, r, progress, every, signal, say }: Breaking): Promise<void> {
  let turns: SiteName[] = []
  for (let next = every; !signal.aborted; next += every * (0.5 + r.int(0, 100) / 100)) {
    while (progress() < next && !signal.aborted) await world.patience.pause(50)
    if (signal.aborted) return
    const kind = r.int(1, 10)
    if (kind <= 4) {
      if (turns.length === 0) turns = [...SITES]
      const [site = 'hub'] = turns.splice(r.int(0, turns.length - 1), 1)
      say(`kill -9 ${site}`)
      await world.kill(site, r.int(0, 500))
    } else if (kind === 5) world.line.cut()
    else await spoilLine(world, r)
    if (r.int(1, 2) === 1) await sendAgain(world, r)
  }
}

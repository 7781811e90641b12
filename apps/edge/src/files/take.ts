/** From the drop folder into the store, then out of the HIS's way. */
import type { DropFolder, Found } from './drop-folder.ts'
import { same } from './sighting.ts'
import type { Spool } from './spool.ts'
import type { Taken, TakenStore } from './tables.ts'

/** How long a file must have stood still, in milliseconds of this computer, before it is … */
export interface Pace {
  /** … taken, when it looks ended. */
  stillMs: number
  /** … taken as it is: the site says what is wrong with it. */
  patienceMs: number
  /** … moved away although it does not look ended: until then its writer may come back to it. */
  lingerMs: number
}

export interface TakeParts {
  drop: DropFolder
  taken: TakenStore
  spool: Spool
  pace: Pace
  say(what: string, about?: Record<string, unknown>): void
  now(): Date
}

/** The day in Vietnam, for the archive's folders. */
const localDay = (at: Date): string => new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 10)

/** One look at the folder. Throws what the share throws. */
export function taker({ drop, taken, spool, pace, say, now }: TakeParts): () => Promise<void> {
  async function take({ name, seen, stillMs }: Found): Promise<void> {
    const copied = await spool.copy(drop.path(name), seen, stillMs < pace.patienceMs)
    if (!copied) return
    await drop.forgetAnswer(name)
    const row = taken.keep(name, seen, copied, now())
    say('taken', { file: name, bytes: seen.size })
    if (row.ended) await moveAway(row)
  }

  async function moveAway(row: Taken): Promise<void> {
    const place = await drop.archive(row.name, localDay(now()))
    if (place === null) return
    taken.set(row.id, { archived: place })
    // Its owner may have written once more between our reading and the move: that is another file.
    const seen = await drop.sightOf(place)
    if (!seen || same(seen, row)) return
    const copied = await spool.copy(drop.path(place), seen, false)
    if (!copied) return
    taken.set(taken.keep(row.name, seen, copied, now()).id, { archived: place })
    say('taken', { file: row.name, bytes: seen.size })
  }

  return async () => {
    await drop.own(taken)
    const lying = await drop.look()
    // Moved by a run before this one, removed by its owner, or written anew: then it is another file.
    for (const row of taken.unmoved()) if (!lying.some((f) => f.name === row.name && same(f.seen, row))) taken.set(row.id, { archived: '' })
    for (const found of lying) {
      const row = taken.lyingThere(found.name, found.seen)
      if (row) {
        if (row.ended || found.stillMs >= pace.lingerMs) await moveAway(row)
      } else if (found.stillMs >= pace.stillMs) await take(found)
    }
  }
}

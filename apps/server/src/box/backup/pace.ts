/** How hard a copy drives the machine: people at work come first, unless nobody is there or somebody waits for it. */

import { setTimeout as sleep } from 'node:timers/promises'

export interface Pace {
  /** Files under way at once. */
  readonly lanes: number
  /** Wait for the disk after every piece of a large file: a commit of people at work never stands behind a large flush. */
  readonly syncPieces: boolean
  /** Pages of a table read in one statement; the whole table at once without it. */
  readonly pages?: number
  /** Called between two pieces of work; rests in proportion to what was worked since the last rest. */
  rest(): Promise<void>
}

/** As fast as the machine allows: for an empty place, a stopped box, or somebody who waits. */
export const swift: Pace = { lanes: 4, syncPieces: false, rest: async () => undefined }

/** A rest shorter than this costs more in timers than it gives. */
const SHORTEST_REST_MS = 20
/** Nor is a piece counted for longer than this: the machine slept, or a disk stood still that no rest of ours would wake. */
const LONGEST_PIECE_MS = 1_000
/** 16 MB: some tens of milliseconds of one core. */
const PAGES = 2_000

/** Works `share` of the time, one piece after the other, and rests the remainder. */
export function gentle(share: number): Pace {
  let rested = performance.now()
  return {
    lanes: 1,
    syncPieces: true,
    pages: PAGES,
    async rest() {
      const owed = Math.min(performance.now() - rested, LONGEST_PIECE_MS) * (1 / share - 1)
      if (owed < SHORTEST_REST_MS) return
      await sleep(owed)
      rested = performance.now()
    },
  }
}

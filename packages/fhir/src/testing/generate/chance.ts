/** Chance that a seed repeats: what fell over can be made again from one number. */

export interface Chance {
  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number
  /** Whether something of this probability happens. */
  is(probability: number): boolean
  pick<T>(list: readonly T[]): T
}

/** Chance from a seed (mulberry32: 32 bits of state, enough for test data). */
export function chanceOf(seed: number): Chance {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return {
    int,
    is: (probability) => next() < probability,
    pick: (list) => {
      if (list.length === 0) throw new RangeError('nothing to pick from')
      return list[int(0, list.length - 1)] as (typeof list)[number]
    },
  }
}

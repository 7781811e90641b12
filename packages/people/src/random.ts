/** A deterministic source of chance: the same seed gives the same person on every machine. No clock, no Math.random. */

export interface Random {
  /** 0 ≤ x < 1 */
  next: () => number
  /** whole number, both ends included */
  int: (from: number, to: number) => number
  pick: <T>(list: readonly T[]) => T
  /** picks by weight */
  weighted: <T>(list: readonly (readonly [T, number])[]) => T
  chance: (p: number) => boolean
  digits: (n: number) => string
}

function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

/** Streams with different names are independent: adding a draw to one does not move the others. */
export function random(seed: number, stream = ''): Random {
  let state = (hash(`${stream}:${seed}`) ^ Math.imul(seed + 1, 0x9e3779b1)) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  const pick = <T>(list: readonly T[]): T => {
    const found = list[int(0, list.length - 1)]
    if (found === undefined) throw new Error('pick from an empty list')
    return found
  }
  const weighted = <T>(list: readonly (readonly [T, number])[]): T => {
    let left = next() * list.reduce((sum, [, w]) => sum + w, 0)
    for (const [value, w] of list) {
      left -= w
      if (left < 0) return value
    }
    return pick(list)[0]
  }
  const digits = (n: number): string => Array.from({ length: n }, () => String(int(0, 9))).join('')
  return { next, int, pick, weighted, chance: (p) => next() < p, digits }
}

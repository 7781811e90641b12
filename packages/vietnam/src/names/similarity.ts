import { nameKeyB } from './fold.ts'

function matchesWithin(a: string, b: string): { left: string; right: string } {
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1)
  const taken = new Array<boolean>(b.length).fill(false)
  let left = ''
  for (let i = 0; i < a.length; i++) {
    for (let j = Math.max(0, i - reach); j < Math.min(b.length, i + reach + 1); j++) {
      if (taken[j] || a[i] !== b[j]) continue
      taken[j] = true
      left += a[i]
      break
    }
  }
  let right = ''
  for (let j = 0; j < b.length; j++) if (taken[j]) right += b[j]
  return { left, right }
}

/** Jaro-Winkler of two texts, 0 to 1. */
export function jaroWinkler(one: string, other: string): number {
  if (one === other) return 1
  // Letters are matched greedily from the first text; a fixed order makes the answer the same both ways.
  const [a, b] = one.length < other.length || (one.length === other.length && one < other) ? [one, other] : [other, one]
  const { left, right } = matchesWithin(a, b)
  const m = left.length
  if (m === 0) return 0
  let swapped = 0
  for (let i = 0; i < m; i++) if (left[i] !== right[i]) swapped++
  const jaro = (m / a.length + m / b.length + (m - swapped / 2) / m) / 3
  let prefix = 0
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix++
  return jaro + prefix * 0.1 * (1 - jaro)
}

/** How alike two person names are, 0 to 1, compared without marks (key B). */
export const nameSimilarity = (a: string, b: string): number => jaroWinkler(nameKeyB(a), nameKeyB(b))

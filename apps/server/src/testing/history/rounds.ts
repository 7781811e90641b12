/** Slips are drawn in rounds, each from a seed of its own, so that a history may have any length and each round can be had again. */
import { random } from '@yba/people'
import { FACILITIES } from '../exchange.ts'
import type { Slip } from './acts.ts'
import { drawWay } from './ways.ts'

export interface Round {
  seed: number
  slips: Slip[]
  /** Slips of which not every step was done yet. */
  open: number
}

export interface Drawn {
  round: Round
  slip: Slip
  i: number
}

const CLAIM_SHARE = 40
const STAT_SHARE = 20

/** `size` slips; `papers` tells how often papers are signed on the way. */
function drawRound(seed: number, size: number, papers: number): Round {
  const r = random(seed, 'history')
  const slips = Array.from({ length: size }, (_, i): Slip => {
    const sender = r.int(1, 4) === 1 ? ('other' as const) : ('sender' as const)
    const way = drawWay(random(seed, `way ${i}`), papers)
    const claim = r.chance(papers / CLAIM_SHARE) && !way.oneYear && !way.paperFirst
    const stat = r.int(1, STAT_SHARE) === 1 && !claim
    const issuer = FACILITIES[sender].code
    return { issuer, number: `${i}/2026/S${seed}`, sender, stat, way, ...(claim ? { claim: (seed % 100_000) * 1_000 + i } : {}), acts: [] }
  })
  return { seed, slips, open: size }
}

/** Gives slip after slip; `next` tells how many more a round may have, 0 to end. */
export function slipSource(seed: number, papers: number, next: (drawn: number) => number): () => Drawn | null {
  let [rounds, place, drawn] = [0, 0, 0]
  let round: Round = { seed, slips: [], open: 0 }
  return () => {
    if (place >= round.slips.length) {
      const size = next(drawn)
      if (size <= 0) return null
      round = drawRound(seed + rounds++, size, papers)
      drawn += size
      place = 0
    }
    const i = place++
    const slip = round.slips[i]
    return slip ? { round, slip, i } : null
  }
}

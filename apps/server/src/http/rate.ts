/** Token buckets of nodes: an ordinary lane held to the second and to the minute, and one for emergencies that ordinary traffic cannot fill. */
import type { Limits } from '../settings.ts'

interface Bucket {
  tokens: number
  at: number
}

interface Rate {
  perSecond: number
  burst: number
}

export interface Lanes {
  /** `wait`: 0 when the request may run, else milliseconds. */
  take(caller: string, urgent: boolean, now: number): { wait: number; lane: 'ordinary' | 'urgent' }
  /** The minute's token of a request that was work. */
  giveBack(caller: string): void
}

/** Tokens of one key, refilled by the clock; a clock that goes back gives none. */
export function buckets(): { wait(key: string, rate: Rate, now: number): number; spend(key: string, by: number): void; size(): number } {
  const known = new Map<string, Bucket>()
  let swept = 0
  function at(key: string, rate: Rate, now: number): Bucket {
    if (now - swept > SWEEP_MS) sweep(now)
    const bucket = known.get(key) ?? { tokens: rate.burst, at: now }
    // At the end of the map, so that its first one is who was not heard of for longest.
    known.delete(key)
    known.set(key, bucket)
    // A crowd of addresses: one goes for each that comes.
    for (const oldest of known.keys()) {
      if (known.size <= MOST_BUCKETS) break
      known.delete(oldest)
    }
    bucket.tokens = Math.min(rate.burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * rate.perSecond)
    bucket.at = now
    return bucket
  }
  /** Whoever was not heard of for ten minutes has a full bucket again, which needs no memory. */
  function sweep(now: number): void {
    swept = now
    for (const [key, bucket] of known) if (now - bucket.at > SWEEP_MS) known.delete(key)
  }
  return {
    wait(key, rate, now) {
      const { tokens } = at(key, rate, now)
      return tokens >= 1 ? 0 : ((1 - tokens) / rate.perSecond) * 1000
    },
    spend(key, by) {
      const bucket = known.get(key)
      if (bucket) bucket.tokens -= by
    },
    size: () => known.size,
  }
}

const SWEEP_MS = 600_000
const MOST_BUCKETS = 50_000

export function nodeLanes(limits: Limits): Lanes {
  const known = buckets()
  const second = { perSecond: limits.perSecond, burst: limits.burst }
  const minute = { perSecond: limits.perMinute / 60, burst: limits.perMinute }
  const stat = { perSecond: limits.statPerSecond, burst: limits.statPerSecond * 5 }
  return {
    take(caller, urgent, now) {
      const [bySecond, byMinute, byStat] = [`${caller} second`, `${caller} minute`, `${caller} stat`]
      const wait = Math.max(known.wait(bySecond, second, now), known.wait(byMinute, minute, now))
      if (wait === 0) {
        known.spend(bySecond, 1)
        known.spend(byMinute, 1)
        return { wait, lane: 'ordinary' }
      }
      if (!urgent) return { wait, lane: 'ordinary' }
      const urgentWait = known.wait(byStat, stat, now)
      if (urgentWait === 0) known.spend(byStat, 1)
      return { wait: urgentWait, lane: 'urgent' }
    },
    giveBack(caller) {
      known.spend(`${caller} minute`, -1)
    },
  }
}

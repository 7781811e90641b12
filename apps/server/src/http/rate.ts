/** Token buckets for nodes: an ordinary lane, and one for urgent parcels that ordinary traffic cannot fill. */

interface Bucket {
  tokens: number
  at: number
}

const ORDINARY = { perSecond: 20, burst: 100 }
const URGENT = { perSecond: 2, burst: 10 }

export interface Lanes {
  /** 0 when the request may run, else milliseconds to wait. */
  take(caller: string, urgent: boolean, now: number): number
}

export function nodeLanes(): Lanes {
  const buckets = new Map<string, Bucket>()

  function takeFrom(key: string, rate: { perSecond: number; burst: number }, now: number): number {
    const bucket = buckets.get(key) ?? { tokens: rate.burst, at: now }
    buckets.set(key, bucket)
    bucket.tokens = Math.min(rate.burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * rate.perSecond)
    bucket.at = now
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1
      return 0
    }
    return ((1 - bucket.tokens) / rate.perSecond) * 1000
  }

  return {
    take(caller, urgent, now) {
      const wait = takeFrom(caller, ORDINARY, now)
      return wait > 0 && urgent ? takeFrom(`${caller} urgent`, URGENT, now) : wait
    },
  }
}

/** How often strangers may ask: a bucket per address and one for all, and a count of what is looked up. Bounded memory. */

interface Bucket {
  tokens: number
  at: number
}

export interface PageRates {
  /** One address: a family or a hospital's guest network. */
  address: { perSecond: number; burst: number }
  /** All visitors together, so that a crowd of addresses leaves the site to its work. */
  all: { perSecond: number; burst: number }
  /** New lookups of all visitors together: each leaves an audit row. */
  lookups: { perSecond: number; burst: number }
  /** Most addresses and subjects remembered. */
  remembered: number
}

export const PAGE_RATES: PageRates = {
  address: { perSecond: 0.5, burst: 30 },
  all: { perSecond: 40, burst: 200 },
  lookups: { perSecond: 0.5, burst: 600 },
  remembered: 10_000,
}

const HOUR_MS = 3_600_000

export interface PageLimits {
  /** 0 when the request may run, else milliseconds to wait. */
  take(address: string, now: number): number
  /** `known`: looked up within the hour. `wait`: too much was looked up. */
  lookup(subject: string, now: number): { known: boolean; wait: number }
}

/** What one visitor is: an IPv4 address, or the /64 of an IPv6 address, of which everybody has as many as he likes. */
export function visitorOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped || !address.includes(':')) return mapped ?? address
  const [head = '', tail] = address.toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':').length : 0
  const full = tail === undefined ? groups : [...groups, ...Array<string>(Math.max(0, 8 - groups.length - after)).fill('0')]
  return full
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}

export function pageLimits(rates: PageRates = PAGE_RATES): PageLimits {
  const buckets = new Map<string, Bucket>()
  const subjects = new Map<string, number>()
  const forget = (map: Map<string, unknown>): void => {
    for (const key of map.keys()) {
      if (map.size <= rates.remembered) return
      map.delete(key)
    }
  }

  function takeFrom(key: string, rate: { perSecond: number; burst: number }, now: number): number {
    const bucket = buckets.get(key) ?? { tokens: rate.burst, at: now }
    bucket.tokens = Math.min(rate.burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * rate.perSecond)
    bucket.at = now
    // Last used stands last: what is forgotten first has rested longest.
    buckets.delete(key)
    buckets.set(key, bucket)
    forget(buckets)
    if (bucket.tokens < 1) return ((1 - bucket.tokens) / rate.perSecond) * 1000
    bucket.tokens -= 1
    return 0
  }

  return {
    take: (address, now) => takeFrom(`address ${visitorOf(address)}`, rates.address, now) || takeFrom('all', rates.all, now),
    lookup(subject, now) {
      const before = subjects.get(subject)
      if (before !== undefined && now - before < HOUR_MS && now >= before) return { known: true, wait: 0 }
      const wait = takeFrom('lookups', rates.lookups, now)
      if (wait > 0) return { known: false, wait }
      subjects.delete(subject)
      subjects.set(subject, now)
      forget(subjects)
      return { known: false, wait: 0 }
    },
  }
}

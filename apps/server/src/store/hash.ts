/**
 * Keyed 64-bit hashes of tokens and references. The site's secret keeps outsiders from building values that
 * collide; matches are rechecked on text where it matters.
 */
import { hash } from 'node:crypto'

const CACHE = 20_000

export interface Hasher {
  /** Signed 64-bit number as text, ready for a bigint parameter. */
  of(text: string): string
}

/** Takes the site's secret (at least 16 bytes). */
export function hasher(siteKey: Buffer): Hasher {
  if (siteKey.length < 16) throw new Error('the key for token hashes is too short')
  const prefix = hash('sha256', Buffer.concat([Buffer.from('yba token hash 1\n'), siteKey]))
  const known = new Map<string, string>()
  return {
    of(text) {
      let h = known.get(text)
      if (h === undefined) {
        h = hash('sha256', prefix + text, 'buffer')
          .readBigInt64BE(0)
          .toString()
        // Codes repeat, identifiers do not: dropping everything now and then is cheaper than keeping order.
        if (known.size >= CACHE) known.clear()
        known.set(text, h)
      }
      return h
    },
  }
}

/** Number of a search parameter in the index tables: FNV-1a of `Type.code`, never 0. */
export function paramNumber(type: string, code: string): number {
  const key = `${type}.${code}`
  let p = params.get(key)
  if (p === undefined) {
    let x = 0x811c9dc5
    for (let i = 0; i < key.length; i++) x = Math.imul(x ^ key.charCodeAt(i), 0x01000193)
    p = (x | 0) === 0 ? 1 : x | 0
    params.set(key, p)
  }
  return p
}

const params = new Map<string, number>()

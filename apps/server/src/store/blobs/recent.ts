/**
 * Bytes put by this process within the last seconds: what arrives is filed, judged and handed on at once. Bounded in time
 * and size. They were synced to disk before they came here, and their digest was computed from them.
 */
const KEPT_MS = 10_000
const KEPT_BYTES = 16_000_000

export interface RecentBytes {
  add(sha256: string, bytes: Uint8Array): void
  get(sha256: string): Buffer | undefined
}

/** An empty memory. */
export function recentBytes(): RecentBytes {
  const kept = new Map<string, { bytes: Buffer; until: number }>()
  let size = 0
  const drop = (sha256: string, bytes: Buffer): void => {
    if (kept.delete(sha256)) size -= bytes.length
  }
  return {
    add(sha256, bytes) {
      if (bytes.length > KEPT_BYTES / 4 || kept.has(sha256)) return
      const now = performance.now()
      const own = Buffer.from(bytes)
      kept.set(sha256, { bytes: own, until: now + KEPT_MS })
      size += own.length
      // In the order they came: the first that may stay ends the look.
      for (const [name, one] of kept) {
        if (size <= KEPT_BYTES && one.until > now) break
        drop(name, one.bytes)
      }
    },
    get(sha256) {
      const found = kept.get(sha256)
      if (!found) return undefined
      // Nobody may change what others read.
      if (found.until > performance.now()) return Buffer.from(found.bytes)
      drop(sha256, found.bytes)
      return undefined
    },
  }
}

import { createHash } from 'node:crypto'

/**
 * The same work on the same bytes is done once while they are remembered: certificates of the same authorities come with every
 * signature, and each new signature of a paper has those before it judged again. What it gives is shared: do not change it.
 * @param limit how many results are kept; the oldest goes first
 * @param compute pure: bytes → result. What it throws is not kept
 */
export function remembering<T>(limit: number, compute: (bytes: Uint8Array) => T): (bytes: Uint8Array) => T {
  const kept = new Map<string, { result: T }>()
  return (bytes) => {
    const key = createHash('sha256').update(bytes).digest('base64')
    const known = kept.get(key)
    if (known) return known.result
    const result = compute(bytes)
    const [oldest] = kept.keys()
    if (kept.size >= limit && oldest !== undefined) kept.delete(oldest)
    kept.set(key, { result })
    return result
  }
}

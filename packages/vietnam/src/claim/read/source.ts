/** Where the bytes of a claim file come from: memory, or a file that is read piece by piece. */

export interface ClaimSource {
  readonly size: number
  /** The bytes from the start, in pieces; it is gone through more than once. */
  pieces(): Iterable<Uint8Array>
}

/** Bytes read between two pauses: some tens of milliseconds. */
const STEP = 512 * 1024

/** Bytes in memory. */
export function bytesSource(bytes: Uint8Array): ClaimSource {
  return {
    size: bytes.length,
    *pieces() {
      for (let at = 0; at < bytes.length; at += STEP) yield bytes.subarray(at, at + STEP)
    },
  }
}

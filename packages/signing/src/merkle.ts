/**
 * One timestamp for many signatures: a tree over their values whose root is stamped. Leaf and node hashes differ by
 * their first byte (RFC 6962), so that no node can pass for a leaf.
 */
import { createHash } from 'node:crypto'
import type { MerkleStep } from './verify/verdict.ts'

const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const LEAF = Buffer.from([0])
const NODE = Buffer.from([1])
const leafHash = (value: Uint8Array): Buffer => sha256(LEAF, sha256(value))

export interface MerkleBatch {
  /** What the token stamps. */
  root: Buffer
  /** One per value, in order. */
  paths: MerkleStep[][]
}

/** Builds the tree over at least one value. */
export function merkleBatch(values: readonly Uint8Array[]): MerkleBatch {
  const paths: MerkleStep[][] = values.map(() => [])
  let row = values.map((value, i) => ({ hash: leafHash(value), leaves: [i] }))
  while (row.length > 1) {
    const next: typeof row = []
    for (let i = 0; i < row.length; i += 2) {
      const [left, right] = [row[i], row[i + 1]]
      if (!left) break
      if (!right) {
        next.push(left)
        continue
      }
      for (const leaf of left.leaves) paths[leaf]?.push({ side: 'right', hash: right.hash.toString('hex') })
      for (const leaf of right.leaves) paths[leaf]?.push({ side: 'left', hash: left.hash.toString('hex') })
      next.push({ hash: sha256(NODE, left.hash, right.hash), leaves: [...left.leaves, ...right.leaves] })
    }
    row = next
  }
  return { root: row[0]?.hash ?? sha256(), paths }
}

/** The root a value leads to along its path: what the token must stamp. */
export function merkleRoot(value: Uint8Array, path: readonly MerkleStep[]): Buffer {
  return path.reduce<Buffer>((hash, step) => {
    const other = Buffer.from(step.hash, 'hex')
    return step.side === 'left' ? sha256(NODE, other, hash) : sha256(NODE, hash, other)
  }, leafHash(value))
}

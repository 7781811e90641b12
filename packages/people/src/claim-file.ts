import { type ClaimEncoding, writeClaim } from '@yba/vietnam'
import type { Stay } from './stay.ts'

/** Bytes of a claim file with these stays; all must be of one facility and layout. Throws on a mixture or an empty list. */
export function claimFile(stays: readonly Stay[], options: { encoding?: ClaimEncoding } = {}): Buffer {
  const first = stays[0]
  if (!first) throw new Error('a claim file needs a stay')
  if (stays.some((s) => s.facility.code !== first.facility.code || s.layout !== first.layout))
    throw new Error('one facility and one layout per claim file')
  const madeOn =
    stays
      .map((s) => s.madeOn)
      .sort()
      .at(-1) ?? first.madeOn
  return writeClaim({ facility: first.facility.code, madeOn, layout: first.layout, records: [...stays] }, options.encoding ?? 'base64')
}

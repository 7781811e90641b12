/** What the store is measured with: Synthea's bundles where there are some, else as many stays of invented people. */
import { syntheaBundles } from '../../apps/server/src/testing/synthea.ts'
import { generatedBundle } from './generated.ts'

export interface Corpus {
  name: string
  /** Transaction bundles, in the order in which they can be loaded, and how many resources each holds. */
  bundles: { text: string; resources: number }[]
}

/** @param most bundles of patients at most */
export function corpus(most: number): Corpus {
  const bundles = syntheaBundles(most)
  if (bundles) return { name: 'Synthea', bundles }
  return { name: 'generated stays', bundles: Array.from({ length: most }, (_, n) => generatedBundle(n)) }
}

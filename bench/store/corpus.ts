/**
 * What the store is measured with: Synthea's bundles where they lie beside the checkout (or where `YBA_SYNTHEA` says), else
 * as many stays of invented people. Never part of this repository.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { generatedBundle } from './generated.ts'

export interface Corpus {
  name: string
  /** Transaction bundles, in the order in which they can be loaded, and how many resources each holds. */
  bundles: { text: string; resources: number }[]
}

const BESIDE = join(import.meta.dirname, '../../../shared/data/synthea')

/** @param most bundles of patients at most; places and practitioners, which they refer to, come first and on top */
export function corpus(most: number): Corpus {
  const folder = process.env.YBA_SYNTHEA ?? BESIDE
  if (!existsSync(folder)) return { name: 'generated stays', bundles: Array.from({ length: most }, (_, n) => generatedBundle(n)) }
  const files = readdirSync(folder).filter((name) => name.endsWith('.json.gz'))
  const shared = files.filter((name) => name.startsWith('0-')).sort()
  const people = files.filter((name) => !name.startsWith('0-')).sort()
  const bundles = [...shared, ...people.slice(0, most)].map((name) => {
    const text = gunzipSync(readFileSync(join(folder, name))).toString('utf8')
    const { entry } = JSON.parse(text) as { entry: unknown[] }
    return { text, resources: entry.length }
  })
  return { name: 'Synthea', bundles }
}

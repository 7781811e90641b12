/**
 * Transaction bundles of Synthea where they lie beside the checkout, or where `YBA_SYNTHEA` says. Never part of this repository.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const BESIDE = join(import.meta.dirname, '../../../../../shared/data/synthea')

/**
 * In the order in which they can be loaded; undefined where there are none.
 * @param most bundles of patients at most; places and practitioners, which they refer to, come first and on top
 */
export function syntheaBundles(most: number): { text: string; resources: number }[] | undefined {
  const folder = process.env.YBA_SYNTHEA ?? BESIDE
  if (!existsSync(folder)) return undefined
  const files = readdirSync(folder).filter((name) => name.endsWith('.json.gz'))
  const shared = files.filter((name) => name.startsWith('0-')).sort()
  const people = files.filter((name) => !name.startsWith('0-')).sort()
  return [...shared, ...people.slice(0, most)].map((name) => {
    const text = gunzipSync(readFileSync(join(folder, name))).toString('utf8')
    const { entry } = JSON.parse(text) as { entry: unknown[] }
    return { text, resources: entry.length }
  })
}

/** Two versions that are loaded, side by side. */
import { refuse } from '@yba/fhir'
import type { StoreRoot } from '../../store/types.ts'
import { versionsInWords } from './in-force.ts'
import { CATALOGUE_VERSION_UNKNOWN } from './outcomes.ts'
import { type Difference, difference } from './plan.ts'
import { catalogues, codesOf, type KeptCatalogue } from './tables.ts'

export interface Compared {
  before: KeptCatalogue
  now: KeptCatalogue
  difference: Difference
}

/**
 * Compares two versions of a list, named by its kind or system; without versions the newest with the one before it.
 * Throws `catalogue-version-unknown`.
 */
export async function compareVersions(store: Pick<StoreRoot, 'sql'>, list: string, from?: string, to?: string): Promise<Compared> {
  const all = await catalogues(store)
  const system = all.find((c) => c.system === list || c.kind === list)?.system
  const versions = all.filter((c) => c.system === system)
  const now = to === undefined ? versions.at(-1) : versions.find((v) => v.version === to)
  const before = from === undefined ? versions[now ? versions.indexOf(now) - 1 : -1] : versions.find((v) => v.version === from)
  if (!now || !before) throw refuse(CATALOGUE_VERSION_UNKNOWN, { list, known: versionsInWords(versions) })
  return { before, now, difference: difference(await codesOf(store, before.id), await codesOf(store, now.id)) }
}

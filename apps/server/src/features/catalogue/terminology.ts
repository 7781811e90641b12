/** The lists as the store's searches ask for them. Lists stay in memory by their version, so that a search waits for none. */
import { OutcomeError } from '@yba/fhir'
import { localDay } from '@yba/vietnam'
import { onBehalf, systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { Terminology } from '../../store/terminology.ts'
import { isFinding } from './codes/sources.ts'
import { CATALOGUE_NOT_IN_FORCE, CATALOGUE_NOT_LOADED, VALUE_SET_UNKNOWN } from './outcomes.ts'
import { findSet, type Terms, tableFor } from './value-sets/find.ts'
import { membersOf } from './value-sets/members.ts'

/** What makes a question unanswerable; a set whose rules are wrong is refused by its own name. */
const UNKNOWN = new Set([CATALOGUE_NOT_LOADED, CATALOGUE_NOT_IN_FORCE, VALUE_SET_UNKNOWN])

const orUnknown = (error: unknown): 'unknown' => {
  if (error instanceof OutcomeError && error.findings.some((f) => UNKNOWN.has(f.definition))) return 'unknown'
  throw error
}

/** Answers by the lists of the site, whoever asks: what a code means is no secret. */
export function terminologyOf(site: Pick<Site, 'store' | 'settings'>): Terminology {
  const store = site.store.as(onBehalf(systemCaller('catalogue', site.settings.facility.code)))
  const termsAt = (at: Date): Terms => ({ root: site.store, store, day: localDay(at), versions: new Map() })

  async function around(way: 'below' | 'above', system: string, code: string, at: Date): Promise<readonly string[] | 'unknown'> {
    const table = await tableFor(termsAt(at), system)
    if (isFinding(table)) return 'unknown'
    const found = [...table[way](code)]
    return found.length > 0 ? found : 'unknown'
  }

  return {
    async expand(url, at, most) {
      const terms = termsAt(at)
      try {
        const { members } = await membersOf(terms, await findSet(terms, url))
        return members.size > most ? 'too-many' : [...members.values()].map(({ system, concept }) => ({ system, code: concept.code }))
      } catch (error) {
        return orUnknown(error)
      }
    },
    below: (system, code, at) => around('below', system, code, at),
    above: (system, code, at) => around('above', system, code, at),
  }
}

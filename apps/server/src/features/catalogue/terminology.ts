/** The lists as the store's searches ask for them. Lists stay in memory by their version, so that a search waits for none. */
import { OutcomeError, refuse } from '@yba/fhir'
import { localDay } from '@yba/vietnam'
import type { Site } from '../../site.ts'
import type { Asker, Terminology } from '../../store/terminology.ts'
import { isFinding } from './codes/sources.ts'
import { CATALOGUE_NOT_IN_FORCE, CATALOGUE_NOT_LOADED, VALUE_SET_UNKNOWN } from './outcomes.ts'
import { findSet, type SetSource, setOf, type Terms, tableFor } from './value-sets/find.ts'
import { membersOf } from './value-sets/members.ts'

/** What makes a question unanswerable; a set whose rules are wrong is refused by its own name. */
const UNKNOWN = new Set([CATALOGUE_NOT_LOADED, CATALOGUE_NOT_IN_FORCE, VALUE_SET_UNKNOWN])

const orUnknown = (error: unknown): 'unknown' => {
  if (error instanceof OutcomeError && error.findings.some((f) => UNKNOWN.has(f.definition))) return 'unknown'
  throw error
}

/** A set by its address, or by where it stands here: `ValueSet/id`. Throws `value-set-unknown`. */
async function named(terms: Terms, url: string): Promise<SetSource> {
  const [, id] = /^ValueSet\/([A-Za-z0-9\-.]{1,64})$/.exec(url) ?? []
  if (id === undefined) return findSet(terms, url)
  const [found] = (await terms.store.search('ValueSet', `_id=${id}`)).entries
  if (!found) throw refuse(VALUE_SET_UNKNOWN, { url })
  return setOf(found.resource())
}

/** Answers by the lists of the site, and by the sets and code systems stored here that whoever asks may see. */
export function terminologyOf(site: Pick<Site, 'store'>): Terminology {
  const termsAt = (asker: Asker, at: Date): Terms => ({
    memory: site.store,
    root: asker,
    store: asker,
    day: localDay(at),
    versions: new Map(),
  })

  async function around(
    way: 'below' | 'above',
    asker: Asker,
    system: string,
    code: string,
    at: Date,
  ): Promise<readonly string[] | 'unknown'> {
    const table = await tableFor(termsAt(asker, at), system)
    if (isFinding(table)) return 'unknown'
    const found = [...table[way](code)]
    return found.length > 0 ? found : 'unknown'
  }

  return {
    async expand(asker, url, at, most) {
      const terms = termsAt(asker, at)
      try {
        const { members } = await membersOf(terms, await named(terms, url))
        return members.size > most ? 'too-many' : [...members.values()].map(({ system, concept }) => ({ system, code: concept.code }))
      } catch (error) {
        return orUnknown(error)
      }
    },
    below: (asker, system, code, at) => around('below', asker, system, code, at),
    above: (asker, system, code, at) => around('above', asker, system, code, at),
  }
}

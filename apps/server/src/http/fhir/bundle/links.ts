/**
 * Links inside a transaction (FHIR R4, http.html#trules and bundle.html#references): entries name each other by their
 * fullUrl, in whatever form, and resources of the server by conditions.
 */
import { type ChangeLink, refuse, rewriteLinks } from '@yba/fhir'
import { type Condition, localReference, type Matched } from '../../../store/index.ts'
import { conditionOf } from '../conditional.ts'
import { multipleMatches, nameTwice } from '../outcomes.ts'
import type { Asked, Links, Target } from '../writes.ts'

/** A write with the name its entry has in the bundle. */
export interface NamedWrite {
  asked: Asked
  fullUrl?: string | undefined
}

const CONDITIONAL = /^([A-Z][A-Za-z]+)\?(.+)$/s
/** Where a RESTful address ends and `Type/id` begins. */
const RESTFUL = /^(https?:\/\/.+)\/[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/
const RELATIVE = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/

const serverOf = (fullUrl: string | undefined): string | undefined => RESTFUL.exec(fullUrl ?? '')?.[1]

/** A reference by condition: the place where it first stands, and its number. */
interface Conditional {
  at: string
  number: number
}

/** Each reference by condition, and which of them each write names. */
function conditionalLinks(writes: readonly NamedWrite[], base: string): { found: Map<string, Conditional>; uses: number[][] } {
  const found = new Map<string, Conditional>()
  const uses = writes.map(({ asked: { body, at = '' } }) => {
    const own = new Set<number>()
    if (!body?.text.includes('?')) return []
    rewriteLinks(body.text, (link, member) => {
      if (member !== 'reference' || !CONDITIONAL.test(localReference(link, base))) return undefined
      const known = found.get(link) ?? { at, number: found.size }
      found.set(link, known)
      own.add(known.number)
      return undefined
    })
    return [...own]
  })
  return { found, uses }
}

/** What the names of the entries lead to. Throws `bundle-name-twice`. */
function namesOf(writes: readonly NamedWrite[], targets: readonly Target[]): Map<string, string> {
  const names = new Map<string, string>()
  for (const [i, { asked, fullUrl }] of writes.entries()) {
    if (fullUrl === undefined) continue
    if (names.has(fullUrl)) throw refuse(nameTwice, {}, asked.at)
    const target = targets[i]
    if (!target || target.kind === 'nothing' || target.kind === 'delete') continue
    names.set(fullUrl, `${asked.type}/${target.kind === 'found' ? target.stored.id : target.id}`)
  }
  return names
}

/** What a link may have after the name of an entry: a version, a fragment. */
const AFTER_NAME = /(?:\/_history\/[A-Za-z0-9\-.]{1,64})?(?:#.*)?$/s

/** A link to an entry, in the sight of the entry it stands in: a relative one is of the same server. */
function inBundle(names: ReadonlyMap<string, string>, server: string | undefined, link: string, base: string): string | undefined {
  const [after = ''] = AFTER_NAME.exec(link) ?? []
  const name = link.slice(0, link.length - after.length)
  const to = names.get(name) ?? (server !== undefined && RELATIVE.test(name) ? names.get(`${server}/${name}`) : undefined)
  // What names it here already keeps its bytes.
  return to === undefined || to === localReference(name, base) ? undefined : to + after
}

/** What was found so far. Throws `multiple-matches`. */
function matchedLinks(
  found: ReadonlyMap<string, Conditional>,
  conditions: readonly Condition[],
  matched: readonly Matched[],
): Map<string, string> {
  const out = new Map<string, string>()
  for (const [link, { at, number }] of found) {
    const { type = '' } = conditions[number] ?? {}
    const one = matched[number] ?? 'none'
    if (one === 'none') continue
    if (one === 'several' || 'all' in one) throw refuse(multipleMatches, { type }, at)
    out.set(link, `${type}/${one.id}`)
  }
  return out
}

/** The links of a transaction; `base`: address of this server. Throws `condition-unusable` and what a search is refused with. */
export function linksOf(writes: readonly NamedWrite[], base: string): Links {
  const { found, uses } = conditionalLinks(writes, base)
  const conditions = [...found].map(([link, { at }]) => {
    const [, type = '', query = ''] = CONDITIONAL.exec(localReference(link, base)) ?? []
    return conditionOf(type, query, at)
  })
  return {
    base,
    conditions,
    uses: (i) => uses[i] ?? [],
    changes(targets, matched) {
      const names = namesOf(writes, targets)
      const byCondition = matchedLinks(found, conditions, matched)
      if (names.size === 0 && byCondition.size === 0) return () => undefined
      return (i): ChangeLink => {
        const server = serverOf(writes[i]?.fullUrl)
        return (link, member) => (member === 'reference' ? byCondition.get(link) : undefined) ?? inBundle(names, server, link, base)
      }
    },
  }
}

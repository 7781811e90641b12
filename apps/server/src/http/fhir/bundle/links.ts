/**
 * Links inside a transaction (FHIR R4, http.html#trules and bundle.html#references): entries name each other by their
 * fullUrl, in whatever form, and resources of the server by conditions.
 */
import { type ChangeLink, refuse, rewriteLinks } from '@yba/fhir'
import { type Condition, localReference, type Matched } from '../../../store/index.ts'
import { conditionOf } from '../conditional.ts'
import { multipleMatches, nameTwice, noMatch } from '../outcomes.ts'
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

/** Each reference by condition with the place where it first stands. */
function conditionalLinks(writes: readonly NamedWrite[], base: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const { asked } of writes) {
    if (!asked.body?.text.includes('?')) continue
    rewriteLinks(asked.body.text, (link, member) => {
      if (member === 'reference' && CONDITIONAL.test(localReference(link, base)) && !found.has(link)) found.set(link, asked.at ?? '')
      return undefined
    })
  }
  return found
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

function matchedLinks(
  found: ReadonlyMap<string, string>,
  conditions: readonly Condition[],
  matched: readonly Matched[],
): Map<string, string> {
  return new Map(
    [...found].map(([link, at], i) => {
      const { type = '' } = conditions[i] ?? {}
      const one = matched[i]
      if (one === undefined || one === 'none') throw refuse(noMatch, { type }, at)
      if (one === 'several' || 'all' in one) throw refuse(multipleMatches, { type }, at)
      return [link, `${type}/${one.id}`]
    }),
  )
}

/** The links of a transaction; `base`: address of this server. Throws `condition-unusable` and what a search is refused with. */
export function linksOf(writes: readonly NamedWrite[], base: string): Links {
  const found = conditionalLinks(writes, base)
  const conditions = [...found].map(([link, at]) => {
    const [, type = '', query = ''] = CONDITIONAL.exec(localReference(link, base)) ?? []
    return conditionOf(type, query, at)
  })
  return {
    conditions,
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

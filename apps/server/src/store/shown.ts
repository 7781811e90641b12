/**
 * Grants that show a part of a resource: what is left of its text, what may be asked for, and what may not be replaced.
 * Least privilege holds on every path to a row, so all of them pass here.
 */
import { type Filter, refuse, type SearchRequest, searchParameters, selectMembers, typeName } from '@yba/fhir'
import type { GrantAction } from '../access/caller.ts'
import { type Access, validGrants } from './grants.ts'
import { notShownWhole, searchNotShown } from './outcomes.ts'
import { type Row, storedRow } from './stored.ts'
import type { Stored } from './types.ts'

const ALWAYS = ['resourceType', 'id', 'meta', 'implicitRules', 'language']

/** The elements a caller is shown of a type; undefined: all of them. One grant that shows all is enough. */
function shownOf(access: Access, action: GrantAction, type: string): ReadonlySet<string> | undefined {
  if (!access.caller.grants.some((g) => g.shows)) return undefined
  const lists = validGrants(access, action, type).map((g) => g.shows?.[type])
  if (lists.length === 0 || lists.includes(undefined)) return undefined
  return new Set([...ALWAYS, ...lists.flatMap((l) => l ?? [])])
}

/** A primitive's extensions stand under `_name`. */
const passes = (shown: ReadonlySet<string>, member: string): boolean => shown.has(member.replace(/^_/, ''))

/** The elements shown, in the bytes they were received in. */
const cut = (text: string, shown: ReadonlySet<string>): string =>
  selectMembers(text, Object.fromEntries([...shown].map((member) => [member, true])))

/** A row as its reader may see it. */
export function shownRow(access: Access, action: GrantAction, row: Row): Stored {
  const shown = row.deleted ? undefined : shownOf(access, action, typeName(row.t) ?? '')
  return storedRow(shown ? { ...row, content: cut(row.content, shown) } : row)
}

/** Whether some type is shown in part for writing: then the text that stands must be looked at before it is replaced. */
export const showsParts = (access: Access, types: readonly string[]): boolean =>
  types.some((type) => shownOf(access, 'write', type) !== undefined)

/** Who sees a part would wipe out the rest by replacing it. Throws `not-shown-whole`. */
export function checkReplaced(access: Access, type: string, current: string): void {
  const shown = shownOf(access, 'write', type)
  if (!shown || current === '') return
  if (Object.keys(JSON.parse(current) as object).some((member) => !passes(shown, member))) throw refuse(notShownWhole, { type })
}

/** Whether the caller is shown all elements a parameter looks at. */
export function mayAsk(access: Access, type: string, param: string): boolean {
  const shown = shownOf(access, 'search', type)
  if (!shown || param === '*' || (param.startsWith('_') && param !== '_text')) return true
  const elements = elementsOf(type, param)
  return elements.length > 0 && elements.every((e) => shown.has(e))
}

/** The reference parameters, as type and code, by which a type shown in part says more than is shown. */
export function hiddenReferences(access: Access): [type: string, param: string][] {
  const types = new Set(access.caller.grants.flatMap((g) => Object.keys(g.shows ?? {})))
  return [...types].flatMap((type) =>
    [...searchParameters(type).values()]
      .filter((p) => p.type === 'reference' && !mayAsk(access, type, p.code))
      .map((p): [string, string] => [type, p.code]),
  )
}

/** Elements of the type a parameter looks at, from its expression. */
function elementsOf(type: string, param: string): string[] {
  if (param === '_text') return type === 'Composition' ? ['text', 'section'] : ['text']
  const expression = searchParameters(type).get(param)?.expression ?? ''
  return [...expression.matchAll(new RegExp(`\\b${type}\\.(\\w+)`, 'g'))].map((m) => m[1] ?? '')
}

/**
 * An answer to a question about what is not shown would show it. Takes the whole request, inner conditions and order
 * included. Throws `search-not-shown`.
 */
export function checkAsked(access: Access, request: SearchRequest): void {
  const asked = (type: string, param: string): void => {
    if (!mayAsk(access, type, param)) throw refuse(searchNotShown, { type, param })
  }
  const filter = (type: string, f: Filter): void => {
    const owner = f.kind === 'has' ? f.type : type
    asked(owner, f.param)
    if (f.kind === 'has') filter(owner, f.filter)
    if (f.kind === 'chain') for (const target of f.targets) filter(target.type, target.filter)
  }
  for (const type of request.types) {
    for (const f of request.filters) filter(type, f)
    for (const s of request.sort) asked(type, s.param)
  }
  for (const rule of [...request.include, ...request.revinclude]) asked(rule.type, rule.param)
}

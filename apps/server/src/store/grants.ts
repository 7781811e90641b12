/**
 * Grants compiled to predicates on the columns of `res`. Used in every sub-plan, inner and outer: what a caller may not
 * see takes no part in an answer.
 */
import { typeNumber } from '@yba/fhir'
import type { Caller, Grant, GrantAction } from '../access/caller.ts'

/** Collects the values of one statement. */
export class Params {
  readonly values: unknown[] = []
  #known = new Map<string, string>()

  /** Gives the placeholder of a value; equal values under one cast share one. */
  add(value: unknown, cast = ''): string {
    const key = `${JSON.stringify(value)}:${cast}`
    let place = this.#known.get(key)
    if (!place) {
      this.values.push(value)
      place = `$${this.values.length}${cast ? `::${cast}` : ''}`
      this.#known.set(key, place)
    }
    return place
  }
}

/** A caller with the instant its grants are judged at, and its token hash of `Patient/<self>`. */
export interface Access {
  caller: Caller
  now: Date
  /** Keyed hash of the caller's own Patient, for scope `self`. */
  self?: string
}

/** Grants that count now. A break-glass grant needs the stated purpose. */
export function validGrants(access: Access, action: GrantAction, type?: string): Grant[] {
  const at = access.now.getTime()
  return access.caller.grants.filter(
    (g) =>
      g.actions.includes(action) &&
      (g.until === undefined || g.until > at) &&
      (g.purpose !== 'BTG' || access.caller.purpose === 'BTG') &&
      (type === undefined || g.types === '*' || g.types.includes(type)),
  )
}

/** True when some grant of the type reaches every patient's rows (scope all), whatever the sensitivity. */
export function reachesAll(access: Access, action: GrantAction, type: string): boolean {
  return validGrants(access, action, type).some((g) => g.scope === 'all')
}

/** True when the only grants of the type hang on care: the question must then name a patient or encounter. */
export function mustNarrow(access: Access, type: string | undefined, action: GrantAction = 'search'): boolean {
  const grants = validGrants(access, action, type)
  return grants.length > 0 && grants.every((g) => g.scope === 'relation' || g.scope === 'department')
}

function cares(access: Access, grant: Grant, row: string, params: Params): string {
  const now = params.add(access.now.toISOString(), 'timestamptz')
  const who =
    grant.scope === 'relation'
      ? `c.who = ${params.add(access.caller.id, 'text')}`
      : `c.department = any(${params.add([...access.caller.departments], 'text[]')})`
  const care = `${who} and c.starts <= ${now} and (c.ends is null or c.ends > ${now})`
  return (
    `(exists (select 1 from care c where c.pat = ${row}.pat and ${care})` +
    ` or (${row}.pat = -1 and exists (select 1 from res_pat m join care c on c.pat = m.pat where m.rid = ${row}.rid and ${care})))`
  )
}

function scope(access: Access, grant: Grant, row: string, params: Params): string {
  switch (grant.scope) {
    case 'all':
      return 'true'
    case 'addressed':
      return `${row}.org @> array[${params.add(access.caller.facility, 'text')}]`
    case 'self': {
      if (!access.self) return 'false'
      const self = `(select s.rid from res s where s.h = ${params.add(access.self, 'bigint')} limit 1)`
      return `(${row}.pat = ${self} or (${row}.pat = -1 and exists (select 1 from res_pat m where m.rid = ${row}.rid and m.pat = ${self})))`
    }
    case 'relation':
    case 'department':
      return cares(access, grant, row, params)
  }
}

const BINARY = 'Binary'

/**
 * The grants of a Binary reach as far as those of its security context (FHIR R4, Binary.securityContext): besides its own, its
 * reader needs the right to read that, and whatever else an extension of its meta refers to.
 */
function inContext(access: Access, row: string, params: Params, type: string | undefined): string {
  if (type !== undefined && type !== BINARY) return 'true'
  const may = ofGrants(access, 'read', 'k', params)
  if (may === 'true') return 'true'
  const hidden = `not exists (select 1 from ix_ref x join res k on k.h = x.tgt where x.rid = ${row}.rid and not coalesce(${may}, false))`
  return type === BINARY ? hidden : `(${row}.t <> ${params.add(typeNumber(BINARY), 'smallint')} or ${hidden})`
}

/**
 * The predicate on alias `row` of `res` under which the caller may do `action`. Without a type it also looks at `row.t`.
 * Gives `true` or `false` as text where nothing needs looking at.
 */
export function grantPredicate(access: Access, action: GrantAction, row: string, params: Params, type?: string): string {
  const own = ofGrants(access, action, row, params, type)
  if (own === 'false' || validGrants(access, action, BINARY).length === 0) return own
  const context = inContext(access, row, params, type)
  return context === 'true' ? own : own === 'true' ? context : `(${own} and ${context})`
}

/** What the grants alone say. */
function ofGrants(access: Access, action: GrantAction, row: string, params: Params, type?: string): string {
  const parts: string[] = []
  for (const grant of validGrants(access, action, type)) {
    const terms: string[] = []
    if (type === undefined && grant.types !== '*') {
      const numbers = grant.types.map(typeNumber).filter((n) => n !== undefined)
      terms.push(`${row}.t = any(${params.add(numbers, 'smallint[]')})`)
    }
    if (grant.maxSensitivity < 2) terms.push(`${row}.sens <= ${params.add(grant.maxSensitivity, 'smallint')}`)
    const where = scope(access, grant, row, params)
    if (where === 'false') continue
    if (where !== 'true') terms.push(where)
    if (terms.length === 0) return 'true'
    parts.push(`(${terms.join(' and ')})`)
  }
  if (parts.length === 0) return 'false'
  return parts.length === 1 ? (parts[0] as string) : `(${parts.join(' or ')})`
}

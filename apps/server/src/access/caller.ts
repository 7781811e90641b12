/**
 * Who is acting. Every store handle is bound to one caller; there is no other way to the data (DESIGN section 2, 5).
 */
import type { Permission, Role } from './permissions.ts'

export type CallerKind = 'user' | 'node' | 'public' | 'system'

/** Purpose of use, HL7 v3 ActReason codes. */
export type Purpose = 'TREAT' | 'ETREAT' | 'BTG' | 'HOPERAT' | 'HSYSADMIN' | 'HRESCH' | 'PATRQT'

export type GrantAction = 'read' | 'search' | 'history' | 'write'
export type GrantScope = 'all' | 'relation' | 'department' | 'self' | 'addressed'

/**
 * What a policy gives; the store understands only this and compiles it to predicates.
 * `relation`: patients the caller cares for (table `care`, by caller id); `department`: by one of the caller's departments;
 * `addressed`: resources whose `org` column names the caller's facility; `self`: patient `caller.patient`.
 */
export interface Grant {
  types: readonly string[] | '*'
  actions: readonly GrantAction[]
  scope: GrantScope
  /** 0 normal, 1 restricted, 2 very restricted (meta.security). */
  maxSensitivity: number
  purpose: Purpose
  /**
   * Of these types only the elements named are shown (with id and meta), and a resource that holds more than they say
   * cannot be replaced. Types that are not named are shown whole.
   */
  shows?: Readonly<Record<string, readonly string[]>>
  /** Instant (ms) after which the grant is void. */
  until?: number
}

export interface Caller {
  kind: CallerKind
  /** User id, facility code of a node, page of `public:<page>`, job of `system:<job>`. */
  id: string
  display: string
  role: Role
  /** Facility code the caller acts for (a node's own code at the hub). */
  facility: string
  departments: readonly string[]
  /** Practitioner resource id and licence (CCHN), when the user is one. */
  practitioner?: string
  licence?: string
  patient?: string
  purpose: Purpose
  /** Stated reason (break-glass, void). */
  reason?: string
  permissions: ReadonlySet<Permission>
  grants: readonly Grant[]
  requestId: string
}

/**
 * What a care area gives to a site: its operations, its own (non-clinical) tables and its workers.
 */
import type { Finding, OutcomeError } from '@yba/fhir'
import type { Caller } from './access/caller.ts'
import type { Permission } from './access/permissions.ts'
import type { PublicPage } from './page.ts'
import type { Site } from './site.ts'
import type { Terminology } from './store/terminology.ts'
import type { Store } from './store/types.ts'

export interface OperationContext {
  site: Site
  caller: Caller
  /** Bound to the caller. */
  store: Store
  /** Type and instance level: the type the address names. */
  type: string
  /** Instance level only. */
  id: string
  query: URLSearchParams
  /** Parsed JSON for `body: 'json'` (undefined without one). */
  json: unknown
  /** The body as it came (of the one file for multipart/form-data). */
  bytes: Buffer
  /** For `body: 'stream'`: the same, while it comes; more than the limit throws `body-too-large`. Goes through once. */
  stream: AsyncIterable<Uint8Array>
  headers: Record<string, string | string[] | undefined>
  lang: 'vi' | 'en'
  signal: AbortSignal
}

/** Exactly one of `json`, `bytes` and `pieces`; none = 204. */
export interface OperationAnswer {
  status?: number
  json?: unknown
  bytes?: Buffer
  /** Sent as they are made; for what is too long to lie in memory. */
  pieces?: AsyncIterable<string | Uint8Array>
  contentType?: string
  headers?: Record<string, string>
}

/**
 * A named operation under /fhir: `/fhir/$name`, `/fhir/Type/$name` or `/fhir/Type/{id}/$name`.
 * `permission` is its policy; a route without one does not start.
 */
export interface Operation {
  name: string
  level: 'system' | 'type' | 'instance'
  /** `*`: every type has it. */
  type?: string
  method: 'GET' | 'POST' | 'DELETE'
  permission: Permission | readonly Permission[]
  /** `stream`: the body is handed over while it comes and never lies in memory whole. */
  body: 'none' | 'json' | 'bytes' | 'stream'
  bodyLimit?: number
  /** A suspended node may call it all the same: its own standing, its appeal. */
  whileSuspended?: boolean
  /**
   * Whether this call is about an emergency: it then passes the limits of a flooding node in a lane of its own, and a
   * suspension. Without it no call of the operation is.
   */
  urgent?(context: OperationContext): Promise<boolean>
  handle(context: OperationContext): Promise<OperationAnswer>
}

/** Resources that are made when they are asked for, newest first. */
export interface RenderedPage {
  resources: (object & { id: string })[]
  /** Parameters left out of the question (`handling=lenient`). */
  ignored: readonly Finding[]
  /** Where the next page begins, as `_cursor`. */
  next?: string
}

/** A type of FHIR that is no store of resources but a view of something else, for whoever has the permission. */
export interface RenderedType {
  type: string
  permission: Permission
  /** Null: there is none of this id. */
  read(site: Site, caller: Caller, id: string): Promise<object | null>
  /** Throws what the question is refused with. */
  search(site: Site, caller: Caller, query: URLSearchParams, handling: 'strict' | 'lenient' | undefined): Promise<RenderedPage>
}

/** What the hub makes of the behaviour of nodes. The HTTP layer asks and tells; it decides nothing itself. */
export interface NodeGuard {
  /** The refusal for a suspended node, or null. */
  suspension(facility: string): Promise<OutcomeError | null>
  /** A request whose sender is proven was refused with this code. */
  refused(caller: Caller, code: string, route: string): Promise<void>
  /**
   * Somebody used a name or a token of this node without its key, or repeated its request. The node did nothing: told,
   * counted, never held against it.
   */
  impersonated(facility: string, code: string, requestId: string): Promise<void>
  /** How far the node's clock is from ours, in milliseconds. */
  clock(facility: string, skewMs: number): Promise<void>
}

export interface Feature {
  name: string
  operations: readonly Operation[]
  /** Types that whoever has the permission reads as views. */
  rendered?: readonly RenderedType[]
  /** Pages for people nobody knows, without sign-in. */
  pages?: readonly PublicPage[]
  /** Numbered SQL of the feature's own tables, applied in order, recorded as `<feature>/<name>`. */
  migrations?: readonly { name: string; sql: string }[]
  /** What searches ask about codes; one feature of a role at most. */
  terminology?(site: Site): Terminology
  /** Hub: who watches over the nodes; one feature of a role at most. */
  guard?(site: Site): NodeGuard
  /** Starts consumers and workers; called after the listener is up. */
  start?(site: Site): Promise<{ stop(): Promise<void> }>
}

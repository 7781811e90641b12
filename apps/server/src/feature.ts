/**
 * What a care area gives to a site: its operations, its own (non-clinical) tables and its workers.
 */
import type { Caller } from './access/caller.ts'
import type { Permission } from './access/permissions.ts'
import type { PublicPage } from './page.ts'
import type { Site } from './site.ts'
import type { Store } from './store/types.ts'

export interface OperationContext {
  site: Site
  caller: Caller
  /** Bound to the caller. */
  store: Store
  /** Instance level only. */
  id: string
  query: URLSearchParams
  /** Parsed JSON for `body: 'json'` (undefined without one). */
  json: unknown
  /** Raw bytes for `body: 'bytes'` (of the one file for multipart/form-data). */
  bytes: Buffer
  headers: Record<string, string | string[] | undefined>
  lang: 'vi' | 'en'
  signal: AbortSignal
}

/** Exactly one of `json` and `bytes`; neither = 204. */
export interface OperationAnswer {
  status?: number
  json?: unknown
  bytes?: Buffer
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
  type?: string
  method: 'GET' | 'POST'
  permission: Permission | readonly Permission[]
  body: 'none' | 'json' | 'bytes'
  bodyLimit?: number
  handle(context: OperationContext): Promise<OperationAnswer>
}

export interface Feature {
  name: string
  operations: readonly Operation[]
  /** Pages for people nobody knows, without sign-in. */
  pages?: readonly PublicPage[]
  /** Numbered SQL of the feature's own tables, applied in order, recorded as `<feature>/<name>`. */
  migrations?: readonly { name: string; sql: string }[]
  /** Starts consumers and workers; called after the listener is up. */
  start?(site: Site): Promise<{ stop(): Promise<void> }>
}

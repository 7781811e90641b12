/** What a search asks, after its text was read. Pure data. */
import type { SearchType } from '../definitions.ts'
import type { IndexGeneration } from '../extract/generation.ts'
import type { Finding } from '../outcome.ts'

export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap'

/**
 * One value of a filter. Several values of one filter are alternatives (or).
 * Token: `system` undefined = any, '' = none; `code` undefined = any code of the system.
 * Date, number, quantity: `lo` to `hi` is the range that the written precision stands for (dates inclusive).
 */
export type SearchValue =
  | { type: 'token'; system?: string; code?: string }
  | { type: 'of-type'; system: string; code: string; value: string }
  | { type: 'text'; text: string }
  | { type: 'string'; text: string }
  /** `absolute`: the address as it was asked for, when `target` is what it means on the answering server. */
  | { type: 'reference'; target: string; targets: string[]; absolute?: string }
  | { type: 'identifier'; system?: string; value?: string }
  | { type: 'date'; prefix: Prefix; lo: number; hi: number }
  | { type: 'number'; prefix: Prefix; value: number; lo: number; hi: number }
  | { type: 'quantity'; prefix: Prefix; value: number; lo: number; hi: number; system?: string; code?: string }
  | { type: 'uri'; value: string }
  | { type: 'missing'; missing: boolean }
  /** One value for each part of a composite. */
  | { type: 'composite'; parts: SearchValue[] }

/** One parameter of the search; filters are combined by and. */
export interface SearchFilter {
  kind: 'parameter'
  param: string
  type: SearchType
  modifier?: string
  values: SearchValue[]
}

/** `subject:Patient.name=…`: the reference `param` points to a `targets` resource that matches one of `filters` (by type). */
export interface ChainFilter {
  kind: 'chain'
  param: string
  /** One entry per possible target type: the filter as that type understands it. */
  targets: { type: string; filter: Filter }[]
}

/** `_has:Observation:patient:code=…`: a `type` resource whose reference `param` points here matches `filter`. */
export interface HasFilter {
  kind: 'has'
  type: string
  param: string
  filter: Filter
}

export type Filter = SearchFilter | ChainFilter | HasFilter

export interface SortKey {
  param: string
  descending: boolean
}

export interface IncludeRule {
  /** Type the reference stands in; `*` for every type. */
  type: string
  /** Reference parameter; `*` for all. */
  param: string
  target?: string
  iterate: boolean
}

/** Whose compartment is searched. */
export interface Compartment {
  type: string
  id: string
}

export interface SearchRequest {
  /** The type searched; `*` where several are. */
  type: string
  /** All types searched, each once. */
  types: readonly string[]
  compartment?: Compartment
  filters: Filter[]
  sort: SortKey[]
  count?: number
  cursor?: string
  include: IncludeRule[]
  revinclude: IncludeRule[]
  total?: 'none' | 'estimate' | 'accurate'
  summary?: 'true' | 'text' | 'data' | 'count' | 'false'
  elements: string[]
  /** What was left out under lenient handling; the path of each is the parameter as it was written. */
  ignored: Finding[]
}

export interface SearchOptions {
  /** `Prefer: handling=`; strict by default: an unknown parameter is an error, not silently dropped. */
  handling?: 'strict' | 'lenient'
  /** Zone of partial dates. */
  zone?: string
  compartment?: Compartment
  /** The index generation that will answer; `INDEX_GENERATION` by default. */
  generation?: IndexGeneration
}

/**
 * Profiles as compact tables: what a profile asks beyond the base definition of its type, in the form the engine compiles.
 * A build step makes them from StructureDefinition snapshots; what equals the base is left out.
 */
import type { ValueSetTable } from '../definitions.ts'
import type { Context, Json } from '../validate/context.ts'

/** A FHIRPath rule of a profile, evaluated on each element that its rule's path names. */
export interface ProfileInvariant {
  key: string
  /** `warning` rules are told by `$validate` and never refuse a write. */
  severity: 'error' | 'warning'
  expression: string
  /** What must hold, and what to do when it does not, in both languages. */
  vi: string
  en: string
}

/**
 * What is asked of one element.
 *
 * `path` is relative to the owner (the resource, the extension, or the slice that carries the rule), without its type:
 * `''` is the owner itself, `name.family`, `value[x]` (whichever type is there), `valueQuantity.unit` (that type only).
 * List indices never stand in a path: a rule holds for every item, `min` and `max` count within each parent that is there.
 */
export interface ProfileRule {
  path: string
  /** At least so many; absent = as in the base. */
  min?: number
  /** At most so many; 0 = must not be there; absent = as in the base. */
  max?: number
  /** Must equal this value, nothing more and nothing less. */
  fixed?: unknown
  /** Must hold at least this content (lists: each item of the pattern is found in some item). */
  pattern?: unknown
  /** A required binding; the codes stand in `ProfileTables.valueSets`. Other strengths are left out. */
  binding?: string
  /** The types a choice is narrowed to. */
  types?: string[]
  /** The resource types a Reference or canonical may point to. */
  targets?: string[]
  /** Profiles of ours that the value (a data type, an extension, a contained or bundled resource) must meet: any one of them. */
  profiles?: string[]
  slices?: ProfileSlicing
  invariants?: ProfileInvariant[]
}

/**
 * How the items of a list element are told apart. One discriminator:
 * `value` and `pattern` compare what stands at `at` with `match`; `url` compares `url` (extensions, `at` is `url`);
 * `exists` asks whether something stands at `at` (`match` is true or false); `type` compares `resourceType` at `at`.
 */
export interface ProfileSlicing {
  by: 'value' | 'pattern' | 'exists' | 'url' | 'type'
  /** Path below the item; `''` is the item itself. */
  at: string
  /** No item outside the slices; otherwise other items are allowed and not judged. */
  closed?: true
  list: ProfileSlice[]
}

export interface ProfileSlice {
  name: string
  match: unknown
  min?: number
  /** At most so many; absent = no limit. */
  max?: number
  /** What is asked of an item of this slice; paths are relative to the item. */
  rules: ProfileRule[]
}

/** One profile of a resource or a data type. */
export interface ProfileTable {
  /** Canonical without version. */
  url: string
  version: string
  /** Resource type, data type, or `Extension`. */
  type: string
  /** Name for people, in both languages. */
  title: { vi: string; en: string }
  rules: ProfileRule[]
}

/** A defined extension: its own rules (`type` is `Extension`) and where it may stand. */
export interface ExtensionTable extends ProfileTable {
  type: 'Extension'
  modifier?: true
  /** Element paths (`Patient`, `Patient.address`, `Address`, `Element`) or, as `extension`, urls of enclosing extensions. */
  contexts: { type: 'element' | 'extension'; expression: string }[]
}

/** All profiles and extensions of one build. */
export interface ProfileTables {
  profiles: ProfileTable[]
  extensions: ExtensionTable[]
  /** Value sets that bindings name: value set → code system → codes. */
  valueSets: ValueSetTable
}

/** A profile ready to judge: the check runs at the place of the value. */
export interface CompiledProfile {
  table: ProfileTable
  check: (value: Json, c: Context) => void
}

/** Finds a profile by its canonical; undefined when it is not ours. */
export type ProfileLookup = (canonical: string) => CompiledProfile | undefined

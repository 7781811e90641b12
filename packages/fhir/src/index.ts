export * from './canonical.ts'
export { sameContent } from './compare.ts'
export { definitionsNotBuilt } from './definitions.ts'
export * from './extract/index.ts'
export * from './json/index.ts'
export * from './outcome.ts'
export { knownProfiles, profileOf, useProfiles } from './profile/registry.ts'
export type {
  ExtensionTable,
  ProfileInvariant,
  ProfileRule,
  ProfileSlice,
  ProfileSlicing,
  ProfileTable,
  ProfileTables,
} from './profile/types.ts'
export { compartmentOf, compartmentTypes } from './search/compartments.ts'
export { searchUnsupportedParameter } from './search/outcomes.ts'
export { parseSearch } from './search/parse.ts'
export type {
  ChainFilter,
  Compartment,
  Filter,
  HasFilter,
  IncludeRule,
  Prefix,
  SearchFilter,
  SearchOptions,
  SearchRequest,
  SearchValue,
  SortKey,
} from './search/request.ts'
export { elementsShape, isElementName, type SummaryMode, subsetText, summaryShape } from './subset.ts'
export { type BaseCodeSystem, type BaseValueSet, baseCodeSystem, baseValueSet, type Compose, type ComposeRule } from './terminology/base.ts'
export { type Concept, conceptsOf, type Designation, type PropertyValue } from './terminology/concepts.ts'
export * from './types-numbers.ts'
export { type CanonicalQuantity, canonicalQuantity } from './ucum/index.ts'
export { type ValidateOptions, validate } from './validate/index.ts'

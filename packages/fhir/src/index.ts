export * from './canonical.ts'
export { sameContent } from './compare.ts'
export { definitionsNotBuilt } from './definitions.ts'
export * from './extract/index.ts'
export * from './json/index.ts'
export * from './outcome.ts'
export { parseSearch } from './search/parse.ts'
export type {
  ChainFilter,
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
export * from './types-numbers.ts'
export { validate } from './validate/index.ts'

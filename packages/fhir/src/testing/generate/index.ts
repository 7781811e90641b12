/** Invented resources of every R4 type, valid and broken: for property tests only. */
export { arbitraryResource } from './arbitrary.ts'
export { POOL_ID } from './make.ts'
export { MUTATIONS, type Mutation, mutate } from './mutate.ts'
export { type GeneratedResource, poolResource, resourceOf } from './resource.ts'
export { textOf } from './text.ts'

export * from './canonical.ts'
export * from './outcome.ts'

export * from './documents/content.ts'

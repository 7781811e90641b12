/** What stands in an element, read without trusting it. */
import { isRawNumber } from '../validate/primitives.ts'

export type Json = Record<string, unknown>

export const isObject = (v: unknown): v is Json => typeof v === 'object' && v !== null && !Array.isArray(v)

/** Text with something in it. */
export const text = (v: unknown): string | undefined => (typeof v === 'string' && v !== '' ? v : undefined)

export const array = (v: unknown): unknown[] => (Array.isArray(v) ? v : [])

/** A number, also one that keeps its spelling. */
export function numeric(v: unknown): number | undefined {
  if (typeof v === 'number') return v
  return isRawNumber(v) ? Number(v.rawJSON) : undefined
}

/** Whether a value has the content a profile asks for. */
import { sameJson } from '../fhirpath/values.ts'
import { isObject } from '../validate/context.ts'
import { isRawNumber } from '../validate/primitives.ts'
import type { ProfileSlicing } from './types.ts'

/** Whether a value holds at least the pattern: its members, and each item of its lists somewhere in the list. */
export function fitsPattern(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) return Array.isArray(value) && pattern.every((item) => value.some((one) => fitsPattern(one, item)))
  if (!isObject(pattern) || isRawNumber(pattern)) return sameJson(value, pattern)
  return isObject(value) && Object.entries(pattern).every(([name, part]) => fitsPattern(value[name], part))
}

/** What stands at a plain path below a value, lists opened. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  let found: unknown[] = [value]
  for (const name of path) found = found.flatMap((one) => (isObject(one) && one[name] !== undefined ? [one[name]].flat() : []))
  return found
}

/** A slice's test of an item, by the discriminator. */
export function sliceTest({ by, at }: ProfileSlicing, match: unknown): (item: unknown) => boolean {
  const path = at === '' ? [] : at.split('.')
  if (by === 'exists') return (item) => valuesAt(item, path).length > 0 === match
  if (by === 'type') {
    const types = [match].flat()
    return (item) => valuesAt(item, path).some((one) => isObject(one) && types.includes(one.resourceType))
  }
  const fits = by === 'pattern' ? fitsPattern : sameJson
  return (item) => valuesAt(item, path).some((one) => fits(one, match))
}

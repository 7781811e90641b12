/** Conditions for single values: dates, numbers and texts as ranges of an index table's columns. */
import type { Prefix } from '@yba/fhir'
import type { Params } from '../grants.ts'
import { instant } from '../instant.ts'

interface Range {
  prefix: Prefix
  lo: number
  hi: number
}

/** `lo`/`hi` of the row against the searched range, both inclusive (R4 search.html#prefix). */
export function dateCondition(params: Params, v: Range, now: Date, lo: string, hi: string): string {
  const at = (ms: number) => params.add(instant(ms), 'timestamptz')
  const inside = () => `(${lo} >= ${at(v.lo)} and ${hi} <= ${at(v.hi)})`
  switch (v.prefix) {
    case 'eq':
      return inside()
    case 'ne':
      return `not ${inside()}`
    case 'gt':
      return `${hi} > ${at(v.hi)}`
    case 'lt':
      return `${lo} < ${at(v.lo)}`
    case 'ge':
      return `(${hi} > ${at(v.hi)} or ${inside()})`
    case 'le':
      return `(${lo} < ${at(v.lo)} or ${inside()})`
    case 'sa':
      return `${lo} > ${at(v.hi)}`
    case 'eb':
      return `${hi} < ${at(v.lo)}`
    case 'ap': {
      // About: a tenth of the distance from now, as R4 suggests, from either end.
      const slack = (end: number) => Math.abs(now.getTime() - end) / 10
      return `(${lo} <= ${at(v.hi + slack(v.hi))} and ${hi} >= ${at(v.lo - slack(v.lo))})`
    }
  }
}

/** A number against the range its written precision stands for; about (`ap`) against the range that is meant by it. */
export function numberCondition(params: Params, v: Range & { value: number }, column: string): string {
  const n = (x: number) => params.add(x, 'double precision')
  switch (v.prefix) {
    case 'eq':
      return `(${column} >= ${n(v.lo)} and ${column} < ${n(v.hi)})`
    case 'ne':
      return `(${column} < ${n(v.lo)} or ${column} >= ${n(v.hi)})`
    case 'gt':
    case 'sa':
      return `${column} > ${n(v.value)}`
    case 'lt':
    case 'eb':
      return `${column} < ${n(v.value)}`
    case 'ge':
      return `${column} >= ${n(v.value)}`
    case 'le':
      return `${column} <= ${n(v.value)}`
    case 'ap':
      return `(${column} >= ${n(v.lo)} and ${column} <= ${n(v.hi)})`
  }
}

const LAST = '\u{10ffff}'

/** Text that begins with a prefix, as a range the index can walk. */
export function prefixCondition(params: Params, prefix: string, column: string): string {
  return `(${column} >= ${params.add(prefix, 'text')} and ${column} < ${params.add(prefix + LAST, 'text')})`
}

/** Text that contains another. */
export function containsCondition(params: Params, part: string, column: string): string {
  return `${column} like ${params.add(`%${part.replace(/[\\%_]/g, '\\$&')}%`, 'text')}`
}

/** One digest over the days of a facility: node and hub see by it whether both hold the same. */
import { createHash } from 'node:crypto'
import type { DayCount } from './contract.ts'

/** Days with no records count as not told. */
export function digestOf(days: readonly DayCount[]): string {
  const lines = days
    .filter((d) => d.records > 0)
    .map((d) => `${d.day} ${d.records} ${d.slips}`)
    .sort()
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

/** What the checks share: a cell's text, lists with ";", days. */

import { isClaimDate } from '../../dates/claim-date.ts'
import type { ClaimRecord, Row } from '../types.ts'

/** Text of a column, trimmed; empty when absent. */
export const at = (row: Row | undefined, column: string): string => (row?.[column] ?? '').trim()

/** Values of a column that holds several. */
export const list = (row: Row | undefined, column: string): string[] =>
  at(row, column)
    .split(';')
    .map((v) => v.trim())
    .filter(Boolean)

/** Rows of a table with their numbers, which count from 1. */
export const numbered = (record: ClaimRecord, table: string): [Row, number][] =>
  (record.tables[table] ?? []).map((row, i): [Row, number] => [row, i + 1])

const DAY = 86_400_000
/** Day of a date or time as a count of days; NaN where it is none. */
export function dayNumber(text: string): number {
  const date = text.slice(0, 8)
  if (!isClaimDate(date)) return Number.NaN
  return Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6, 8))) / DAY
}

/** Days from one to the other, both counted; NaN where one is no day. */
export const daysInclusive = (from: string, to: string): number => dayNumber(to) - dayNumber(from) + 1

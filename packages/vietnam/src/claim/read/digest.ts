import { createHash } from 'node:crypto'
import type { Row } from '../types.ts'

/** Number of a table, for a fixed order; tables without one come last, by name. */
const order = (name: string): number => Number(/^XML(\d+)$/.exec(name)?.[1] ?? 999)

export const byTable = (a: string, b: string): number => order(a) - order(b) || (a < b ? -1 : a > b ? 1 : 0)

/**
 * sha-256 over a record's contents. Empty and absent columns are the same, columns are ordered by name, rows keep
 * their order: the carrier (base64, inline …) and the order of elements do not matter, any changed text does.
 */
export function recordDigest(facility: string, tables: Record<string, Row[]>, unknownRaw: Record<string, string>): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify(['claim-record', 1, facility]))
  for (const name of Object.keys(tables).sort(byTable)) {
    const rows = (tables[name] ?? []).map((row) =>
      Object.keys(row)
        .sort()
        .flatMap((column) => (row[column] === '' || row[column] === undefined ? [] : [column, row[column]])),
    )
    if (rows.length > 0) hash.update(JSON.stringify([name, rows]))
  }
  for (const name of Object.keys(unknownRaw).sort(byTable)) hash.update(JSON.stringify(['raw', name, unknownRaw[name]]))
  return hash.digest('hex')
}

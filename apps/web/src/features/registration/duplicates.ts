import { fold } from '../../ui/format.ts'
import type { FoundPatient } from './queries.ts'

/** Ids of rows that may be the same person as another row: same paper, or same name and birth date. */
export function possibleDuplicates(rows: readonly FoundPatient[]): Set<string> {
  const seen = new Map<string, string[]>()
  for (const row of rows) {
    const marks = [row.citizenId && `id ${row.citizenId}`, row.card && `card ${row.card}`, `name ${fold(row.name)} ${row.birthDate}`]
    for (const mark of marks) if (mark) seen.set(mark, [...(seen.get(mark) ?? []), row.id])
  }
  return new Set([...seen.values()].filter((ids) => ids.length > 1).flat())
}

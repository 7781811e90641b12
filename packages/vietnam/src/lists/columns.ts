/** A table's first line names its columns; every list says under which names it knows them. Pure. */
import { type Finding, finding } from '@yba/fhir'
import { foldName } from '../names/fold.ts'
import { LIST_CELL_LINES, LIST_COLUMN_MISSING, LIST_COLUMN_UNKNOWN } from './outcomes.ts'

/** Names a column may have; the first is the one the documents use. */
export interface ColumnNames {
  names: readonly string[]
  required?: true
}

export type Columns = Readonly<Record<string, ColumnNames>>

/** `Mã CSKCB` and `ma_cskcb` are one name. */
const folded = (text: string): string => foldName(text).replaceAll(' ', '_')

export interface ListRow {
  /** Line in the file, the head being 1. */
  line: number
  value(column: string): string
}

/** The rows below the head, by column; empty lines are passed over. */
export function namedRows(columns: Columns, rows: readonly (readonly string[])[]): { rows: ListRow[]; findings: Finding[] } {
  const [head = [], ...body] = rows
  const names = head.map(folded)
  const findings: Finding[] = []
  const place = new Map<string, number>()
  for (const [column, { names: known, required }] of Object.entries(columns)) {
    const at = known.map((name) => names.indexOf(name)).find((n) => n >= 0)
    if (at !== undefined) place.set(column, at)
    else if (required) findings.push(finding(LIST_COLUMN_MISSING, { column: known[0] ?? column }, 'line 1'))
  }
  const taken = new Set(place.values())
  for (const [at, name] of names.entries())
    if (name !== '' && !taken.has(at)) findings.push(finding(LIST_COLUMN_UNKNOWN, { column: head[at] ?? name }, 'line 1'))
  const filled = body.map((cells, i) => ({ cells, line: i + 2 })).filter(({ cells }) => cells.some((c) => c.trim() !== ''))
  for (const { cells, line } of filled)
    for (const at of taken)
      if (/[\n\r]/.test((cells[at] ?? '').trim())) findings.push(finding(LIST_CELL_LINES, { column: head[at] ?? '' }, `line ${line}`))
  const clean = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim()
  return { findings, rows: filled.map(({ cells, line }) => ({ line, value: (column) => clean(cells[place.get(column) ?? -1] ?? '') })) }
}

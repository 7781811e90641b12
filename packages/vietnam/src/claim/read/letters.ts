/** Texts that an old font wrote become Unicode, each column with its finding; what is not sure is an error of its column. */
import type { Finding, OutcomeDefinition } from '@yba/fhir'
import { isTelling, type Judgement, legacyJudge, NAME } from '../../legacy-text/judge.ts'
import { cell } from '../checks/place.ts'
import { claimLettersConverted, claimLettersOdd, claimLettersUnsure } from '../outcomes.ts'
import { claimTable } from '../tables/index.ts'
import type { Row } from '../types.ts'

interface Met {
  definition: OutcomeDefinition
  table: string
  row: number
  field: string
  encoding: string
  evidence: string
  rows: number
}

const DEFINITIONS: Record<Exclude<Judgement['kind'], 'clean'>, OutcomeDefinition> = {
  converted: claimLettersConverted,
  unsure: claimLettersUnsure,
  odd: claimLettersOdd,
}

const NOT_ASCII = /[^\t\n\r -~]/

function* textCells(tables: Record<string, Row[]>): Generator<{ table: string; row: Row; at: number; field: string; text: string }> {
  for (const [table, rows] of Object.entries(tables)) {
    const columns = claimTable(table)?.columns
    for (const [at, row] of rows.entries()) {
      for (const [field, text] of Object.entries(row)) {
        if (NOT_ASCII.test(text) && columns?.get(field)?.type === 'text') yield { table, row, at: at + 1, field, text }
      }
    }
  }
}

/**
 * Changes the rows in place. Gives one finding per table and column, with the first row it is about.
 * @param eightBit whether a table came as bytes: then what is not converted is not text, whatever it looks like
 */
export function readLetters(tables: Record<string, Row[]>, eightBit: (table: string) => boolean): Finding[] {
  const cells = [...textCells(tables)]
  if (cells.length === 0) return []
  const whole = legacyJudge(cells.map((c) => c.text))
  const judges = new Map<string, (text: string) => Judgement>()
  // One program may write one table: a table that is all of a kind is judged by itself, else by the whole record.
  for (const [table, mine] of Map.groupBy(cells, (c) => c.table)) {
    const own = legacyJudge(mine.map((c) => c.text))
    judges.set(table, (isTelling(own.weighed) ? own : whole).judge)
  }
  const met = new Map<string, Met>()
  for (const { table, row, at, field, text } of cells) {
    const found = (judges.get(table) ?? whole.judge)(text)
    const kind = found.kind !== 'converted' && eightBit(table) ? 'unsure' : found.kind
    if (kind === 'clean') continue
    if (found.kind === 'converted') row[field] = found.text
    const key = `${table}.${field}.${kind}`
    const before = met.get(key)
    if (before) before.rows++
    else {
      const evidence = 'evidence' in found ? found.evidence : '8 bit'
      const encoding = found.kind === 'converted' ? NAME[found.encoding] : ''
      met.set(key, { definition: DEFINITIONS[kind], table, row: at, field, encoding, evidence, rows: 1 })
    }
  }
  return [...met.values()].map((m) =>
    cell(m.definition, m.table, m.row, m.field, '', { encoding: m.encoding, evidence: m.evidence, rows: m.rows }),
  )
}

/** Inner XML of one table to rows. */

import { type Finding, finding } from '@yba/fhir'
import { SaxesParser } from 'saxes'
import { claimColumnUnknown, claimContent, claimDoctype, claimTableRoot, claimTooLarge } from '../outcomes.ts'
import type { ClaimTable } from '../tables/index.ts'
import type { Row } from '../types.ts'
import { boundAttributes, LIMITS } from './decode.ts'

/** Unknown columns named one by one; the rest says nothing new. */
const MOST_NAMED = 50

class Stop extends Error {
  readonly finding: Finding
  constructor(found: Finding) {
    super(found.definition.code)
    this.finding = found
  }
}

interface State {
  depth: number
  row: Row | null
  rowDepth: number
  columns: number
  field: string
  text: string
  rows: Row[]
}

function watch(parser: SaxesParser, table: ClaimTable, state: State): void {
  const stop = (f: Finding): never => {
    throw new Stop(f)
  }
  parser.on('doctype', () => stop(finding(claimDoctype, { where: table.name })))
  boundAttributes(parser, () => stop(finding(claimTooLarge, { what: 'XML attributes', limit: LIMITS.attributes })))
  parser.on('error', (error) => stop(finding(claimContent, { table: table.name, detail: error.message.slice(0, 120) })))
  parser.on('opentag', (tag) => {
    state.depth++
    if (state.depth > LIMITS.depth) stop(finding(claimTooLarge, { what: 'XML depth', limit: LIMITS.depth }))
    if (state.depth === 1 && tag.name !== table.root) {
      stop(finding(claimTableRoot, { table: table.name, expected: table.root, found: tag.name.slice(0, 60) }))
    }
    if (state.row) {
      if (state.field) {
        stop(finding(claimContent, { table: table.name, detail: `${tag.name.slice(0, 40)} < ${state.field}` }))
      }
      state.field = tag.name
      state.text = ''
    } else if (tag.name === table.row) {
      if (state.rows.length >= LIMITS.rows) stop(finding(claimTooLarge, { what: table.name, limit: LIMITS.rows }))
      // No prototype: a column called `__proto__` or `constructor` is only a name.
      state.row = Object.create(null) as Row
      state.rowDepth = state.depth
      state.columns = 0
    }
  })
  const add = (text: string): void => {
    if (state.field) state.text += text
  }
  parser.on('text', add)
  parser.on('cdata', add)
  parser.on('closetag', () => {
    if (state.row && state.depth === state.rowDepth) {
      state.rows.push(state.row)
      state.row = null
    } else if (state.row && state.field) {
      if (state.field in state.row) stop(finding(claimContent, { table: table.name, detail: `${state.field} × 2` }))
      state.columns++
      if (state.columns > LIMITS.columns) stop(finding(claimTooLarge, { what: `${table.name} columns`, limit: LIMITS.columns }))
      state.row[state.field] = state.text
      state.field = ''
    }
    state.depth--
  })
}

/** Reads one table. Findings of severity error mean that the rows are not to be used. */
export function readRows(xml: string, table: ClaimTable): { rows: Row[]; findings: Finding[] } {
  const state: State = { depth: 0, row: null, rowDepth: 0, columns: 0, field: '', text: '', rows: [] }
  const parser = new SaxesParser({ xmlns: false, position: false })
  watch(parser, table, state)
  try {
    parser.write(xml).close()
  } catch (error) {
    if (error instanceof Stop) return { rows: [], findings: [error.finding] }
    throw error
  }
  const unknown = new Set<string>()
  for (const row of state.rows) for (const name in row) if (!table.columns.has(name)) unknown.add(name)
  return {
    rows: state.rows,
    findings: [...unknown]
      .slice(0, MOST_NAMED)
      .map((name) => finding(claimColumnUnknown, { table: table.name, field: name.slice(0, 60) }, table.name)),
  }
}

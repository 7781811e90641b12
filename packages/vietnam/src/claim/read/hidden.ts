/** What stands in a text and nobody sees, or nobody can read: taken out or told, never silently; findings show no name. */
import type { Finding, OutcomeDefinition } from '@yba/fhir'
import { cell } from '../checks/place.ts'
import { claimHiddenCharacters, claimLetterLost, claimNameLines, claimNameSigns } from '../outcomes.ts'
import { claimTable } from '../tables/index.ts'
import type { Row } from '../types.ts'

/** Controls, marks of direction, signs without width. U+00AD is left: in TCVN3 it is the letter ư. */
const HIDDEN = /[[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]--[\t\n\r\u{ad}]]/gv
const BLANKS = /\s*[\t\n\r\u{a0}]\s*/gu
/** A name goes on behind it: two names in one field, or one that was cut. */
const NEXT_LINE = /\S\s*[\t\n\r]\s*\S/
const PLAIN = /^[ -~]*$/
/** What a transcoding leaves where it knew no letter. */
const LOST = '\ufffd'
/** Pictures, and letters that only one font of one machine knows. */
const SIGNS = /[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Co}]/v
/** Code points named in one finding. */
const MOST_NAMED = 3

/** Columns that hold somebody's name. */
export const isNameColumn = (field: string): boolean => /^(HO_?TEN|TEN_BS)/.test(field)

/** A name on one line, as it is printed. */
export const oneLine = (text: string): string => {
  const line = text.replaceAll(BLANKS, ' ')
  return line === text ? text : line.trim()
}

const point = (sign: string): string => `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/** Changes the rows in place. Gives one finding per table, column and kind, with the first row it is about. */
export function readHidden(tables: Record<string, Row[]>): Finding[] {
  const met = new Map<string, { definition: OutcomeDefinition; place: [string, number, string]; evidence: string; rows: number }>()
  const note = (definition: OutcomeDefinition, place: [string, number, string], evidence: string): void => {
    const key = `${definition.code} ${place[0]}.${place[2]}`
    const before = met.get(key)
    if (before) before.rows++
    else met.set(key, { definition, place, evidence, rows: 1 })
  }
  for (const [table, rows] of Object.entries(tables)) {
    const columns = claimTable(table)?.columns
    for (const [at, row] of rows.entries()) {
      for (const [field, text] of Object.entries(row)) {
        if (PLAIN.test(text) || columns?.get(field)?.type !== 'text') continue
        const place: [string, number, string] = [table, at + 1, field]
        const isName = isNameColumn(field)
        const hidden = text.match(HIDDEN)
        const shown = hidden ? text.replaceAll(HIDDEN, '') : text
        row[field] = isName ? oneLine(shown) : shown
        if (hidden) note(claimHiddenCharacters, place, [...new Set(hidden.map(point))].slice(0, MOST_NAMED).join(', '))
        if (shown.includes(LOST)) note(claimLetterLost, place, 'U+FFFD')
        if (isName && NEXT_LINE.test(shown)) note(claimNameLines, place, '')
        if (isName && SIGNS.test(shown)) note(claimNameSigns, place, '')
      }
    }
  }
  return [...met.values()].map(({ definition, place, ...more }) => cell(definition, ...place, '', more))
}

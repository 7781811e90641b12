/** `:text` of codes, and the words of narratives. */
import type { SearchFilter } from '@yba/fhir'
import { foldText } from '../fold.ts'
import { paramNumber } from '../hash.ts'
import type { Compiling } from './compiling.ts'
import { prefixCondition } from './values.ts'

const within = (c: Compiling, type: string, row: string, param: string, text: string): string =>
  `${row}.rid in (select s.rid from ix_str s where s.p = ${c.params.add(paramNumber(type, param), 'integer')} and ${prefixCondition(c.params, text, 's.v')})`

const anyOf = (parts: readonly string[]): string => (parts.length === 0 ? 'false' : `(${parts.join(' or ')})`)

/** Codes whose text begins with one of the texts asked for. */
export function codeText(c: Compiling, type: string, row: string, f: SearchFilter, param: string): string {
  const texts = f.values.flatMap((v) => (v.type === 'text' ? [foldText(v.text)] : [])).filter((text) => text !== '')
  return anyOf(texts.map((text) => within(c, type, row, `${param}:text`, text)))
}

/** Narratives with words that begin with each of the words of one of the texts asked for. */
export function narrativeText(c: Compiling, type: string, row: string, f: SearchFilter): string {
  const texts = f.values.flatMap((v) => (v.type === 'string' ? [foldText(v.text)] : [])).filter((text) => text !== '')
  const words = (text: string) => [...new Set(text.split(' '))].map((word) => within(c, type, row, f.param, word.slice(0, 40)))
  return anyOf(texts.map((text) => `(${words(text).join(' and ')})`))
}

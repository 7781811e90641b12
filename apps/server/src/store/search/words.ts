/** The words of a patient's name asked for together: one look into one index over all of them (schema/003.sql). */
import { foldText } from '../fold.ts'
import type { Params } from '../grants.ts'
import { paramNumber } from '../hash.ts'

/** The one parameter with such an index: no other has as many rows for as few words. */
export const hasWords = (type: string, param: string): boolean => type === 'Patient' && param === 'name'

/** Stands in the condition as it stands in the index, or the server would not know it for the same. */
const NAME = paramNumber('Patient', 'name')

/** Every word of one of the texts begins some word of the name: `nguyen lan` finds Nguyễn Thị Lan. */
export function wordsCondition(params: Params, row: string, texts: readonly string[]): string {
  // Folded words are letters and digits only: nothing in them is an operator.
  const wordsOf = (text: string) => [...new Set(foldText(text).split(' '))].filter((word) => word !== '')
  const asked = texts.map(wordsOf).filter((words) => words.length > 0)
  if (asked.length === 0) return 'false'
  const query = asked.map((words) => `(${words.map((word) => `'${word}':*`).join(' & ')})`).join(' | ')
  return `${row}.rid in (select s.rid from ix_str s where s.p = ${NAME} and array_to_tsvector(string_to_array(s.v, ' ')) @@ ${params.add(query, 'tsquery')})`
}

/**
 * The words of a name asked for together. A word like `nguyen` is in every third name: the rows of the rarest word are gone
 * through, and each says all the words of its name (schema/003.sql), so that nothing else is looked at.
 */
import { foldText } from '../fold.ts'
import type { Params } from '../grants.ts'
import { paramNumber } from '../hash.ts'

const LAST = '\u{10ffff}'

/** How often words in a range are, as the server counted them last; without a count any word will do. */
const often = (range: string): string =>
  `(select sum(m.f) from pg_stats t cross join unnest(t.most_common_vals::text::text[], t.most_common_freqs) as m(v, f)
    where t.schemaname = current_schema() and t.tablename = 'ix_word' and t.attname = 'w' and m.v collate "C" >= ${range}.lo and m.v collate "C" < ${range}.hi)`

/** Rows of who has words beginning with each of these. `also`: further conditions on the alias of a row. */
function nameRows(params: Params, p: string, words: readonly string[], also: (row: string) => string[]): string {
  const lo = params.add(words, 'text[]')
  const hi = params.add(
    words.map((word) => word + LAST),
    'text[]',
  )
  const rarest =
    words.length === 1
      ? `unnest(${lo}, ${hi}) as d(lo, hi)`
      : `(select a.lo, a.hi from unnest(${lo}, ${hi}) as a(lo, hi) order by coalesce(${often('a')}, 0) limit 1) d`
  // Folded words are letters and digits: nothing in them is a wildcard.
  const others = words.length === 1 ? [] : words.map((word) => `x.words like ${params.add(`% ${word}%`, 'text')}`)
  const where = [`x.p = ${p}`, 'x.w >= d.lo', 'x.w < d.hi', ...others, ...also('x')]
  return `select x.rid, x.sd from ${rarest} join ix_word x on ${where.join(' and ')}`
}

/**
 * Who has a name with words beginning with all words of one of the texts, as rows (rid, sd), each once, the newest first:
 * `nguyen lan` finds Nguyễn Thị Lan. Undefined when no text has a word.
 * @param also further conditions on the number of a row, `<alias>.rid`; here they cost least
 */
export function namedRows(
  params: Params,
  type: string,
  param: string,
  texts: readonly string[],
  also: (row: string) => string[] = () => [],
): string | undefined {
  const wordsOf = (text: string) => [...new Set(foldText(text).split(' '))].filter((word) => word !== '')
  const asked = texts.map(wordsOf).filter((words) => words.length > 0)
  if (asked.length === 0) return undefined
  const p = params.add(paramNumber(type, param), 'integer')
  const rows = asked.map((words) => nameRows(params, p, words, also)).join(' union all ')
  return `(select u.rid, u.sd from (${rows}) u group by u.rid, u.sd order by u.sd desc, u.rid desc)`
}

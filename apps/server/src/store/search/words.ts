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

/** The range (lo, hi) of the word that is in the fewest names. */
function rarest(params: Params, words: readonly string[]): string {
  const lo = params.add(words, 'text[]')
  const hi = params.add(
    words.map((word) => word + LAST),
    'text[]',
  )
  const ranges = `unnest(${lo}, ${hi}) as a(lo, hi)`
  return words.length === 1
    ? `(select a.lo, a.hi from ${ranges})`
    : `(select a.lo, a.hi from ${ranges} order by coalesce(${often('a')}, 0) limit 1)`
}

/** What a row of one word must have besides. Folded words are letters and digits: nothing in them is a wildcard. */
const besides = (params: Params, words: readonly string[], row: string): string[] =>
  words.length === 1 ? [] : words.map((word) => `${row}.words like ${params.add(`% ${word}%`, 'text')}`)

/** Rows of who has words beginning with each of these. `also`: further conditions on the alias of a row. */
function nameRows(params: Params, p: string, words: readonly string[], also: (row: string) => string[]): string {
  const where = [`x.p = ${p}`, 'x.w >= d.lo', 'x.w < d.hi', ...besides(params, words, 'x'), ...also('x')]
  return `select x.rid, x.sd from ${rarest(params, words)} d join ix_word x on ${where.join(' and ')}`
}

const wordsOf = (text: string): string[] => [...new Set(foldText(text).split(' '))].filter((word) => word !== '')

export interface Walk {
  /** The words in use that begin with the rarest one asked for, as `w(w)`: the index holds the rows of each by their date. */
  each: string
  /** What a row `k` of ix_word must be. */
  where: string[]
}

/** Who has all words of these texts, walked through along each word in use. Undefined when one of the texts has no word. */
export function nameWalk(params: Params, type: string, param: string, texts: readonly string[]): Walk | undefined {
  const asked = texts.map(wordsOf)
  const words = [...new Set(asked.flat())]
  if (asked.some((some) => some.length === 0)) return undefined
  const p = params.add(paramNumber(type, param), 'integer')
  // From one word to the next by the index, for a word like `nguyen` stands in it a million times.
  const next = (after: string, hi: string) =>
    `(select i.w from ix_word i where i.p = ${p} and i.w ${after} and i.w < ${hi} order by i.w limit 1) n`
  const each = `(with recursive used(w, hi) as (
      select n.w, d.hi from ${rarest(params, words)} d cross join lateral ${next('>= d.lo', 'd.hi')}
      union all select n.w, u.hi from used u cross join lateral ${next('> u.w', 'u.hi')})
    select w from used) as w(w)`
  return { each, where: [`k.p = ${p}`, 'k.w = w.w', ...besides(params, words, 'k')] }
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
  const asked = texts.map(wordsOf).filter((words) => words.length > 0)
  if (asked.length === 0) return undefined
  const p = params.add(paramNumber(type, param), 'integer')
  const rows = asked.map((words) => nameRows(params, p, words, also)).join(' union all ')
  return `(select u.rid, u.sd from (${rows}) u group by u.rid, u.sd order by u.sd desc, u.rid desc)`
}

/**
 * What a Vietnamese keyboard would have made of it: a name typed in Telex while the input method was off
 * (`nguyeenx thij lan`). Pure; used to find, never to write.
 */
const MARKS: Readonly<Record<string, string>> = { f: '\u0300', s: '\u0301', x: '\u0303', r: '\u0309', j: '\u0323' }
const PAIRS: readonly [RegExp, string][] = [
  [/dd/g, 'đ'],
  [/aa/g, 'â'],
  [/ee/g, 'ê'],
  [/oo/g, 'ô'],
  [/aw/g, 'ă'],
  [/uow/g, 'ươ'],
  [/ow/g, 'ơ'],
  [/uw/g, 'ư'],
  [/w/g, 'ư'],
]
/** Initial, vowels, final of one Vietnamese syllable without marks: only such a result is believed. */
const SYLLABLE =
  /^(?:ngh|ng|nh|kh|gh|gi|ph|th|tr|ch|qu|[bcdghklmnprstvx])?(?:uye|uya|uyu|oai|oay|oeo|uoi|uou|ieu|yeu|uay|ia|ie|io|iu|oa|oe|oi|oo|ua|ue|ui|uo|uu|uy|ya|ye|yu|ai|ao|au|ay|eo|eu|[aeiouy])(?:ng|nh|ch|[cmnpt])?$/

const bare = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll('đ', 'd')

/** Each long mark typed at the end of the syllable (`Dduwcs`, `nguyenex`): the letter may stand apart from its pair. */
function gathered(word: string): string {
  let text = word
  for (const letter of ['a', 'e', 'o', 'd']) {
    const first = text.indexOf(letter)
    const last = text.lastIndexOf(letter)
    if (first >= 0 && last > first + 1 && !/[aeiouy]/.test(text.slice(first + 1, last).replace(/[^aeiouy]/g, '')))
      text = text.slice(0, first + 1) + letter + text.slice(first + 1, last) + text.slice(last + 1)
  }
  return text
}

/**
 * The word as Telex would have written it, or undefined when it is no Telex: nothing in it is a key, it has letters with
 * marks already, or what comes out is no Vietnamese syllable.
 */
export function fromTelex(word: string): string | undefined {
  const typed = word.toLowerCase()
  if (!/^[a-z]{2,10}$/.test(typed)) return undefined
  // A tone key may be typed after the vowels or at the end (`Lans`, `thij`); the last one counts.
  const tone = /^(.*[aeiouyw].*?)([fsxrj])([a-z]*)$/.exec(typed)
  for (const text of tone ? [`${tone[1]}${tone[3]}`, typed] : [typed]) {
    const mark = tone && text !== typed ? (MARKS[tone[2] ?? ''] ?? '') : ''
    let out = gathered(text)
    for (const [keys, letter] of PAIRS) out = out.replaceAll(keys, letter)
    const letters = bare(out)
    if (letters === typed || !SYLLABLE.test(letters)) continue
    const vowel = [...out].findLastIndex((c) => /[aeiouy]/.test(bare(c)))
    return [...out]
      .map((c, i) => (i === vowel ? c + mark : c))
      .join('')
      .normalize('NFC')
  }
  return undefined
}

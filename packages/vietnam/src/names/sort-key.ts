/**
 * Sort key in the Vietnamese order: a ă â b c d đ e ê … and, inside equal letters, ngang huyền hỏi ngã sắc nặng.
 * People are listed by given name (last word), then family and middle names. Compare keys byte by byte.
 */
const LETTERS = 'aăâbcdđeêfghijklmnoôơpqrstuưvwxyz'
const RANK = new Map([...LETTERS].map((letter, i) => [letter, String.fromCharCode(0x41 + i)]))
const TONE_ORDER = ['\u0300', '\u0309', '\u0303', '\u0301', '\u0323']

function wordKey(word: string): string {
  let tone = 0
  let letters = ''
  for (const unit of word
    .normalize('NFD')
    .replaceAll(/[\u0300\u0301\u0303\u0309\u0323]/g, (mark) => {
      tone = TONE_ORDER.indexOf(mark) + 1
      return ''
    })
    .normalize('NFC')) {
    letters += RANK.get(unit) ?? (/[0-9]/.test(unit) ? unit : '')
  }
  return `${letters}!${tone}`
}

/** Stored beside a name; `ORDER BY key COLLATE "C"` gives the Vietnamese order. */
export function nameSortKey(name: string): string {
  const words = name.normalize('NFC').toLowerCase().trim().split(/\s+/).filter(Boolean)
  const given = words.pop() ?? ''
  return [given, ...words].map(wordKey).join(' ')
}

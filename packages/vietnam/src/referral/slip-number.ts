/** The number of a slip as a HIS writes it: what is sent and printed, and by what key one number typed twice is one. */

/** Behind the number of a slip that serves many visits: which of them. */
const VISIT = /~\d+$/

/** The slip's own number, without the mark of a visit. */
export const slipNumber = (number: string): string => number.replace(VISIT, '')

/** Which visit with its slip a number names; undefined where it is the slip itself. */
export const visitOfNumber = (number: string): number | undefined => {
  const mark = VISIT.exec(number)?.[0]
  return mark === undefined ? undefined : Number(mark.slice(1))
}

/** Letters of other alphabets that look like a Latin capital. */
const LOOK_ALIKE = new Map([...'АВЕЅІЈКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ'].map((letter, i) => [letter, 'ABESIJKMHOPCTYXABEZHIKMNOPTYX'[i] ?? '']))
const UNSEEN = /[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu

/** Key of a number: `90001/2026/gct`, with a Cyrillic Т, a full-width stroke or a blank inside, is `90001/2026/GCT`. */
export const slipKey = (number: string): string =>
  [...number.normalize('NFKC').replaceAll(UNSEEN, '').toUpperCase()].map((letter) => LOOK_ALIKE.get(letter) ?? letter).join('')

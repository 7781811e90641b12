/** Text as the string index keeps it: no marks, no capitals, single spaces. */

const MARKS = /\p{M}/gu

function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** `Số 12,  Đường Nguyễn Huệ` → `so 12 duong nguyen hue`. Letters of other scripts stay. */
export const foldText = (text: string): string => folded(text).slice(0, 200)

/** The words of a text, each once. */
export const foldWords = (text: string): Set<string> =>
  new Set(
    folded(text)
      .split(' ')
      .filter((word) => word !== ''),
  )

/** The text and each of its ends that begin with a word: `nguyen thi lan`, `thi lan`, `lan`. */
export function wordEnds(folded: string): string[] {
  const out = [folded]
  for (let at = folded.indexOf(' '); at >= 0 && out.length < 12; at = folded.indexOf(' ', at + 1)) out.push(folded.slice(at + 1))
  return out
}

/** Text as the string index keeps it: no marks, no capitals, single spaces. */

const MARKS = /\p{M}/gu

/** `Số 12,  Đường Nguyễn Huệ` → `so 12 duong nguyen hue`. Letters of other scripts stay. */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, 200)
}

/** The text and each of its ends that begin with a word: `nguyen thi lan`, `thi lan`, `lan`. */
export function wordEnds(folded: string): string[] {
  const out = [folded]
  for (let at = folded.indexOf(' '); at >= 0 && out.length < 12; at = folded.indexOf(' ', at + 1)) out.push(folded.slice(at + 1))
  return out
}

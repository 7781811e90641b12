/** Keys to find and compare Vietnamese names. Names are folded in the application, never by the database. */

const MARKS = /[\u0300-\u036f]/g

/** `NGUYỄN  Thị Đào` → `nguyen thi dao`: decomposed, marks off, đ → d, lower case, single spaces. */
export function foldName(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(MARKS, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()
}

const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g

/** One syllable with its tone mark moved behind the letters, so that `hoà` and `hòa` are one key. */
function unifySyllable(syllable: string): string {
  const parts = syllable.normalize('NFD')
  const tone = parts.match(TONES)?.join('') ?? ''
  return parts.replaceAll(TONES, '') + tone
}

/** Key A: letters and tones kept, the place of the tone unified. Equal keys mean the same spelling. */
export function nameKeyA(text: string): string {
  return text.normalize('NFC').toLowerCase().trim().split(/\s+/).map(unifySyllable).join(' ').normalize('NFC')
}

/** Key B: no marks at all. Equal keys mean the same name typed without care. */
export const nameKeyB = foldName

/** Key B with its words sorted, for names written in another order. */
export const nameTokens = (text: string): string[] => foldName(text).split(' ').filter(Boolean).sort()

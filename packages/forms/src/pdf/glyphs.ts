/** Which characters the form font can show: read once from its `cmap` table (format 4, Basic Multilingual Plane). */

/** Code points of the font's cmap. Throws when the file has no format 4 table. */
export function coveredCodePoints(font: Buffer): Set<number> {
  const covered = new Set<number>()
  const table = cmapFormat4(font)
  const segments = font.readUInt16BE(table + 6) / 2
  const ends = table + 14
  const starts = ends + segments * 2 + 2
  const deltas = starts + segments * 2
  const offsets = deltas + segments * 2
  for (let i = 0; i < segments; i++) {
    const end = font.readUInt16BE(ends + i * 2)
    const start = font.readUInt16BE(starts + i * 2)
    const delta = font.readUInt16BE(deltas + i * 2)
    const offset = font.readUInt16BE(offsets + i * 2)
    for (let code = start; code <= end && code !== 0xffff; code++) {
      const glyph = offset === 0 ? (code + delta) & 0xffff : font.readUInt16BE(offsets + i * 2 + offset + (code - start) * 2)
      if (glyph !== 0) covered.add(code)
    }
  }
  return covered
}

function cmapFormat4(font: Buffer): number {
  const tables = font.readUInt16BE(4)
  for (let i = 0; i < tables; i++) {
    const record = 12 + i * 16
    if (font.toString('latin1', record, record + 4) !== 'cmap') continue
    const cmap = font.readUInt32BE(record + 8)
    for (let j = 0; j < font.readUInt16BE(cmap + 2); j++) {
      const subtable = cmap + font.readUInt32BE(cmap + 4 + j * 8 + 4)
      if (font.readUInt16BE(subtable) === 4) return subtable
    }
  }
  throw new Error('font without a cmap of format 4')
}

const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\p{Variation_Selector}/gu
const NO_GLYPH = '□'

// pages print names in capitals, so a letter needs its capital too
const isCovered = (character: string, covered: Set<number>): boolean =>
  [...(character + character.toUpperCase())].every((c) => covered.has(c.codePointAt(0) ?? 0))

/**
 * Text as it can be printed: composed (NFC), direction and joining marks removed (they could make a line read
 * otherwise than it is stored), characters without a glyph shown as □. The document's bytes keep the original.
 */
export function printable(text: string, covered: Set<number>): string {
  const clean = text.normalize('NFC').replace(/\r\n?/g, '\n').replace(/\t/g, ' ').replace(INVISIBLE, '')
  return [...clean].map((c) => (c === '\n' || isCovered(c, covered) ? c : NO_GLYPH)).join('')
}

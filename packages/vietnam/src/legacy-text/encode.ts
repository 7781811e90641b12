/** Unicode → the letters an old system writes, for made-up files: what `legacyJudge` must find again. */
import { type LegacyEncoding, TCVN3, VNI } from './tables.ts'

const inverse = (table: ReadonlyMap<string, string>): Map<string, string> => {
  const out = new Map<string, string>()
  for (const [written, letter] of table) if (!out.has(letter)) out.set(letter, written)
  return out
}
const WRITTEN: Record<LegacyEncoding, Map<string, string>> = { tcvn3: inverse(TCVN3), vni: inverse(VNI) }

/** TCVN3 has no capitals with a tone: they become small letters, as under its fonts for capitals. */
export function toLegacyText(text: string, encoding: LegacyEncoding): string {
  const written = WRITTEN[encoding]
  return Array.from(text.normalize('NFC'), (c) => written.get(c) ?? written.get(c.toLowerCase()) ?? c).join('')
}

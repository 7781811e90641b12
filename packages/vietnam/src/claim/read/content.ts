/** NOIDUNGFILE to the table's XML text: base64, base64 with a byte-order mark, CDATA, escaped or inline XML. */

import { decodeUtf8, LIMITS } from './decode.ts'
import type { EnvelopeFile } from './envelope.ts'

const stripBom = (text: string): string => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)

/** Gives `{xml}` (empty when the table was left empty; `eightBit` when it came as bytes of an old font) or `{problem}`. */
export function tableText(file: EnvelopeFile): { xml: string; eightBit?: true } | { problem: string } {
  if (file.inline !== undefined) return { xml: stripBom(file.inline.trim()) }
  const text = stripBom(file.text.trim()).trim()
  if (text === '') return { xml: '' }
  if (text.startsWith('<')) return { xml: text }
  const packed = text.replaceAll(/\s+/g, '')
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return { problem: 'base64' }
  if (packed.length > LIMITS.table * 1.4) return { problem: `> ${LIMITS.table} byte` }
  const result = decodeUtf8(Buffer.from(packed, 'base64'))
  return 'problem' in result ? result : { xml: result.text.trim(), ...(result.eightBit ? { eightBit: true } : {}) }
}

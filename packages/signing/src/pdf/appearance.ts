/** What a signature looks like on paper: a framed box with who signed, in which role, and when. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fontkit from '@cantoo/fontkit'
import { CustomFontSubsetEmbedder, type PDFContext, type PDFRef } from '@cantoo/pdf-lib'

type Fontkit = Parameters<typeof CustomFontSubsetEmbedder.for>[0]

/** Parsing a font costs some 10 ms; a font's bytes never change, so the parsed form is kept as long as the bytes are. */
const parsed = new WeakMap<Uint8Array, Promise<unknown>>()

function parseFont(bytes: Uint8Array): Promise<unknown> {
  let font = parsed.get(bytes)
  if (!font) {
    font = Promise.resolve((fontkit as unknown as Fontkit).create(bytes))
    parsed.set(bytes, font)
  }
  return font
}

let tinos: Uint8Array | undefined

/** Tinos as its package ships it. A constant of the program that happens to lie in a file, read once when first needed. */
export function defaultFont(): Uint8Array {
  tinos ??= readFileSync(fileURLToPath(import.meta.resolve('@expo-google-fonts/tinos/400Regular/Tinos_400Regular.ttf')))
  return tinos
}

export interface AppearanceText {
  /** For whom somebody signs: `KT. GIÁM ĐỐC`, `PHÓ GIÁM ĐỐC`. */
  capacity?: readonly string[]
  roleText?: string
  signerName: string
  title?: string
  organization?: string
  reason?: string
  at: Date
}

const pad = (n: number, width = 2): string => String(n).padStart(width, '0')

/** `22/11/2026 19:30:05 +07:00`: Vietnamese civil time, whatever zone the machine runs in. */
export function vietnameseTime(at: Date): string {
  const t = new Date(at.getTime() + 7 * 3_600_000)
  const date = `${pad(t.getUTCDate())}/${pad(t.getUTCMonth() + 1)}/${t.getUTCFullYear()}`
  return `${date} ${pad(t.getUTCHours())}:${pad(t.getUTCMinutes())}:${pad(t.getUTCSeconds())} +07:00`
}

/** The lines of the box, most important first. */
export function appearanceLines(text: AppearanceText): string[] {
  return [
    ...(text.capacity ?? []),
    ...(text.roleText ? [text.roleText] : []),
    `Ký bởi: ${text.signerName}`,
    ...(text.title ? [`Chức danh: ${text.title}`] : []),
    ...(text.organization && text.organization !== text.signerName ? [`Đơn vị: ${text.organization}`] : []),
    ...(text.reason ? [`Lý do: ${text.reason}`] : []),
    `Ngày ký: ${vietnameseTime(text.at)}`,
  ].map((line) => line.normalize('NFC'))
}

function wrap(line: string, size: number, width: number, measure: (text: string, size: number) => number): string[] {
  const lines: string[] = []
  let current = ''
  for (const word of line.split(/\s+/)) {
    const longer = current ? `${current} ${word}` : word
    if (current && measure(longer, size) > width) {
      lines.push(current)
      current = word
    } else current = longer
  }
  return current ? [...lines, current] : lines
}

/**
 * Draws the box as a form XObject into `context`, with a subset of the font that holds only the letters used.
 * The text shrinks from 9 to 4 points until it fits. Gives the XObject's reference.
 */
export async function drawAppearance(
  context: PDFContext,
  box: { width: number; height: number },
  text: AppearanceText,
  fontBytes: Uint8Array,
): Promise<PDFRef> {
  const font = await parseFont(fontBytes)
  const kit = { create: async () => font } as unknown as Fontkit
  // A fixed six-letter tag: the name of a subset must have one, and the same input must give the same bytes.
  const embedder = await CustomFontSubsetEmbedder.for(kit, fontBytes, 'YBAKYS+Tinos')
  // Laid out once and scaled: the text is tried at ten sizes, and laying it out is what a signature's picture costs.
  const widths = new Map<string, number>()
  const measure = (line: string, size: number): number => {
    const width = widths.get(line) ?? embedder.widthOfTextAtSize(line, 1000)
    widths.set(line, width)
    return (width * size) / 1000
  }
  const inner = { width: box.width - 6, height: box.height - 5 }
  let size = 9
  let lines: string[] = []
  for (; size >= 4; size -= 0.5) {
    lines = appearanceLines(text).flatMap((line) => wrap(line, size, inner.width, measure))
    if (lines.length * size * 1.18 <= inner.height && lines.every((line) => measure(line, size) <= inner.width)) break
  }
  size = Math.max(size, 4)
  const leading = size * 1.18
  const top = box.height - 2.5 - size * 0.9
  const rows = lines.map(
    (line, i) => `${i === 0 ? `3 ${top.toFixed(2)}` : `0 ${(-leading).toFixed(2)}`} Td ${embedder.encodeText(line).toString()} Tj`,
  )
  const frame = `0.78 0.1 0.1 RG 0.6 w 0.5 0.5 ${(box.width - 1).toFixed(2)} ${(box.height - 1).toFixed(2)} re S`
  const content = `q ${frame} 0.78 0.1 0.1 rg BT /F ${size} Tf\n${rows.join('\n')}\nET Q`
  const fontRef = await embedder.embedIntoContext(context)
  return context.register(
    context.flateStream(content, {
      Type: 'XObject',
      Subtype: 'Form',
      FormType: 1,
      BBox: [0, 0, box.width, box.height],
      Resources: { Font: { F: fontRef } },
    }),
  )
}

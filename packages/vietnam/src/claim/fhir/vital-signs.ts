/** Vital signs written inside a progress note: `CSST<M98_T38.7_HA120/70_NT26_SP92_HL2>` (QĐ 130, XML5). */

export interface VitalSigns {
  pulse?: number
  temperature?: number
  systolic?: number
  diastolic?: number
  breathing?: number
  saturation?: number
  /** Care level (hộ lý) 1 to 3. */
  care?: number
}

const NUMBER = '(\\d+(?:[.,]\\d+)?)'
const PARTS: [RegExp, (v: VitalSigns, a: number, b: number) => void][] = [
  [new RegExp(`^M${NUMBER}$`), (v, a) => (v.pulse = a)],
  [new RegExp(`^T${NUMBER}$`), (v, a) => (v.temperature = a)],
  [
    new RegExp(`^HA${NUMBER}/${NUMBER}$`),
    (v, a, b) => {
      v.systolic = a
      v.diastolic = b
    },
  ],
  [new RegExp(`^NT${NUMBER}$`), (v, a) => (v.breathing = a)],
  [new RegExp(`^SP(?:O2)?${NUMBER}%?$`), (v, a) => (v.saturation = a)],
  [/^HL([123])$/, (v, a) => (v.care = a)],
]

const number = (text: string | undefined): number => Number((text ?? '').replace(',', '.'))

/** Reads the block; null when the note has none. Parts that do not read are left to the note's text. */
export function readVitalSigns(note: string): VitalSigns | null {
  const block = /CSST\s*<([^<>]*)>/i.exec(note)?.[1]
  if (block === undefined) return null
  const found: VitalSigns = {}
  for (const part of block.split('_')) {
    for (const [pattern, set] of PARTS) {
      const hit = pattern.exec(part.trim().toUpperCase())
      if (hit) set(found, number(hit[1]), number(hit[2]))
    }
  }
  return found
}

/** The note without the block. */
export const withoutVitalSigns = (note: string): string => note.replaceAll(/\s*CSST\s*<[^<>]*>\s*/gi, ' ').trim()

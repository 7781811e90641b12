/**
 * What a laboratory says of its own result. XML4 has no column for the range; some systems write it, or the word high or
 * low, where there is room: after the value, in MO_TA, in KET_LUAN. Read only where a text is nothing else.
 */

import type * as fhir4 from 'fhir/r4.d.ts'

const NUMBER = '(\\d+(?:[.,]\\d+)?)'
const LEAD = '(?:(?:khoảng\\s+|trị số\\s+|giá trị\\s+)?(?:tham chiếu|bình thường|TSTC|GTTC|CSBT|BT)\\s*[:=]?\\s*)?'
const BETWEEN = new RegExp(`^${LEAD}[\\[(]?\\s*${NUMBER}\\s*[-–÷~]\\s*${NUMBER}\\s*[\\])]?\\s*([^\\d\\s]\\S{0,15})?$`, 'i')
const BELOW = new RegExp(`^${LEAD}[\\[(]?\\s*(?:<|≤|<=)\\s*${NUMBER}\\s*[\\])]?\\s*([^\\d\\s]\\S{0,15})?$`, 'i')
const ABOVE = new RegExp(`^${LEAD}[\\[(]?\\s*(?:>|≥|>=)\\s*${NUMBER}\\s*[\\])]?\\s*([^\\d\\s]\\S{0,15})?$`, 'i')

const plain = (text: string | undefined): number => Number((text ?? '').replace(',', '.'))

/** `4,0 - 10,0`, `[3.9–6.4] mmol/L`, `Tham chiếu: < 5` → a range; undefined for anything else, or with another unit than the value's. */
export function readRange(text: string, unit: string): fhir4.ObservationReferenceRange | undefined {
  const [between, below, above] = [BETWEEN, BELOW, ABOVE].map((pattern) => pattern.exec(text.trim()))
  const said = between?.[3] ?? below?.[2] ?? above?.[2]
  if (said !== undefined && unit !== '' && said.toLowerCase() !== unit.toLowerCase()) return undefined
  const quantity = (value: number): fhir4.Quantity => ({ value, ...(unit === '' ? {} : { unit }) })
  if (between) {
    const [low, high] = [plain(between[1]), plain(between[2])]
    return low < high ? { low: quantity(low), high: quantity(high) } : undefined
  }
  if (below) return { high: quantity(plain(below[1])) }
  return above ? { low: quantity(plain(above[1])) } : undefined
}

/** `15.8 [4.0-10.0]` → the value and the words in brackets behind it. */
export function splitValue(text: string): [value: string, behind: string] {
  const found = /^([<>≤≥=]*\s*\d+(?:[.,]\d+)?)\s*[[(]([^\])]+)[\])]$/.exec(text.trim())
  return found ? [found[1] ?? '', found[2] ?? ''] : [text, '']
}

const FLAGS: [RegExp, 'H' | 'L' | 'N'][] = [
  [/^(H{1,2}|↑+|cao|tăng)$/i, 'H'],
  [/^(L{1,2}|↓+|thấp|giảm)$/i, 'L'],
  [/^(N|bình thường|trong giới hạn bình thường)$/i, 'N'],
]
const WORD = { H: 'Cao', L: 'Thấp', N: 'Bình thường' } as const

/** High, low or normal: as the laboratory says, else by its own range; undefined when neither tells. */
export function interpretation(
  said: readonly string[],
  quantity: fhir4.Quantity | undefined,
  range: fhir4.ObservationReferenceRange | undefined,
): fhir4.CodeableConcept | undefined {
  const told = said.flatMap((text) => FLAGS.filter(([pattern]) => pattern.test(text.trim())).map(([, code]) => code))[0]
  const code = told ?? byRange(quantity, range)
  if (!code) return undefined
  return { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code }], text: WORD[code] }
}

function byRange(quantity: fhir4.Quantity | undefined, range: fhir4.ObservationReferenceRange | undefined): 'H' | 'L' | 'N' | undefined {
  if (quantity?.value === undefined || quantity.comparator || !range) return undefined
  if (range.high?.value !== undefined && quantity.value > range.high.value) return 'H'
  if (range.low?.value !== undefined && quantity.value < range.low.value) return 'L'
  return 'N'
}

/** Whether a text of the laboratory says nothing but a range or a flag: then it is no note. */
export const isRangeOrFlag = (text: string, unit: string): boolean =>
  readRange(text, unit) !== undefined || FLAGS.some(([pattern]) => pattern.test(text.trim()))

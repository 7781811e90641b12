/**
 * Ranges in common use for adults. Claim files carry no range: where the laboratory wrote none, these are shown, always
 * marked as such, so that a value far off is not overlooked. They say nothing for children, and take no word from a
 * laboratory that gives its own range.
 */

export interface UsualRange {
  low?: number
  high?: number
}

type Sex = '1' | '2' | '3'
type Line = readonly [
  names: readonly string[],
  unit: string,
  low: number | undefined,
  high: number | undefined,
  women?: readonly [number, number],
]

const LINES: readonly Line[] = [
  [['wbc', 'bạch cầu'], 'g/l', 4, 10],
  [['neut%'], '%', 45, 75],
  [['rbc', 'hồng cầu'], 't/l', 4.2, 5.9, [3.8, 5.3]],
  [['hgb', 'hb', 'huyết sắc tố'], 'g/l', 130, 170, [120, 155]],
  [['hct'], '%', 40, 52, [36, 47]],
  [['plt', 'tiểu cầu'], 'g/l', 150, 400],
  [['urê', 'ure'], 'mmol/l', 2.5, 7.5],
  [['creatinin'], 'µmol/l', 62, 115, [44, 97]],
  [['glucose'], 'mmol/l', 3.9, 6.4],
  [['na+', 'natri'], 'mmol/l', 135, 145],
  [['k+', 'kali'], 'mmol/l', 3.5, 5],
  [['cl-', 'clo'], 'mmol/l', 98, 106],
  [['ast', 'got'], 'u/l', undefined, 40],
  [['alt', 'gpt'], 'u/l', undefined, 40],
  [['bilirubin toàn phần', 'bilirubin tp'], 'µmol/l', undefined, 17],
  [['albumin'], 'g/l', 35, 50],
  [['protein toàn phần', 'protein tp'], 'g/l', 65, 82],
  [['crp'], 'mg/l', undefined, 5],
  [['hba1c'], '%', 4, 6],
  [['pt%'], '%', 70, 140],
  [['inr'], '', 0.8, 1.2],
  [['fibrinogen'], 'g/l', 2, 4],
  [['ph'], '', 7.35, 7.45],
  [['lactat'], 'mmol/l', 0.5, 2.2],
]

const ADULT = 16

/** Range of a measured thing by name and unit; undefined when none is in common use, or for a child. */
export function usualRange(name: string, unit: string, sex: Sex, years: number | undefined): UsualRange | undefined {
  if (years === undefined || years < ADULT) return undefined
  const [key, per] = [name.trim().toLowerCase(), unit.trim().toLowerCase().replace('μ', 'µ')]
  const line = LINES.find(([names, of]) => of === per && names.includes(key))
  if (!line) return undefined
  const [, , low, high, women] = line
  if (women && sex === '2') return { low: women[0], high: women[1] }
  // Of an unknown sex only what is odd for both is odd.
  if (women && sex === '3') return { low: Math.min(low ?? women[0], women[0]), high: Math.max(high ?? women[1], women[1]) }
  return { low, high }
}

/** LIEU_DUNG as QĐ 130 writes it: `1 viên/lần * 2 lần/ngày * 28 ngày [2 viên/ngày]`. What does not read so stays words only. */

import { SYSTEM } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'

const TIMES = '\\s*[*×xX]\\s*'
const EACH = new RegExp(`^(\\d+(?:[.,]\\d+)?)\\s*([^\\d/*×\\[\\]]+?)\\s*/\\s*lần${TIMES}(\\d{1,2})\\s*lần\\s*/\\s*ngày`, 'i')
const DAYS = /[*×xX]\s*0*(\d{1,3})\s*ngày\s*(?:\[[^\]]*\])?\s*$/i

/** Dose, times a day and days of a dose text, as far as it reads; all of it from the text, none computed. */
export function readDose(text: string): Pick<fhir4.Dosage, 'timing' | 'doseAndRate'> {
  const each = EACH.exec(text.trim())
  const days = Number(DAYS.exec(text)?.[1] ?? 0)
  const repeat: fhir4.TimingRepeat = {
    ...(days > 0 ? { boundsDuration: { value: days, unit: 'ngày', system: SYSTEM.ucum, code: 'd' } } : {}),
    ...(each ? { frequency: Number(each[3]), period: 1, periodUnit: 'd' } : {}),
  }
  return {
    ...(Object.keys(repeat).length > 0 ? { timing: { repeat } } : {}),
    ...(each ? { doseAndRate: [{ doseQuantity: { value: Number((each[1] ?? '').replace(',', '.')), unit: each[2] ?? '' } }] } : {}),
  }
}

/**
 * Name and strength as one text. A strength that a name already ends in is written once:
 * `Furosemid 20mg` + `20mg/2ml` → `Furosemid 20mg/2ml`.
 */
export function nameWithStrength(name: string, strength: string): string {
  if (strength === '' || name.includes(strength)) return name
  const [first = ''] = strength.split(/[\s/]/)
  const rest = strength.slice(first.length)
  return first !== '' && (name === first || name.endsWith(` ${first}`)) ? `${name}${rest}` : `${name} ${strength}`
}

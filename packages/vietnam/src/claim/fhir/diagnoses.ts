/** ICD-10 codes of XML1 with the words of CHAN_DOAN_RV where they can be told apart. */

import { codeSystemUrl } from '@yba/fhir'
import { icdName } from '../../codes/icd.ts'
import type { PaperDiagnosis } from '../../documents/content.ts'
import type { Row } from '../types.ts'
import { get } from './plan.ts'

/** Codes of traditional medicine (MA_BENH_YHCT, QĐ 6061/QĐ-BYT and later). */
export const TRADITIONAL = codeSystemUrl('ma-benh-yhct')

/**
 * One entry per code, the main one first. CHAN_DOAN_RV names several diseases in one text: a part is given to a
 * code only when there are as many parts as codes; else the catalogue's name, and for the main code the whole text.
 * A wrong pairing would put a disease under another's code.
 */
export function claimDiagnoses(one: Row, column = 'CHAN_DOAN_RV'): PaperDiagnosis[] {
  const codes = [get(one, 'MA_BENH_CHINH'), ...get(one, 'MA_BENH_KT').split(';')].map((c) => c.trim()).filter(Boolean)
  const whole = get(one, column)
  const parts = whole
    .split(';')
    .map((p) => p.trim())
    .filter(Boolean)
  const paired = parts.length === codes.length
  return codes.map((code, i) => ({
    code,
    rank: i + 1,
    text: (paired ? parts[i] : undefined) ?? icdName(code) ?? (i === 0 && whole !== '' ? whole : code),
  }))
}

/** ICD-10 codes of XML1 with the words of CHAN_DOAN_RV where they can be told apart. */

import { codeSystemUrl } from '@yba/fhir'
import { icdName } from '../../codes/icd.ts'
import type { PaperDiagnosis } from '../../documents/content.ts'
import type { Row } from '../types.ts'
import { get } from './plan.ts'

/** Codes of traditional medicine (MA_BENH_YHCT, QĐ 6061/QĐ-BYT and later). */
export const TRADITIONAL = codeSystemUrl('ma-benh-yhct')

/** Words of the clause that holds a code; undefined where none does. */
function clauseOf(text: string, code: string): string | undefined {
  const clause = text.split(/[;\n]/).find((part) => part.toUpperCase().includes(code.toUpperCase()))
  const at = clause?.toUpperCase().indexOf(code.toUpperCase()) ?? 0
  const words = `${clause?.slice(0, at) ?? ''}${clause?.slice(at + code.length) ?? ''}`.replaceAll(
    /^[\s()[\],:.–—-]+|[\s()[\],:–—-]+$/g,
    '',
  )
  return words === '' ? undefined : words
}

/** Codes of traditional medicine with the words CHAN_DOAN_RV gives beside them; we hold no catalogue of their names. */
export function traditionalDiagnoses(one: Row): Omit<PaperDiagnosis, 'rank'>[] {
  const codes = [
    ...new Set(
      get(one, 'MA_BENH_YHCT')
        .split(';')
        .map((c) => c.trim()),
    ),
  ].filter(Boolean)
  return codes.map((code) => ({ code, text: clauseOf(get(one, 'CHAN_DOAN_RV'), code) ?? 'Chẩn đoán y học cổ truyền' }))
}

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

/** Phrases a page needs that are put together from several fields. */

import type { PaperContent, PaperMedicine } from '@yba/vietnam'
import { optionText } from '../questionnaire.ts'

const joined = (parts: (string | undefined)[], separator: string): string => parts.filter(Boolean).join(separator)

/** Diagnosis as written, with the codes that the text does not already name. */
function diagnosis({ diagnosisText, diagnoses }: PaperContent): string {
  const sorted = diagnoses.toSorted((a, b) => a.rank - b.rank)
  const codes = sorted.map((d) => d.code).filter((code) => code !== '' && !diagnosisText.includes(code))
  const text = diagnosisText || sorted.map((d) => d.text).join('; ')
  return codes.length ? `${text} (ICD-10: ${codes.join('; ')})` : text
}

function treatment(content: PaperContent): string {
  if (content.kind !== 'referral') return content.treatment
  const { method, services, medicines, kind } = content.treatment
  const parts = [
    method,
    kind && kind !== method ? kind : undefined,
    services && `Thủ thuật, kỹ thuật: ${services}`,
    medicines && `Thuốc: ${medicines}`,
  ]
  return joined(
    parts.map((part) => part?.trim().replace(/\.$/, '')),
    '. ',
  )
}

/** Many systems write the strength into the name already. */
function medicineName({ name, strength }: PaperMedicine): string {
  return strength && name.replaceAll(' ', '').includes(strength.replaceAll(' ', '')) ? name : joined([name, strength], ' ')
}

function medicines(content: PaperContent): string {
  return content.medicines.map((m) => joined([medicineName(m), joined([m.quantity, m.unit], ' '), m.usage ?? m.dose], ', ')).join('\n')
}

function allergies(content: PaperContent): string {
  if (content.kind === 'outcome') return ''
  const list = content.allergies.map((a) => joined([a.substance, a.reaction && `(${a.reaction})`], ' ')).join('; ')
  return list || 'không có thông tin'
}

/** The put-together phrases of a paper; empty where the paper has none. */
export function wordsOf(content: PaperContent): Record<string, string> {
  return {
    sex: optionText(content.kind, 'patient.sex', content.patient.sex),
    diagnosis: diagnosis(content),
    treatment: treatment(content),
    medicines: medicines(content),
    medicineNames: content.medicines.map(medicineName).join('; '),
    allergies: allergies(content),
    outcome: content.kind === 'referral' ? '' : optionText(content.kind, 'outcome', content.outcome),
    escort: content.kind === 'referral' ? joined([content.escort?.name, content.escort?.title], ', ') : '',
  }
}

/** Sections that more than one paper has, written once. */

import type { PaperContent, PaperDiagnosis, PaperMedicine, PaperPatient, PaperProcedure, PaperResult, ReferralContent } from '@yba/vietnam'
import type * as fhir4 from 'fhir/r4.d.ts'
import { addAllergies, addConditions, addEncounter, addMedicines, addProcedures, addResults, type Context } from './clinical.ts'
import type { Draft } from './draft.ts'
import { section } from './form.ts'
import { addCoverages, addFacility, addPatient } from './parties.ts'

const list = (parts: (string | undefined)[], separator = ' '): string => parts.filter(Boolean).join(separator)

/** Patient, issuing facility, diagnoses and encounter: what every paper starts with. */
export function openDraft(draft: Draft<PaperContent>, stay: Partial<ReferralContent['encounter']>) {
  const { content } = draft
  const patient = addPatient(draft, content.patient, content.from)
  const custodian = addFacility(draft, content.from)
  const conditions = addConditions(draft, content.diagnoses, patient)
  const encounter = addEncounter(draft, stay, patient, custodian, conditions)
  return { patient, custodian, conditions: conditions.map((c) => c.reference), encounter }
}

export function diagnosisSection(text: string, diagnoses: PaperDiagnosis[], conditions: fhir4.Reference[], traditional?: string) {
  return section(
    '29548-5',
    'Chẩn đoán',
    [
      ['', text],
      ...diagnoses.map((d) => [d.rank === 1 ? 'Bệnh chính' : 'Bệnh kèm theo', list([d.code, d.text])] as const),
      ['Y học cổ truyền', traditional],
    ],
    conditions,
  )
}

export function resultsSection(draft: Draft, text: string, results: PaperResult[], context: Context) {
  const rows = results.map((r) => [r.name, list([r.value, r.unit, r.conclusion && `(${r.conclusion})`])] as const)
  return section('30954-2', 'Kết quả xét nghiệm, cận lâm sàng', [['', text], ...rows], addResults(draft, results, context))
}

export function medicinesSection(draft: Draft, medicines: PaperMedicine[], context: Context, text?: string) {
  const rows = medicines.map(
    (m) => [list([m.name, m.strength]), list([list([m.quantity, m.unit]), m.dose, m.usage, m.route], '; ')] as const,
  )
  return section(
    '10160-0',
    'Thuốc',
    [['', text], ...rows.map(([k, v]) => (v === '' ? (['', k] as const) : ([k, v] as const)))],
    addMedicines(draft, medicines, context),
  )
}

export function proceduresSection(
  draft: Draft,
  procedures: PaperProcedure[],
  context: Context,
  rows: readonly (readonly [string, string | undefined])[],
) {
  const done = procedures.map((p) => [p.code ?? '', p.name] as const)
  return section('47519-4', 'Phương pháp điều trị, thủ thuật, kỹ thuật', [...rows, ...done], addProcedures(draft, procedures, context))
}

export function allergiesSection(draft: Draft, allergies: ReferralContent['allergies'], patient: fhir4.Reference) {
  const rows = allergies.length
    ? allergies.map((a) => [a.substance, a.reaction || 'không ghi biểu hiện'] as const)
    : [['', 'Không có thông tin về dị ứng'] as const]
  return section('48765-2', 'Dị ứng', rows, addAllergies(draft, allergies, patient))
}

export function coverageSection(draft: Draft, patient: PaperPatient, beneficiary: fhir4.Reference) {
  const rows = patient.cards.map((c) => ['Thẻ bảo hiểm y tế', list([c.number, c.validTo && `hạn ${c.validTo}`], ', ')] as const)
  return section('48768-6', 'Bảo hiểm y tế', rows, addCoverages(draft, patient, beneficiary))
}

/** The number a HIS gave to the shared record of a slip (XML7.SO_LUU_TRU), where another person's record has it, too. */
import { defineOutcome, type Finding, finding } from '@yba/fhir'
import type { SummaryContent } from '@yba/vietnam'
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import { documentFacts, findDocument, PAPER_NUMBER_TAKEN } from '../documents/index.ts'
import { loadDraft, othersSummaryOf } from './tables.ts'
import { taskFacts } from './task.ts'

export const SUMMARY_NUMBER_SHARED = defineOutcome({
  code: 'summary-number-shared',
  http: 200,
  severity: 'warning',
  issue: 'duplicate',
  vi: 'Số tóm tắt hồ sơ {number} cũng có trên hồ sơ của một người bệnh khác; ai ký trước giữ số, phiếu kia sẽ không ký được.',
  en: 'Number {number} of the record summary also stands on another person’s record; who signs first keeps it, the other slip cannot be signed.',
  cure: {
    vi: 'Sửa số lưu trữ (SO_LUU_TRU) của một trong hai hồ sơ trong phần mềm nguồn rồi nhập lại.',
    en: 'Correct the number (SO_LUU_TRU) of one of the two records in the source system and import it again.',
  },
})

const PATH = 'XML7[1].SO_LUU_TRU'

/** What is wrong with the number: `paper-number-taken` where another person's paper stands under it, else a warning. */
export async function summaryNumberFaults(tx: Transaction, summary: SummaryContent, patient: string | undefined): Promise<Finding[]> {
  const { number } = summary
  const filed = await findDocument(tx, { kind: 'summary', issuer: summary.from.code, number, version: 1 })
  const owner = filed && documentFacts(filed.resource()).patient.reference
  if (filed && owner !== patient) return [finding(PAPER_NUMBER_TAKEN, { number, version: 1 }, PATH)]
  return !filed && (await othersSummaryOf(tx, number, summary.patient.mrn)) ? [finding(SUMMARY_NUMBER_SHARED, { number }, PATH)] : []
}

/** The same of a slip that is written here, or has come and nobody has signed. */
export function summaryFaultsOf(site: Site, taskId: string): Promise<Finding[]> {
  return site.store.as(systemCaller('sign', site.settings.facility.code)).transact(async (tx) => {
    const content = (await loadDraft(tx, taskId, 'summary'))?.content
    const stored = await tx.read('Task', taskId)
    if (content?.kind !== 'summary' || !stored) return []
    return summaryNumberFaults(tx, content, taskFacts(stored.resource()).patient)
  })
}

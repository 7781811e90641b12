/** The doctor types the code, the list knows its name: nobody copies one from the other by hand. */
import { SYSTEM } from '@yba/fhir'
import { bareCodes, icdName, localDay, type PaperContent, withCodeNames } from '@yba/vietnam'
import type { Transaction } from '../../store/types.ts'
import { codeNames } from '../catalogue/index.ts'
import type { SaveDraftAnswer } from './contract.ts'

/**
 * What the text of the diagnosis would be with the name behind each ICD-10 code that stands alone, by the list in force
 * today, else by the few names we carry; nothing where no code stands alone.
 */
export async function namedCodes(db: Pick<Transaction, 'sql'>, content: PaperContent, now: Date): Promise<Pick<SaveDraftAnswer, 'named'>> {
  if (content.kind !== 'referral' && content.kind !== 'outcome') return {}
  const from = content.diagnosisText
  const codes = bareCodes(from)
  if (codes.length === 0) return {}
  const names = await codeNames(db, SYSTEM.icd10, codes, localDay(now))
  for (const code of codes) {
    const carried = icdName(code)
    if (!names.has(code) && carried !== undefined) names.set(code, carried)
  }
  const to = withCodeNames(from, names)
  return to === from ? {} : { named: { path: 'diagnosisText', from, to } }
}

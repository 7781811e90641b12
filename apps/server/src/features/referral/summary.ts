import type { ReferralContent, SummaryContent } from '@yba/vietnam'
import { localDateTime } from './local-time.ts'

/** The record that travels beside a slip composed from the chart: the same facts under the summary's own headings. */
export function summaryOf(slip: ReferralContent, now: Date): SummaryContent {
  return {
    kind: 'summary',
    number: `TT-${slip.numbers.slip}`,
    from: slip.from,
    ...(slip.managingBody ? { managingBody: slip.managingBody } : {}),
    patient: slip.patient,
    encounter: slip.encounter,
    diagnosisText: slip.diagnosisText,
    diagnoses: slip.diagnoses,
    history: [slip.history, slip.signs].filter(Boolean).join('. '),
    results: slip.results,
    treatment: [slip.treatment.method, slip.treatment.services, slip.treatment.medicines].filter(Boolean).join('. '),
    medicines: slip.medicines,
    resultList: slip.resultList,
    procedures: slip.procedures,
    allergies: slip.allergies,
    authorised: slip.authorised,
    issuedOn: localDateTime(now),
  }
}

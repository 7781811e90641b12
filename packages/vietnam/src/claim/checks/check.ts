/** All checks of a record, in the order of the tables; always every finding, never only the first. */

import type { Finding } from '@yba/fhir'
import { CLAIM_TABLES } from '../tables/index.ts'
import type { ClaimRecord } from '../types.ts'
import { checkCatalogues } from './catalogues.ts'
import { checkConditions } from './conditions.ts'
import { checkCross } from './cross.ts'
import { checkDates } from './dates.ts'
import { checkFields } from './fields.ts'
import { checkOrders } from './orders.ts'
import { checkPapers } from './papers.ts'
import { checkSums } from './sums.ts'
import { checkVisit } from './visit.ts'

/** True when a finding refuses the record. */
export const refuses = (f: Finding): boolean => f.definition.severity === 'error' || f.definition.severity === 'fatal'

/**
 * Everything wrong or odd about a record: what the reader met, then fields, conditions, times, money and agreement
 * between tables. A record with an `error` writes nothing.
 */
export function checkRecord(record: ClaimRecord): Finding[] {
  return [
    ...record.findings,
    ...checkFields(record, CLAIM_TABLES),
    ...checkConditions(record),
    ...checkCatalogues(record),
    ...checkDates(record),
    ...checkSums(record),
    ...checkCross(record, CLAIM_TABLES),
    ...checkVisit(record),
    ...checkOrders(record),
    ...checkPapers(record),
  ]
}

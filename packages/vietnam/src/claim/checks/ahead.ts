/** Hours of a stay that have not come: the one check that must be told what time it is. */
import type { Finding } from '@yba/fhir'
import { claimTimeToFhir } from '../../dates/claim-date.ts'
import * as outcomes from '../outcomes.ts'
import type { ClaimRecord } from '../types.ts'
import { at, numbered } from './cells.ts'
import { cell } from './place.ts'

const HAPPENED = ['NGAY_VAO', 'NGAY_VAO_NOI_TRU', 'NGAY_RA']

/** Warnings: the patient is cared for whatever the clock of the HIS says. `latest`: up to then a clock may be wrong. */
export function timesAhead(record: ClaimRecord, latest: Date): Finding[] {
  const head = record.tables.XML1?.length ? 'XML1' : 'XML0'
  const isAhead = (value: string): boolean => Date.parse(claimTimeToFhir(value) ?? '') > latest.getTime()
  return numbered(record, head).flatMap(([row, number]) =>
    HAPPENED.filter((column) => isAhead(at(row, column))).map((column) =>
      cell(outcomes.claimTimeAhead, head, number, column, at(row, column)),
    ),
  )
}

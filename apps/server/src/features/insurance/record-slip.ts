/** What the daily figures need of a claim record: the day its stay ended, and the number of the slip it writes (XML13). */
import { type ClaimRecord, claimTimeToFhir } from '@yba/vietnam'
import type { RecordSlip } from './tables/slip-counts.ts'

/** QĐ 4750/QĐ-BYT: XML1.NGAY_RA ends the stay, XML13.GIAY_CHUYEN_TUYEN is the slip's number. */
export function slipOf(record: ClaimRecord): RecordSlip {
  const ended = claimTimeToFhir(record.tables.XML1?.[0]?.NGAY_RA ?? '')
  const paper = record.tables.XML13?.[0]
  // A slip without its number is one all the same, and there is one in a record.
  return { left_on: ended?.slice(0, 10) ?? null, slip: paper ? paper.GIAY_CHUYEN_TUYEN || record.maLk : null }
}

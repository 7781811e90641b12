/** Named refusals of documents. */
import { defineOutcome } from '@yba/fhir'

export const PAPER_NUMBER_TAKEN = defineOutcome({
  code: 'paper-number-taken',
  http: 409,
  severity: 'error',
  issue: 'duplicate',
  vi: 'Số {number} phiên bản {version} đã dùng cho một văn bản khác; văn bản đã phát hành không bị ghi đè.',
  en: 'Number {number} version {version} belongs to another paper; an issued paper is never written over.',
  cure: {
    vi: 'Sửa số văn bản trong phần mềm nguồn rồi nhập lại hồ sơ.',
    en: 'Correct the number in the source system and import the record again.',
  },
})

/** What is said of an acceptance policy that somebody wants to write. */
import { defineOutcome } from '@yba/fhir'

export const ACCEPTANCE_UNREADABLE = defineOutcome({
  code: 'acceptance-unreadable',
  http: 422,
  severity: 'error',
  issue: 'invalid',
  vi: 'Bảng tiếp nhận: không đọc được {what}.',
  en: 'Acceptance policy: {what} cannot be read.',
  cure: {
    vi: 'Mỗi dòng cần quyết định (auto, desk, doctor); mã khoa như K04; mã bệnh như I, I20-I25, J18.9; ngày như 2026-11-25.',
    en: 'Each row needs a decision (auto, desk, doctor); departments such as K04; diagnoses such as I, I20-I25, J18.9; days such as 2026-11-25.',
  },
})

export const ACCEPTANCE_ROW_NEVER = defineOutcome({
  code: 'acceptance-row-never',
  http: 422,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Dòng {row} ({name}) không bao giờ được dùng: {because}.',
  en: 'Row {row} ({nameEn}) can never match: {becauseEn}.',
  cure: {
    vi: 'Bỏ dòng này, hoặc sửa dòng đứng trước nó, thời hạn hay mã bệnh của khoa.',
    en: 'Remove it, or change the rows before it, its dates or the diagnoses of its department.',
  },
})

export const ACCEPTANCE_ROW_TWICE = defineOutcome({
  code: 'acceptance-row-twice',
  http: 422,
  severity: 'error',
  issue: 'duplicate',
  vi: 'Hai dòng nói về cùng phiếu từ cùng một ngày: {name}.',
  en: 'Two rows speak of the same slips from the same day: {nameEn}.',
  cure: { vi: 'Giữ một dòng.', en: 'Keep one of them.' },
})

export const ACCEPTANCE_DIAGNOSES_TWICE = defineOutcome({
  code: 'acceptance-diagnoses-twice',
  http: 422,
  severity: 'error',
  issue: 'duplicate',
  vi: 'Mã bệnh {diagnoses} ghi cho nhiều khoa: {departments}.',
  en: 'Diagnoses {diagnoses} stand at several departments: {departments}.',
  cure: { vi: 'Để mã bệnh này ở một khoa.', en: 'Leave them at one department.' },
})

export const ACCEPTANCE_NOTE = defineOutcome({
  code: 'acceptance-note-required',
  http: 422,
  severity: 'error',
  issue: 'required',
  vi: 'Cần ghi đã đổi gì và vì sao (tối đa 500 chữ).',
  en: 'Say what was changed and why (500 characters at most).',
  cure: { vi: 'Ghi một câu ngắn, ví dụ số công văn hoặc quyết định.', en: 'One sentence, for instance the number of the decision.' },
})

export const ACCEPTANCE_CHANGED = defineOutcome({
  code: 'acceptance-changed',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Người khác vừa ghi một bản mới của bảng tiếp nhận.',
  en: 'Somebody else has just written a new version of the acceptance policy.',
  cure: { vi: 'Xem bản mới rồi sửa lại trên bản đó.', en: 'Look at the new version and make the change there.' },
})

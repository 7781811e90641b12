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

export const NO_PRINT = defineOutcome({
  code: 'no-print',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Văn bản này không có bản in kèm theo.',
  en: 'This paper came without a print.',
  cure: {
    vi: 'Đọc nội dung điện tử, hoặc yêu cầu nơi gửi gửi bản in.',
    en: 'Read the electronic content, or ask the sender for the print.',
  },
})

export const DEMO_ONLY = defineOutcome({
  code: 'demo-only',
  http: 403,
  severity: 'error',
  issue: 'forbidden',
  vi: 'Chỉ cơ sở của tỉnh mẫu mới có các công tắc này.',
  en: 'Only a site of the demo province has these switches.',
  cure: { vi: 'Dùng tỉnh mẫu (npm start) để thử.', en: 'Use the demo province (npm start) to try them.' },
})

export const DEMO_SWITCH_UNKNOWN = defineOutcome({
  code: 'demo-switch-unknown',
  http: 422,
  severity: 'error',
  issue: 'value',
  vi: 'Không có công tắc, cách trả lời hoặc chứng thư này.',
  en: 'There is no such switch, mode or certificate.',
  cure: { vi: 'Chọn lại trên trang Liên thông.', en: 'Choose again on the exchange page.' },
})

export const DEMO_AUTHORITY_AWAY = defineOutcome({
  code: 'demo-authority-away',
  http: 503,
  severity: 'error',
  issue: 'transient',
  vi: 'Cơ quan chứng thực mẫu không trả lời.',
  en: 'The demo authority does not answer.',
  cure: { vi: 'Khởi động lại tỉnh mẫu.', en: 'Start the demo province again.' },
})

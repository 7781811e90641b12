/** What deciding about two records may be refused with. */
import { defineOutcome } from '@yba/fhir'

export const REVIEW_UNKNOWN = defineOutcome({
  code: 'person-review-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không có cặp hồ sơ nào như vậy đang chờ xem xét.',
  en: 'No such pair of records waits for a decision.',
  cure: { vi: 'Tải lại danh sách; hồ sơ có thể đã được gỡ.', en: 'Load the list again; a record may have been withdrawn.' },
})

export const REVIEW_DECIDED = defineOutcome({
  code: 'person-review-decided',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: '{by} vừa quyết định cặp hồ sơ này.',
  en: '{by} has just decided about this pair.',
  cure: { vi: 'Xem quyết định đó; nếu thấy sai thì mở lại.', en: 'Read that decision; reopen it if it is wrong.' },
})

export const REVIEW_OPEN = defineOutcome({
  code: 'person-review-open',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Cặp hồ sơ này đang chờ quyết định, không có gì để mở lại.',
  en: 'This pair waits for a decision; there is nothing to reopen.',
  cure: { vi: 'Tải lại danh sách.', en: 'Load the list again.' },
})

export const REVIEW_CONTRADICTS = defineOutcome({
  code: 'person-review-contradicts',
  http: 422,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Không thể là một người: trong các hồ sơ sẽ gộp có hai số định danh hợp lệ khác nhau, hoặc hai hồ sơ đã được quyết định là hai người.',
  en: 'This cannot be one person: among the records to be joined are two different valid citizen numbers, or two records that were decided to be two persons.',
  cure: {
    vi: 'Đề nghị cơ sở có số sai sửa rồi gửi lại, hoặc mở lại quyết định kia trước.',
    en: 'Ask the facility with the wrong number to correct and send it again, or reopen the other decision first.',
  },
})

export const REVIEW_REASON = defineOutcome({
  code: 'person-review-reason',
  http: 422,
  severity: 'error',
  issue: 'required',
  vi: 'Cần lý do từ {least} đến {most} ký tự.',
  en: 'A reason of {least} to {most} characters is needed.',
  cure: { vi: 'Ghi đã đối chiếu gì, với ai.', en: 'Write what was compared, and with whom.' },
})

export const REVIEW_REQUEST = defineOutcome({
  code: 'person-review-unreadable',
  http: 400,
  severity: 'error',
  issue: 'value',
  vi: 'Yêu cầu không nói rõ hai hồ sơ nào, hoặc quyết định gì.',
  en: 'The request does not say which two records, or what was decided.',
  cure: { vi: 'Chọn một cặp trong danh sách và quyết định lại.', en: 'Choose a pair from the list and decide again.' },
})

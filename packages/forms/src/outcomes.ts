/** Named refusals of this package. */

import { defineOutcome } from '@yba/fhir'

export const documentTextNotAllowed = defineOutcome({
  code: 'document-text-not-allowed',
  http: 422,
  severity: 'error',
  issue: 'value',
  vi: 'Trường {field} có ký tự điều khiển hoặc ký tự hỏng, không ghi được vào văn bản.',
  en: 'Field {field} holds a control character or a broken character that a document cannot carry.',
  cure: { vi: 'Xóa ký tự đó hoặc gõ lại nội dung của trường.', en: 'Remove the character or type the field again.' },
})

export const documentFieldUnknown = defineOutcome({
  code: 'document-field-unknown',
  http: 422,
  severity: 'error',
  issue: 'structure',
  vi: 'Biểu mẫu không có trường {field}; nội dung của trường sẽ bị mất.',
  en: 'The form has no field {field}; its content would be lost.',
  cure: { vi: 'Bỏ trường này hoặc dùng phiên bản biểu mẫu có trường này.', en: 'Leave the field out or use a form version that has it.' },
})

export const documentFieldMalformed = defineOutcome({
  code: 'document-field-malformed',
  http: 422,
  severity: 'error',
  issue: 'value',
  vi: 'Trường {field} không đúng kiểu (ngày giờ, số hoặc danh sách).',
  en: 'Field {field} is not of the right kind (date, number or list).',
  cure: { vi: 'Sửa giá trị của trường; ngày giờ phải có múi giờ.', en: 'Correct the value; a time needs its zone.' },
})

export const documentFieldMissing = defineOutcome({
  code: 'document-field-missing',
  http: 422,
  severity: 'error',
  issue: 'required',
  vi: 'Văn bản chưa có trường {field}, chưa thể hoàn thành để ký.',
  en: 'The document lacks the field {field} and cannot be made final for signing.',
  cure: { vi: 'Điền trường này rồi hoàn thành lại.', en: 'Fill in the field and finish again.' },
})

export const documentUnreadable = defineOutcome({
  code: 'document-unreadable',
  http: 422,
  severity: 'error',
  issue: 'structure',
  vi: 'Không đọc được văn bản: {reason}.',
  en: 'The document cannot be read: {reason}.',
  cure: {
    vi: 'Đề nghị nơi gửi gửi lại văn bản; có thể xem văn bản gốc trong mục tài liệu.',
    en: 'Ask the sender to send the document again; the original bytes can be seen under documents.',
  },
})

export const paperNotRendered = defineOutcome({
  code: 'paper-not-rendered',
  http: 500,
  severity: 'error',
  issue: 'exception',
  vi: 'Không dựng được trang in của biểu mẫu {form}.',
  en: 'The printed page of form {form} could not be made.',
  cure: {
    vi: 'Báo quản trị hệ thống; văn bản gốc không bị ảnh hưởng.',
    en: 'Tell the administrator; the document itself is not affected.',
  },
})

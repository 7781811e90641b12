/** Named refusals of the exchange page. */
import { defineOutcome } from '@yba/fhir'

export const MESSAGE_UNKNOWN = defineOutcome({
  code: 'exchange-message-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không có tin liên thông này ở cơ sở.',
  en: 'This site has no such message.',
  cure: { vi: 'Tải lại danh sách.', en: 'Load the list again.' },
})

export const REPLAY_UNREADABLE = defineOutcome({
  code: 'exchange-replay-unreadable',
  http: 400,
  severity: 'error',
  issue: 'value',
  vi: 'Chưa rõ gửi lại những tin nào: {what}.',
  en: 'It is not clear what to replay: {what}.',
  cure: { vi: 'Chọn tin, hoặc một khoảng thời gian, hoặc một con trỏ.', en: 'Choose messages, a period or a cursor.' },
})

export const REASON_MISSING = defineOutcome({
  code: 'exchange-reason-missing',
  http: 422,
  severity: 'error',
  issue: 'required',
  vi: 'Việc này cần ghi lý do.',
  en: 'This needs a reason.',
  cure: { vi: 'Ghi lý do bằng vài chữ.', en: 'Write the reason in a few words.' },
})

export const NOTHING_TO_SETTLE = defineOutcome({
  code: 'exchange-nothing-to-settle',
  http: 409,
  severity: 'warning',
  issue: 'business-rule',
  vi: 'Tin này không còn chờ người xử lý.',
  en: 'This message no longer waits for anybody.',
  cure: { vi: 'Tải lại danh sách; có thể tin đã tự đến nơi.', en: 'Load the list again; it may have got through.' },
})

export const LETTER_OF_OTHERS = defineOutcome({
  code: 'exchange-letter-of-others',
  http: 403,
  severity: 'error',
  issue: 'forbidden',
  vi: 'Việc này được giao cho vai trò khác ({role}), không phải của bạn.',
  en: 'This is assigned to another role ({role}), not to yours.',
  cure: {
    vi: 'Báo người giữ vai trò đó; họ thấy việc này ở mục Cần xử lý của trang liên thông.',
    en: 'Tell whoever has that role; they find it under "To deal with" on the exchange page.',
  },
})

export const NOT_VOID_YET = defineOutcome({
  code: 'exchange-not-void-yet',
  http: 409,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Phiếu {number} chưa được vô hiệu.',
  en: 'Slip {number} is not void.',
  cure: { vi: 'Mở phiếu, chọn Vô hiệu và ghi lý do, rồi trở lại đây.', en: 'Open the slip, make it void with a reason, then come back.' },
})

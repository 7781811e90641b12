import { type Bilingual, defineOutcome } from '@yba/fhir'

const define = (code: string, http: number, issue: string, vi: string, en: string, cure: Bilingual) =>
  defineOutcome({ code, http, severity: 'error', issue, vi, en, cure })

const askSender: Bilingual = {
  vi: 'Kiểm tra phần mềm của cơ sở gửi rồi gửi lại.',
  en: "Check the sending facility's software and send again.",
}

export const PARCEL_INCOMPLETE = define(
  'parcel-incomplete',
  400,
  'required',
  'Gói gửi lên trục thiếu hoặc sai: {what}.',
  'The parcel lacks or misstates: {what}.',
  askSender,
)
export const TIME_UNREAL = define(
  'time-unreal',
  400,
  'value',
  'Thời điểm «{what}» không có thật, hoặc ngoài khoảng mười năm trước đến một ngày sau.',
  'The time "{what}" is not in the calendar, or not between ten years ago and a day ahead.',
  {
    vi: 'Kiểm tra đồng hồ và ngày giờ do phần mềm của cơ sở ghi, rồi gửi lại.',
    en: 'Check the clock and the times the facility’s software writes, then send again.',
  },
)
export const DIGEST_WRONG = define(
  'digest-mismatch',
  422,
  'invalid',
  'Nội dung văn bản {number} không khớp giá trị băm.',
  'The bytes of document {number} do not match their digest.',
  askSender,
)
export const SIGNATURE_REFUSED = define(
  'signature-invalid',
  422,
  'security',
  'Chữ ký {role} trên văn bản {number} không hợp lệ ({reason}).',
  'The {role} signature on document {number} is not valid ({reason}).',
  { vi: 'Ký lại văn bản bằng chứng thư đúng người, đúng cơ sở rồi gửi lại.', en: 'Sign again with the right certificate and send again.' },
)
export const KEY_REUSED = define(
  'idempotency-key-reused',
  409,
  'duplicate',
  'Khóa chống gửi trùng đã dùng cho một nội dung khác.',
  'The idempotency key was used for other content.',
  { vi: 'Dùng khóa mới cho nội dung mới.', en: 'Use a new key for new content.' },
)
/** Told as an alert; nothing is refused for it. */
export const SECOND_NUMBER_TAKEN = defineOutcome({
  code: 'second-number-taken',
  http: 200,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Phiếu {number}: số trong HIS {second} đã là số của một phiếu khác; không ghi thêm.',
  en: 'Slip {number}: its number in the HIS, {second}, is another slip’s already; it was not added.',
  cure: {
    vi: 'Cơ sở gửi kiểm tra GIAY_CHUYEN_TUYEN trong HIS: mỗi giấy chuyển một số.',
    en: 'The sender checks GIAY_CHUYEN_TUYEN in its HIS: one number for one slip.',
  },
})

export const CONTENT_DIFFERS = define(
  'duplicate-identifier-different-content',
  409,
  'duplicate',
  'Số {number} phiên bản {version} đã được đăng ký với nội dung khác.',
  'Number {number} version {version} is registered with other content.',
  { vi: 'Phát hành phiên bản mới cho nội dung đã sửa.', en: 'Issue a new version for the corrected content.' },
)
export const NOT_YOUR_THREAD = define(
  'thread-unknown',
  404,
  'not-found',
  'Không có luồng chuyển này cho cơ sở của bạn.',
  'There is no such thread for your facility.',
  {
    vi: 'Kiểm tra lại số phiếu và cơ sở.',
    en: 'Check slip number and facility.',
  },
)
/** Says of an own number no more than the node knows; not `thread-unknown`, which is held against who speaks of others' threads. */
export const SLIP_NOT_SENT = define(
  'slip-not-sent',
  404,
  'not-found',
  'Trục chưa nhận phiếu số {number} của cơ sở bạn.',
  'The hub has not received slip {number} of your facility.',
  { vi: 'Gửi phiếu trước rồi mới ghi nhận bước tiếp theo.', en: 'Send the slip first, then its next step.' },
)
export const NODE_NOT_LIVE = define(
  'node-not-live',
  403,
  'business-rule',
  'Cơ sở {facility} chưa được quyết định cho chạy thật trên trục, hoặc đã rút.',
  'Facility {facility} has not gone live at the hub, or has left it.',
  {
    vi: 'Hỏi đơn vị vận hành trục; phiếu vẫn chờ ở cơ sở và có thể gửi lại sau.',
    en: 'Ask the operator of the hub; the slip stays at the facility and can be sent again.',
  },
)
export const ACCESSIBLE_TO_PARTIES = NOT_YOUR_THREAD
export const OUTCOME_NOT_REGISTERED = define(
  'outcome-not-registered',
  409,
  'business-rule',
  'Văn bản phản hồi chưa được đăng ký trên trục.',
  'The outcome document is not registered at the hub.',
  { vi: 'Gửi văn bản phản hồi trước rồi mới báo phản hồi.', en: 'Submit the outcome document first.' },
)

export const CORRECTION_NOT_REGISTERED = defineOutcome({
  code: 'correction-not-registered',
  http: 409,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Trục chưa nhận bản đính chính mà bước này nhắc đến.',
  en: 'The corrected version this step speaks of has not been received.',
  cure: { vi: 'Gửi bản đính chính trước, rồi gửi lại bước này.', en: 'Send the corrected version first, then the step again.' },
})

export const VERSION_OUT_OF_ORDER = defineOutcome({
  code: 'version-out-of-order',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Bản {version} của văn bản {number} không nối tiếp bản mới nhất trục đang giữ ({known}).',
  en: 'Version {version} of paper {number} does not follow the newest one the hub holds ({known}).',
  cure: {
    vi: 'Gửi lại các bản theo đúng thứ tự; bản đính chính phải thay đúng bản mới nhất đã gửi.',
    en: 'Send the versions in order; a correction replaces the newest version that was sent.',
  },
})

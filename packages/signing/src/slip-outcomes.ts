/** What can be wrong with a scanned slip; each leaves the desk a way to go on, because a code never decides about care. */
import { type Bilingual, defineOutcome, type OutcomeDefinition } from '@yba/fhir'

const byHand: Bilingual = {
  vi: 'Tiếp nhận người bệnh bình thường, nhập số phiếu bằng tay và gọi nơi chuyển để xác nhận.',
  en: 'Receive the patient as usual, type the slip number and call the sending facility.',
}
const scanAgain: Bilingual = {
  vi: 'Tắt bộ gõ tiếng Việt và Caps Lock, đặt con trỏ vào ô quét rồi quét lại toàn bộ mã.',
  en: 'Switch the Vietnamese keyboard and Caps Lock off, put the cursor into the box and scan the whole code again.',
}

function define(code: string, vi: string, en: string, cure: Bilingual, issue = 'security'): OutcomeDefinition {
  return defineOutcome({ code, http: 422, severity: 'error', issue, vi, en, cure })
}

export const SLIP_NOT_A_CODE = define(
  'slip-not-a-code',
  'Nội dung này không phải mã QR của phiếu chuyển cơ sở khám bệnh, chữa bệnh.',
  'This is not the QR code of a referral slip.',
  { vi: 'Quét mã QR ở góc trên bên trái của phiếu.', en: 'Scan the code at the top left of the slip.' },
  'invalid',
)
export const SLIP_MANGLED = define(
  'slip-mangled',
  'Mã QR đã bị bàn phím làm sai hoặc bị cắt khi nhập ({detail}).',
  'The keyboard changed the code on its way in, or part of it is missing ({detail}).',
  scanAgain,
  'invalid',
)
export const SLIP_KEY_UNKNOWN = define(
  'slip-key-unknown',
  'Không tìm thấy khóa của cơ sở {issuer} trong danh bạ: chưa thể xác nhận phiếu là thật.',
  'The directory has no such key of facility {issuer}: the slip cannot be confirmed.',
  byHand,
)
export const SLIP_KEY_REVOKED = define(
  'slip-key-revoked',
  'Khóa dùng trên phiếu đã bị thu hồi ngày {day}: không thể tin mã QR này.',
  'The key of this slip was revoked on {day}: the code cannot be trusted.',
  byHand,
)
export const SLIP_KEY_TIME = define(
  'slip-key-out-of-time',
  'Phiếu ghi ngày {day}, ngoài thời gian dùng của khóa này: chưa thể xác nhận phiếu là thật.',
  'The slip is dated {day}, when this key was not in use: the slip cannot be confirmed.',
  byHand,
)
export const SLIP_ALTERED = define(
  'slip-altered',
  'Chữ ký của mã QR không đúng: mã bị sửa hoặc không do cơ sở {issuer} tạo ra.',
  'The signature of the code is wrong: it was altered or not made by facility {issuer}.',
  byHand,
)

/** What a genuine slip may still be told about. None of it stops care. */
import { type Bilingual, defineOutcome } from '@yba/fhir'

const note = (code: string, vi: string, en: string, cure: Bilingual) =>
  defineOutcome({ code, http: 200, severity: 'warning', issue: 'business-rule', vi, en, cure })

export const SLIP_EXPIRED = note(
  'slip-expired',
  'Phiếu có giá trị đến ngày {day}, nay đã hết thời hạn.',
  'The slip was valid until {day} and has run out.',
  {
    vi: 'Vẫn tiếp nhận người bệnh; quyền lợi bảo hiểm y tế xét theo quy định.',
    en: 'Receive the patient all the same; the insurance benefit follows the rules.',
  },
)
export const SLIP_DIFFERS = note(
  'slip-differs',
  'Mã QR trên phiếu giấy số {number} không phải của bản điện tử đã nhận.',
  'The code printed on slip {number} is not that of the electronic paper received.',
  {
    vi: 'Tiếp tục điều trị; so bản giấy với bản điện tử và gọi nơi chuyển.',
    en: 'Go on treating; compare paper and screen and call the sending facility.',
  },
)
export const SLIP_REPLACED = note(
  'slip-replaced',
  'Tờ phiếu số {number} này đã được nơi chuyển thay bằng bản đính chính.',
  'This print of slip {number} was replaced by a corrected version.',
  {
    vi: 'Tiếp nhận bình thường; đọc bản mới nhất trên màn hình, không theo tờ giấy này.',
    en: 'Receive as usual; read the newest version on the screen, not this paper.',
  },
)
export const SLIP_ISSUER_SUSPENDED = note(
  'slip-issuer-suspended',
  'Nơi phát hành đang bị tạm ngừng kết nối với trục.',
  'The issuing facility is suspended from the exchange at present.',
  { vi: 'Tiếp nhận bình thường; gọi nơi chuyển để xác nhận.', en: 'Receive as usual; call the sending facility to confirm.' },
)
export const SLIP_ISSUER_NOW = note('slip-issuer-now', 'Cơ sở {code} nay là {name} ({now}).', 'Facility {code} is now {name} ({now}).', {
  vi: 'Liên hệ cơ sở mới về phiếu này.',
  en: 'Ask the new facility about this slip.',
})

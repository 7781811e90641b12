/** What is said of receipts of the BHXH portal, and of a slip that two channels tell differently. */
import { defineOutcome } from '@yba/fhir'

export const RECEIPT_UNTIED = defineOutcome({
  code: 'receipt-untied',
  http: 200,
  severity: 'warning',
  issue: 'not-found',
  vi: 'Chưa thấy hồ sơ của biên nhận này ({about}).',
  en: 'The record this receipt is about is not here yet ({about}).',
  cure: {
    vi: 'Biên nhận được giữ và tự gắn khi hồ sơ đến. Nếu không đến: ghi maLk vào biên nhận, hoặc đặt tên tệp như tệp hồ sơ.',
    en: 'It is kept and tied when the record comes. If none does: write maLk into the receipt, or name it as the claim file.',
  },
})

export const RECEIPT_OTHER_FACILITY = defineOutcome({
  code: 'receipt-other-facility',
  http: 422,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Biên nhận của cơ sở {facility}, không phải cơ sở này.',
  en: 'The receipt is of facility {facility}, not of this one.',
  cure: { vi: 'Chuyển biên nhận cho đúng cơ sở.', en: 'Hand it in at that facility.' },
})

export const PORTAL_REFUSED = defineOutcome({
  code: 'portal-refused',
  http: 200,
  severity: 'warning',
  issue: 'processing',
  vi: 'Cổng BHXH không nhận hồ sơ (mã {code}): {message}',
  en: 'The BHXH portal did not take the record (code {code}): {message}',
  cure: {
    vi: 'Sửa trong phần mềm bệnh viện theo lỗi của Cổng rồi gửi lại Cổng.',
    en: 'Correct it in the HIS as the portal says, and hand it in again.',
  },
})

export const CHANNELS_DIFFER = defineOutcome({
  code: 'channels-differ',
  http: 200,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Phiếu {number} trên trục và hồ sơ Cổng BHXH đã nhận nói khác nhau: {fields}.',
  en: 'Slip {number} on the exchange and the record the BHXH portal took say different things: {fieldsEn}.',
  cure: {
    vi: 'So từng mục ở phần thay đổi của phần mềm bệnh viện; đính chính phiếu, hoặc sửa hồ sơ và gửi lại Cổng.',
    en: 'Compare item by item where the HIS has changed; correct the slip, or the record, and hand it in again.',
  },
})

export const CHANNEL_NUMBERS = defineOutcome({
  code: 'channel-numbers',
  http: 200,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Cổng BHXH ghi số phiếu {portal}, trục ghi {number}.',
  en: 'The BHXH portal has slip number {portal}, the exchange has {number}.',
  cure: { vi: 'Kiểm tra GIAY_CHUYEN_TUYEN trong hồ sơ đã gửi Cổng.', en: 'Check GIAY_CHUYEN_TUYEN of the record handed in.' },
})

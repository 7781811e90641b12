/** What is said when a file, or a person, is joined to a slip that is there. */
import { defineOutcome } from '@yba/fhir'

export const SLIP_JOINED = defineOutcome({
  code: 'slip-joined',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Giấy {his} của HIS là phiếu {number} đã lập tại đây ({how}); phiếu giữ số {number}.',
  en: 'Slip {his} of the HIS is slip {number} written here ({howEn}); it keeps the number {number}.',
  cure: {
    vi: 'Không cần làm gì; chỗ hai bên ghi khác nhau hiện ngay trên phiếu.',
    en: 'Nothing to do; where the two differ the slip shows it.',
  },
})

export const SLIP_RESPELT = defineOutcome({
  code: 'slip-number-respelt',
  http: 200,
  severity: 'warning',
  issue: 'duplicate',
  vi: 'HIS ghi số «{his}», cùng một số với phiếu «{number}» ở đây nhưng gõ khác (hoa thường, dấu cách hoặc chữ giống nhau); không mở phiếu thứ hai, phiếu giữ số «{number}».',
  en: 'The HIS writes «{his}», the number of slip «{number}» typed in another way (case, blanks or letters that look alike); no second slip is opened, it keeps «{number}».',
  cure: {
    vi: 'Sửa cách ghi số trong HIS cho khớp. Nếu là hai phiếu khác nhau: cấp số khác ở HIS rồi xuất lại hồ sơ.',
    en: 'Write it in the HIS as the slip has it. If these are two slips: give one another number in the HIS and export the record again.',
  },
})

export const SLIP_DIFFERS = defineOutcome({
  code: 'slip-file-differs',
  http: 200,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Phiếu {number} đang soạn ghi khác tệp của HIS ở {count} mục: {items}.',
  en: 'The draft of slip {number} differs from the file of the HIS in {count} items: {itemsEn}.',
  cure: {
    vi: 'Mở phiếu, xem hai bên cạnh nhau rồi giữ bản của mình hoặc lấy của tệp.',
    en: 'Open the slip, compare, and keep yours or take the file’s.',
  },
})

export const SLIP_CANCELLED_HERE = defineOutcome({
  code: 'slip-cancelled-here',
  http: 200,
  severity: 'warning',
  issue: 'conflict',
  vi: 'HIS ghi giấy chuyển {his}, nhưng phiếu {number} của đợt này đã hủy tại đây; không mở phiếu thứ hai.',
  en: 'The HIS names slip {his}, but slip {number} of this stay was taken back here; no second one is opened.',
  cure: {
    vi: 'Nếu người bệnh vẫn chuyển: mở hồ sơ và lập phiếu mới. Nếu không: bỏ giấy chuyển trong HIS.',
    en: 'If the patient is transferred after all: write a new slip from the chart. If not: take the slip back in the HIS.',
  },
})

export const SLIP_WITHDRAWN = defineOutcome({
  code: 'slip-withdrawn-by-file',
  http: 200,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Hồ sơ gửi lại không còn giấy chuyển (XML13), nhưng phiếu {number} vẫn còn tại đây ({state}).',
  en: 'The record has no slip (XML13) any more, but slip {number} is still here ({stateEn}).',
  cure: {
    vi: 'Bác sĩ hủy phiếu nếu không chuyển nữa, hoặc bấm «Vẫn chuyển» trên phiếu.',
    en: 'The doctor takes the slip back if there is no transfer, or says on the slip that it stands.',
  },
})

export const STAY_JOINED = defineOutcome({
  code: 'slip-stay-joined',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Phiếu {number} lập trước khi có đợt khám nay thuộc đợt {maLk}.',
  en: 'Slip {number}, written before the stay was known, now belongs to stay {maLk}.',
  cure: { vi: 'Không cần làm gì.', en: 'Nothing to do.' },
})

export const FILE_SETTLED = defineOutcome({
  code: 'file-settled',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Không còn chỗ khác nhau nào chờ quyết trên phiếu này, hoặc tệp mới hơn vừa đến.',
  en: 'Nothing on this slip waits for a decision any more, or a newer file has just come.',
  cure: { vi: 'Tải lại phiếu rồi xem lại.', en: 'Load the slip again and look once more.' },
})

export const PERSON_MAYBE_KNOWN = defineOutcome({
  code: 'person-maybe-known',
  http: 409,
  severity: 'error',
  issue: 'duplicate',
  vi: 'Có {count} người bệnh ở đây có thể là người này.',
  en: '{count} persons here may be this one.',
  cure: {
    vi: 'Xem danh sách, chọn đúng người, hoặc xác nhận đây là người mới.',
    en: 'Look at the list, choose the person, or say that this one is new.',
  },
})

export const STAY_UNKNOWN = defineOutcome({
  code: 'admission-required',
  http: 422,
  severity: 'error',
  issue: 'required',
  vi: 'Chưa có đợt khám nào của người này; cần nói vào viện ngày nào.',
  en: 'No stay of this person is known; say on which day they were admitted.',
  cure: { vi: 'Chọn ngày vào viện.', en: 'Choose the day of admission.' },
})

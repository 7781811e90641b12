/** What the files of a HIS did to a referral, and why they did not: told in the answer to the file. */
import { defineOutcome } from '@yba/fhir'

/** A slip nobody has sent yet: the stay waits for it under its number. */
export const SHADOW_BY_FILE = defineOutcome({
  code: 'arrived-before-slip',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Phiếu {number} của {from} chưa có trên hệ thống; đã ghi nhận người bệnh đến theo giấy, phiếu điện tử đến sau sẽ tự nhập vào.',
  en: 'Slip {number} of {from} is not on the exchange yet; the arrival with the paper was recorded, the slip will join it when it comes.',
  cure: {
    vi: 'Nếu số phiếu trong HIS sai, hủy tệp và gửi lại tệp đúng.',
    en: 'If the number in the HIS is wrong, undo the file and send the right one.',
  },
})

export const VISIT_MOVED = defineOutcome({
  code: 'arrival-file-moved',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'HIS đã sửa số giấy chuyển tuyến: đợt khám chuyển từ phiếu {before} sang phiếu {number}; phiếu {before} trở lại như trước khi có tệp.',
  en: 'The HIS corrected the number of the slip: the stay goes from slip {before} to slip {number}; slip {before} is as before the file.',
  cure: { vi: 'Nếu số mới sai: sửa trong HIS và gửi lại.', en: 'If the new number is wrong, correct it in the HIS and send again.' },
})

export const FILE_OTHER_SLIP = defineOutcome({
  code: 'arrival-file-other-slip',
  http: 200,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Hồ sơ nay ghi phiếu {named}, nhưng đợt khám đã ghép với phiếu {number}; vẫn giữ phiếu {number}.',
  en: 'The record now names slip {named}, but its stay belongs to slip {number}; slip {number} is kept.',
  cure: {
    vi: 'Nếu phiếu {named} mới đúng: hủy hồ sơ ở màn hình nhập tệp rồi gửi lại từ HIS. Nếu không: sửa số trong HIS.',
    en: 'If slip {named} is right: take the record back on the import page and send it again. If not, correct the number in the HIS.',
  },
})

export const FILE_OTHER_STAY = defineOutcome({
  code: 'arrival-file-other-stay',
  http: 200,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Hồ sơ ghi phiếu {number}, nhưng phiếu đó đã ghép với một đợt khám khác; hồ sơ này không ghép.',
  en: 'The record names slip {number}, which belongs to another stay already; this record was not joined to it.',
  cure: {
    vi: 'Mở phiếu xem đợt khám đã ghép; nếu đợt đó nhầm thì hủy hồ sơ của đợt đó rồi gửi lại hồ sơ này.',
    en: 'Open the slip and see its stay; if that one is wrong, take its record back and send this one again.',
  },
})

export const FILE_OTHER_PLACE = defineOutcome({
  code: 'arrival-file-other-place',
  http: 200,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Hồ sơ ghi phiếu {number}, nhưng phiếu đó chuyển tới {to}; chưa ghi nhận đến.',
  en: 'The record names slip {number}, which is addressed to {to}; no arrival was recorded.',
  cure: {
    vi: 'Kiểm tra GIAY_CHUYEN_TUYEN trong HIS; người bệnh đổi nơi đến thì ghi nhận bằng mã QR trên giấy.',
    en: 'Check GIAY_CHUYEN_TUYEN in the HIS; if the patient came elsewhere with it, register them by the QR on the paper.',
  },
})

export const STAY_ADOPTED = defineOutcome({
  code: 'arrival-stay-adopted',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Người bệnh của phiếu {number} đã được ghi nhận đến tại màn hình; đợt khám của HIS thay cho đợt khám mở tạm.',
  en: 'The patient of slip {number} had been registered on screen; the stay of the HIS takes the place of the one opened there.',
  cure: { vi: 'Không cần làm gì.', en: 'Nothing needs to be done.' },
})

export const OUTCOME_BY_FILE = defineOutcome({
  code: 'outcome-by-file',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Phản hồi cho phiếu {number} đã lập từ {tables}; được gửi đi ngay khi có con dấu cơ sở.',
  en: 'The outcome of slip {number} is composed from {tables}; it leaves as soon as the facility has sealed it.',
  cure: { vi: 'Nếu hồ sơ nhầm người hoặc nhầm đợt: hủy tệp.', en: 'If it is another person’s or another stay’s record: undo the file.' },
})

export const OUTCOME_CORRECTED_BY_FILE = defineOutcome({
  code: 'outcome-corrected-by-file',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'HIS gửi lại hồ sơ đã sửa; phản hồi cho phiếu {number} được đính chính ({count} mục), gửi đi ngay khi có con dấu cơ sở.',
  en: 'The HIS sent its record again, changed; the outcome of slip {number} is corrected ({count} items) and leaves as soon as the facility has sealed it.',
  cure: { vi: 'Không cần làm gì.', en: 'Nothing needs to be done.' },
})

export const OUTCOME_LACKS = defineOutcome({
  code: 'outcome-file-incomplete',
  http: 200,
  severity: 'warning',
  issue: 'incomplete',
  vi: 'Đợt khám của phiếu {number} đã kết thúc nhưng chưa đủ để lập phản hồi: thiếu {what}.',
  en: 'The stay of slip {number} is over, but its record is not enough for an outcome: {whatEn} is missing.',
  cure: {
    vi: 'Gửi lại hồ sơ có đủ bảng; hoặc bác sĩ mở phiếu, bản nháp đã điền sẵn những gì có.',
    en: 'Send the record with all its tables; or the doctor opens the slip, whose draft holds what is known.',
  },
})

export const OUTCOME_DRAFT_OPEN = defineOutcome({
  code: 'outcome-file-draft-open',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Bác sĩ đang soạn phản hồi cho phiếu {number}; hồ sơ của HIS không thay bản đang soạn.',
  en: 'A doctor is writing the outcome of slip {number}; the record of the HIS does not take its place.',
  cure: { vi: 'Bác sĩ ký bản đang soạn.', en: 'The doctor signs what is being written.' },
})

export const OUTCOME_DIFFERS = defineOutcome({
  code: 'outcome-file-differs',
  http: 200,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Phản hồi cho phiếu {number} do bác sĩ đã ký khác hồ sơ HIS ở {count} mục: {items}. Bản đã ký giữ nguyên.',
  en: 'The outcome of slip {number} signed by a doctor differs from the record of the HIS in {count} items: {itemsEn}. What was signed stands.',
  cure: {
    vi: 'Mở phiếu, so hai bản; đính chính theo HIS hoặc bỏ qua đề xuất.',
    en: 'Open the slip and compare; correct it as the HIS says, or dismiss the proposal.',
  },
})

export const DIED_BY_FILE = defineOutcome({
  code: 'died-by-file',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Đã ghi nhận người bệnh của phiếu {number} tử vong theo kết quả điều trị của hồ sơ.',
  en: 'The death of the patient of slip {number} was recorded from the treatment result of the record.',
  cure: { vi: 'Nếu hồ sơ sai: hủy tệp và báo nơi chuyển.', en: 'If the record is wrong: undo the file and tell the sender.' },
})

/** A state that ends a story is not left by a file: who treats the patient says so. */
export const DIED_NOT_SAID = defineOutcome({
  code: 'died-not-in-record',
  http: 200,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Phiếu {number} đang ghi người bệnh tử vong, nhưng hồ sơ của HIS không ghi tử vong.',
  en: 'Slip {number} says that the patient died, but the record of the HIS does not.',
  cure: {
    vi: 'Hỏi bác sĩ điều trị. Nếu người bệnh còn sống: báo ngay nơi chuyển, hai cơ sở thống nhất vô hiệu phiếu; nếu không: sửa hồ sơ trong HIS.',
    en: 'Ask the treating doctor. If the patient lives: tell the sender at once, both facilities void the slip; else correct the record in the HIS.',
  },
})

/** The hour of coming has not come: the clock of the HIS is wrong, or the column. */
export const FILE_AHEAD = defineOutcome({
  code: 'arrival-file-ahead',
  http: 200,
  severity: 'warning',
  issue: 'business-rule',
  vi: 'Hồ sơ ghi phiếu {number} nhưng NGAY_VAO còn ở tương lai; sẽ ghi nhận đến vào lúc đó.',
  en: 'The record names slip {number}, but its NGAY_VAO lies ahead; the arrival is recorded when that moment comes.',
  cure: { vi: 'Kiểm tra giờ máy của HIS và cột NGAY_VAO.', en: 'Check the clock of the HIS and the column NGAY_VAO.' },
})

export const ARRIVAL_UNDONE = defineOutcome({
  code: 'file-undone-arrival',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Phiếu {number}: đã rút ghi nhận đến của tệp nhầm; phiếu trở lại như trước khi có tệp.',
  en: 'Slip {number}: the arrival told by the mistaken file was taken back; the slip is as before the file.',
  cure: { vi: 'Gửi lại tệp đúng khi người bệnh đến.', en: 'Send the right file when the patient comes.' },
})

export const OUTCOME_WITHDRAWN = defineOutcome({
  code: 'file-undone-outcome',
  http: 200,
  severity: 'warning',
  issue: 'business-rule',
  vi: 'Phản hồi cho phiếu {number} lập từ tệp nhầm được thu hồi bằng một bản mới có đóng dấu; nơi chuyển nhận được bản thu hồi.',
  en: 'The outcome of slip {number} composed from the mistaken file is taken back by a new sealed version, which the sender gets.',
  cure: {
    vi: 'Gửi lại tệp đúng: phản hồi mới thay bản thu hồi.',
    en: 'Send the right file: its outcome takes the place of the withdrawal.',
  },
})

export const REFERRAL_STAYS = defineOutcome({
  code: 'file-undone-referral-stays',
  http: 200,
  severity: 'warning',
  issue: 'business-rule',
  vi: 'Phiếu {number} giữ trạng thái "{state}"; bước này không rút lại được bằng tệp.',
  en: 'Slip {number} stays "{stateEn}"; this step cannot be taken back by a file.',
  cure: {
    vi: 'Mở phiếu và quyết định: chờ tệp đúng, hoặc hai cơ sở thống nhất vô hiệu phiếu.',
    en: 'Open the slip and decide: wait for the right file, or both facilities void the slip.',
  },
})

export const CHARTED_BY_PEOPLE = defineOutcome({
  code: 'file-undone-charted',
  http: 200,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Trong đợt khám của phiếu {number} có nội dung do người khác ghi; nội dung đó và trạng thái phiếu giữ nguyên.',
  en: 'People have written in the stay of slip {number}; what they wrote, and the state of the slip, stand.',
  cure: {
    vi: 'Xem đợt khám, chuyển nội dung sang đúng đợt rồi rút ghi nhận đến.',
    en: 'Move what was written to the right stay, then undo the arrival.',
  },
})

export const SLIP_UNDONE = defineOutcome({
  code: 'file-undone-slip',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Giấy chuyển {number} lấy từ tệp nhầm: {what}.',
  en: 'Slip {number} of the mistaken file: {whatEn}.',
  cure: { vi: 'Gửi lại tệp đúng.', en: 'Send the right file.' },
})

export const OWN_SLIP_FREED = defineOutcome({
  code: 'file-undone-own-slip',
  http: 200,
  severity: 'warning',
  issue: 'business-rule',
  vi: 'Giấy chuyển {number} do bác sĩ soạn tại đây đã tách khỏi đợt khám của tệp nhầm. Các mục giống tệp đó: {items}.',
  en: 'Slip {number}, written by a doctor here, is apart from the stay of the mistaken file. Items that read as that file: {itemsEn}.',
  cure: {
    vi: 'Mở phiếu, xem lại và sửa các mục này trước khi ký; gửi lại tệp đúng.',
    en: 'Open the slip, check and correct these items before signing; send the right file.',
  },
})

export const OWN_SLIP_SIGNED = defineOutcome({
  code: 'file-undone-own-slip-signed',
  http: 200,
  severity: 'warning',
  issue: 'business-rule',
  vi: 'Giấy chuyển {number} do bác sĩ soạn tại đây đã trình ký hoặc đã ký trong đợt khám của tệp nhầm; giữ nguyên. Các mục giống tệp đó: {items}.',
  en: 'Slip {number}, written by a doctor here in the stay of the mistaken file, is being signed or signed; it stands. Items that read as that file: {itemsEn}.',
  cure: {
    vi: 'Mở phiếu và so lại; đính chính hoặc vô hiệu nếu nội dung sai.',
    en: 'Open the slip and compare; correct it or make it void if it is wrong.',
  },
})

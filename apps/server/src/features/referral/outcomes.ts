import { defineOutcome } from '@yba/fhir'

export const TRANSITION_NOT_ALLOWED = defineOutcome({
  code: 'transition-not-allowed',
  http: 409,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Không thể «{event}» khi phiếu đang ở trạng thái «{state}».',
  en: 'The event "{event}" is not possible in the state "{state}".',
  cure: { vi: 'Xem trạng thái hiện tại; các việc làm được: {allowed}.', en: 'See the current state; possible now: {allowed}.' },
})

export const REASON_REQUIRED = defineOutcome({
  code: 'reason-required',
  http: 422,
  severity: 'error',
  issue: 'required',
  vi: 'Việc này cần ghi lý do.',
  en: 'This step needs a reason.',
  cure: { vi: 'Ghi lý do ngắn gọn rồi làm lại.', en: 'State the reason and repeat.' },
})

export const GAPS_OPEN = defineOutcome({
  code: 'referral-gaps-open',
  http: 422,
  severity: 'error',
  issue: 'required',
  vi: 'Phiếu còn thiếu thông tin bắt buộc nên chưa ký được.',
  en: 'The slip lacks required items and cannot be signed yet.',
  cure: { vi: 'Bổ sung các mục được đánh dấu.', en: 'Fill the marked items.' },
})

export const DRAFT_CHANGED = defineOutcome({
  code: 'draft-changed',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Bản nháp vừa được người khác sửa.',
  en: 'Somebody else has changed the draft.',
  cure: { vi: 'Tải lại bản mới nhất rồi sửa tiếp.', en: 'Load the newest draft, then go on.' },
})

export const SLIP_OTHER_PERSON = defineOutcome({
  code: 'slip-other-person',
  http: 422,
  severity: 'error',
  issue: 'conflict',
  vi: 'Số phiếu {number} đã dùng cho một người bệnh khác.',
  en: 'Slip number {number} was already used for another person.',
  cure: { vi: 'Sửa số phiếu trong phần mềm nguồn rồi nhập lại.', en: 'Correct the slip number in the source system and import again.' },
})

export const SLIP_NUMBER_FORM = defineOutcome({
  code: 'slip-number-form',
  http: 422,
  severity: 'error',
  issue: 'value',
  vi: 'Số {number} kết thúc bằng ~ và số: dạng này dành cho các lượt khám của phiếu một năm.',
  en: 'Number {number} ends in ~ and a number, a form kept for the visits with a slip of one year.',
  cure: {
    vi: 'Ghi số in trên phiếu, bỏ phần từ dấu ~; nếu phiếu in đúng như vậy, báo cơ sở chuyển cấp số khác.',
    en: 'Write the number of the slip without what begins with ~; where it is printed so, ask the issuing facility for another number.',
  },
})

export const SLIP_KEPT = defineOutcome({
  code: 'slip-kept',
  http: 409,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Phiếu {number} đã ký, đã gửi hoặc đã được sửa tại đây; nội dung mới của HIS không thay vào.',
  en: 'Slip {number} is signed, sent or was edited here; the newer text of the HIS does not replace it.',
  cure: {
    vi: 'So hai bản; cần sửa thì sửa bản nháp, hoặc lập phiên bản mới của phiếu đã ký.',
    en: 'Compare the two; edit the draft, or issue a new version of a signed slip.',
  },
})

export const DRAFT_FROZEN = defineOutcome({
  code: 'draft-frozen',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Văn bản đã có chữ ký nên không sửa được nữa.',
  en: 'The document has been signed and cannot be changed any more.',
  cure: { vi: 'Sửa sai bằng một phiên bản mới của phiếu.', en: 'Correct it by a new version of the slip.' },
})

export const NOT_YOUR_SIGNATURE = defineOutcome({
  code: 'not-your-signature',
  http: 403,
  severity: 'error',
  issue: 'forbidden',
  vi: 'Phiếu ghi bác sĩ điều trị có số hành nghề {licence}; chỉ người đó ký vai trò này.',
  en: 'The slip names the doctor with licence {licence}; only that person signs in this role.',
  cure: {
    vi: 'Chuyển phiếu cho bác sĩ ghi trên phiếu, hoặc sửa người ký trên bản nháp.',
    en: 'Pass it to the named doctor, or change the signer in the draft.',
  },
})

export const RECEIVER_UNKNOWN = defineOutcome({
  code: 'receiver-unknown',
  http: 422,
  severity: 'error',
  issue: 'not-found',
  vi: 'Cơ sở nhận {code} không có trong danh bạ liên thông.',
  en: 'The receiving facility {code} is not in the directory.',
  cure: { vi: 'Chọn cơ sở nhận khác hoặc cập nhật danh bạ.', en: 'Choose another facility or update the directory.' },
})

export const BAD_REQUEST = defineOutcome({
  code: 'request-incomplete',
  http: 400,
  severity: 'error',
  issue: 'invalid',
  vi: 'Yêu cầu thiếu hoặc sai: {what}.',
  en: 'The request lacks or misstates: {what}.',
  cure: { vi: 'Gửi lại yêu cầu đúng cấu trúc đã công bố.', en: 'Send it again in the published shape.' },
})

export const DATE_REQUIRED = defineOutcome({
  code: 'date-required',
  http: 422,
  severity: 'error',
  issue: 'required',
  vi: 'Cần ghi ngày hẹn.',
  en: 'This step needs the day of the appointment.',
  cure: { vi: 'Chọn ngày hẹn rồi làm lại.', en: 'Choose the day and repeat.' },
})

export const DATE_FAR = defineOutcome({
  code: 'appointment-too-far',
  http: 422,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Ngày hẹn xa hơn hai năm.',
  en: 'The day of the appointment is more than two years ahead.',
  cure: { vi: 'Kiểm tra lại năm của ngày hẹn.', en: 'Check the year of the appointment.' },
})

export const DATE_PAST = defineOutcome({
  code: 'appointment-past',
  http: 422,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Ngày hẹn đã qua.',
  en: 'The day of the appointment is over.',
  cure: { vi: 'Chọn hôm nay hoặc một ngày sau.', en: 'Choose today or a later day.' },
})

export const FACILITY_REQUIRED = defineOutcome({
  code: 'facility-required',
  http: 422,
  severity: 'error',
  issue: 'required',
  vi: 'Cần chọn cơ sở khác trong danh bạ để chuyển tiếp.',
  en: 'Choose another facility of the directory to redirect to.',
  cure: { vi: 'Chọn cơ sở nhận rồi làm lại.', en: 'Choose the facility and repeat.' },
})

export const ELSEWHERE_REQUIRED = defineOutcome({
  code: 'elsewhere-required',
  http: 422,
  severity: 'error',
  issue: 'required',
  vi: 'Đề nghị nơi khác cần nơi đề nghị hoặc lý do.',
  en: 'Proposing another place needs the place or a reason.',
  cure: { vi: 'Chọn cơ sở trong danh bạ, hoặc ghi lý do.', en: 'Choose a facility of the directory, or state the reason.' },
})

export const ALREADY_READDRESSED = defineOutcome({
  code: 'already-readdressed',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Phiếu này đã gửi nơi khác rồi.',
  en: 'This slip has already been sent elsewhere.',
  cure: { vi: 'Mở phiếu mới trong diễn biến phiếu để theo dõi.', en: 'Open the new thread from the story.' },
})

export const DECLINED_ELSEWHERE = defineOutcome({
  code: 'declined-elsewhere',
  http: 200,
  severity: 'warning',
  issue: 'business-rule',
  vi: 'Nơi nhận đề nghị chuyển người bệnh đến nơi khác: {place}.',
  en: 'The receiver proposes another place for the patient: {placeEn}.',
  cure: {
    vi: 'Mở phiếu: F8 gửi cùng văn bản đến nơi khác, hoặc đóng việc này ở đây.',
    en: 'Open the slip: F8 sends the same papers to another place, or close the matter here.',
  },
})

export const STAY_BEGUN = defineOutcome({
  code: 'stay-begun',
  http: 409,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Đợt khám đã có dữ liệu nên không rút ghi nhận đến được.',
  en: 'The stay already holds data, so the arrival cannot be undone.',
  cure: { vi: 'Nếu nhầm người bệnh, đề nghị vô hiệu phiếu.', en: 'For a wrong patient, ask to void the referral.' },
})

export const OTHER_MUST_ASK = defineOutcome({
  code: 'void-needs-both',
  http: 409,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Người bệnh đã đến: vô hiệu phiếu cần cả hai cơ sở đồng ý.',
  en: 'The patient has arrived: both facilities must agree to void the referral.',
  cure: { vi: 'Gửi đề nghị vô hiệu; cơ sở kia sẽ xác nhận.', en: 'Ask to void; the other facility confirms.' },
})

export const NOT_DUE = defineOutcome({
  code: 'not-due',
  http: 409,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Chưa đến hạn của việc này.',
  en: 'This step is not due yet.',
  cure: { vi: 'Chờ đến hạn.', en: 'Wait until it is due.' },
})

export const SLIP_MISSING = defineOutcome({
  code: 'slip-missing',
  http: 409,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Phiếu điện tử chưa đến trục nên chưa có trạng thái trước để trở về.',
  en: 'The electronic slip has not reached the hub, so there is no earlier state to go back to.',
  cure: { vi: 'Ghi «bỏ về chưa khám», hoặc chờ phiếu đến.', en: 'Record "left unseen", or wait for the slip.' },
})

export const PAPER_OTHER_CONTENT = defineOutcome({
  code: 'paper-other-content',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Văn bản {number}, bản {version}, trên trục có nội dung khác với bản đã lưu ở đây; cả hai được giữ, chưa bản nào bị thay.',
  en: 'Paper {number}, version {version}, has other content at the hub than what is filed here; both are kept, neither is replaced.',
  cure: {
    vi: 'Gọi cơ sở phát hành, đối chiếu hai bản và đề nghị đính chính: bản mới đến thì phiếu tự đi tiếp.',
    en: 'Call the issuing facility, compare the two and ask for a correction: with the new version the slip goes on by itself.',
  },
})

export const HUB_HAS_NOTHING = defineOutcome({
  code: 'hub-has-nothing',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Trục chưa có gì của phiếu {number}: không có gì để theo.',
  en: 'The hub has nothing of slip {number}: there is nothing to follow.',
  cure: { vi: 'Gửi lại phiếu, hoặc vô hiệu phiếu kèm lý do.', en: 'Send the slip again, or void it with a reason.' },
})

export const ATTENTION_UNKNOWN = defineOutcome({
  code: 'attention-unknown',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Việc này không còn chờ xử lý.',
  en: 'This matter is not open any more.',
  cure: { vi: 'Tải lại danh sách; có thể người khác vừa xử lý.', en: 'Load the list again; somebody else may have settled it.' },
})

export const ISSUER_UNKNOWN = defineOutcome({
  code: 'issuer-unknown',
  http: 422,
  severity: 'error',
  issue: 'not-found',
  vi: 'Cơ sở {code} không phải một cơ sở khác trong danh bạ liên thông.',
  en: 'Facility {code} is not another facility of the directory.',
  cure: { vi: 'Chọn cơ sở ghi ở đầu giấy chuyển.', en: 'Choose the facility in the head of the slip.' },
})

export const SPELLED_ALIKE = defineOutcome({
  code: 'slip-spelled-alike',
  http: 409,
  severity: 'warning',
  issue: 'duplicate',
  vi: 'Số phiếu {number} và {others} của cùng nơi chuyển chỉ khác cách viết; chưa rõ là một phiếu hay nhiều phiếu nên để riêng.',
  en: 'Slip numbers {number} and {others} of one issuer differ by spelling only; which of them are one slip is not clear, so they stand apart.',
  cure: {
    vi: 'So người bệnh và số trên giấy với từng phiếu. Lượt gõ nhầm thì hoàn tác “đã đến” rồi ghi lại đúng số.',
    en: 'Compare patient and number on the paper with each slip. Undo an arrival that was typed wrongly and record it under the right number.',
  },
})

export const SLIP_ELSEWHERE = defineOutcome({
  code: 'slip-elsewhere',
  http: 409,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Số phiếu {number} trên hệ thống là của người khác hoặc gửi cơ sở khác; lượt đến ở đây được giữ riêng, chưa có văn bản.',
  en: 'On the exchange slip number {number} is of another person or for another facility; the arrival here stands apart, without papers.',
  cure: {
    vi: 'So lại số phiếu và cơ sở chuyển trên giấy. Nếu giấy đúng: quét mã QR trên giấy để nhận văn bản, hoặc nhờ nơi chuyển lập phiếu gửi cơ sở mình.',
    en: 'Compare number and issuer with the paper. If the paper is right: scan its QR code and its papers come, or ask the sender for a slip addressed to you.',
  },
})

export const NUMBER_CLASH = defineOutcome({
  code: 'number-clash',
  http: 409,
  severity: 'warning',
  issue: 'duplicate',
  vi: 'Số văn bản {number} phiên bản {version} được gửi hai lần với nội dung khác nhau; bản đầu tiên có hiệu lực, bản sau không được nhận.',
  en: 'Document {number} version {version} was sent twice with different content; the first stands, the second was refused.',
  cure: {
    vi: 'Hai cơ sở đối chiếu; nội dung sửa phải phát hành thành phiên bản mới.',
    en: 'Both facilities compare; corrected content is issued as a new version.',
  },
})

export const WRONG_PATIENT = defineOutcome({
  code: 'slip-wrong-patient',
  http: 409,
  severity: 'warning',
  issue: 'business-rule',
  vi: 'Phiếu {number} bị vô hiệu vì ghi nhầm người bệnh; văn bản đã rút khỏi hồ sơ người đó và giữ làm bằng chứng.',
  en: 'Slip {number} was voided as written for the wrong person; its documents left that chart and are kept as evidence.',
  cure: {
    vi: 'Xem đợt khám đã mở theo phiếu này: chuyển dữ liệu sang đúng người, hoặc hủy đợt khám.',
    en: 'Look at the stay opened with this slip: move its data to the right person, or cancel it.',
  },
})

export const NOTHING_TO_CORRECT = defineOutcome({
  code: 'nothing-to-correct',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Không có bản nào đã phát hành tại đây để đính chính.',
  en: 'Nothing was issued here that could be corrected.',
  cure: {
    vi: 'Tải lại trang; phiếu chưa phát hành thì sửa trên bản nháp.',
    en: 'Load the page again; edit the draft of what is not issued yet.',
  },
})

export const CORRECTION_UNDER_WAY = defineOutcome({
  code: 'correction-under-way',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Văn bản này đang được sửa hoặc bản đính chính đang chờ ký.',
  en: 'This paper is being corrected, or its correction is being signed.',
  cure: { vi: 'Sửa tiếp trên bản đang mở, hoặc chờ ký xong.', en: 'Go on with the open one, or wait until it is signed.' },
})

/** The number stands on a claim record of somebody else. */
export const FILE_OTHER_PERSON = defineOutcome({
  code: 'arrival-file-other-person',
  http: 200,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Hồ sơ ghi phiếu {number} nhưng phiếu đó của người bệnh khác; chưa ghi nhận đến.',
  en: 'The record names slip {number}, which is somebody else’s; no arrival was recorded.',
  cure: {
    vi: 'Kiểm tra GIAY_CHUYEN_TUYEN và người bệnh trong HIS; ghi nhận đến tại màn hình phiếu nếu phiếu đúng.',
    en: 'Check GIAY_CHUYEN_TUYEN and the person in the HIS; record the arrival on the slip’s screen if it is the right one.',
  },
})

export const FILE_DOUBTFUL_PERSON = defineOutcome({
  code: 'arrival-file-doubtful-person',
  http: 200,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Phiếu {number} cùng số định danh với hồ sơ nhưng khác họ tên, năm sinh hoặc giới tính; chưa ghi nhận đến.',
  en: 'Slip {number} has the citizen number of the record, but another name, year of birth or sex; no arrival was recorded.',
  cure: {
    vi: 'Kiểm tra số định danh trong HIS; đúng là người bệnh này thì mở phiếu và ghi nhận đến (F8).',
    en: 'Check the citizen number in the HIS; if it is this person, open the slip and record the arrival (F8).',
  },
})

export const FILE_MANY_SLIPS = defineOutcome({
  code: 'arrival-file-many-slips',
  http: 200,
  severity: 'warning',
  issue: 'multiple-matches',
  vi: 'Người bệnh có {count} phiếu đang chờ ({numbers}); hồ sơ không ghi số phiếu nên chưa ghi nhận đến.',
  en: 'The person has {count} slips waiting ({numbers}); the record names none, so no arrival was recorded.',
  cure: { vi: 'Mở đúng phiếu và ghi nhận đến (F8).', en: 'Open the right slip and record the arrival (F8).' },
})

export const FILE_NOT_DUE = defineOutcome({
  code: 'arrival-file-not-possible',
  http: 200,
  severity: 'warning',
  issue: 'business-rule',
  vi: 'Hồ sơ ghi phiếu {number} đang ở trạng thái "{state}"; không tự ghi nhận đến.',
  en: 'The record names slip {number}, which is "{stateEn}"; no arrival was recorded by itself.',
  cure: { vi: 'Mở phiếu và quyết định tại bộ phận tiếp nhận.', en: 'Open the slip and decide at the desk.' },
})

export const ARRIVED_BY_FILE = defineOutcome({
  code: 'arrived-by-file',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Đã ghi nhận người bệnh đến theo phiếu {number} của {from} ({how}).',
  en: 'The arrival of slip {number} from {from} was recorded ({howEn}).',
  cure: { vi: 'Nếu tệp nhầm người: mở phiếu, chọn "Ghi nhận nhầm".', en: 'If the file was mistaken: open the slip and undo the arrival.' },
})

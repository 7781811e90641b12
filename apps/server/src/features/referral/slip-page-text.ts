/** Words of the public page; calm, and each says what to do. */

const vi = {
  title: 'Kiểm tra phiếu chuyển cơ sở khám bệnh, chữa bệnh',
  what: 'Trang này cho biết mã QR trên phiếu có đúng do cơ sở ghi trên phiếu phát hành hay không. Trang không hiển thị thông tin về người bệnh.',
  formTitle: 'Kiểm tra một mã',
  formAgain: 'Kiểm tra một mã khác',
  formHow:
    'Quét mã QR trên phiếu bằng máy ảnh điện thoại. Nếu trang không tự kiểm tra, hãy sao chép cả dòng địa chỉ của trang và dán vào ô dưới đây.',
  label: 'Nội dung mã QR',
  check: 'Kiểm tra',
  number: 'Số phiếu',
  issuer: 'Cơ sở phát hành',
  now: 'Cơ sở này nay là',
  valid: 'Thời hạn ghi trên phiếu',
  checkedAt: 'Kiểm tra lúc',
  known: { title: 'Phiếu thật', lines: ['Mã QR do cơ sở dưới đây phát hành và trục liên thông của tỉnh đã nhận phiếu này.'] },
  'not-come': {
    title: 'Mã thật, trục chưa nhận phiếu',
    lines: [
      'Mã QR do cơ sở dưới đây phát hành, nhưng trục liên thông chưa nhận bản điện tử: phiếu có thể đang trên đường, hoặc đã bị rút trước khi gửi. Người bệnh vẫn được tiếp nhận; hãy gọi cơ sở phát hành để xác nhận.',
    ],
  },
  replaced: {
    title: 'Phiếu đã có bản đính chính',
    lines: ['Mã QR là thật, nhưng cơ sở phát hành đã thay phiếu này bằng một bản mới cùng số. Hãy xem bản mới, hoặc gọi cơ sở phát hành.'],
  },
  expired: {
    title: 'Phiếu thật, đã quá thời hạn',
    lines: ['Mã QR do cơ sở dưới đây phát hành, nhưng thời hạn ghi trên phiếu đã qua. Hãy hỏi nơi tiếp nhận về quyền lợi bảo hiểm y tế.'],
  },
  withdrawn: {
    title: 'Phiếu đã được thu hồi',
    lines: ['Mã QR là thật, nhưng phiếu đã bị hủy hoặc vô hiệu. Hãy hỏi cơ sở phát hành để biết phiếu thay thế.'],
  },
  differs: {
    title: 'Không khớp với bản điện tử',
    lines: ['Mã QR là thật, nhưng không phải của bản phiếu mà trục liên thông đang giữ. Hãy gọi cơ sở phát hành để đối chiếu.'],
  },
  altered: {
    title: 'Mã QR không phải là thật',
    lines: ['Mã đã bị sửa hoặc không do cơ sở ghi trong mã tạo ra. Đừng dựa vào phiếu này; hãy gọi cơ sở phát hành để xác nhận.'],
  },
  unknownKey: {
    title: 'Chưa thể xác nhận',
    lines: [
      'Trục liên thông không xác nhận được khóa dùng trên phiếu. Người bệnh vẫn được tiếp nhận; hãy gọi cơ sở phát hành để xác nhận.',
    ],
  },
  mangled: {
    title: 'Mã chưa đọc được trọn vẹn',
    lines: ['Nội dung bị thiếu hoặc bị bộ gõ làm sai. Hãy quét lại, giữ máy thẳng và đủ sáng, rồi dán lại toàn bộ địa chỉ.'],
  },
  notACode: { title: 'Đây không phải mã của phiếu chuyển', lines: ['Hãy quét mã QR ở góc trên bên trái của phiếu.'] },
  compare: 'Hãy so số phiếu và tên cơ sở ở trên với tờ phiếu đang cầm: một bản chụp của phiếu khác cũng mang mã thật.',
  proves: 'Mã QR chứng minh nơi phát hành. Mã không thay chữ ký số trên bản điện tử.',
}

const en: typeof vi = {
  title: 'Check a referral slip',
  what: 'This page tells whether the code on a slip was issued by the facility named there. It shows nothing about the patient.',
  formTitle: 'Check a code',
  formAgain: 'Check another code',
  formHow:
    "Scan the code on the slip with your phone's camera. If nothing happens by itself, copy the whole address of the page and paste it below.",
  label: 'Text of the code',
  check: 'Check',
  number: 'Slip number',
  issuer: 'Issued by',
  now: 'This facility is now',
  valid: 'Valid as printed',
  checkedAt: 'Checked at',
  known: { title: 'Genuine', lines: ['The code was issued by the facility below, and the provincial exchange has received this slip.'] },
  'not-come': {
    title: 'Genuine code, slip not received',
    lines: [
      'The code was issued by the facility below, but the exchange has not received the electronic slip: it may be on its way, or was withdrawn before it was sent. The patient is received all the same; call the issuing facility to confirm.',
    ],
  },
  replaced: {
    title: 'This slip was corrected',
    lines: [
      'The code is genuine, but the issuing facility has replaced this slip by a newer version of the same number. Look at the newer one, or call the issuing facility.',
    ],
  },
  expired: {
    title: 'Genuine, but out of date',
    lines: [
      'The code was issued by the facility below, but the printed validity is over. Ask the receiving facility about insurance benefits.',
    ],
  },
  withdrawn: {
    title: 'This slip was withdrawn',
    lines: ['The code is genuine, but the slip was cancelled or voided. Ask the issuing facility for the one that replaces it.'],
  },
  differs: {
    title: 'Not the electronic slip',
    lines: ['The code is genuine, but it is not of the slip that the exchange holds. Call the issuing facility to compare.'],
  },
  altered: {
    title: 'This code is not genuine',
    lines: ['It was altered, or not made by the facility it names. Do not rely on this slip; call the issuing facility.'],
  },
  unknownKey: {
    title: 'Cannot be confirmed',
    lines: ['The exchange cannot confirm the key of this slip. The patient is received all the same; call the issuing facility.'],
  },
  mangled: {
    title: 'The code was not read completely',
    lines: ['Part of it is missing, or a keyboard changed it. Scan again in good light, and paste the whole address.'],
  },
  notACode: { title: 'This is not the code of a referral slip', lines: ['Scan the code at the top left of the slip.'] },
  compare: 'Compare the number and the facility above with the paper in your hand: a copy of another slip carries a genuine code as well.',
  proves: 'The code proves who issued the slip. It does not replace the digital signatures of the electronic paper.',
}

export const SLIP_PAGE_TEXT = { vi, en } as const

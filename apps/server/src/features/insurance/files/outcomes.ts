/** What is said of received files as such. */
import { defineOutcome } from '@yba/fhir'

export const FILE_UNKNOWN = defineOutcome({
  code: 'claim-file-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không có tệp này.',
  en: 'There is no such file.',
  cure: { vi: 'Mở lại từ danh sách tệp đã nhận.', en: 'Open it from the list of received files.' },
})

/** Bytes that were on this computer and are not any more, or were read while their sender waited by a process that died. */
export const FILE_CUT = defineOutcome({
  code: 'claim-file-cut',
  http: 200,
  severity: 'warning',
  issue: 'incomplete',
  vi: 'Máy chủ dừng giữa chừng khi đang đọc tệp này; hồ sơ sau hồ sơ cuối trong báo cáo chưa được nhận.',
  en: 'The server stopped while it read this file; records behind the last one of the report were not taken.',
  cure: {
    vi: 'Gửi lại tệp; hồ sơ đã nhận không bị nhân đôi. Thư mục theo dõi tự gửi lại.',
    en: 'Send the file again; records already taken are not doubled. A watched folder sends it again by itself.',
  },
})

/** A fault of ours at one record must not hold up all the files behind it. */
export const RECORD_TROUBLE = defineOutcome({
  code: 'claim-record-trouble',
  http: 500,
  severity: 'error',
  issue: 'exception',
  vi: 'Hồ sơ thứ {row} của tệp gặp lỗi ngoài dự kiến ba lần ({what}); không ghi gì của hồ sơ này.',
  en: 'Record {row} of the file met an unforeseen fault three times ({what}); nothing of it was written.',
  cure: {
    vi: 'Báo quản trị viên kèm số tệp và số dòng; các hồ sơ khác vẫn được nhận.',
    en: 'Tell the administrator the file and the row; the other records are taken.',
  },
})

export const SPOOL_FULL = defineOutcome({
  code: 'claim-readers-busy',
  http: 503,
  severity: 'error',
  issue: 'throttled',
  vi: 'Đang có quá nhiều tệp lớn chờ đọc.',
  en: 'Too many large files wait to be read.',
  cure: { vi: 'Gửi lại sau vài phút.', en: 'Send it again in some minutes.' },
})

export const PIECE_WRONG = defineOutcome({
  code: 'claim-piece-wrong',
  http: 400,
  severity: 'error',
  issue: 'invalid',
  vi: 'Phần tệp gửi lên sai tham số {what}.',
  en: 'The piece of a file has a wrong {what}.',
  cure: {
    vi: 'Gửi sha256 và size của cả tệp, offset đúng bằng số byte máy chủ đã có; tệp lớn nhất 1 GB.',
    en: 'Send sha256 and size of the whole file, offset equal to the bytes the server holds; a file has 1 GB at most.',
  },
})

export const PIECES_DIFFER = defineOutcome({
  code: 'claim-pieces-differ',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Các phần đã nhận ghép lại không đúng sha256 của tệp; đã bỏ hết.',
  en: 'The pieces put together are not the file of this sha256; they were dropped.',
  cure: { vi: 'Gửi lại tệp từ đầu.', en: 'Send the file again from its beginning.' },
})

/** What became of the single records is kept for fifteen months. */
export const RECORDS_REMOVED = defineOutcome({
  code: 'claim-records-removed',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Chi tiết từng hồ sơ của tệp này đã được xóa sau 15 tháng; chỉ còn số liệu chung.',
  en: 'What became of each record of this file was removed after 15 months; its figures remain.',
  cure: { vi: 'Không cần làm gì; bệnh án không bị ảnh hưởng.', en: 'Nothing needs to be done; the charts are not touched.' },
})

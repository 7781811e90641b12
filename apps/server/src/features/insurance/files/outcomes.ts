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

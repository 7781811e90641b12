/** Words of the report. */
import type { Bilingual, Severity } from '@yba/fhir'
import type { Use } from './uses.ts'

export type Lang = 'vi' | 'en'

export const LEVEL: Record<Severity, Bilingual> = {
  fatal: { vi: 'Hỏng', en: 'Fatal' },
  error: { vi: 'Lỗi', en: 'Error' },
  warning: { vi: 'Cảnh báo', en: 'Warning' },
  information: { vi: 'Lưu ý', en: 'Note' },
}

/** What each use is, and what to hand in to see it judged. */
export const USE: Record<Use, { name: Bilingual; send: Bilingual }> = {
  chart: {
    name: { vi: 'Bệnh án của đợt khám', en: 'Chart of the stay' },
    send: { vi: 'hồ sơ có XML1', en: 'a record with XML1' },
  },
  'check-in': {
    name: { vi: 'Check-in mở đợt khám khi người bệnh đến', en: 'Check-in opens the stay when the patient comes' },
    send: { vi: 'tệp XML0', en: 'a file of XML0' },
  },
  arrival: {
    name: { vi: 'Ghi nhận người được chuyển "đã đến"', en: 'Arrival of a referred patient' },
    send: { vi: 'XML0 hoặc XML1 của người được chuyển đến', en: 'XML0 or XML1 of somebody who was referred' },
  },
  referral: {
    name: { vi: 'Phiếu chuyển cơ sở từ XML13', en: 'Referral slip from XML13' },
    send: { vi: 'hồ sơ chuyển cơ sở có XML13', en: 'the record of a transfer, with XML13' },
  },
  outcome: {
    name: { vi: 'Trả kết quả điều trị từ XML7 + XML8', en: 'Outcome from XML7 + XML8' },
    send: { vi: 'hồ sơ đã ra viện, có NGAY_RA', en: 'the record of a stay that ended, with NGAY_RA' },
  },
  death: {
    name: { vi: 'Báo tử vong cho nơi gửi', en: 'Death told to the sender' },
    send: { vi: 'hồ sơ có KET_QUA_DTRI 5 hoặc 8', en: 'a record with KET_QUA_DTRI 5 or 8' },
  },
}

export const WORDS = {
  title: { vi: 'Y Bạ: tệp XML của HIS đạt đến đâu', en: 'Y Bạ: how far the claim files of this HIS conform' },
  passed: { vi: 'Đạt: không tệp nào, hồ sơ nào bị trả lại.', en: 'Passed: no file and no record is refused.' },
  failed: { vi: 'Chưa đạt: có tệp hoặc hồ sơ bị trả lại.', en: 'Not passed: some file or record is refused.' },
  counts: {
    vi: '{files} tệp ({bad} hỏng), {records} hồ sơ: {passed} nhận ({notes} kèm cảnh báo), {refused} trả lại.',
    en: '{files} files ({bad} unreadable), {records} records: {passed} taken ({notes} with warnings), {refused} refused.',
  },
  facilities: { vi: 'Mã cơ sở', en: 'Facilities' },
  layouts: { vi: 'Mẫu bảng', en: 'Layouts' },
  ignored: { vi: 'Bỏ qua (không phải .xml)', en: 'Ignored (no .xml)' },
  uses: { vi: 'Đủ để làm gì', en: 'What the files are enough for' },
  use: { vi: 'Việc', en: 'Use' },
  enough: { vi: 'Đủ / cần', en: 'Enough / asked' },
  lacking: { vi: 'Còn thiếu (số hồ sơ)', en: 'Lacking (records)' },
  unseen: { vi: 'Chưa thấy: gửi thêm {what}', en: 'Not seen: hand in {what}' },
  tables: { vi: 'Bảng đã thấy', en: 'Tables seen' },
  table: { vi: 'Bảng', en: 'Table' },
  rows: { vi: 'Dòng', en: 'Rows' },
  rules: { vi: 'Theo quy tắc', en: 'Rule by rule' },
  level: { vi: 'Mức', en: 'Level' },
  rule: { vi: 'Quy tắc', en: 'Rule' },
  place: { vi: 'Vị trí', en: 'Place' },
  times: { vi: 'Lần', en: 'Times' },
  records: { vi: 'Hồ sơ', en: 'Records' },
  what: { vi: 'Ví dụ', en: 'For instance' },
  cure: { vi: 'Cách sửa', en: 'Cure' },
  none: { vi: 'Không có gì phải nói.', en: 'Nothing to say.' },
  files: { vi: 'Từng tệp, từng hồ sơ', en: 'File by file, record by record' },
  unread: { vi: 'không đọc được', en: 'not readable' },
  taken: { vi: 'nhận', en: 'taken' },
  refused: { vi: 'trả lại', en: 'refused' },
  lacks: { vi: 'thiếu', en: 'lacks' },
} as const satisfies Record<string, Bilingual>

/** A sentence with its values. */
export const words = (lang: Lang, key: keyof typeof WORDS, values: Record<string, string | number> = {}): string =>
  WORDS[key][lang].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))

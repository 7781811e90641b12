/** What can be wrong with an official list: each row has its place, and with one error nothing is written. */
import { type Bilingual, defineOutcome } from '@yba/fhir'

const define = (code: string, severity: 'error' | 'warning' | 'information', vi: string, en: string, cure: Bilingual) =>
  defineOutcome({ code, http: 422, severity, issue: severity === 'error' ? 'invalid' : 'informational', vi, en, cure })

const again: Bilingual = { vi: 'Sửa trong tệp rồi nạp lại cả tệp.', en: 'Correct it in the file and import the whole file again.' }

export const LIST_CODE_UNFIT = define(
  'list-code-unfit',
  'error',
  'Mã "{code}" không đúng dạng.',
  'The code "{code}" has not the right form.',
  {
    vi: 'Mã cơ sở gồm 2 chữ số và 3 ký tự; mã khoa như K01. Giữ số 0 đầu.',
    en: 'A facility code has two digits and three characters, a department code is such as K01. Keep leading zeros.',
  },
)
export const LIST_CODE_GIVEN = define(
  'list-code-provisional',
  'warning',
  '"{name}" chưa có mã; dùng mã tạm {code}.',
  '"{name}" has no code; the provisional code {code} stands for it.',
  {
    vi: 'Khi biết mã thật, nạp lại dòng này với mã thật và cột thay_cho ghi mã tạm.',
    en: 'When the real code is known, import the row again with it, and the provisional one in the column thay_cho.',
  },
)
export const LIST_CODE_BY_NAME = define(
  'list-code-by-name',
  'warning',
  '"{name}" không ghi mã; lấy mã {code} của cơ sở cùng tên trong danh bạ.',
  '"{name}" has no code; that of the facility of this name in the directory is taken, {code}.',
  { vi: 'Nếu là cơ sở khác, ghi mã vào tệp.', en: 'If it is another facility, write its code into the file.' },
)
export const LIST_NAME_MISSING = define('list-name-missing', 'error', 'Thiếu tên.', 'The name is missing.', again)
export const LIST_DAY_UNFIT = define(
  'list-day-unfit',
  'error',
  'Ngày "{day}" ở cột {column} không đọc được hoặc không có thật.',
  'The day "{day}" in the column {column} cannot be read, or is none.',
  { vi: 'Viết NNNN-TT-NN hoặc nn/tt/nnnn.', en: 'Write yyyy-mm-dd or dd/mm/yyyy.' },
)
export const LIST_DAYS_CROSSED = define(
  'list-days-crossed',
  'error',
  'Ngày kết thúc {until} trước ngày bắt đầu {from}.',
  'The last day {until} is before the first {from}.',
  again,
)
export const LIST_ROW_DOUBLED = define(
  'list-row-doubled',
  'error',
  '{what} đã có ở dòng {line}.',
  '{what} stands in line {line} already.',
  { vi: 'Giữ một dòng cho mỗi mã và ngày bắt đầu.', en: 'Keep one row for each code and first day.' },
)
export const LIST_FACILITY_UNKNOWN = define(
  'list-facility-unknown',
  'error',
  'Cơ sở {code} chưa có trong danh bạ.',
  'Facility {code} is not in the directory.',
  { vi: 'Nạp danh sách cơ sở trước.', en: 'Import the list of facilities first.' },
)
export const LIST_REPLACES_UNFIT = define(
  'list-replaces-unfit',
  'error',
  'Không thay được mã {code}: {what}.',
  'The code {code} cannot be replaced: {what}.',
  { vi: 'Ghi đúng mã tạm đang dùng ở cột thay_cho.', en: 'Write the provisional code in use into the column thay_cho.' },
)
export const LIST_LICENCE_UNFIT = define(
  'list-licence-unfit',
  'error',
  'Số chứng chỉ hành nghề "{licence}" không dùng được.',
  'The licence "{licence}" cannot be used.',
  { vi: 'Ghi đủ số và nơi cấp, như 000001/BG-CCHN.', en: 'Write number and issuer, such as 000001/BG-CCHN.' },
)

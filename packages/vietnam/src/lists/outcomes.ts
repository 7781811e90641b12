/** What can be wrong with an official list before anybody knows what it is a list of. */
import { type Bilingual, defineOutcome } from '@yba/fhir'

const define = (code: string, severity: 'error' | 'warning', vi: string, en: string, cure: Bilingual) =>
  defineOutcome({ code, http: 422, severity, issue: severity === 'error' ? 'invalid' : 'informational', vi, en, cure })

export const LIST_UNREADABLE = define(
  'list-unreadable',
  'error',
  'Không đọc được tệp danh sách: {what}.',
  'The file of the list cannot be read: {what}.',
  { vi: 'Lưu thành CSV UTF-8 hoặc .xlsx, tối đa 20 MB.', en: 'Save it as CSV in UTF-8 or as .xlsx, at most 20 MB.' },
)
export const LIST_COLUMN_MISSING = define(
  'list-column-missing',
  'error',
  'Tệp thiếu cột {column}.',
  'The file lacks the column {column}.',
  {
    vi: 'Dòng đầu phải ghi tên cột; các tên nhận được ghi trong docs/operations.md.',
    en: 'The first line names the columns; docs/operations.md has the names.',
  },
)
export const LIST_COLUMN_UNKNOWN = define(
  'list-column-unknown',
  'warning',
  'Cột {column} không dùng tới; bỏ qua.',
  'The column {column} is not used; it is passed over.',
  { vi: 'Không cần làm gì nếu cột ấy không cần.', en: 'Nothing needs to be done if the column is not needed.' },
)
export const LIST_CELL_LINES = define(
  'list-cell-lines',
  'warning',
  'Ô ở cột {column} viết trên nhiều dòng; đã đưa về một dòng.',
  'The cell in the column {column} runs over lines; it was put on one line.',
  { vi: 'Nếu là hai tên, tách thành hai dòng của danh sách rồi nạp lại.', en: 'If it is two names, make two rows of it and import again.' },
)

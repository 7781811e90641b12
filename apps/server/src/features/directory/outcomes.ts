/** What can be wrong with a directory. */
import { type Bilingual, defineOutcome } from '@yba/fhir'

const define = (code: string, http: number, issue: string, vi: string, en: string, cure: Bilingual) =>
  defineOutcome({ code, http, severity: 'error', issue, vi, en, cure })

const askHub: Bilingual = {
  vi: 'Báo đơn vị vận hành trục; danh bạ đang giữ vẫn dùng được.',
  en: 'Tell the operator of the hub; the directory kept here stays in use.',
}

export const DIRECTORY_UNSIGNED = define(
  'directory-signature-invalid',
  502,
  'security',
  'Danh bạ trục gửi xuống không có chữ ký đúng của trục ({detail}); không nhận.',
  'The directory that came has no valid signature of the hub ({detail}); it is not taken.',
  askHub,
)
export const DIRECTORY_OLDER = define(
  'directory-older',
  502,
  'security',
  'Danh bạ trục gửi xuống lập lúc {came}, cũ hơn bản đang giữ ({kept}); không nhận.',
  'The directory that came is of {came}, older than the one kept ({kept}); it is not taken.',
  askHub,
)
export const DIRECTORY_KEY_MISSING = define(
  'directory-key-missing',
  503,
  'security',
  'Trục chưa có khóa ký danh bạ.',
  'The hub has no key to sign its directory with.',
  { vi: 'Tạo khóa theo docs/operations.md.', en: 'Make the key as docs/operations.md says.' },
)
export const SLIP_KEY_UNFIT = define(
  'slip-key-unfit',
  400,
  'invalid',
  'Khóa của mã QR gửi lên không phải khóa ES256 (P-256), hoặc trùng số hiệu với khóa khác.',
  'The slip key is no ES256 key (P-256), or its id is that of another key.',
  { vi: 'Tạo lại khóa bằng yba site renew-slip-key.', en: 'Make the key again with yba site renew-slip-key.' },
)
export const ALIAS_UNFIT = define(
  'directory-alias-unfit',
  400,
  'invalid',
  'Không ghi được mã thay thế {code}: {what}.',
  'The alias of {code} cannot be recorded: {what}.',
  { vi: 'Sửa mã cơ sở và ngày (NNNN-TT-NN) rồi gửi lại.', en: 'Correct the codes and days (yyyy-mm-dd) and send again.' },
)

export const DIRECTORY_OLD = defineOutcome({
  code: 'directory-old',
  http: 200,
  severity: 'warning',
  issue: 'informational',
  vi: 'Danh bạ của trục tại đây đã {days} ngày tuổi; vẫn dùng được, nhưng có thể thiếu khóa và cơ sở mới.',
  en: 'The directory kept here is {days} days old; it stays in use, but new keys and facilities may be missing.',
  cure: { vi: 'Kiểm tra đường truyền tới trục.', en: 'Check the line to the hub.' },
})

export const DIRECTORY_FILE_UNREADABLE = define(
  'directory-file-unreadable',
  400,
  'invalid',
  'Không đọc được tệp danh bạ: {what}; chưa ghi gì.',
  'The file of the directory cannot be read: {what}; nothing was written.',
  {
    vi: 'Tệp .json là UTF-8, gồm {"facilities": […]} hoặc {"aliases": […]}; mẫu ở docs/operations.md.',
    en: 'A .json file is UTF-8 and holds {"facilities": […]} or {"aliases": […]}; docs/operations.md has an example.',
  },
)

export const FACILITY_UNFIT = define(
  'directory-facility-unfit',
  400,
  'invalid',
  'Không ghi được cơ sở {code}: mã hoặc tên không đúng.',
  'Facility {code} cannot be recorded: its code or name is wrong.',
  { vi: 'Mã gồm 2 chữ số và 3 ký tự; tên không để trống.', en: 'A code has two digits and three characters; a name is not empty.' },
)

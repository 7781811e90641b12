/** Refusals of the box and of the command line. */

import { defineOutcome } from '@yba/fhir'

export const boxRunning = defineOutcome({
  code: 'box-already-running',
  http: 409,
  severity: 'fatal',
  issue: 'lock-error',
  vi: 'Một tỉnh mẫu đang chạy trên thư mục {folder} (tiến trình {pid}).',
  en: 'A province is already running on {folder} (process {pid}).',
  cure: {
    vi: 'Dùng tỉnh đang chạy, dừng nó bằng Ctrl-C, hoặc chọn thư mục và cổng khác: npm start -- --data DIR --port 9000.',
    en: 'Use the running one, stop it with Ctrl-C, or choose another folder and ports: npm start -- --data DIR --port 9000.',
  },
})

export const boxNotRunning = defineOutcome({
  code: 'box-not-running',
  http: 409,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không có tỉnh mẫu nào đang chạy trên thư mục {folder}.',
  en: 'No province is running on {folder}.',
  cure: {
    vi: 'Khởi động bằng npm start, hoặc chỉ đúng thư mục bằng --data DIR.',
    en: 'Start it with npm start, or name its folder with --data DIR.',
  },
})

export const siteUnknown = defineOutcome({
  code: 'site-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không có cơ sở tên {name}.',
  en: 'There is no site named {name}.',
  cure: { vi: 'Các cơ sở có: {known}.', en: 'Known sites: {known}.' },
})

export const provinceDamaged = defineOutcome({
  code: 'province-damaged',
  http: 500,
  severity: 'fatal',
  issue: 'incomplete',
  vi: 'Tệp {file} trong thư mục dữ liệu bị hỏng hoặc thiếu.',
  en: 'The file {file} in the data folder is damaged or missing.',
  cure: {
    vi: 'Cơ sở mới trên máy chủ riêng chưa có khóa: tạo bằng yba join request --site TỆP --card THẺ. Còn lại: khôi phục tệp từ bản sao lưu, dùng thư mục khác bằng --data DIR, hoặc bỏ dữ liệu mẫu và làm lại bằng --reset.',
    en: 'A new site on a server of its own has no keys yet: yba join request --site FILE --card CARD makes them. Else: restore it from a backup, use another folder with --data DIR, or drop the demo data and begin again with --reset.',
  },
})

export const notAProvince = defineOutcome({
  code: 'not-a-province',
  http: 409,
  severity: 'fatal',
  issue: 'conflict',
  vi: 'Thư mục {folder} không trống và không phải dữ liệu của tỉnh mẫu.',
  en: 'The folder {folder} is neither empty nor the data of a province.',
  cure: { vi: 'Chọn một thư mục trống hoặc chưa có bằng --data DIR.', en: 'Choose an empty or new folder with --data DIR.' },
})

export const resetNeedsYes = defineOutcome({
  code: 'reset-needs-yes',
  http: 409,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Chưa xóa gì: --reset xóa mọi dữ liệu trong {folder} và cần được xác nhận.',
  en: 'Nothing was removed: --reset removes all data in {folder} and must be confirmed.',
  cure: { vi: 'Trả lời "y" khi được hỏi, hoặc thêm --yes.', en: 'Answer "y" when asked, or add --yes.' },
})

export const siteDidNotStart = defineOutcome({
  code: 'site-did-not-start',
  http: 500,
  severity: 'fatal',
  issue: 'exception',
  vi: 'Cơ sở {name} không khởi động được: {reason}.',
  en: 'The site {name} did not start: {reason}.',
  cure: { vi: 'Xem nhật ký {log} rồi khởi động lại.', en: 'Read the log {log}, then start again.' },
})

export const partMissing = defineOutcome({
  code: 'part-missing',
  http: 501,
  severity: 'fatal',
  issue: 'not-supported',
  vi: 'Bản này chưa có phần {part}.',
  en: 'This version has no {part} yet.',
  cure: { vi: 'Cập nhật mã nguồn rồi chạy lại.', en: 'Update the source and run again.' },
})

export const authorityMissing = defineOutcome({
  code: 'authority-missing',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Thư mục {folder} không có cơ quan chứng thực mẫu.',
  en: 'There is no demo authority in {folder}.',
  cure: {
    vi: 'Chỉ đúng thư mục của tỉnh mẫu bằng --data DIR, hoặc khởi động bằng npm start.',
    en: 'Name the folder of the province with --data DIR, or start one with npm start.',
  },
})

export const certificateUnknown = defineOutcome({
  code: 'certificate-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Cơ quan chứng thực mẫu không cấp chứng thư số {serial}.',
  en: 'The demo authority issued no certificate {serial}.',
  cure: { vi: 'Xem danh sách: npm run yba -- authority list', en: 'See the list: npm run yba -- authority list' },
})

export const switchUnknown = defineOutcome({
  code: 'switch-unknown',
  http: 422,
  severity: 'error',
  issue: 'value',
  vi: 'Không có công tắc này: {what}.',
  en: 'There is no such switch: {what}.',
  cure: {
    vi: 'Dịch vụ: ocsp, crl, tsa; cách trả lời: normal, slow, wrong, down. Với wrong, --how là một trong: {ways}.',
    en: 'Services: ocsp, crl, tsa; modes: normal, slow, wrong, down. With wrong, --how is one of: {ways}.',
  },
})

export const keyUnknown = defineOutcome({
  code: 'key-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Cơ sở này không có khóa “{key}”.',
  en: 'This site has no key “{key}”.',
  cure: { vi: 'Xem danh sách: npm run yba -- keys list', en: 'See the list: npm run yba -- keys list' },
})

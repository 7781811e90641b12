/** Refusals of moving a site. */

import { defineOutcome } from '@yba/fhir'

export const siteNotEmpty = defineOutcome({
  code: 'site-not-empty',
  http: 409,
  severity: 'fatal',
  issue: 'conflict',
  vi: 'Cơ sở {name} đã có dữ liệu; chưa nhập gì.',
  en: 'The site {name} already holds data; nothing was imported.',
  cure: {
    vi: 'Dùng cơ sở dữ liệu mới và thư mục chưa có keys/, blobs/.',
    en: 'Use a new database and a folder without keys/ and blobs/.',
  },
})

export const exportOtherLayout = defineOutcome({
  code: 'export-other-layout',
  http: 409,
  severity: 'fatal',
  issue: 'not-supported',
  vi: 'Bản xuất có cấu trúc dữ liệu khác bản này, ví dụ {name}.',
  en: 'The export has another layout than this version, for instance {name}.',
  cure: { vi: 'Nâng cả hai nơi lên cùng phiên bản rồi xuất lại.', en: 'Bring both places to the same version and export again.' },
})

export const exportOtherSite = defineOutcome({
  code: 'export-other-site',
  http: 409,
  severity: 'fatal',
  issue: 'value',
  vi: 'Bản xuất là của {found}; tệp cấu hình là của {expected}.',
  en: 'The export is of {found}; the settings file is of {expected}.',
  cure: {
    vi: 'Ghi đúng mã cơ sở và vai trò trong tệp cấu hình.',
    en: 'Write the same facility code and role into the settings file.',
  },
})

export const importDiffers = defineOutcome({
  code: 'import-differs',
  http: 500,
  severity: 'fatal',
  issue: 'exception',
  vi: 'Bảng {table} sau khi nhập khác bản xuất; đã bỏ mọi thứ vừa nhập.',
  en: 'The table {table} differs from the export after loading; all of it was taken back.',
  cure: { vi: 'Xuất lại và báo lỗi.', en: 'Export again and report it.' },
})

/** What can go wrong with the embedded PostgreSQL, one sentence each with its cure. */

import { defineOutcome } from '@yba/fhir'

export const portTaken = defineOutcome({
  code: 'port-taken',
  http: 500,
  severity: 'fatal',
  issue: 'conflict',
  vi: 'Cổng {port} đã có chương trình khác dùng.',
  en: 'Port {port} is already in use by another program.',
  cure: {
    vi: 'Dừng chương trình đó, hoặc chọn cổng khác bằng --port, ví dụ: npm start -- --port 9000.',
    en: 'Stop that program, or choose other ports with --port, for instance: npm start -- --port 9000.',
  },
})

export const folderNotWritable = defineOutcome({
  code: 'folder-not-writable',
  http: 500,
  severity: 'fatal',
  issue: 'security',
  vi: 'Không ghi được vào thư mục {folder} ({reason}).',
  en: 'The folder {folder} cannot be written ({reason}).',
  cure: {
    vi: 'Cấp quyền ghi thư mục này cho người đang chạy, hoặc chọn thư mục khác (chạy tỉnh mẫu: --data DIR).',
    en: 'Give the running user write permission on it, or choose another folder (for the province: --data DIR).',
  },
})

export const dataDamaged = defineOutcome({
  code: 'postgres-data-damaged',
  http: 500,
  severity: 'fatal',
  issue: 'incomplete',
  vi: 'Dữ liệu PostgreSQL trong {folder} bị hỏng: {reason}.',
  en: 'The PostgreSQL data in {folder} is damaged: {reason}.',
  cure: {
    vi: 'Khôi phục thư mục này từ bản sao lưu, dùng thư mục khác bằng --data DIR, hoặc bỏ dữ liệu mẫu và làm lại bằng --reset.',
    en: 'Restore this folder from a backup, use another folder with --data DIR, or drop the demo data and begin again with --reset.',
  },
})

export const versionMismatch = defineOutcome({
  code: 'postgres-version-mismatch',
  http: 500,
  severity: 'fatal',
  issue: 'not-supported',
  vi: 'Dữ liệu trong {folder} thuộc PostgreSQL {found}, chương trình này mang theo PostgreSQL {expected}.',
  en: 'The data in {folder} belongs to PostgreSQL {found}; this program carries PostgreSQL {expected}.',
  cure: {
    vi: 'Chạy phiên bản Y Bạ đã tạo dữ liệu này, hoặc chọn thư mục mới bằng --data DIR.',
    en: 'Run the Y Bạ version that made this data, or choose a new folder with --data DIR.',
  },
})

export const binariesMissing = defineOutcome({
  code: 'postgres-binaries-missing',
  http: 500,
  severity: 'fatal',
  issue: 'not-supported',
  vi: 'Không tìm thấy PostgreSQL đi kèm cho máy {platform} ({reason}).',
  en: 'The bundled PostgreSQL for {platform} was not found or does not run ({reason}).',
  cure: {
    vi: 'Chạy lại: npm ci --include=optional. Máy chạy được: Linux x64, Linux arm64, macOS arm64.',
    en: 'Run again: npm ci --include=optional. Supported machines: Linux x64, Linux arm64, macOS arm64.',
  },
})

export const postgresInUse = defineOutcome({
  code: 'postgres-in-use',
  http: 500,
  severity: 'fatal',
  issue: 'lock-error',
  vi: 'Thư mục dữ liệu {folder} đang được tiến trình {pid} dùng.',
  en: 'The data folder {folder} is in use by process {pid}.',
  cure: {
    vi: 'Dừng chương trình đang chạy (Ctrl-C ở cửa sổ của nó), hoặc chọn thư mục khác bằng --data DIR.',
    en: 'Stop the program that runs there (Ctrl-C in its window), or choose another folder with --data DIR.',
  },
})

export const postgresDidNotStart = defineOutcome({
  code: 'postgres-did-not-start',
  http: 500,
  severity: 'fatal',
  issue: 'exception',
  vi: 'PostgreSQL đi kèm không khởi động được: {reason}.',
  en: 'The bundled PostgreSQL did not start: {reason}.',
  cure: {
    vi: 'Xem nhật ký {log}, rồi chạy "npm run yba -- doctor" để kiểm tra đĩa, bộ nhớ và cổng.',
    en: 'Read the log {log}, then run "npm run yba -- doctor" to check disk, memory and ports.',
  },
})
